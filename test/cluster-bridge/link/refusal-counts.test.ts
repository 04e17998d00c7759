/** Goal: the log hears of every kind of refusal at once, and of none a thousand times. Method: a virtual time. */

import { describe, expect, it } from 'vitest';
import { RefusalCounts } from '../../../src/cluster-bridge/link/refusal-counts.ts';

describe('RefusalCounts', () => {
  it('says the first of a kind at once, the rest together', () => {
    const said: string[] = [];
    const counts = new RefusalCounts((refusal, detail) => said.push(`${refusal}: ${detail}`));
    counts.add('wrong-secret', 'x', 0);
    for (let index = 1; index <= 1_000; index += 1) counts.add('wrong-secret', `y${index}`, index);
    counts.add('bad-frame', 'z', 1_000);
    expect(said).toEqual(['wrong-secret: x', 'bad-frame: z']);
    counts.step(9_999);
    expect(said).toHaveLength(2);
    counts.step(10_000);
    counts.step(60_000);
    expect(said.slice(2)).toEqual(['wrong-secret: y1000 (and 999 more)']);
    expect([counts.of('wrong-secret'), counts.of('bad-frame'), counts.of('self')]).toEqual([
      1_001, 1, 0,
    ]);
  });

  it('says once a minute that a peer cannot be reached', () => {
    const said: string[] = [];
    const counts = new RefusalCounts((refusal) => said.push(refusal));
    for (let nowMs = 0; nowMs < 120_000; nowMs += 5_000) {
      counts.add('unreachable', 'no', nowMs);
      counts.step(nowMs);
    }
    expect(said).toEqual(['unreachable', 'unreachable']);
  });
});
