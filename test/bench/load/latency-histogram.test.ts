/**
 * Goal: figures from several load clients add up as if one had counted them all, and percentiles never flatter.
 * Method: against a sorted array of the same latencies, split over histograms at random.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LatencyHistogram } from '../../../bench/load/latency-histogram.ts';
import { runSeed } from '../../support/run-seed.ts';

/** One bucket in 128 per power of two, and half a microsecond of rounding. */
const BUCKET_WIDTH = 1 / 128;
const ROUNDING_MS = 0.0005;
const PERCENTILES = [1, 50, 90, 99, 99.9, 100];

describe('LatencyHistogram', () => {
  it('merged over processes gives the percentiles of all latencies together', () => {
    const seed = runSeed('LatencyHistogram');
    let wideBuckets = 0;
    const fast = fc.double({ min: 0, max: 0.2, noNaN: true });
    const slow = fc.double({ min: 0, max: 90_000, noNaN: true });
    const part = fc.array(fc.oneof(fast, slow), { maxLength: 100, size: 'max' });
    const parts = fc.array(part, { minLength: 1, maxLength: 4, size: 'max' });
    fc.assert(
      fc.property(parts, (latencies) => {
        const merged = new LatencyHistogram();
        for (const ofProcess of latencies) {
          const histogram = new LatencyHistogram();
          for (const latencyMs of ofProcess) histogram.record(latencyMs);
          merged.merge(histogram.export());
        }
        const sorted = latencies.flat().toSorted((left, right) => left - right);
        expect(merged.count).toBe(sorted.length);
        for (const percent of PERCENTILES) {
          const index = Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1);
          const exact = sorted[index] ?? 0;
          if (exact > 1) wideBuckets += 1;
          const found = merged.percentileMs(percent);
          expect(found).toBeGreaterThanOrEqual(exact - ROUNDING_MS);
          expect(found).toBeLessThanOrEqual(exact * (1 + BUCKET_WIDTH) + ROUNDING_MS);
        }
      }),
      { seed, numRuns: 100 },
    );
    expect(wideBuckets, `seed ${seed}`).toBeGreaterThan(100);
  });

  it('keeps the exact maximum through a merge', () => {
    const first = new LatencyHistogram();
    first.record(1234.567);
    const second = new LatencyHistogram();
    second.record(12);
    second.merge(first.export());
    expect(second.maxMs).toBe(1234.567);
    expect(second.percentileMs(100)).toBe(1234.567);
  });

  it('counts a latency below 0, which two processes can see, as 0', () => {
    const histogram = new LatencyHistogram();
    histogram.record(-0.02);
    expect(histogram.count).toBe(1);
    expect(histogram.percentileMs(100)).toBe(0);
  });
});
