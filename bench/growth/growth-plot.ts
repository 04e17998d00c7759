/**
 * Draws how figures grow as an SVG that needs nothing else to be looked at: a panel a figure, both axes logarithmic, so
 * that the exponent is the slope. Pure; the bench's parent process.
 *
 *   title       ^     .o     dots: measured; the line: least squares, where it means anything
 *   exponent    |  .o´
 *               +------->    what was varied
 */

import { exponentText, growthOfFit, isTrend, type Measured, type PowerFit } from './power-fit.ts';

export interface Panel {
  readonly title: string;
  readonly points: readonly Measured[];
  readonly fit: PowerFit | undefined;
}

export interface GrowthPlot {
  readonly title: string;
  /** Where it was measured. */
  readonly origin: string;
  /** What was varied. */
  readonly sizeLabel: string;
  readonly panels: readonly Panel[];
}

interface Axis {
  readonly least: number;
  readonly most: number;
}

const PANEL_WIDTH = 380;
const HEIGHT = 380;
const LEFT = 64;
const RIGHT = 16;
const TOP = 82;
const BOTTOM = 74;
const LEGEND = 'dots: measured; line: factor x size ^ exponent; both axes logarithmic';
const DOT_COLOR = '#1d4ed8';
const LINE_COLOR = '#9ca3af';
const GRID_COLOR = '#e5e7eb';
/** Sizes lie close at the right end: 200K has room where 200,000 has not. */
const COMPACT = new Intl.NumberFormat('en-US', { notation: 'compact' });
const TICK_STEPS = [1, 2, 5] as const;
/** With more of them only whole powers of ten are written. */
const LABELS_MAX = 7;
/** A figure that stays as it is would else fill the panel with its noise. */
const RATIO_MIN = 10;

export function growthSvg({ title, origin, sizeLabel, panels }: GrowthPlot): string {
  const width = PANEL_WIDTH * panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="22" font-size="15">${escaped(title)}<tspan dx="16" font-size="12" fill="#4b5563">${escaped(LEGEND)}</tspan></text>`,
    `<text x="${LEFT}" y="${HEIGHT - 10}" fill="#4b5563">${escaped(origin)}</text>`,
    ...panels.map((panel, index) => {
      return `<g transform="translate(${index * PANEL_WIDTH} 0)">\n${panelSvg(panel, sizeLabel)}\n</g>`;
    }),
    '</svg>',
    '',
  ].join('\n');
}

function panelSvg({ title, points, fit }: Panel, sizeLabel: string): string {
  const drawn = points.filter(({ size, value }) => size > 0 && value > 0);
  const head = `<text x="${LEFT}" y="48" font-weight="bold">${escaped(title)}</text>`;
  if (drawn.length === 0) return `${head}\n<text x="${LEFT}" y="66">nothing above 0</text>`;
  const sizes = axisOf(
    drawn.map(({ size }) => size),
    1,
  );
  const values = axisOf(
    drawn.map(({ value }) => value),
    RATIO_MIN,
  );
  const [bottom, right] = [HEIGHT - BOTTOM, PANEL_WIDTH - RIGHT];
  const dots = drawn.map(({ size, value }) => {
    return `<circle cx="${x(size, sizes)}" cy="${y(value, values)}" r="4" fill="${DOT_COLOR}"/>`;
  });
  return [
    head,
    `<text x="${LEFT}" y="66" fill="#4b5563">${fitWords(fit)}</text>`,
    ...ticks(values).flatMap(({ value, label }) => [
      `<line x1="${LEFT}" x2="${right}" y1="${y(value, values)}" y2="${y(value, values)}" stroke="${GRID_COLOR}"/>`,
      `<text x="${LEFT - 6}" y="${y(value, values)}" text-anchor="end" dominant-baseline="middle">${label}</text>`,
    ]),
    ...drawn.flatMap(({ size }) => [
      `<line x1="${x(size, sizes)}" x2="${x(size, sizes)}" y1="${TOP}" y2="${bottom}" stroke="${GRID_COLOR}"/>`,
      `<text x="${x(size, sizes)}" y="${bottom + 16}" text-anchor="middle">${COMPACT.format(size)}</text>`,
    ]),
    ...(fit === undefined || !isTrend(fit) ? [] : [fitLine(fit, sizes, values)]),
    ...dots,
    `<text x="${(LEFT + right) / 2}" y="${HEIGHT - 34}" text-anchor="middle">${escaped(sizeLabel)}</text>`,
  ].join('\n');
}

/** `in proportion: exponent 1.02 ± 0.03, r² 0.99` */
function fitWords(fit: PowerFit | undefined): string {
  if (fit === undefined) return 'one size: no exponent';
  const explained = `r² ${fit.explained.toFixed(2)}`;
  const growth = growthOfFit(fit);
  return isTrend(fit)
    ? `${growth}: exponent ${exponentText(fit)}, ${explained}`
    : `${growth}: no exponent (${explained})`;
}

function fitLine(fit: PowerFit, sizes: Axis, values: Axis): string {
  const at = (size: number): string =>
    `${x(size, sizes)},${y(fit.factor * size ** fit.exponent, values)}`;
  return `<polyline points="${at(sizes.least)} ${at(sizes.most)}" fill="none" stroke="${LINE_COLOR}" stroke-width="1.5"/>`;
}

/** A little room around the values, and at least `ratioMin` from end to end. */
function axisOf(values: readonly number[], ratioMin: number): Axis {
  const [least, most] = [Math.min(...values) / 1.2, Math.max(...values) * 1.2];
  const spare = Math.max(1, Math.sqrt(ratioMin / (most / least)));
  return { least: least / spare, most: most * spare };
}

function ticks({
  least,
  most,
}: Axis): readonly { readonly value: number; readonly label: string }[] {
  const all: { value: number; step: number }[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.log10(most); power += 1) {
    // Powers below 0 as a division: 10 ** -2 times 2 would be 0.020000000000000004 in print.
    const at = (step: number): number => (power < 0 ? step / 10 ** -power : step * 10 ** power);
    all.push(...TICK_STEPS.map((step) => ({ value: at(step), step })));
  }
  const inside = all.filter(({ value }) => value >= least && value <= most);
  const isCrowded = inside.length > LABELS_MAX;
  return inside.map(({ value, step }) => ({
    value,
    label:
      isCrowded && step !== 1 ? '' : value.toLocaleString('en-US', { maximumFractionDigits: 6 }),
  }));
}

function x(size: number, axis: Axis): number {
  return tenth(LEFT + shareOf(size, axis) * (PANEL_WIDTH - LEFT - RIGHT));
}

function y(value: number, axis: Axis): number {
  return tenth(HEIGHT - BOTTOM - shareOf(value, axis) * (HEIGHT - TOP - BOTTOM));
}

/** Where on the axis, 0 to 1; the line of a fit may leave it, its dots cannot. */
function shareOf(value: number, { least, most }: Axis): number {
  const share = Math.log(value / least) / Math.log(most / least);
  return Math.min(1, Math.max(0, share));
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
