/** Goal: who is dialed when, and who no more. Method: a book and a virtual time; the back-off of every seed is within its bounds. */

import { describe, expect, it } from 'vitest';
import {
  ADDRESSES_MAX,
  DialBook,
  LEARNED_FAILURES_MAX,
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

  it('waits longer each time, 5 s at most, never less than half of that', () => {
    const dials = book(A);
    dials.takeDue(0);
    const waits = Array.from({ length: 12 }, () => {
      dials.failed(A, 0);
      return dueMs(dials, 0);
    });
    for (const [index, waitMs] of waits.entries()) {
      const mostMs = Math.min(5_000, 100 * 2 ** index);
      expect(waitMs).toBeGreaterThanOrEqual(mostMs / 2);
      expect(waitMs).toBeLessThanOrEqual(mostMs + 1);
    }
    dials.linked(A, 'a');
    dials.hostLost('a', 0);
    expect(dueMs(dials, 0)).toBeLessThanOrEqual(101);
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

  it('forgets a learned address that never answers, a configured one never', () => {
    const dials = book(A);
    dials.learn(B);
    for (let failure = 0; failure <= LEARNED_FAILURES_MAX; failure += 1) {
      expect(dials.takeDue(failure * 10_000)).toEqual([A, B]);
      expect(dials.failed(A, failure * 10_000)).toBe(failure + 1);
      dials.failed(B, failure * 10_000);
    }
    expect(dials.takeDue(1e9)).toEqual([A]);
    dials.learn(B);
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
    for (let index = 0; index < 2 * ADDRESSES_MAX; index += 1) dials.learn(`10.0.0.1:${index + 1}`);
    expect(dials.takeDue(0)).toHaveLength(ADDRESSES_MAX);
  });
});
