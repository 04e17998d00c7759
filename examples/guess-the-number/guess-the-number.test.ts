/** Goal: the game is right. Method: it is played in Longhouse's test kit, on virtual time, without a host. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestMatch, eventsOf } from 'longhouse/testkit';
import GuessTheNumber from './guess-the-number.ts';

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
    assert.ok(low <= high, 'the answers contradict each other');
    const guess = Math.floor((low + high) / 2);
    match.send('bob', String(guess));
    const said = eventsOf(ada, 'notice').at(-1)?.text ?? '';
    if (said.includes('high')) high = guess - 1;
    else low = guess + 1;
  }
  assert.equal(match.outcome.result?.['winner'], 'bob');
  assert.equal(ada.events.at(-1)?.event, 'ended');
});

test('nobody wins when a minute has passed', () => {
  const match = createTestMatch(GuessTheNumber, { roster, tickHz: 1 });
  match.join('ada');
  match.advance(59_000);
  assert.equal(match.ticks, 59);
  match.advance(1_000);
  assert.equal(match.outcome?.result?.['winner'], null);
});
