/**
 * Draws fairness against wait as an SVG that needs nothing else to be looked at. Pure; the bench's parent process.
 *
 *   off even, %  ^  . :.        one dot a match; a line joins the medians of the same evening
 *                | o--o         under narrower and wider rating windows
 *                |     `--o
 *                +------------> wait of the longest waiter, s, logarithmic
 */

export interface PlotPoint {
  readonly waitMs: number;
  /** How far the favorite's chance is from even, 0 to 0.5. */
  readonly spread: number;
}

export interface PlotSeries {
  readonly name: string;
  readonly color: string;
  readonly points: readonly PlotPoint[];
}

export interface LabeledPoint extends PlotPoint {
  readonly label: string;
}

export interface FairnessPlot {
  readonly title: string;
  readonly clouds: readonly PlotSeries[];
  readonly line: readonly LabeledPoint[];
}

const WIDTH = 840;
const HEIGHT = 520;
const LEFT = 70;
const RIGHT = 30;
const TOP = 60;
const BOTTOM = 60;
const WAIT_SECONDS_MIN = 0.1;
const WAIT_SECONDS_MAX = 300;
const SPREAD_MAX = 0.5;
const WAIT_TICKS = [0.1, 1, 10, 100] as const;
const SPREAD_TICKS = [0, 0.1, 0.2, 0.3, 0.4, 0.5] as const;
/** More dots of a cloud than this say nothing more. */
const DOTS_MAX = 800;
const LINE_COLOR = '#111827';
const LABEL_ROWS = 4;

export function fairnessSvg(plot: FairnessPlot): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="16">${escaped(plot.title)}</text>`,
    ...axes(),
    ...plot.clouds.flatMap(cloud),
    ...medianLine(plot.line),
    ...legend(plot.clouds),
    '</svg>',
    '',
  ].join('\n');
}

function axes(): readonly string[] {
  const bottom = HEIGHT - BOTTOM;
  const spreads = SPREAD_TICKS.flatMap((spread) => [
    `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(spread)}" y2="${y(spread)}" stroke="#e5e7eb"/>`,
    `<text x="${LEFT - 8}" y="${y(spread)}" text-anchor="end" dominant-baseline="middle">${Math.round(spread * 100)}</text>`,
  ]);
  const waits = WAIT_TICKS.flatMap((seconds) => [
    `<line x1="${x(seconds)}" x2="${x(seconds)}" y1="${TOP}" y2="${bottom}" stroke="#e5e7eb"/>`,
    `<text x="${x(seconds)}" y="${bottom + 18}" text-anchor="middle">${seconds}</text>`,
  ]);
  const middle = (TOP + bottom) / 2;
  return [
    ...spreads,
    ...waits,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 16}" text-anchor="middle">wait of the longest waiter, seconds</text>`,
    `<text x="20" y="${middle}" text-anchor="middle" transform="rotate(-90 20 ${middle})">win chance off even, %</text>`,
  ];
}

function cloud({ points, color }: PlotSeries): readonly string[] {
  const step = Math.max(1, Math.ceil(points.length / DOTS_MAX));
  return points
    .filter((_, index) => index % step === 0)
    .map(({ waitMs, spread }) => {
      return `<circle cx="${x(waitMs / 1000)}" cy="${y(spread)}" r="2.2" fill="${color}" fill-opacity="0.35"/>`;
    });
}

function medianLine(points: readonly LabeledPoint[]): readonly string[] {
  const corners = points.map(({ waitMs, spread }) => `${x(waitMs / 1000)},${y(spread)}`).join(' ');
  const dots = points.map(({ waitMs, spread, label }, index) => {
    const [cx, cy] = [x(waitMs / 1000), y(spread)];
    // Neighbors are often close: their labels stand at different heights.
    const labelY = tenth(cy - 10 - 14 * (index % LABEL_ROWS));
    return `<circle cx="${cx}" cy="${cy}" r="4" fill="${LINE_COLOR}"/><text x="${cx}" y="${labelY}" text-anchor="middle">${escaped(label)}</text>`;
  });
  return [
    `<polyline points="${corners}" fill="none" stroke="${LINE_COLOR}" stroke-width="1.5"/>`,
    ...dots,
  ];
}

function legend(clouds: readonly PlotSeries[]): readonly string[] {
  return [...clouds, { name: 'medians by rating window', color: LINE_COLOR, points: [] }].map(
    ({ name, color }, index) => {
      const left = LEFT + index * 220;
      return `<circle cx="${left + 5}" cy="44" r="5" fill="${color}"/><text x="${left + 16}" y="48">${escaped(name)}</text>`;
    },
  );
}

function x(seconds: number): number {
  const bounded = Math.min(WAIT_SECONDS_MAX, Math.max(WAIT_SECONDS_MIN, seconds));
  const share =
    Math.log(bounded / WAIT_SECONDS_MIN) / Math.log(WAIT_SECONDS_MAX / WAIT_SECONDS_MIN);
  return tenth(LEFT + share * (WIDTH - LEFT - RIGHT));
}

function y(spread: number): number {
  return tenth(HEIGHT - BOTTOM - (spread / SPREAD_MAX) * (HEIGHT - TOP - BOTTOM));
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
