/** Goal: players hear of a drain at its start and at each mark, once, and never of a time that is long over. */

import { describe, expect, it } from 'vitest';
import {
  COUNTDOWN_MS,
  countdownNotice,
  DrainCountdown,
  startNotice,
} from '../../../src/main/drain/drain-countdown.ts';

const MINUTE_MS = 60_000;

/** The marks that a drain of this length says, polled every 20 ms. */
function marksOf(totalMs: number): number[] {
  const countdown = new DrainCountdown(5_000, 5_000 + totalMs);
  const marks: number[] = [];
  for (let nowMs = 5_000; nowMs <= 5_000 + totalMs; nowMs += 20) {
    const mark = countdown.tryTake(nowMs);
    if (mark !== undefined) marks.push(mark);
  }
  return marks;
}

describe('DrainCountdown', () => {
  it('says every mark of a long drain once', () => {
    expect(marksOf(20 * MINUTE_MS)).toEqual(COUNTDOWN_MS);
  });

  it('leaves out what the start has said: a drain of 10 min begins with 5 min', () => {
    expect(marksOf(10 * MINUTE_MS)).toEqual([5 * MINUTE_MS, MINUTE_MS, 30_000, 10_000]);
    expect(marksOf(45_000)).toEqual([30_000, 10_000]);
    expect(marksOf(10_000)).toEqual([]);
    expect(marksOf(0)).toEqual([]);
  });

  it('says only the last of several marks that passed while nobody looked', () => {
    const countdown = new DrainCountdown(0, 20 * MINUTE_MS);
    expect(countdown.tryTake(20 * MINUTE_MS - 20_000)).toBe(30_000);
    expect(countdown.tryTake(20 * MINUTE_MS - 19_000)).toBeUndefined();
    expect(countdown.tryTake(20 * MINUTE_MS + 1)).toBe(10_000);
  });
});

describe('the notices', () => {
  it.each([
    [600_000, '10 min'],
    [90_000, '90 s'],
    [30_000, '30 s'],
    [7_200_000, '2 h'],
  ])('%d ms are "%s"', (ms, text) => {
    expect(startNotice(ms)).toContain(`go on for up to ${text},`);
    expect(countdownNotice(ms)).toContain(`in ${text}:`);
  });

  it('do not speak of 0 s', () => {
    expect(startNotice(0)).toBe('This host is about to stop: matches end now.');
  });
});
