/** An evening of a 4 v 4 mode through a matchmaker: waits, fairness, regret, and its plot. The bench's parent process. */

import type { Matchmaker } from '../../src/main/matchmaker/matchmaker.ts';
import { measureMode, percentiles } from '../../src/main/replay/replay-measures.ts';
import { runReplay, type ReplayOutcome } from '../../src/main/replay/replay-run.ts';
import { spreadOf } from '../../src/main/replay/win-spread.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { MIXED_PARTIES, realisticArrivals } from './matchmaker-arrivals.ts';
import { defaultRules, matchmakerOf, MODE, type MatchmakerKind } from './matchmaker-cases.ts';
import type { FairnessPlot, LabeledPoint, PlotPoint } from './matchmaker-plot.ts';
import { rounded } from '../text-table.ts';

const TEAM_SIZE = 4;
const TICKETS = 6_000;
/** Rating windows of the line in the plot; the default is among them. */
const WINDOWS = [0.5, 2, 6, 1_000] as const;

export interface Evening {
  readonly matches: number;
  readonly abandoned: number;
  readonly waitSeconds: { readonly p50: number; readonly p95: number; readonly max: number };
  readonly spreadPercent: { readonly p50: number; readonly p95: number };
  /** Against every regrouping of windows of 16 players: docs/replay.md. */
  readonly regretPercentMean: number;
  /** Real time of adds, removals, passes and splits. */
  readonly ticketsPerSecond: number;
}

export function eveningOf(kind: MatchmakerKind, seed: number): Evening {
  const startMs = systemClock.nowMs();
  const outcome = runEvening(matchmakerOf(kind, defaultRules(TEAM_SIZE), seed), seed);
  const seconds = (systemClock.nowMs() - startMs) / 1000;
  const { matches, abandonedTickets, waitMs, winSpread, regret } = measureMode([outcome], MODE);
  if (waitMs === undefined || winSpread === undefined || regret === undefined) {
    throw new Error('Cannot measure an evening: found no match in it');
  }
  return {
    matches,
    abandoned: abandonedTickets,
    waitSeconds: {
      p50: rounded(waitMs.p50 / 1000),
      p95: rounded(waitMs.p95 / 1000),
      max: rounded(waitMs.max / 1000),
    },
    spreadPercent: { p50: rounded(winSpread.p50 * 100), p95: rounded(winSpread.p95 * 100) },
    regretPercentMean: rounded(regret.mean * 100),
    ticketsPerSecond: Math.round(TICKETS / seconds),
  };
}

export function plotOf(seed: number): FairnessPlot {
  const clouds = [
    { kind: 'firstCome', name: 'first-come', color: '#dc2626' },
    { kind: 'fair', name: 'matchmaker, default rules', color: '#2563eb' },
  ] as const;
  return {
    title: `Fairness against wait: 4 v 4, mixed parties, ${TICKETS} tickets, seed ${seed}`,
    clouds: clouds.map(({ kind, name, color }) => {
      const outcome = runEvening(matchmakerOf(kind, defaultRules(TEAM_SIZE), seed), seed);
      return { name, color, points: pointsOf(outcome) };
    }),
    line: WINDOWS.map((window) => medianPoint(window, seed)),
  };
}

function medianPoint(ratingWindow: number, seed: number): LabeledPoint {
  const rules = defaultRules(TEAM_SIZE, { ratingWindow });
  const points = pointsOf(runEvening(matchmakerOf('fair', rules, seed), seed));
  return {
    waitMs: percentiles(points.map(({ waitMs }) => waitMs))?.p50 ?? Number.NaN,
    spread: percentiles(points.map(({ spread }) => spread))?.p50 ?? Number.NaN,
    label: ratingWindow >= 1_000 ? 'none' : String(ratingWindow),
  };
}

function pointsOf(outcome: ReplayOutcome): readonly PlotPoint[] {
  return outcome.matches.map(({ found }) => {
    return { waitMs: found.waitMsMax, spread: spreadOf(found.quality.winProbabilities) };
  });
}

function runEvening(matchmaker: Matchmaker, seed: number): ReplayOutcome {
  const arrivals = realisticArrivals({
    seed,
    mode: MODE,
    tickets: TICKETS,
    perSecond: 2,
    partyShares: MIXED_PARTIES,
    dayMs: 1_800_000,
    patienceMsMean: 90_000,
  });
  const endMs = (arrivals.at(-1)?.atMs ?? 0) + 1;
  return runReplay({ matchmaker, arrivals, endMs, isKnown: () => true });
}
