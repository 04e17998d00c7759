/**
 * Goal: what players are told of their wait is honest: over many tickets it is as often too long as too short.
 * Method: realistic arrivals at several rates on a virtual clock; each ticket's estimate when it came, and halfway through
 * its wait, beside the wait that it really had. docs/matchmaking.md quotes the printed table.
 */

import { describe, expect, it } from 'vitest';
import {
  MIXED_PARTIES,
  realisticArrivals,
  SOLO,
} from '../../../bench/matchmaker/matchmaker-arrivals.ts';
import { FairMatchmaker } from '../../../src/main/matchmaker/fair-matchmaker.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { modeRules } from './tickets.ts';

const seed = runSeed('wait-estimate');
const TICKETS = 2_000;
/** Passes of a host follow a change within about this time. */
const PASS_MS = 10;
/** Of the estimates, how many may be too long or too short: one half each would be perfect. */
const SHARE_MIN = 0.35;

interface Told {
  readonly atMs: number;
  readonly etaMs: number | null;
}

const CASES = [
  { name: '1 v 1, one in 2 s', teamSize: 1, perSecond: 0.5, partyShares: SOLO },
  {
    name: '4 v 4 with parties, two a second',
    teamSize: 4,
    perSecond: 2,
    partyShares: MIXED_PARTIES,
  },
  {
    name: '4 v 4 with parties, one in 5 s',
    teamSize: 4,
    perSecond: 0.2,
    partyShares: MIXED_PARTIES,
  },
  { name: '8 v 8, one a second', teamSize: 8, perSecond: 1, partyShares: SOLO },
] as const;

describe('FairMatchmaker, the estimate of a wait', () => {
  it.each(CASES)('is as often too long as too short: $name', (options) => {
    const { first, later } = simulate(options);
    for (const [when, told] of Object.entries({ first, later })) {
      const short = told.filter(({ toldMs, realMs }) => toldMs < realMs).length / told.length;
      const misses = told.map(({ toldMs, realMs }) => Math.abs(toldMs - realMs));
      const row = { when, tickets: told.length, medianMissMs: Math.round(median(misses)) };
      const waitMs = Math.round(median(told.map(({ realMs }) => realMs)));
      console.log({ ...row, medianWaitMs: waitMs, tooShort: short.toFixed(2) });
      expect(told.length).toBeGreaterThan(TICKETS / 4);
      expect(Math.min(short, 1 - short)).toBeGreaterThan(SHARE_MIN);
    }
  });
});

interface Outcome {
  readonly toldMs: number;
  readonly realMs: number;
}

/** What was told when tickets came and, of those who waited on, when the next one came; and what became of it. */
function simulate(options: (typeof CASES)[number]): { first: Outcome[]; later: Outcome[] } {
  const { teamSize, perSecond, partyShares } = options;
  const mode = modeRules('ctf', 2, teamSize, {
    ratingWindow: 6,
    ratingWindowPerSecond: 0.5,
    unevenMax: 0.05,
    unevenPerSecond: 0.01,
    partyMs: 10_000,
    smallerAfterMs: 30_000,
  });
  const matchmaker = new FairMatchmaker([mode], seededRandom(seed));
  const stream = { seed, mode: 'ctf', tickets: TICKETS, perSecond, partyShares };
  const arrivals = realisticArrivals({ ...stream, dayMs: Infinity, patienceMsMean: Infinity });
  const atFirst = new Map<number, Told>();
  const onTheWay = new Map<number, Told>();
  const outcome = { first: [] as Outcome[], later: [] as Outcome[] };
  const next = { passMs: Infinity };
  let last = 0;
  const pass = (nowMs: number): void => {
    const { matches, nextRunMs } = matchmaker.run(nowMs);
    next.passMs = Math.max(nextRunMs, nowMs + PASS_MS);
    for (const { id } of matches.flatMap(({ tickets }) => tickets)) {
      note(outcome.first, atFirst.get(id), nowMs);
      note(outcome.later, onTheWay.get(id), nowMs);
    }
  };
  for (const { atMs, ticket } of arrivals) {
    while (next.passMs <= atMs) pass(next.passMs);
    matchmaker.add(ticket);
    atFirst.set(ticket.id, { atMs, etaMs: matchmaker.etaMs('ctf', atMs) });
    const report = matchmaker.why(last, atMs);
    if (report !== undefined && report.cause !== 'nextPass') {
      onTheWay.set(last, { atMs, etaMs: report.etaMs });
    }
    last = ticket.id;
    next.passMs = Math.min(next.passMs, atMs + 1);
  }
  return outcome;
}

function note(outcomes: Outcome[], told: Told | undefined, nowMs: number): void {
  if (told === undefined || told.etaMs === null) return;
  outcomes.push({ toldMs: told.etaMs, realMs: nowMs - told.atMs });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
