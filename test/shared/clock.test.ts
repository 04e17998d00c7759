/**
 * Goal: clock milliseconds of one thread mean the same in every other.
 * Method: a thread reads its clock between two readings of ours; its reading must lie between them, whatever the load.
 */

import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';

const THREADS = 8;
const READINGS = 200;
/** What two calibrations may be apart; uncalibrated first calls were 300 to 600 us apart on most threads. */
const TOLERANCE_MS = 0.1;

describe('systemClock.nowMs()', () => {
  it('agrees between threads', async () => {
    for (let thread = 0; thread < THREADS; thread += 1) {
      const worker = new Worker(new URL('clock-worker.ts', import.meta.url));
      await once(worker, 'message');
      for (let reading = 0; reading < READINGS; reading += 1) {
        const beforeMs = systemClock.nowMs();
        worker.postMessage(undefined);
        // The worker answers with its clock's reading.
        const [theirsMs] = (await once(worker, 'message')) as [number];
        const afterMs = systemClock.nowMs();
        expect(theirsMs).toBeGreaterThan(beforeMs - TOLERANCE_MS);
        expect(theirsMs).toBeLessThan(afterMs + TOLERANCE_MS);
      }
      await worker.terminate();
    }
  });
});
