/** Counts what happens to matches, for the metrics: how they ended, how long their players had waited. Main thread. */

import { reasonWord } from '../shared/reason.ts';
import type { Happening } from './directory/directory-effects.ts';
import {
  counter,
  histogram,
  type HistogramSeries,
  type MetricFamily,
} from './ops/metric-family.ts';

const WAIT_BOUNDS_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600];
const OPENING_BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

interface Durations {
  readonly counts: number[];
  sum: number;
}

export class MatchCounts {
  /** By mode. */
  readonly #started = new Map<string, number>();
  readonly #waits = new Map<string, Durations>();
  readonly #openings = new Map<string, Durations>();
  /** By mode, then by the word of the reason. */
  readonly #ended = new Map<string, Map<string, number>>();

  note(happening: Happening): void {
    if (happening.kind === 'matchStarted') {
      const { mode, openingMs, quality } = happening;
      this.#started.set(mode, (this.#started.get(mode) ?? 0) + 1);
      add(this.#openings, mode, { seconds: openingMs / 1_000, bounds: OPENING_BOUNDS_SECONDS });
      for (const waitMs of quality.waitsMs) {
        add(this.#waits, mode, { seconds: waitMs / 1_000, bounds: WAIT_BOUNDS_SECONDS });
      }
    } else if (happening.kind === 'matchEnded' || happening.kind === 'matchFailed') {
      const reasons = this.#ended.get(happening.mode) ?? new Map<string, number>();
      this.#ended.set(happening.mode, reasons);
      const reason = reasonWord(happening.reason);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }

  families(): readonly MetricFamily[] {
    const started = Array.from(this.#started, ([mode, value]) => ({ labels: { mode }, value }));
    const ended = Array.from(this.#ended, ([mode, reasons]) =>
      Array.from(reasons, ([reason, value]) => ({ labels: { mode, reason }, value })),
    );
    return [
      counter('longhouse_matches_started_total', 'Matches that began, by mode.', started),
      counter(
        'longhouse_matches_ended_total',
        'Matches that ended or could not open, by mode and reason.',
        ended.flat(),
      ),
      histogram(
        {
          name: 'longhouse_queue_wait_seconds',
          help: 'How long tickets had waited when their match was found, by mode.',
          bounds: WAIT_BOUNDS_SECONDS,
        },
        seriesOf(this.#waits),
      ),
      histogram(
        {
          name: 'longhouse_match_opening_seconds',
          help: 'From a match found to its handler being open, by mode.',
          bounds: OPENING_BOUNDS_SECONDS,
        },
        seriesOf(this.#openings),
      ),
    ];
  }
}

function add(
  all: Map<string, Durations>,
  mode: string,
  { seconds, bounds }: { readonly seconds: number; readonly bounds: readonly number[] },
): void {
  const durations = all.get(mode) ?? { counts: bounds.concat(0).map(() => 0), sum: 0 };
  all.set(mode, durations);
  const found = bounds.findIndex((bound) => seconds <= bound);
  const bucket = found === -1 ? bounds.length : found;
  durations.counts[bucket] = (durations.counts[bucket] ?? 0) + 1;
  durations.sum += seconds;
}

function seriesOf(all: ReadonlyMap<string, Durations>): readonly HistogramSeries[] {
  return Array.from(all, ([mode, { counts, sum }]) => ({ labels: { mode }, counts, sum }));
}
