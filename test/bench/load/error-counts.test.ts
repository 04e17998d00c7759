/**
 * Goal: what a peer answers does not decide how large a report of the load clients becomes.
 * Method: many more names than are kept, and one of those that are kept among them.
 */

import { expect, it } from 'vitest';

import { ErrorCounts } from '../../../bench/load/error-counts.ts';

it('ErrorCounts.add() counts each of the first 50 names, and all others as one', () => {
  const counts = new ErrorCounts();
  for (let name = 0; name < 80; name += 1) counts.add(`error-${name}`);
  counts.add('error-0');
  counts.add('error-79');
  const { other, ...named } = counts.export();
  expect(Object.keys(named)).toHaveLength(50);
  expect(named['error-0']).toBe(2);
  expect(named['error-49']).toBe(1);
  expect(other).toBe(31);
});

it('ErrorCounts.export() gives a copy that later errors leave as it is', () => {
  const counts = new ErrorCounts();
  counts.add('ECONNRESET');
  const before = counts.export();
  counts.add('ECONNRESET');
  expect(before).toEqual({ ECONNRESET: 1 });
  expect(counts.export()).toEqual({ ECONNRESET: 2 });
});
