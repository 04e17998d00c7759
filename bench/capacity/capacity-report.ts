/** What the `capacity` bench says: the search, what was measured and assumed, the sums, what is not in them. Pure; the bench's parent process. */

import {
  KNEE_BEYOND_TICK_MS,
  KNEE_DELIVERED_SHARE,
  OTHER_CPU_PERCENT_DOUBTFUL,
  SEND_LAG_MS_DOUBTFUL,
  type Knee,
  type KneeStep,
} from '../peer-runs/peers-knee.ts';
import { rounded, textTable } from '../text-table.ts';
import { POPULATIONS, type Capacity, type CapacityRow, type FigureRow } from './capacity-sums.ts';

export interface CapacityFindings {
  readonly figures: readonly FigureRow[];
  readonly rows: readonly CapacityRow[];
  /** One a population. */
  readonly all: readonly Capacity[];
  readonly rateHz: number;
}

const NOT_IN_IT = [
  'Not in the sums: TCP/IP, TLS and kernel buffers; what main, the store and the bridge, one thread each, can carry;',
  'your game: a state here is copied, not computed. A message is taken to cost the same on more cores and hosts',
  '("npm run bench -- growth" shows how far that holds here).',
];

export function capacityText({ figures, rows, all, rateHz }: CapacityFindings): string {
  const start = textTable(
    ['the sums start from', 'origin', 'value', 'unit', 'how'],
    figures.map(({ name, origin, value, unit, how }) => [name, origin, value, unit, how]),
  );
  const populations = POPULATIONS.map((population) => population.toLocaleString('en-US'));
  const sums = textTable(
    ['computed, for players', ...populations, 'unit'],
    rows.map(({ name, values, unit }) => [name, ...values, unit]),
  );
  const width = Math.max(...rows.map(({ name }) => name.length));
  const formulas = rows.map(({ name, formula }) => `  ${name.padEnd(width)} = ${formula}`);
  return [
    start,
    sums,
    ['How each is computed:', ...formulas].join('\n'),
    NOT_IN_IT.join('\n'),
    ['In short, each player with', `${rateHz} inputs and states a second:`]
      .join(' ')
      .concat('\n', all.map((one) => `  ${inShort(one)}`).join('\n')),
  ].join('\n\n');
}

function inShort({ players, cores, hosts, memoryGib }: Capacity): string {
  const count = (value: number, noun: string): string =>
    `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`;
  const where = hosts === 1 ? 'on 1 host' : `over ${count(hosts, 'host')}`;
  return `${players.toLocaleString('en-US').padStart(9)} players: ${count(cores, 'core')} ${where}, ${rounded(memoryGib, 1)} GiB`;
}

/** The search, step by step, and where it ended. */
export function kneeText(knee: Knee, players: number): string {
  const ordered = knee.steps.toSorted((left, right) => left.rateHz - right.rateHz);
  const steps = textTable(
    [
      'rate Hz',
      'states/s',
      'p99 ms beyond tick',
      'delivered %',
      'send lag p99 ms',
      'other CPU %',
      'kept up',
    ],
    ordered.map((step) => [
      step.rateHz,
      rounded(step.deliveredPerSecond, 0),
      rounded(step.beyondTickP99Ms, 1),
      rounded(step.deliveredShare * 100, 1),
      rounded(step.sendLagP99Ms, 1),
      rounded(step.otherCpuPercent, 0),
      step.broken === undefined ? (step.isPassed ? 'yes' : 'no') : `broke: ${step.broken}`,
    ]),
  );
  const rule = `kept up: p99 beyond the tick at most ${KNEE_BEYOND_TICK_MS} ms, ${KNEE_DELIVERED_SHARE * 100} % delivered`;
  return [steps, rule, '', found(knee, players), ...doubts(knee.steps)].join('\n');
}

/** `knee: 38,400 states a second; the least that was too much: 45,000` */
function found(knee: Knee, players: number): string {
  if (knee.perSecond === null) return 'knee: none, the lowest rate was too much';
  const least = knee.isAtLeast ? 'at least ' : '';
  const { rateHz } = knee;
  const failed = knee.steps
    .filter((step) => !step.isPassed && step.rateHz > (rateHz ?? 0))
    .map((step) => step.rateHz);
  const above =
    failed.length === 0
      ? 'no rate was too much'
      : `too much were ${(players * Math.min(...failed)).toLocaleString('en-US')} (${Math.min(...failed)} Hz)`;
  const size = `${players.toLocaleString('en-US')} players at ${rateHz} Hz`;
  return `knee of host and load clients on this machine: ${least}${knee.perSecond.toLocaleString('en-US')} states a second (${size}); ${above}`;
}

function doubts(steps: readonly KneeStep[]): readonly string[] {
  const at = (doubtful: readonly KneeStep[]): string =>
    doubtful.map(({ rateHz }) => `${rateHz} Hz`).join(', ');
  const busy = steps.filter((step) => step.otherCpuPercent > OTHER_CPU_PERCENT_DOUBTFUL);
  const late = steps.filter((step) => step.sendLagP99Ms > SEND_LAG_MS_DOUBTFUL);
  return [
    ...(busy.length === 0
      ? []
      : [`Doubtful: the machine did other work beside ${at(busy)}: repeat it on a quiet one`]),
    ...(late.length === 0
      ? []
      : [
          `Doubtful: at ${at(late)} the load clients sent late: they, or this machine, may be the limit, not the host`,
        ]),
  ];
}
