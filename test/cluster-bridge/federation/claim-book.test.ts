/** Goal: the home alone decides whose ticket is claimed, who plays and until when. Method: examples, at chosen times. */

import { describe, expect, it } from 'vitest';
import { ClaimBook } from '../../../src/cluster-bridge/federation/claim-book.ts';
import { LEASE_TIMES } from '../../../src/cluster-bridge/federation/lease-rules.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { FakeHome, identity, remoteMatch, seat, ticket } from './federation-kit.ts';

const { claimMs, homeLeaseMs } = LEASE_TIMES;
const WANT = { mode: 'duel', playersMax: 8 };
const HOST = identity('m');
const ENDED = { reason: Reason.ended, result: undefined, ratings: undefined };
const MATCH = remoteMatch('c/1/1', HOST, [seat('ada', 0, 'h', 1)]);

function claimed(...tickets: ReturnType<typeof ticket>[]): { home: FakeHome; book: ClaimBook } {
  const home = new FakeHome(...tickets);
  const book = new ClaimBook(home, LEASE_TIMES);
  book.claim({ claimId: 'c/1/1', want: WANT }, 0);
  return { home, book };
}

describe('a claim', () => {
  it('is answered alike when it comes again, and takes nothing twice', () => {
    const { home, book } = claimed(ticket(1, 'ada'));
    home.tickets.push(ticket(2, 'bob'));
    expect(book.claim({ claimId: 'c/1/1', want: WANT }, 10).map(({ id }) => id)).toEqual([1]);
    expect(home.tickets.map(({ id }) => id)).toEqual([2]);
  });

  it('of which some tickets are released keeps the others', () => {
    const { home, book } = claimed(ticket(1, 'ada'), ticket(2, 'bob'));
    book.release('c/1/1', [2], 10);
    expect(home.calls).toEqual(['unfence 2']);
    expect(book.confirm(MATCH, 20)).toEqual(['ada']);
  });

  it('runs out by itself, and cannot be confirmed afterwards', () => {
    const { home, book } = claimed(ticket(1, 'ada'));
    expect(book.step(claimMs - 1)).toBe(claimMs);
    expect(home.calls).toEqual([]);
    book.step(claimMs);
    expect(home.calls).toEqual(['unfence 1']);
    expect(book.confirm(MATCH, claimMs + 1)).toEqual([]);
    expect(book.claim({ claimId: 'c/1/1', want: WANT }, claimMs + 2)).toEqual([]);
  });

  it('may be for several matches: what has a seat in none of them is free when it runs out', () => {
    const { home, book } = claimed(ticket(1, 'ada'), ticket(2, 'bob'), ticket(3, 'cyd'));
    book.confirm(MATCH, 20);
    const other = { ...MATCH, matchId: 'c/1/1.2', seats: [seat('bob', 0, 'h', 2)] };
    expect(book.confirm(other, 30)).toEqual(['bob']);
    expect(book.playingCount).toBe(2);
    book.step(claimMs);
    expect(home.calls).toEqual(['enter ada', 'enter bob', 'unfence 3']);
  });
});

describe('a match of this home on another host', () => {
  it('is over when its lease is: the players are free at once', () => {
    const { home, book } = claimed(ticket(1, 'ada'));
    book.confirm(MATCH, 100);
    book.step(100 + homeLeaseMs - 1);
    expect(book.playingCount).toBe(1);
    book.step(100 + homeLeaseMs);
    expect(home.calls.at(-1)).toBe('leave c/1/1 free in 0');
    expect(book.renew(HOST, ['c/1/1'], 100 + homeLeaseMs + 1)).toEqual([]);
  });

  it('goes on with each renewal of its own host, and of no other run of it', () => {
    const { book } = claimed(ticket(1, 'ada'));
    book.confirm(MATCH, 0);
    expect(book.renew(HOST, ['c/1/1', 'unknown'], 1_000)).toEqual(['c/1/1']);
    expect(book.renew(identity('m', 2), ['c/1/1'], 2_000)).toEqual([]);
    book.step(homeLeaseMs + 500);
    expect(book.playingCount).toBe(1);
    book.step(homeLeaseMs + 1_000);
    expect(book.playingCount).toBe(0);
  });

  it('is over when the link is lost, but its players are held until its host has given them up', () => {
    const { home, book } = claimed(ticket(1, 'ada'));
    book.confirm(MATCH, 0);
    book.peerDown(HOST, 1_000);
    expect(home.calls.at(-1)).toBe(`leave c/1/1 free in ${homeLeaseMs - 1_000}`);
  });

  it('is not over because another run of its host is lost', () => {
    const { book } = claimed(ticket(1, 'ada'));
    book.confirm(MATCH, 0);
    book.peerDown(identity('m', 2), 1_000);
    expect(book.playingCount).toBe(1);
  });

  it('ends once: a second word of its end, or of a seat, finds nothing', () => {
    const { home, book } = claimed(ticket(1, 'ada'));
    book.confirm(MATCH, 0);
    book.ended(HOST, 'c/1/1', { end: ENDED, nowMs: 10 });
    book.ended(HOST, 'c/1/1', { end: ENDED, nowMs: 20 });
    expect(home.calls.filter((call) => call.startsWith('leave'))).toHaveLength(1);
    expect(book.seatReleased('c/1/1', 'ada', 30)).toBeUndefined();
  });

  it('is forgotten when its last player has given the seat up', () => {
    const { book } = claimed(ticket(1, 'ada'));
    book.confirm(MATCH, 0);
    expect(book.seatReleased('c/1/1', 'ada', 10)).toEqual(HOST);
    expect(book.playingCount).toBe(0);
    expect(book.renew(HOST, ['c/1/1'], 20)).toEqual([]);
  });
});

