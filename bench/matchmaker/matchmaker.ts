/**
 * The `matchmaker` bench: how fast it is, what a ticket costs, how fair its matches are beside first-come and beside the
 * best that there is. The bench's parent process. Every case is made from the seed, so only times differ between runs.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { percentiles } from '../../src/main/replay/replay-measures.ts';
import { sleep } from '../../src/shared/clock.ts';
import { SOLO, MIXED_PARTIES } from './matchmaker-arrivals.ts';
import {
  bytesPerTicket,
  favoriteChances,
  passMs,
  splitTimes,
  type MatchmakerKind,
} from './matchmaker-cases.ts';
import { eveningOf, plotOf, type Evening } from './matchmaker-evening.ts';
import { fairnessSvg } from './matchmaker-plot.ts';
import { Progress } from '../progress.ts';
import { median, rounded, textTable } from '../text-table.ts';

const PASS_TICKETS = [18_000, 200_000] as const;
const SPLIT_MATCHES = 3_000;
const MEMORY_TICKETS = 100_000;
/** Queues of 500 players: about 31 matches each. */
const QUEUES = 40;
/** Warm-up, splits, memory, fairness of two, evenings of two, plot. */
const OTHER_STEPS = 8;

export interface MatchmakerBenchOptions {
  readonly runs: number;
  readonly seed: number;
  /** Where the SVG goes; undefined: nowhere. */
  readonly plot: string | undefined;
}

/** Percent. */
interface Chance {
  readonly median: number;
  readonly p95: number;
}

interface Fairness {
  readonly winProbability: Chance;
  readonly winProbabilitySolo: Chance;
  readonly evening: Evening;
}

/** About twenty seconds with five runs. */
export async function matchmakerBench(
  options: MatchmakerBenchOptions,
): Promise<Record<string, unknown>> {
  const steps = new Steps(PASS_TICKETS.length * options.runs + OTHER_STEPS);
  const state = (): { share: number; text: string } => ({ share: steps.share, text: steps.label });
  const results = await new Progress().step('matchmaker', measure(options, steps), state);
  console.log(resultText(results));
  return { ...results };
}

interface MatchmakerResults {
  readonly passMs: Readonly<Record<string, number>>;
  readonly splitMsP99: number;
  readonly winProbability: Chance;
  readonly winProbabilitySolo: Chance;
  readonly ticketsPerSecond: number;
  readonly bytesPerTicket: number;
  /** 4 v 4, mixed parties, everybody as impatient as people are. */
  readonly evening: Evening;
  /** The same arrivals through the naive one. */
  readonly firstCome: Fairness;
  readonly runs: number;
  readonly seed: number;
}

async function measure(options: MatchmakerBenchOptions, steps: Steps): Promise<MatchmakerResults> {
  const { runs, seed, plot } = options;
  const passes: Record<string, number> = {};
  // The first pass of a process is compiled while it runs; a host's is not its first.
  await steps.run('warm-up', () => passMs(PASS_TICKETS[0], seed));
  for (const tickets of PASS_TICKETS) {
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      times.push(await steps.run(`pass over ${tickets}`, () => passMs(tickets, seed + run)));
    }
    passes[tickets] = rounded(median(times));
  }
  const splits = await steps.run('splits', () => splitTimes(SPLIT_MATCHES, seed));
  const bytes = await steps.run('memory', () => bytesPerTicket(MEMORY_TICKETS, seed));
  const fair = await fairness('fair', seed, steps);
  const firstCome = await fairness('firstCome', seed, steps);
  await steps.run('plot', () => {
    if (plot !== undefined) writePlot(plot, seed);
  });
  return {
    passMs: passes,
    splitMsP99: rounded(p99(splits), 3),
    ...fair,
    ticketsPerSecond: fair.evening.ticketsPerSecond,
    bytesPerTicket: Math.round(bytes),
    firstCome,
    runs,
    seed,
  };
}

async function fairness(kind: MatchmakerKind, seed: number, steps: Steps): Promise<Fairness> {
  const chances = await steps.run(`fairness, ${kind}`, () => ({
    winProbability: chanceOf(kind, seed, MIXED_PARTIES),
    winProbabilitySolo: chanceOf(kind, seed, SOLO),
  }));
  const evening = await steps.run(`an evening, ${kind}`, () => eveningOf(kind, seed));
  return { ...chances, evening };
}

function chanceOf(kind: MatchmakerKind, seed: number, partyShares: readonly number[]): Chance {
  const figures = percentiles(favoriteChances(kind, { queues: QUEUES, seed, partyShares }));
  return {
    median: rounded((figures?.p50 ?? Number.NaN) * 100),
    p95: rounded((figures?.p95 ?? Number.NaN) * 100),
  };
}

function writePlot(path: string, seed: number): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, fairnessSvg(plotOf(seed)));
}

function resultText(results: MatchmakerResults): string {
  const { winProbability, winProbabilitySolo, evening, firstCome } = results;
  const speed = textTable(
    ['speed', 'value'],
    [
      ...Object.entries(results.passMs).map(([tickets, ms]) => [
        `one pass over ${tickets}, ms`,
        ms,
      ]),
      ['one match of 2 x 8, mixed parties, p99, ms', results.splitMsP99],
      ['tickets a second, arrival to match', results.ticketsPerSecond],
      ['bytes a waiting ticket', results.bytesPerTicket],
    ],
  );
  const rows: readonly [string, number, number][] = [
    ['favorite wins, median, %', winProbability.median, firstCome.winProbability.median],
    ['favorite wins, p95, %', winProbability.p95, firstCome.winProbability.p95],
    ['all solo, median, %', winProbabilitySolo.median, firstCome.winProbabilitySolo.median],
    ['all solo, p95, %', winProbabilitySolo.p95, firstCome.winProbabilitySolo.p95],
    ...eveningRows(evening, firstCome.evening),
  ];
  return `${speed}\n\n${textTable(['fairness', 'fair', 'first-come'], rows)}`;
}

function eveningRows(fair: Evening, firstCome: Evening): [string, number, number][] {
  return [
    ['evening: wait p50, s', fair.waitSeconds.p50, firstCome.waitSeconds.p50],
    ['evening: wait p95, s', fair.waitSeconds.p95, firstCome.waitSeconds.p95],
    ['evening: off even p50, %', fair.spreadPercent.p50, firstCome.spreadPercent.p50],
    ['evening: regret mean, %', fair.regretPercentMean, firstCome.regretPercentMean],
    ['evening: tickets abandoned', fair.abandoned, firstCome.abandoned],
  ];
}

function p99(times: readonly number[]): number {
  const sorted = times.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.99) - 1)] ?? Number.NaN;
}

/** Counts what is done, and lets the bar move between two steps: each of them keeps the thread. */
class Steps {
  label = '';
  readonly #count: number;
  #done = 0;

  constructor(count: number) {
    this.#count = count;
  }

  get share(): number {
    return this.#done / this.#count;
  }

  async run<T>(label: string, work: () => T): Promise<T> {
    this.label = label;
    await sleep(0);
    const result = work();
    this.#done += 1;
    return result;
  }
}
