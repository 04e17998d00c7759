/** What the `capacity` bench says: the search, what was measured and assumed, and the sums. Pure; the bench's parent process. */

import type { Knee } from '../peers-knee.ts';
import { rounded, textTable } from '../text-table.ts';
import { POPULATIONS, type CapacityRow, type FigureRow } from './capacity-sums.ts';

export interface CapacityFindings {
  readonly knee: Knee;
  /** Of the search for the knee. */
  readonly players: number;
  readonly figures: readonly FigureRow[];
  readonly rows: readonly CapacityRow[];
}

export function capacityText({ knee, players, figures, rows }: CapacityFindings): string {
  const start = textTable(
    ['figure', 'is', 'value', 'unit', 'how'],
    figures.map(({ name, origin, value, unit, how }) => [name, origin, value, unit, how]),
  );
  const populations = POPULATIONS.map((population) => population.toLocaleString('en-US'));
  const sums = textTable(
    ['computed for players', ...populations, 'unit', '= formula'],
    rows.map(({ name, values, unit, formula }) => [name, ...values, unit, formula]),
  );
  return [kneeText(knee, players), start, sums].join('\n\n');
}

function kneeText(knee: Knee, players: number): string {
  const steps = textTable(
    ['rate Hz', 'states/s', 'beyond tick p99 ms', 'delivered %', 'send lag p99 ms', 'passed'],
    knee.steps.map((step) => [
      step.rateHz,
      rounded(step.deliveredPerSecond, 0),
      rounded(step.beyondTickP99Ms, 1),
      rounded(step.deliveredShare * 100, 1),
      rounded(step.sendLagP99Ms, 1),
      step.isPassed ? 'yes' : 'no',
    ]),
  );
  const least = knee.isAtLeast ? 'at least ' : '';
  return `${steps}\n\nknee of host and load clients on this machine: ${least}${knee.perSecond} states a second (${players} players at ${knee.rateHz} Hz)`;
}
