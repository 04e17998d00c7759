/**
 * Goal: the `ops` bench says that questions moved the players' p99 only where they moved it further than the machine does alone.
 * Method: examples.
 */

import { expect, it } from 'vitest';
import { opsVerdict, verdictText } from '../../../bench/ops/ops-verdict.ts';

it.each([
  { what: 'alike', quiet: [10, 10.4, 10.2], asked: [10.1, 10.5, 10.2], hasMoved: false },
  { what: 'within the spread', quiet: [10, 14, 12], asked: [12, 15, 15], hasMoved: false },
  { what: 'beyond the spread', quiet: [10, 10.4, 10.2], asked: [12, 12.4, 11.9], hasMoved: true },
  { what: 'faster', quiet: [10, 10.1, 10.2], asked: [8, 8, 8], hasMoved: false },
  { what: 'one outlier', quiet: [10, 10.4, 10.2], asked: [10, 30, 10.2], hasMoved: false },
  { what: 'one pair alone', quiet: [10], asked: [40], hasMoved: undefined },
])('opsVerdict() of pairs that are $what: moved $hasMoved', ({ quiet, asked, hasMoved }) => {
  const pairs = quiet.map((quietMs, at) => ({ quietMs, askedMs: asked[at] ?? 0 }));
  expect(opsVerdict(pairs).hasMoved).toBe(hasMoved);
});

it('verdictText() says it with both figures', () => {
  const moved = verdictText(
    opsVerdict([
      { quietMs: 10, askedMs: 20 },
      { quietMs: 12, askedMs: 22 },
    ]),
  );
  expect(moved).toMatch(/MOVED: asked less quiet 10 ms .* up to 2 ms apart/);
});
