/**
 * Goal: a thread that hangs is ended after hangMs of its own, one that gets no CPU has more time, and nobody has for ever. Method: a
 * thread played by what the kernel would say of it, looked at on a virtual time; that the kernel says so, thread-cpu.test.ts shows.
 */

import { describe, expect, it } from 'vitest';
import { HangWatch, STARVED_TIMES } from '../../src/main/hang-watch.ts';
import type { ThreadCpu } from '../../src/main/thread-cpu.ts';

const HANG_MS = 1_000;
const LOOK_MS = 100;

interface Played {
  /** Of the time. */
  readonly cpuShare?: number;
  readonly isRunnable?: boolean;
  /** The kernel says nothing. */
  readonly isUnknown?: boolean;
  /** When main looks, after the last look. */
  readonly lookMs?: number;
}

/** How long a thread that is silent from now on lives; Infinity: longer than anybody should. */
function livesMs({ cpuShare = 0, isRunnable = true, isUnknown, lookMs = LOOK_MS }: Played): number {
  let nowMs = 0;
  const cpu = (): ThreadCpu | undefined =>
    isUnknown === true ? undefined : { isRunnable, ranMs: 7_000 + nowMs * cpuShare };
  const watch = new HangWatch(HANG_MS, cpu);
  while (nowMs < 100 * HANG_MS) {
    nowMs += lookMs;
    if (watch.isHanging({ nowMs, heartbeatMs: 1 })) return nowMs;
  }
  return Infinity;
}

describe('HangWatch', () => {
  it.each([
    ['that runs an endless loop', { cpuShare: 1 }],
    ['that runs one on half a CPU', { cpuShare: 0.55 }],
    ['that sleeps, whatever for', { isRunnable: false }],
    ['of which nothing is known', { isUnknown: true }],
  ])('ends a silent thread %s after hangMs', (_what, played) => {
    const tookMs = livesMs(played);
    expect(tookMs).toBeGreaterThan(HANG_MS);
    expect(tookMs).toBeLessThanOrEqual(HANG_MS + 2 * LOOK_MS);
  });

  it('gives a thread that shares its CPU with others the more time', () => {
    let lastMs = HANG_MS + 2 * LOOK_MS;
    for (const cpuShare of [0.2, 0.1, 0.05]) {
      const tookMs = livesMs({ cpuShare });
      // What passed before the kernel was asked counts whole.
      expect(tookMs * cpuShare).toBeGreaterThanOrEqual(0.2 * HANG_MS);
      expect(tookMs * cpuShare).toBeLessThanOrEqual(0.5 * HANG_MS);
      expect(tookMs).toBeGreaterThan(lastMs);
      lastMs = tookMs;
    }
  });

  it('ends one that gets no CPU at all after STARVED_TIMES times hangMs', () => {
    const tookMs = livesMs({ cpuShare: 0 });
    expect(tookMs).toBeGreaterThan(STARVED_TIMES * HANG_MS);
    expect(tookMs).toBeLessThanOrEqual(STARVED_TIMES * HANG_MS + 2 * LOOK_MS);
  });

  it('takes a pause of main itself for nobody’s silence', () => {
    const watch = new HangWatch(HANG_MS, () => ({ isRunnable: false, ranMs: 0 }));
    expect(watch.isHanging({ nowMs: 100, heartbeatMs: 90 })).toBe(false);
    // The machine slept for an hour: the first to run is main.
    expect(watch.isHanging({ nowMs: 3_600_000, heartbeatMs: 90 })).toBe(false);
    expect(watch.isHanging({ nowMs: 3_600_100, heartbeatMs: 3_600_050 })).toBe(false);
    expect(watch.silentMs).toBeLessThanOrEqual(LOOK_MS);
    // Where main looks late each time, four looks and more have to find the thread silent.
    expect(livesMs({ isRunnable: false, lookMs: 2_000 })).toBe(5 * 2_000);
  });

  it('begins anew with each sign of life', () => {
    let ranMs = 0;
    const watch = new HangWatch(HANG_MS, () => ({ isRunnable: true, ranMs }));
    for (let nowMs = LOOK_MS; nowMs < 60_000; nowMs += LOOK_MS) {
      ranMs += LOOK_MS;
      // A turn of 900 ms, again and again.
      const heartbeatMs = Math.floor(nowMs / 900) * 900;
      expect(watch.isHanging({ nowMs, heartbeatMs })).toBe(false);
    }
  });
});
