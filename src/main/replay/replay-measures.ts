/** What a replay came to, mode by mode: the figures of the before-and-after table. Pure; main thread. */

import type { Ticket } from '../matchmaker/matchmaker.ts';
import { windowRegrets } from './regret.ts';
import type { ReplayMatch, ReplayOutcome } from './replay-run.ts';
import { spreadOf } from './win-spread.ts';

/** Undefined wherever there is nothing to take a figure from. */
export interface ReplayMeasures {
  readonly tickets: number;
  readonly matches: number;
  readonly matchedTickets: number;
  readonly abandonedTickets: number;
  readonly waitingTickets: number;
  readonly heldTickets: number;
  /** Of the tickets that were matched. */
  readonly waitMs: Percentiles | undefined;
  /** How long all tickets of a match had been there when it was made. */
  readonly idleMs: Percentiles | undefined;
  /** Of the matches: how far the favorite's chance is from an even share, 0 to 1. */
  readonly winSpread: Percentiles | undefined;
  /** Of the windows, 0 to 1. */
  readonly regret:
    | { readonly mean: number; readonly p95: number; readonly windows: number }
    | undefined;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** The figures of one mode over one or more runs. */
export function measureMode(outcomes: readonly ReplayOutcome[], mode: string): ReplayMeasures {
  const isOfMode = (ticket: Ticket): boolean => ticket.mode === mode;
  const matches = outcomes.flatMap((outcome) =>
    outcome.matches.filter(({ found }) => found.mode === mode),
  );
  const waits = matches.flatMap(({ found, atMs }) => found.tickets.map((one) => waitMs(one, atMs)));
  const abandonedTickets = count(outcomes, ({ abandoned }) => abandoned.filter(isOfMode).length);
  const waitingTickets = count(outcomes, ({ waiting }) => waiting.filter(isOfMode).length);
  const heldTickets = count(outcomes, ({ held }) => held.filter(isOfMode).length);
  const regrets = outcomes.flatMap((outcome) => windowRegrets(foundIn(outcome, mode)));
  return {
    tickets: waits.length + abandonedTickets + waitingTickets + heldTickets,
    matches: matches.length,
    matchedTickets: waits.length,
    abandonedTickets,
    waitingTickets,
    heldTickets,
    waitMs: percentiles(waits),
    idleMs: percentiles(matches.map(idleMs)),
    winSpread: percentiles(matches.map(({ found }) => spreadOf(found.quality.winProbabilities))),
    regret: regretFigures(regrets),
  };
}

/** Nearest-rank percentiles, so that each figure is one that happened. */
export function percentiles(values: readonly number[]): Percentiles | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  return { p50: rank(sorted, 0.5), p95: rank(sorted, 0.95), max: rank(sorted, 1) };
}

function rank(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function regretFigures(regrets: readonly number[]): ReplayMeasures['regret'] {
  const figures = percentiles(regrets);
  if (figures === undefined) return undefined;
  const mean = regrets.reduce((sum, regret) => sum + regret, 0) / regrets.length;
  return { mean, p95: figures.p95, windows: regrets.length };
}

function foundIn(outcome: ReplayOutcome, mode: string): readonly ReplayMatch['found'][] {
  return outcome.matches.map(({ found }) => found).filter((found) => found.mode === mode);
}

function waitMs(ticket: Ticket, atMs: number): number {
  return Math.max(0, atMs - ticket.enqueuedMs);
}

function idleMs({ found, atMs }: ReplayMatch): number {
  return Math.min(...found.tickets.map((ticket) => waitMs(ticket, atMs)));
}

function count(outcomes: readonly ReplayOutcome[], of: (outcome: ReplayOutcome) => number): number {
  return outcomes.reduce((sum, outcome) => sum + of(outcome), 0);
}