describe('a seat that waits for a player who has come here', () => {
  it('makes the match one of this home, which answers for it from then on', () => {
    const home = new FakeHome();
    const book = new ClaimBook(home, LEASE_TIMES);
    expect(book.resume(MATCH, 100)).toBe('in');
    expect(book.renew(HOST, ['c/1/1'], 200)).toEqual(['c/1/1']);
    // Once more is no second seat.
    expect(book.resume(MATCH, 300)).toBe('in');
    expect(book.seatReleased('c/1/1', 'ada', 400)).toEqual(HOST);
    expect(book.playingCount).toBe(0);
  });

  it('may be taken in a match that was over for this home, and not from another run of its host', () => {
    const { book } = claimed(ticket(1, 'ada'));
    book.confirm(MATCH, 0);
    const other = remoteMatch('c/1/1', identity('m', 2), MATCH.seats);
    expect(book.resume(other, 10)).toBe('refused');
    book.ended(HOST, 'c/1/1', { end: ENDED, nowMs: 20 });
    expect(book.resume(MATCH, 30)).toBe('in');
    book.step(30 + homeLeaseMs);
    expect(book.playingCount).toBe(0);
  });

  it('makes the lease of all players of this home in that match a new one', () => {
    const { book } = claimed(ticket(1, 'ada'));
    book.confirm(MATCH, 0);
    book.resume(remoteMatch('c/1/1', HOST, [seat('bob', 0, 'h', 2)]), 1_000);
    book.step(homeLeaseMs);
    expect(book.playingCount).toBe(1);
    book.step(1_000 + homeLeaseMs);
    expect(book.playingCount).toBe(0);
  });
});

describe('a running match that takes players who were claimed for it', () => {
  const FILL = { ...MATCH, claimId: 'm/1/f1', isRunning: true, seats: [seat('bob', 0, 'h', 2)] };

  function filled(): { home: FakeHome; book: ClaimBook } {
    const all = claimed(ticket(1, 'ada'));
    all.book.confirm(MATCH, 0);
    all.home.tickets.push(ticket(2, 'bob'));
    all.book.claim({ claimId: 'm/1/f1', want: WANT }, 10);
    return all;
  }

  it('has all of them then, and is told of all', () => {
    const { book } = filled();
    expect(book.confirm(FILL, 20)).toEqual(['ada', 'bob']);
    expect(book.playingCount).toBe(1);
    expect(book.confirm(FILL, 30), 'again').toEqual(['ada', 'bob']);
  });

  it('gets nobody by a claim that has run out, and nobody from another run of its host', () => {
    const { home, book } = filled();
    expect(book.confirm({ ...FILL, host: identity('m', 2) }, 20)).toEqual([]);
    book.renew(HOST, ['c/1/1'], 1_000);
    book.step(10 + claimMs);
    expect(book.confirm(FILL, 20 + claimMs)).toEqual(['ada']);
    expect(home.calls).toEqual(['enter ada', 'unfence 2']);
  });

  it('may be one that was over for this home', () => {
    const { book } = filled();
    book.ended(HOST, 'c/1/1', { end: ENDED, nowMs: 20 });
    expect(book.confirm(FILL, 30)).toEqual(['bob']);
    expect(book.renew(HOST, ['c/1/1'], 40)).toEqual(['c/1/1']);
  });
});
