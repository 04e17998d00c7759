/** One plot: a title, the newest values in the colors of their curves, and uPlot beneath. Browser, not a thread of the host. */

import uPlot from 'uplot';
import { element, setText } from './dom.ts';
import { countText, percentText } from './format.ts';
import { PLOT_SECONDS } from './plot-data.ts';
import type { Curve, PlotRow, PlotSpec } from './plot-data.ts';
import { colorOf } from './theme.ts';

const HEIGHT = 132;
const AXIS_WIDTH = 46;
const GAP_PIXELS_MIN = 40;
const SECONDS_MIN = 60;
/** Whole minutes, since labels show no seconds: two of them would read the same. */
const TIME_STEPS = [60, 120, 300, 600];

export class LinePlot {
  readonly #spec: PlotSpec;
  readonly #keys = element('div', { className: 'plot-keys' });
  readonly #area: HTMLElement;
  #rows: readonly PlotRow[] = [];
  #labels = '';
  #plot: uPlot | undefined;

  constructor(parent: HTMLElement, spec: PlotSpec) {
    this.#spec = spec;
    this.#area = element('div', { className: 'plot-area', attributes: { role: 'img' } });
    const title = element('h3', { text: spec.title });
    parent.append(element('div', { className: 'plot' }, title, this.#keys, this.#area));
    new ResizeObserver(() => this.#fit()).observe(this.#area);
  }

  show(rows: readonly PlotRow[]): void {
    this.#rows = rows;
    const curves = this.#spec.curvesOf(rows);
    const labels = curves.map(({ label }) => label).join('\n');
    if (this.#plot === undefined || labels !== this.#labels) this.#build(curves, labels);
    this.#plot?.setData(dataOf(rows, curves));
    this.#showValues(curves);
  }

  /** Colors are others now. */
  repaint(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    if (this.#rows.length > 0) this.show(this.#rows);
  }

  #build(curves: readonly Curve[], labels: string): void {
    this.#plot?.destroy();
    this.#labels = labels;
    this.#plot = new uPlot(this.#optionsFor(curves), dataOf(this.#rows, curves), this.#area);
    this.#keys.replaceChildren(
      ...curves.map((_, index) => {
        const key = element('span', { className: 'plot-key' });
        key.dataset['series'] = String(index + 1);
        return key;
      }),
    );
  }

  #optionsFor(curves: readonly Curve[]): uPlot.Options {
    const soft = colorOf('--soft');
    const grid = { stroke: colorOf('--line'), width: 1 };
    const axis = { stroke: soft, grid, ticks: { show: false }, font: '11px system-ui' };
    return {
      width: Math.max(100, this.#area.clientWidth),
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: {
        x: { time: true, range: (_plot, min, max) => [startOf(min, max), max] },
        y: { range: (_plot, _min, max) => [0, topOf(max, this.#spec.unit)] },
      },
      axes: [
        { ...axis, space: 70, size: 24, incrs: TIME_STEPS, values: '{HH}:{mm}' },
        {
          ...axis,
          space: GAP_PIXELS_MIN,
          size: AXIS_WIDTH,
          values: (_plot, splits) => splits.map((value) => shortText(value, this.#spec.unit)),
        },
      ],
      series: [
        {},
        ...curves.map(({ label }, index) => ({
          label,
          stroke: colorOf(`--series-${index + 1}`),
          width: 1.75,
          points: { show: false },
          ...(curves.length === 1 ? { fill: fade(colorOf('--series-1')) } : {}),
        })),
      ],
      hooks: { setCursor: [() => this.#showValues(curves)] },
    };
  }

  /** The values under the cursor; without one the newest. */
  #showValues(curves: readonly Curve[]): void {
    const at = this.#plot?.cursor.idx ?? this.#rows.length - 1;
    const row = this.#rows[at];
    const texts = curves.map(({ label, valueOf }) => {
      const value = row === undefined ? null : valueOf(row);
      const text = value === null ? '–' : valueText(value, this.#spec.unit);
      return curves.length === 1 ? text : `${label} ${text}`;
    });
    for (const [index, key] of [...this.#keys.children].entries()) {
      if (key instanceof HTMLElement) setText(key, texts[index] ?? '');
    }
    const label = `${this.#spec.title}, the last ten minutes; now ${texts.join(', ')}`;
    this.#area.setAttribute('aria-label', label);
  }

  #fit(): void {
    const width = this.#area.clientWidth;
    if (this.#plot !== undefined && width > 0 && width !== this.#plot.width) {
      this.#plot.setSize({ width, height: HEIGHT });
    }
  }
}

function dataOf(rows: readonly PlotRow[], curves: readonly Curve[]): uPlot.AlignedData {
  return [
    rows.map(({ atSeconds }) => atSeconds),
    ...curves.map(({ valueOf }) => rows.map(valueOf)),
  ];
}

/** Ten minutes at most; what is younger is drawn as wide as it can be told apart. */
function startOf(min: number, max: number): number {
  return max - Math.min(PLOT_SECONDS, Math.max(SECONDS_MIN, max - min));
}

/** A flat curve at zero is still drawn at the bottom, not in the middle. */
function topOf(max: number | null, unit: PlotSpec['unit']): number {
  if (unit === 'share') return Math.min(1, Math.max(0.1, (max ?? 0) * 1.15));
  return Math.max(unit === 'count' ? 4 : 5, (max ?? 0) * 1.1);
}

function valueText(value: number, unit: PlotSpec['unit']): string {
  if (unit === 'share') return percentText(value);
  if (unit === 'seconds') return `${countText(value)} s`;
  return countText(value);
}

function shortText(value: number, unit: PlotSpec['unit']): string {
  if (unit === 'count' && value >= 10_000) return `${Math.round(value / 1000)}k`;
  if (unit === 'share') return `${Math.round(value * 100)}%`;
  return Number.isInteger(value) ? valueText(value, unit) : '';
}

function fade(color: string): string {
  return color.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.13)');
}
