/** Goal: whatever waits is in exactly one bucket. Method: values on and beside every bound. */

import { describe, expect, it } from 'vitest';
import {
  addTo,
  emptyBuckets,
  PARTY_BOUNDS,
  RATING_BOUNDS,
  WAIT_BOUNDS_MS,
} from '../../../src/cluster-bridge/federation/queue-histograms.ts';

describe('the histograms of a queue', () => {
  it.each([
    ['ratings', RATING_BOUNDS],
    ['waits', WAIT_BOUNDS_MS],
    ['parties', PARTY_BOUNDS],
  ])('put a value of %s into the bucket that its bound ends', (_what, bounds) => {
    for (const [index, bound] of bounds.entries()) {
      const buckets = emptyBuckets(bounds);
      addTo(buckets, bounds, bound);
      addTo(buckets, bounds, bound + 0.01);
      const expected = emptyBuckets(bounds);
      expected[index] = 1;
      expected[index + 1] = 1;
      expect(buckets).toEqual(expected);
    }
  });

  it('have room for everything', () => {
    const buckets = emptyBuckets(RATING_BOUNDS);
    for (const mu of [-1e9, 0, 25, 1e9]) addTo(buckets, RATING_BOUNDS, mu);
    expect(buckets.reduce((sum, count) => sum + count, 0)).toBe(4);
  });
});
