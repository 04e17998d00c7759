/**
 * The moving part of the swarm's report: draws its plots from the data in the page, with uPlot, which the page carries too.
 * Browser; the page opens from a file, asks nothing of anybody, and its tables say the same without any script.
 */

import type uPlotClass from 'uplot';

/** Defined by uPlot's own script, which stands before this one. */
declare const uPlot: typeof uPlotClass;

interface Curve {
  readonly label: string;
  /** Index of its color: --series-1 and on. */
  readonly color: number;
  readonly values: readonly (number | null)[];
  readonly isDashed: boolean;
}

interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly curves: readonly Curve[];
  /** A service level, drawn across; null for none. */
  readonly limit: number | null;
}

interface PageData {
  readonly seconds: readonly number[];
  readonly plots: readonly Plot[];
  readonly marks: readonly {
    readonly second: number;
    readonly label: string;
    readonly isBad: boolean;
  }[];
}

const HEIGHT = 190;
const MARK_LABEL_PIXELS = 11;
const FONT = '11px system-ui, sans-serif';

// The page's own data, written beside it by the program that wrote this script.
const data = JSON.parse(document.querySelector('#data')?.textContent ?? '{}') as PageData;
const probe = document.createElement('span');
let drawn: { readonly area: HTMLElement; readonly plot: uPlotClass }[] = [];

document.body.append(probe);
probe.hidden = true;
draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
addEventListener('resize', () => {
  for (const { area, plot } of drawn) plot.setSize({ width: area.clientWidth, height: HEIGHT });
});

function draw(): void {
  for (const { plot } of drawn) plot.destroy();
  drawn = data.plots.flatMap((spec, index) => {
    const area = document.querySelector<HTMLElement>(`#plot-${index}`);
    if (area === null) return [];
    const table = [[...data.seconds], ...spec.curves.map(({ values }) => [...values])];
    // Numbers and nulls, all of one length: what uPlot calls aligned data.
    const plot = new uPlot(optionsOf(spec, area), table as uPlotClass.AlignedData, area);
    return [{ area, plot }];
  });
}

function optionsOf(spec: Plot, area: HTMLElement): uPlotClass.Options {
  const grid = { stroke: colorOf('--line'), width: 1 };
  const axis = { stroke: colorOf('--soft'), grid, ticks: { show: false }, font: FONT };
  const peak = Math.max(
    0,
    ...spec.curves.flatMap(({ values }) => values.map((value) => value ?? 0)),
  );
  // A level far above the curve would press it flat: it is drawn where it is near.
  const showsLimit = spec.limit !== null && spec.limit < peak * 3;
  const top = Math.max(peak, showsLimit ? (spec.limit ?? 0) : 0) * 1.1;
  const topMin = spec.unit === '' ? 4 : 1;
  return {
    width: area.clientWidth,
    height: HEIGHT,
    padding: [14, 18, 0, 0],
    cursor: { sync: { key: 'swarm' }, drag: { x: true, y: false }, points: { size: 6 } },
    scales: { x: { time: false }, y: { range: [0, Math.max(topMin, top)] } },
    axes: [
      { ...axis, size: 26, space: 60, values: (_plot, splits) => splits.map(clockText) },
      { ...axis, size: 52, values: (_plot, splits) => splits.map(shortText) },
    ],
    series: [
      { label: 'at', value: (_plot, value) => (value === null ? '–' : clockText(value)) },
      ...spec.curves.map(({ label, color, isDashed }) => ({
        label,
        stroke: colorOf(`--series-${color}`),
        width: 1.75,
        points: { show: data.seconds.length < 3 },
        spanGaps: true,
        ...(isDashed ? { dash: [5, 4] } : {}),
        value: (_plot: uPlotClass, value: number | null) =>
          value === null ? '–' : `${value.toLocaleString('en-US')}${spec.unit}`,
      })),
    ],
    hooks: { draw: [(plot) => drawMarks(plot, showsLimit ? spec.limit : null)] },
  };
}

/** Storms and the knee as upright lines, the service level across. */
function drawMarks(plot: uPlotClass, limit: number | null): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.font = `${MARK_LABEL_PIXELS * scale}px system-ui, sans-serif`;
  ctx.lineWidth = scale;
  for (const { second, label, isBad } of data.marks) {
    const x = Math.round(plot.valToPos(second, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colorOf(isBad ? '--bad' : '--soft');
    ctx.fillStyle = ctx.strokeStyle;
    ctx.setLineDash([3 * scale, 3 * scale]);
    line(ctx, [x, bbox.top], [x, bbox.top + bbox.height]);
    const isLate = x > bbox.left + bbox.width * 0.85;
    ctx.textAlign = isLate ? 'right' : 'left';
    ctx.fillText(label, x + (isLate ? -4 : 4) * scale, bbox.top - 3 * scale);
  }
  if (limit !== null) {
    const y = Math.round(plot.valToPos(limit, 'y', true));
    ctx.strokeStyle = colorOf('--bad');
    ctx.fillStyle = ctx.strokeStyle;
    ctx.setLineDash([6 * scale, 4 * scale]);
    line(ctx, [bbox.left, y], [bbox.left + bbox.width, y]);
    ctx.textAlign = 'right';
    ctx.fillText('level', bbox.left + bbox.width - 4 * scale, y - 4 * scale);
  }
  ctx.restore();
}

function line(
  ctx: CanvasRenderingContext2D,
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

/** A style's color as it is now, light or dark. */
function colorOf(name: string): string {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

/** 75 seconds are 1:15. */
function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function shortText(value: number): string {
  if (value >= 1_000_000) return `${Number((value / 1_000_000).toPrecision(3))}M`;
  if (value >= 10_000) return `${Number((value / 1000).toPrecision(3))}k`;
  return value.toLocaleString('en-US');
}
