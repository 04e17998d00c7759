/** One metric with its samples, and short ways to make one. Pure; main thread. */

export interface MetricFamily {
  /** Base units at the end: `longhouse_uptime_seconds`; `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  /** `_bucket`, `_sum`, `_count` of a histogram. */
  readonly suffix?: string;
  /** Never the name of a player: label values must be few. */
  readonly labels?: Labels;
  readonly value: number;
}

export type Labels = Readonly<Record<string, string>>;

/** A histogram's counts by bucket, the last one for all above the last bound. */
export interface HistogramSeries {
  readonly labels: Labels;
  readonly counts: readonly number[];
  readonly sum: number;
}

export function one(name: string, help: string, value: number): MetricFamily {
  return gauge(name, help, [{ value }]);
}

export function gauge(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, help, type: 'gauge', samples };
}

export function counter(
  name: string,
  help: string,
  samples: readonly MetricSample[],
): MetricFamily {
  return { name, help, type: 'counter', samples };
}

/** A counter for each key of `counts`, under the label `label`. */
export function counterBy(
  { name, help, label }: { readonly name: string; readonly help: string; readonly label: string },
  counts: Readonly<Record<string, number>>,
): MetricFamily {
  const samples = Object.entries(counts).map(([key, value]) => ({
    labels: { [label]: key },
    value,
  }));
  return counter(name, help, samples);
}

/** `bounds`: the upper ends of all buckets but the last. */
export function histogram(
  {
    name,
    help,
    bounds,
  }: { readonly name: string; readonly help: string; readonly bounds: readonly number[] },
  series: readonly HistogramSeries[],
): MetricFamily {
  const samples = series.flatMap(({ labels, counts, sum }) => {
    let total = 0;
    const buckets = [...bounds, Infinity].map((bound, index) => {
      total += counts[index] ?? 0;
      const le = bound === Infinity ? '+Inf' : String(bound);
      return { suffix: '_bucket', labels: { ...labels, le }, value: total };
    });
    return [
      ...buckets,
      { suffix: '_sum', labels, value: sum },
      { suffix: '_count', labels, value: total },
    ];
  });
  return { name, help, type: 'histogram', samples };
}
