/** Goal: the example of docs/games.md is true. Method: it is played in the test kit, as the page shows. */

import { expect, test } from 'vitest';
import GuessTheNumber from '../../examples/guess-the-number.ts';
import { createTestMatch, eventsOf } from '../../src/workers/match/testkit.ts';

const roster = [
  { name: 'ada', team: 0 },
  { name: 'bob', team: 1 },
];

test('the first to name the number wins', () => {
  const match = createTestMatch(GuessTheNumber, { roster, tickHz: 1, seed: 7 });
  const ada = match.join('ada', { view: 'plain' });
  match.join('bob');
  let [low, high] = [1, 100];
  while (match.outcome === undefined) {
    const guess = Math.floor((low + high) / 2);
    match.send('bob', String(guess));
    const said = eventsOf(ada, 'notice').at(-1)?.text ?? '';
    if (said.includes('high')) high = guess - 1;
    else low = guess + 1;
  }
  expect(match.outcome.result).toMatchObject({ winner: 'bob' });
  expect(ada.events.at(-1)).toMatchObject({ event: 'ended' });
});

test('nobody wins when a minute has passed', () => {
  const match = createTestMatch(GuessTheNumber, { roster, tickHz: 1 });
  match.join('ada');
  match.advance(59_000);
  expect(match.outcome).toBeUndefined();
  match.advance(1_000);
  expect(match.outcome?.result).toMatchObject({ winner: null });
});
