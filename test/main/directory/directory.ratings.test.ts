/** Goal: results become ratings that players are told, and running matches get players; one example a rule. */

import { describe, expect, it } from 'vitest';
import type { MatchResult } from '../../../src/shared/client-event.ts';
import type { HandlerRef, PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { MemoryRatingBook } from '../../../src/main/matchmaker/rating-book.ts';
import { Recorder } from './recorder.ts';

function ended(host: Recorder, handler: HandlerRef, result: MatchResult): void {
  const outcome = { reason: Reason.ended, result, error: undefined };
  host.directory.handlerGone(handler, outcome, false, host.nowMs);
}

function players(host: Recorder, ...names: readonly string[]): PlayerRef[] {
  host.settle();
  return names.map((name) => host.login(name));
}

const EVEN = { scoreMargin: 0, timeLeftShare: 0.9 };

describe('Directory, the end of a match', () => {
  it('tells each player the result and the new rating, before the way home', () => {
    const ratings = new MemoryRatingBook();
    const host = new Recorder({ ratings });
    const [ada = 0, bob = 0] = players(host, 'ada', 'bob');
    const match = host.match('duel', ada, bob);
    ended(host, match, { winner: 'ada' });
    const won = host.events(ada).findLast(({ event }) => event === 'ended');
    const lost = host.events(bob).findLast(({ event }) => event === 'ended');
    expect(won).toMatchObject({ match: 'h/duel/2', result: { winner: 'ada' } });
    expect(won?.event === 'ended' && won.rating).toBeGreaterThan(0);
    expect(lost?.event === 'ended' && lost.rating).toBeLessThan(0);
    expect(ratings.get('duel', 'ada').mu).toBeGreaterThan(25);
    expect(ratings.get('ctf', 'ada').mu).toBe(25);
    const lastEvent = host.orders.findLastIndex(({ kind }) => kind === 'event');
    expect(
      host.orders.findIndex((order) => order.kind === 'move' && order.reason === Reason.ended),
    ).toBeGreaterThan(lastEvent);
  });

  it('is unrated with a practice bot in it, and where nobody knows who won', () => {
    const host = new Recorder();
    const [ada = 0, bob = 0] = players(host, 'ada', 'bob');
    const bot = host.login('bot-otter', { token: 'secret' });
    ended(host, host.match('duel', ada, bot), { winner: 'ada' });
    expect(host.events(ada).at(-1)).toMatchObject({ event: 'ended', rating: null });
    host.settle();
    ended(host, host.match('duel', ada, bob), { points: 3 });
    expect(host.events(bob).at(-1)).toMatchObject({ event: 'ended', rating: null });
  });

  it('costs who left, whoever won', () => {
    const ratings = new MemoryRatingBook();
    const host = new Recorder({ ratings });
    const all = players(host, 'ada', 'bob', 'cyd', 'dan');
    const match = host.match('ctf', ...all);
    const { roster } = host.lastMatch();
    host.ask(all[0] ?? 0, { ask: 'leave' });
    const team = roster.find(({ name }) => name === 'ada')?.team;
    ended(host, match, { winner: team });
    expect(ratings.get('ctf', 'ada').mu).toBeLessThan(25);
    const mate = roster.find((seat) => seat.name !== 'ada' && seat.team === team)?.name ?? '';
    expect(ratings.get('ctf', mate).mu).toBeGreaterThan(25);
    expect(host.ticketEvents.at(-1)).toMatchObject({ kind: 'ended', abandonedBy: ['ada'] });
  });
});

/** Cyd, who waits, is given a seat in a running duel that does not know of it yet. */
function seatForCyd(host: Recorder): { match: HandlerRef; cyd: PlayerRef } {
  const [ada = 0, bob = 0, cyd = 0] = players(host, 'ada', 'bob', 'cyd');
  const match = host.match('duel', ada, bob);
  host.directory.playersWanted(match, { perTeam: [1, 0], standing: EVEN }, host.nowMs);
  host.queue('duel', cyd);
  host.step();
  return { match, cyd };
}

/** Eve is given a seat in a running match, loses her connection, and is back before the handler knows of the seat. */
function backBeforeTheSeat(host: Recorder): { match: HandlerRef; again: PlayerRef } {
  const all = players(host, 'ada', 'bob', 'cyd', 'dan', 'eve');
  const match = host.match('ctf', ...all.slice(0, 4));
  host.ask(all[0] ?? 0, { ask: 'leave' });
  host.directory.playersWanted(match, { perTeam: [1, 1], standing: EVEN }, host.nowMs);
  const eve = all[4] ?? 0;
  host.queue('ctf', eve);
  host.step();
  expect(host.added).toHaveLength(1);
  host.directory.closed(eve, Reason.disconnected, host.nowMs);
  return { match, again: host.login('eve') };
}

describe('Directory, a running match that wants players', () => {
  it('gets one who waits, once its handler knows the seat', () => {
    const host = new Recorder();
    const all = players(host, 'ada', 'bob', 'cyd', 'dan', 'eve');
    const match = host.match('ctf', ...all.slice(0, 4));
    host.ask(all[0] ?? 0, { ask: 'leave' });
    const team = host.lastMatch().roster.find(({ name }) => name === 'ada')?.team ?? -1;
    const perTeam = [0, 1].map((index) => (index === team ? 1 : 0));
    host.directory.playersWanted(match, { perTeam, standing: EVEN }, host.nowMs);
    const eve = all[4] ?? 0;
    host.queue('ctf', eve);
    host.step();
    expect(host.added).toEqual([{ handler: match, seats: [{ name: 'eve', team }] }]);
    expect(host.directory.queueCounts('ctf')?.waiting).toBe(0);
    expect(host.routeOf(eve)).not.toBe(match);
    host.directory.seatsAdded(match, ['eve'], host.nowMs);
    expect(host.routing(eve).at(-1)).toMatchObject({ handler: match, reason: Reason.matched });
    expect(host.ticketEvents.at(-1)).toMatchObject({ kind: 'backfilled', team });
    host.queue('ctf', all[0] ?? 0);
    host.step();
    expect(host.added, 'it has all that it wanted').toHaveLength(1);
  });

  it('gets nobody when it is nearly over or as good as decided', () => {
    const host = new Recorder();
    const all = players(host, 'ada', 'bob', 'cyd');
    const match = host.match('duel', ...all.slice(0, 2));
    host.queue('duel', all[2] ?? 0);
    for (const standing of [
      { ...EVEN, timeLeftShare: 0.1 },
      { ...EVEN, scoreMargin: 0.9 },
    ]) {
      host.directory.playersWanted(match, { perTeam: [1, 1], standing }, host.nowMs);
      host.step();
    }
    expect(host.added).toEqual([]);
    host.directory.playersWanted(match, { perTeam: [1, 1], standing: EVEN }, host.nowMs);
    host.step();
    expect(host.added).toHaveLength(1);
  });

  it('that ends before they could join gives their place in the queue back', () => {
    const host = new Recorder();
    const { match, cyd } = seatForCyd(host);
    ended(host, match, { winner: null });
    expect(host.directory.find('cyd', host.nowMs)?.waits).toMatchObject({ hasPriority: true });
    host.directory.seatsAdded(match, ['cyd'], host.nowMs);
    expect(host.routeOf(cyd)).not.toBe(match);
  });

  it('lets a player who lost the connection meanwhile wait in a lobby until its handler knows the seat', () => {
    const host = new Recorder();
    const { match, again } = backBeforeTheSeat(host);
    expect(host.routeOf(again)).not.toBe(match);
    host.directory.seatsAdded(match, ['eve'], host.nowMs);
    expect(host.routing(again).at(-1)).toMatchObject({ handler: match, reason: Reason.matched });
  });

  it('and gives that player the place in the queue back when it ends before', () => {
    const host = new Recorder();
    const { match, again } = backBeforeTheSeat(host);
    ended(host, match, { winner: null });
    expect(host.directory.find('eve', host.nowMs)).toMatchObject({
      state: 'lobby',
      seat: undefined,
      waits: { hasPriority: true },
    });
    expect(host.routeOf(again)).not.toBe(match);
  });

  it('is told that the seat is free of one who is gone before', () => {
    const host = new Recorder();
    const { match, cyd } = seatForCyd(host);
    host.directory.closed(cyd, Reason.quit, host.nowMs);
    expect(host.expired).toEqual([{ handler: match, name: 'cyd' }]);
  });
});

describe('Directory.why() and enqueue()', () => {
  it('answer an operator', () => {
    const host = new Recorder();
    players(host, 'ada');
    expect(host.directory.enqueue('Ada', 'duel', host.nowMs)).toBe(true);
    expect(host.directory.enqueue('zoe', 'duel', host.nowMs)).toBe(false);
    expect(host.directory.why('ada', host.nowMs)).toMatchObject({
      text: expect.stringMatching(/needs 1 more/),
      report: { mode: 'duel', missing: 1 },
    });
    expect(host.directory.why('zoe', host.nowMs)).toBeUndefined();
    host.step(3_600_000);
    expect(host.ticketEvents.at(-1)).toMatchObject({ kind: 'removed', reason: 'expired' });
  });
});
