/**
 * Goal: a replay does with recorded players what the host does with real ones, and nobody is lost on the way.
 * Method: short histories by hand, through the real matchmakers; random ones, counted.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIXED_PARTIES, realisticArrivals } from '../../../bench/matchmaker/matchmaker-arrivals.ts';
import { FirstComeMatchmaker } from '../../../src/main/matchmaker/first-come-matchmaker.ts';
import type { Matchmaker, Ticket } from '../../../src/main/matchmaker/matchmaker.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import { DueQueue } from '../../../src/main/replay/due-queue.ts';
import { runReplay, type ReplayOutcome } from '../../../src/main/replay/replay-run.ts';
import { rulesMatchmaker } from '../../../src/main/replay/rules-matchmaker.ts';
import { ticketHistory, type Arrival } from '../../../src/main/replay/ticket-history.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';

const seed = runSeed('replay-run');
const DUEL: ModeRules = {
  name: 'duel',
  teams: 2,
  teamSize: 1,
  minTeamSize: 1,
  tickHz: 10,
  graceMs: 0,
};

describe('runReplay()', () => {
  it('lets a ticket go at the wait at which it was cancelled, unless it is matched before', () => {
    const alone = outcomeOf([arrival(1, 0, 5_000)], 20_000);
    expect(alone.abandoned.map(({ id }) => id)).toEqual([1]);
    const inTime = outcomeOf([arrival(1, 0, 5_000), arrival(2, 4_990)], 20_000);
    expect(inTime.matches[0]?.found.tickets.map(({ id }) => id)).toEqual([1, 2]);
    expect(inTime.abandoned).toEqual([]);
    const tooLate = outcomeOf([arrival(1, 0, 5_000), arrival(2, 5_001)], 20_000);
    expect([tooLate.matches.length, tooLate.abandoned.length]).toEqual([0, 1]);
    expect(tooLate.waiting.map(({ id }) => id)).toEqual([2]);
  });

  it('holds the next ticket of a player whose last one still waits, and its wait counts from then', () => {
    const outcome = outcomeOf(
      [arrival(1, 0, Infinity, 'ada'), arrival(2, 1_000, Infinity, 'ada'), arrival(3, 3_000)],
      20_000,
    );
    expect(outcome.matches.map(({ found }) => found.tickets.map(({ id }) => id))).toEqual([[1, 3]]);
    const [freed] = outcome.waiting;
    expect([freed?.id, freed?.enqueuedMs]).toEqual([2, 3_000]);
    const never = outcomeOf(
      [arrival(1, 0, Infinity, 'ada'), arrival(2, 1_000, Infinity, 'ada')],
      20_000,
    );
    expect([never.waiting.length, never.held.map(({ id }) => id)]).toEqual([1, [2]]);
  });

  it('leaves out tickets that the rules have no place for', () => {
    const other = arrival(1, 0);
    const arrivals = [{ ...other, ticket: { ...other.ticket, mode: 'chess' } }];
    expect(outcomeOf(arrivals, 1_000)).toMatchObject({ unknown: 1, waiting: [] });
  });

  it('goes on by other rules from the moment at which they came into force', () => {
    const four: ModeRules = { ...DUEL, teamSize: 2, minTeamSize: 2 };
    const arrivals = [1, 2, 3, 4].map((id) => arrival(id, id * 1_000));
    const isKnown = (): boolean => true;
    const task = { arrivals, endMs: 20_000, isKnown };
    const matchmaker = (): Matchmaker => rulesMatchmaker([DUEL], seed);
    const asEver = runReplay({ ...task, matchmaker: matchmaker() });
    expect(idsOf(asEver)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    // The first of them waits already, and waits on.
    const changes = [{ atMs: 1_500, rules: [four], isKnown }];
    const changed = runReplay({ ...task, matchmaker: matchmaker(), changes });
    expect(idsOf(changed)).toEqual([[1, 2, 3, 4]]);
    const first = changed.matches[0]?.found.tickets.find(({ id }) => id === 1);
    expect(first?.enqueuedMs).toBe(1_000);
  });

  it('sends those away whom changed rules have no place for, once, and frees their next tickets', () => {
    const chess: ModeRules = { ...DUEL, name: 'chess' };
    const task = {
      matchmaker: rulesMatchmaker([DUEL], seed),
      arrivals: [arrival(1, 0, 9_000), arrival(2, 6_000)],
      endMs: 20_000,
      isKnown: ({ mode }: Ticket) => mode === 'duel',
      changes: [{ atMs: 5_000, rules: [chess], isKnown: ({ mode }: Ticket) => mode === 'chess' }],
    };
    const outcome = runReplay(task);
    expect(outcome.abandoned.map(({ id }) => id)).toEqual([1]);
    expect(outcome).toMatchObject({ matches: [], waiting: [], unknown: 1 });
  });

  it('accounts for every ticket once, whoever gives up when', () => {
    const marks = { matched: 0, abandoned: 0, waiting: 0 };
    const ctf = { ...DUEL, name: 'ctf', teamSize: 4, minTeamSize: 4 };
    for (let run = 0; run < 20; run += 1) {
      const arrivals = realisticArrivals({
        seed: seed + run,
        mode: 'ctf',
        tickets: 300,
        perSecond: 1,
        partyShares: MIXED_PARTIES,
        dayMs: 120_000,
        patienceMsMean: 10_000,
      });
      const rules = { ...ctf, matching: { ratingWindow: 3, ratingWindowPerSecond: 0.2 } };
      const matchmaker = rulesMatchmaker([rules], seed);
      const endMs = arrivals.at(-1)?.atMs ?? 0;
      const outcome = runReplay({ matchmaker, arrivals, endMs, isKnown: () => true });
      const matched = outcome.matches.flatMap(({ found }) => found.tickets);
      const all = [...matched, ...outcome.abandoned, ...outcome.waiting, ...outcome.held];
      const ids = all.map(({ id }) => id).sort((left, right) => left - right);
      expect(ids).toEqual(arrivals.map(({ ticket }) => ticket.id));
      marks.matched += matched.length;
      marks.abandoned += outcome.abandoned.length;
      marks.waiting += outcome.waiting.length;
    }
    expect(Math.min(...Object.values(marks))).toBeGreaterThan(20);
  });
});

describe('ticketHistory()', () => {
  it('reads patience from removals and one arrival from a ticket that came back', () => {
    const { ticket } = arrival(1, 100);
    const history = ticketHistory([
      { kind: 'added', atMs: 100, ticket },
      { kind: 'added', atMs: 150, ticket: { ...ticket, id: 2 } },
      { kind: 'removed', atMs: 400, ticketId: 2, reason: 'left' },
      { kind: 'removed', atMs: 500, ticketId: 99, reason: 'left' },
      { kind: 'gap', events: 7 },
      { kind: 'added', atMs: 600, ticket: { ...ticket, hasPriority: true } },
      { kind: 'removed', atMs: 900, ticketId: 1, reason: 'draining' },
    ]);
    const patience = history.arrivals.map((one) => [one.ticket.id, one.atMs, one.patienceMs]);
    expect(patience).toEqual([
      [1, 100, 800],
      [2, 150, 250],
    ]);
    expect(history).toMatchObject({ endMs: 900, missing: 7, strays: 1 });
  });
});

describe('DueQueue', () => {
  it('gives out in the order of time, then of coming, whatever the order of going in', () => {
    const times = fc.array(fc.nat({ max: 20 }), { size: 'max', maxLength: 200 });
    fc.assert(
      fc.property(times, (dueTimes) => {
        const queue = new DueQueue<number>();
        for (const [index, dueMs] of dueTimes.entries()) queue.add(index, dueMs);
        const taken: number[] = [];
        for (let nowMs = 0; nowMs <= 20; nowMs += 5) {
          for (let one = queue.takeDue(nowMs); one !== undefined; one = queue.takeDue(nowMs)) {
            taken.push(one);
          }
          expect(queue.nextMs).toBeGreaterThan(nowMs);
        }
        const expected = dueTimes.map((_, index) => index);
        expected.sort((one, other) => (dueTimes[one] ?? 0) - (dueTimes[other] ?? 0) || one - other);
        expect(taken).toEqual(expected);
      }),
      { seed },
    );
  });
});

function arrival(id: number, atMs: number, patienceMs = Infinity, name = `p${id}`): Arrival {
  const members = [{ name, rating: { mu: 25, sigma: 8 } }];
  const ticket = { id, mode: 'duel', members, enqueuedMs: atMs, hasPriority: false };
  return { ticket, atMs, patienceMs };
}

function outcomeOf(arrivals: readonly Arrival[], endMs: number): ReplayOutcome {
  const matchmaker = new FirstComeMatchmaker([DUEL], seededRandom(1));
  return runReplay({ matchmaker, arrivals, endMs, isKnown: ({ mode }) => mode === 'duel' });
}

/** Of each match, in the order in which they were made. */
function idsOf({ matches }: ReplayOutcome): readonly (readonly number[])[] {
  return matches.map(({ found }) =>
    found.tickets.map(({ id }) => id).sort((one, two) => one - two),
  );
}
