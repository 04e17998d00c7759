/**
 * Goal: practice bots are company worth having: they finish matches, both sides score, and they beat players who
 * press at random. Method: whole matches of the real handler, several seeds, on every map.
 */

import { expect, test } from 'vitest';
import { MAP_NAMES } from '../../../src/workers/games/capture-the-flag/ctf-map.ts';
import { playBotMatch } from './bot-match.ts';

const SEEDS = [1, 2, 3, 4];

test.each(MAP_NAMES)('bots against bots on %s tag each other and score on both sides', (map) => {
  let red = 0;
  let blue = 0;
  let tags = 0;
  for (const seed of SEEDS) {
    const result = playBotMatch({ seed, perTeam: map === 'yard' ? 2 : 4, map });
    process.stdout.write(`${map} ${seed}: ${JSON.stringify({ ...result, players: undefined })}\n`);
    red += result.score.red;
    blue += result.score.blue;
    tags += result.tags;
  }
  expect(red).toBeGreaterThan(0);
  expect(blue).toBeGreaterThan(0);
  expect(tags).toBeGreaterThan(SEEDS.length);
});

test('bots beat players who press at random, from either side', () => {
  for (const seed of SEEDS) {
    const walkers = [seed % 2];
    const result = playBotMatch({ seed, perTeam: 3, map: 'longhouse', walkers });
    expect(result.winner, `seed ${seed}`).toBe(seed % 2 === 0 ? 'blue' : 'red');
    expect(result.why).toBe('score');
  }
});

test('the same seed plays the same match', () => {
  const options = { seed: 9, perTeam: 3, map: 'orchard' };
  expect(playBotMatch(options)).toEqual(playBotMatch(options));
});
