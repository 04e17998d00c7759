/** Goal: who is dialed when, and who no more. Method: a book and a virtual time; the back-off of every seed is within its bounds. */

import { describe, expect, it } from 'vitest';
import {
  ADDRESSES_MAX,
  DialBook,
  LEARNED_MS,
  RETRY_MS_MAX,
} from '../../../src/cluster-bridge/link/dial-book.ts';
import { seededRandom } from '../../../src/shared/random.ts';

const A = '10.0.0.1:7779';
const B = '10.0.0.2:7779';

function book(...configured: readonly string[]): DialBook {
  return new DialBook(configured, seededRandom(1));
}

/** When `address` is due next, looked at every millisecond. */
function dueMs(dials: DialBook, fromMs: number): number {
  for (let nowMs = fromMs; nowMs < fromMs + 20_000; nowMs += 1) {
    if (dials.takeDue(nowMs).length > 0) return nowMs - fromMs;
  }
  return Infinity;
}

describe('DialBook', () => {
  it('gives each address once, until it has failed or its host is lost', () => {
    const dials = book(A, B);
    expect(dials.takeDue(0)).toEqual([A, B]);
    expect(dials.takeDue(60_000)).toEqual([]);
    dials.linked(A, 'a');
    dials.failed(B, 60_000);
    expect(dials.takeDue(61_000)).toEqual([B]);
    dials.hostLost('a', 70_000);
    expect(dials.takeDue(71_000)).toEqual([A]);
  });

  it('dials later each time, but again within a second of the last dial, however long nobody is there', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const dials = new DialBook([A], seededRandom(seed));
      let dialedMs = 0;
      dials.takeDue(0);
      for (let failure = 0; failure < 200; failure += 1) {
        dials.failed(A, dialedMs);
        const waitMs = dueMs(dials, dialedMs);
        const mostMs = Math.min(RETRY_MS_MAX, 100 * 2 ** failure);
        expect(waitMs).toBeGreaterThanOrEqual(mostMs / 2);
        expect(waitMs).toBeLessThanOrEqual(mostMs + 1);
        dialedMs += waitMs;
      }
    }
  });

  it('tries again at once where a dial has waited in vain', () => {
    const dials = book(A);
    for (let failure = 0; failure < 10; failure += 1) {
      dials.takeDue(failure * 10_000);
      dials.failed(A, failure * 10_000 + 1_500);
      expect(dueMs(dials, failure * 10_000 + 1_500)).toBeLessThanOrEqual(101);
    }
  });

  it('begins anew when the other side has dialed, under all names of that host', () => {
    const dials = book(A, B);
    dials.takeDue(0);
    dials.linked(A, 'b');
    dials.linked(B, 'b');
    dials.hostLost('b', 0);
    for (let failure = 0; failure < 10; failure += 1) {
      dials.takeDue(failure * 2_000);
      dials.failed(A, failure * 2_000);
      dials.failed(B, failure * 2_000);
    }
    dials.takeDue(30_000);
    // It has dialed us from there; the other name is tried, and is the same host.
    dials.linked(B, 'b');
    dials.failed(A, 30_000);
    expect(dueMs(dials, 30_000)).toBeLessThanOrEqual(101);
    dials.linked(A, 'b');
    expect(dials.takeDue(1e9)).toEqual([]);
    dials.hostLost('b', 40_000);
    expect(dials.takeDue(40_101)).toEqual([A, B]);
  });

  it('spreads the dials of ten hosts that cannot reach each other', () => {
    const addresses = Array.from({ length: 10 }, (_, index) => `10.0.0.${index}:7779`);
    const books = addresses.map((own, index) => {
      const others = addresses.filter((address) => address !== own);
      return new DialBook(others, seededRandom(index + 1));
    });
    const bySecond = Array.from({ length: 60 }, () => 0);
    let worstAtOnce = 0;
    for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
      const byTarget = new Map<string, number>();
      for (const dials of books) {
        for (const address of dials.takeDue(nowMs)) {
          byTarget.set(address, (byTarget.get(address) ?? 0) + 1);
          dials.failed(address, nowMs);
        }
      }
      if (nowMs >= 10_000) worstAtOnce = Math.max(worstAtOnce, ...byTarget.values());
      const second = Math.floor(nowMs / 1_000);
      const all = [...byTarget.values()].reduce((sum, count) => sum + count, 0);
      bySecond[second] = (bySecond[second] ?? 0) + all;
    }
    // Of 90 pairs each dials once or twice a second; never all nine of one host in the same step.
    for (const dials of bySecond.slice(10)) {
      expect(dials).toBeGreaterThanOrEqual(80);
      expect(dials).toBeLessThanOrEqual(180);
    }
    expect(worstAtOnce).toBeLessThan(9);
  });

  it('links all names of a host with it, and tries each of them when it is lost', () => {
    const dials = book(A, B);
    dials.takeDue(0);
    dials.linked(A, 'a');
    dials.linked(B, 'a');
    expect(dials.takeDue(1e9)).toEqual([]);
    dials.hostLost('other', 0);
    expect(dials.takeDue(1e9)).toEqual([]);
    dials.hostLost('a', 0);
    expect(dials.takeDue(1e9)).toEqual([A, B]);
  });

  it('lets a failed dial not disturb the link that was made meanwhile', () => {
    const dials = book(A);
    dials.takeDue(0);
    dials.linked(A, 'a');
    expect(dials.failed(A, 0)).toBe(0);
    expect(dials.takeDue(1e9)).toEqual([]);
  });

  it('forgets a learned address that does not answer and that nobody names any more, a configured one never', () => {
    const dials = book(A);
    dials.learn(B, 0);
    const fail = (nowMs: number): readonly string[] => {
      const due = dials.takeDue(nowMs);
      for (const address of due) dials.failed(address, nowMs);
      return due;
    };
    for (let nowMs = 0; nowMs < LEARNED_MS; nowMs += 10_000) expect(fail(nowMs)).toEqual([A, B]);
    // A third host is linked with it, or this one has been.
    dials.learn(B, LEARNED_MS);
    expect(fail(2 * LEARNED_MS - 1)).toEqual([A, B]);
    dials.linked(B, 'b');
    dials.hostLost('b', 5 * LEARNED_MS);
    expect(fail(6 * LEARNED_MS - 1)).toEqual([A, B]);
    expect(fail(6 * LEARNED_MS + 2_000)).toEqual([A, B]);
    expect(dials.takeDue(1e9)).toEqual([A]);
    dials.learn(B, 1e9);
    expect(dials.takeDue(1e9)).toEqual([B]);
  });

  it('leaves its own address alone for ten minutes', () => {
    const dials = book(A);
    dials.takeDue(0);
    dials.self(A, 0);
    expect(dials.takeDue(599_999)).toEqual([]);
    expect(dials.takeDue(600_000)).toEqual([A]);
  });

  it('learns no more addresses than it has room for', () => {
    const dials = book();
    for (let index = 0; index < 2 * ADDRESSES_MAX; index += 1)
      dials.learn(`10.0.0.1:${index + 1}`, 0);
    expect(dials.takeDue(0)).toHaveLength(ADDRESSES_MAX);
  });
});
