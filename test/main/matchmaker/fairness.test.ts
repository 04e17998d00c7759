/**
 * Goal: how even matches are on realistic ratings, beside what first come, first served makes of the same arrivals.
 * Method: ratings as openskill leaves them after some matches; about 500 players wait at each pass.
 */

import { predictWin } from 'openskill';
import { describe, expect, it } from 'vitest';
import type { Matchmaker } from '../../../src/main/matchmaker/matchmaker.ts';
import { winProbabilities } from '../../../src/main/matchmaker/rating.ts';
import { freshSeed, seededRandom } from '../../../src/shared/random.ts';
import { fairMatchmakerFor, matchmakerFor, modeRules, normal, ticketOf } from './tickets.ts';

const RULES = modeRules('ctf', 2, 4, {
  ratingWindow: 6,
  ratingWindowPerSecond: 0.5,
  unevenMax: 0.05,
  unevenPerSecond: 0.01,
  partyMs: 10_000,
});
const WAITING = 500;
const seed = freshSeed();

interface Evenness {
  readonly matches: number;
  readonly median: number;
  readonly p95: number;
}

/** How far the favorite's chance is from one half. */
function evennessOf(matchmaker: Matchmaker): Evenness {
  const random = seededRandom(seed);
  const distances: number[] = [];
  let nextId = 1;
  for (let nowMs = 1_000; nowMs <= 40_000; nowMs += 1_000) {
    while (matchmaker.queue('ctf').waiting < WAITING) {
      const size = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4][random.below(10)] ?? 1;
      const fields = { mu: 25 + 6 * normal(random), sigma: 2 + 4 * random.next() };
      matchmaker.add(
        ticketOf(nextId, size, { ...fields, enqueuedMs: nowMs - random.below(1_000) }),
      );
      nextId += 1;
    }
    for (const { quality } of matchmaker.run(nowMs).matches) {
      distances.push(Math.abs((quality.winProbabilities[0] ?? 0) - 0.5));
    }
  }
  distances.sort((left, right) => left - right);
  const at = (share: number): number => distances[Math.floor(distances.length * share)] ?? 1;
  return { matches: distances.length, median: at(0.5), p95: at(0.95) };
}

describe('Predicted chances with 500 waiting, 4 v 4 with parties', () => {
  it('are within 2 % of even for half of the matches and 6 % for 95 of 100', () => {
    const fair = evennessOf(fairMatchmakerFor(RULES));
    const firstCome = evennessOf(matchmakerFor(RULES));
    console.log(`seed ${seed}`, { fair, firstCome });
    expect(fair.matches).toBeGreaterThan(1_000);
    expect(fair.median).toBeLessThanOrEqual(0.02);
    expect(fair.p95).toBeLessThanOrEqual(0.06);
    expect(firstCome.median).toBeGreaterThan(fair.median * 2);
  });
});

describe('winProbabilities()', () => {
  it('are those of openskill, for two to five sides', () => {
    const random = seededRandom(seed);
    for (let run = 0; run < 500; run += 1) {
      const teams = Array.from({ length: 2 + random.below(4) }, () =>
        Array.from({ length: 1 + random.below(8) }, () => ({
          mu: 25 + 8 * normal(random),
          sigma: 1 + 8 * random.next(),
        })),
      );
      const sides = teams.map((members) => ({
        mu: members.reduce((sum, { mu }) => sum + mu, 0),
        variance: members.reduce((sum, { sigma }) => sum + sigma * sigma, 0),
      }));
      const expected = predictWin(teams);
      for (const [side, chance] of winProbabilities(sides).entries()) {
        expect(chance, `seed ${seed}`).toBeCloseTo(expected[side] ?? -1, 5);
      }
    }
  });
});
