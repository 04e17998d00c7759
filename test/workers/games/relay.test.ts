/** Goal: the relay mode is what docs/games.md says, byte by byte. Method: examples in the test kit. */

import { expect, test } from 'vitest';
import { createTestMatch } from '../../../src/workers/match/testkit.ts';
import { Relay } from '../../../src/workers/games/relay.ts';

const input = (first: number): Uint8Array => new Uint8Array(32).map((_, byte) => first + byte);

test('every player gets 256 bytes a tick: the newest input, the tick, filler', () => {
  const match = createTestMatch(Relay, { tickHz: 10 });
  const players = Array.from({ length: 16 }, (_, index) => match.join(`p${index}`));
  match.send('p3', input(10));
  match.send('p7', input(100));
  match.advance(200);
  for (const player of players) {
    const [first = new Uint8Array(), second = new Uint8Array()] = player.states;
    expect(player.states).toHaveLength(2);
    expect(first.byteLength).toBe(256);
    expect([...first.subarray(0, 12)]).toEqual([...input(100).subarray(0, 8), 1, 0, 0, 0]);
    expect([...second.subarray(0, 12)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0]);
  }
  expect(players[0]?.sent.every((state) => !state.volatile)).toBe(true);
});

test('an input shorter than eight bytes is filled up with zeros', () => {
  const match = createTestMatch(Relay, { tickHz: 10 });
  const ada = match.join('ada');
  match.send('ada', input(1));
  match.send('ada', Uint8Array.of(5, 6));
  match.advance(100);
  expect([...(ada.states[0] ?? [])].slice(0, 8)).toEqual([5, 6, 0, 0, 0, 0, 0, 0]);
});

test('it ends after matchSeconds, and never by default', () => {
  const match = createTestMatch(Relay, { tickHz: 4, settings: { matchSeconds: 2 } });
  const ada = match.join('ada');
  match.advance(10_000);
  expect(ada.states).toHaveLength(8);
  expect(match.outcome).toEqual({ reason: 'ended', result: { winner: null, ticks: 8 } });
  const endless = createTestMatch(Relay, { tickHz: 4 });
  endless.advance(100_000);
  expect(endless.outcome).toBeUndefined();
});

test('a bad matchSeconds is refused with what was found', () => {
  const open = (): unknown => createTestMatch(Relay, { settings: { matchSeconds: 'soon' } });
  expect(open).toThrow('Cannot open a relay: matchSeconds is "soon", allowed is 0 or more');
});
