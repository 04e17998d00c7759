/**
 * Goal: the handler joins players, rules and views: what each kind of client sends, sees and gets at the end.
 * Method: whole matches in the test kit.
 */

import { expect, test } from 'vitest';
import {
  StateType,
  decodeState,
} from '../../../../src/workers/games/capture-the-flag/ctf-codec.ts';
import type { DecodedSnapshot } from '../../../../src/workers/games/capture-the-flag/ctf-codec.ts';
import { CaptureTheFlag } from '../../../../src/workers/games/capture-the-flag/capture-the-flag.ts';
import type { TestMatch, TestPlayer } from '../../../../src/workers/match/testkit.ts';
import { createTestMatch, eventsOf } from '../../../../src/workers/match/testkit.ts';

const roster = [
  { name: 'ada', team: 0 },
  { name: 'bob', team: 1 },
];

function matchOf(settings: Readonly<Record<string, unknown>> = {}): TestMatch {
  return createTestMatch(CaptureTheFlag, {
    roster,
    settings: { countdownSeconds: 0, ...settings },
    seed: 4,
  });
}

function newestSnapshot(player: TestPlayer): DecodedSnapshot {
  for (const bytes of player.states.toReversed()) {
    const state = decodeState(bytes);
    if (state?.type === StateType.snapshot) return state;
  }
  throw new Error(`Cannot find a snapshot among ${player.states.length} states`);
}

test('a frame client gets the field once, then a volatile snapshot each tick', () => {
  const match = matchOf();
  const ada = match.join('ada');
  match.join('bob');
  match.advance(1_000);
  const types = ada.sent.map((state) => ({ type: state.bytes[0], volatile: state.volatile }));
  expect(types[0]).toEqual({ type: StateType.field, volatile: false });
  expect(types.filter((state) => state.type === StateType.field)).toHaveLength(1);
  expect(types.filter((state) => state.type === StateType.snapshot)).toHaveLength(10);
  expect(types.every((state) => state.volatile === (state.type === StateType.snapshot))).toBe(true);
});

test('INPUT moves the avatar, nonsense gets one clear error a second', () => {
  const match = matchOf();
  const ada = match.join('ada');
  match.join('bob');
  match.advance(100);
  const from = newestSnapshot(ada).avatars[0];
  match.send('ada', Uint8Array.of(3));
  match.advance(600);
  const to = newestSnapshot(ada).avatars[0];
  expect((to?.x ?? 0) - (from?.x ?? 0)).toBe(3 * 256);
  for (let count = 0; count < 20; count += 1) match.send('ada', Uint8Array.of(77));
  expect(eventsOf(ada, 'error')).toEqual([
    {
      event: 'error',
      code: 'bad-input',
      message: 'Cannot read the input: first byte 77, a direction is 0 to 8',
    },
  ]);
});

test('a terminal is taken over, drawn on at most five times a second, and given back', () => {
  const match = matchOf({ matchSeconds: 20 });
  const ada = match.join('ada', { view: 'terminal' });
  match.join('bob');
  match.send('ada', 'd');
  match.advance(10_000);
  expect(ada.events).toEqual([{ event: 'keys', on: true }]);
  const pictures = ada.sent.slice(1);
  expect(pictures.length).toBeGreaterThan(10);
  expect(pictures.length).toBeLessThanOrEqual(50);
  for (const [index, picture] of pictures.entries()) {
    const sinceMs = picture.atMs - (pictures[index - 1]?.atMs ?? -1_000);
    expect(sinceMs).toBeGreaterThanOrEqual(200);
  }
  match.advance(11_000);
  expect(match.outcome?.result).toMatchObject({ winner: null, why: 'time' });
  expect(ada.events.map((event) => event.event)).toEqual(['keys', 'keys', 'ended']);
  expect(eventsOf(ada, 'keys').at(-1)?.on).toBe(false);
  const outcome = 'game: a draw at 0 to 0 (time)\r\n';
  expect(ada.text.endsWith(`\u001b[0m\u001b[r\u001b[2J\u001b[H\u001b[?25h${outcome}`)).toBe(true);
});

test('keys run and stop the avatar of a terminal', () => {
  const match = matchOf();
  match.join('ada', { view: 'terminal' });
  const bob = match.join('bob');
  match.advance(100);
  const placeOf = (): number => newestSnapshot(bob).avatars[0]?.x ?? 0;
  const from = placeOf();
  match.send('ada', '\u001b[C');
  match.advance(400);
  match.send('ada', 'xx ');
  match.advance(1_000);
  expect(placeOf() - from).toBe(2 * 256);
});

test('a script plays by lines: steps, words, and one event a line', () => {
  const match = matchOf();
  const ada = match.join('ada', { view: 'plain' });
  match.join('bob');
  match.advance(100);
  match.command('ada', 'where');
  const where = /you: (\d+),(\d+) red half\r\n$/.exec(ada.text);
  const [x, y] = [Number(where?.[1]), Number(where?.[2])];
  ada.clear();
  match.send('ada', 'ddd');
  match.advance(2_000);
  expect(ada.text).toBe(`you: ${x + 3},${y} red half\r\n`);
  match.send('ada', 'west');
  match.advance(5_000);
  match.send('ada', 'fly');
  expect(eventsOf(ada, 'error')[0]?.message).toContain("Cannot move: 'fly' is not a move.");
  ada.clear();
  match.command('ada', 'where');
  match.command('ada', 'score');
  match.command('ada', 'map');
  const lines = ada.text.split('\r\n');
  expect(lines[0]).toBe(`you: 1,${y} red half, running`);
  expect(lines[1]).toMatch(/^score: red 0 blue 0, 3:5\d left$/);
  expect(lines.filter((line) => line.startsWith('map: '))).toHaveLength(16);
  expect(lines.join('\n')).toContain('@');
  for (const line of lines) expect(line === '' || /^[a-z]+: /.test(line), line).toBe(true);
});

test('chat is for everyone in the match, in each client’s own way', () => {
  const match = matchOf();
  const ada = match.join('ada', { view: 'terminal' });
  const bob = match.join('bob', { view: 'plain' });
  match.command('bob', 'say well \u001bplayed');
  match.advance(500);
  expect(ada.text).toContain('bob: well  played');
  expect(eventsOf(ada, 'said')).toEqual([]);
  expect(eventsOf(bob, 'said')).toEqual([{ event: 'said', from: 'bob', text: 'well  played' }]);
});

test('a lost connection comes back to its seat, with another view and a new field', () => {
  const match = matchOf();
  const ada = match.join('ada');
  match.join('bob');
  match.advance(500);
  match.disconnect('ada');
  match.advance(500);
  ada.clear();
  match.reconnect('ada', { view: 'terminal' });
  match.advance(500);
  expect(eventsOf(ada, 'keys')).toEqual([{ event: 'keys', on: true }]);
  expect(ada.text).toContain('you are @@');
  expect(match.outcome).toBeUndefined();
});

test('a terminal that turns to plain in the middle gets its screen back and lines from then on', () => {
  const match = matchOf();
  const ada = match.join('ada', { view: 'terminal' });
  match.join('bob');
  match.advance(500);
  ada.clear();
  ada.view = 'plain';
  match.advance(1_000);
  expect(ada.text).toContain('\u001b[r');
  expect(ada.text.endsWith('left\r\n')).toBe(true);
});

test('a side that leaves forfeits, and the result names everyone', () => {
  const match = matchOf();
  match.join('ada');
  match.join('bob');
  match.advance(1_000);
  match.disconnect('bob');
  match.advance(1_000);
  expect(match.outcome).toBeUndefined();
  match.expire('bob');
  match.advance(100);
  expect(match.outcome?.result).toEqual({
    winner: 'red',
    score: { red: 0, blue: 0 },
    why: 'forfeit',
    players: [
      { name: 'ada', team: 'red', captures: 0, tags: 0, returns: 0 },
      { name: 'bob', team: 'blue', captures: 0, tags: 0, returns: 0 },
    ],
  });
});

test('a player that the roster did not name gets a seat, and everyone the new roster', () => {
  const match = matchOf();
  const ada = match.join('ada');
  match.join('bob');
  ada.clear();
  match.join('eve', { team: 1 });
  expect(decodeState(ada.states[0] ?? new Uint8Array())).toMatchObject({
    type: StateType.field,
    seats: [{ name: 'ada' }, { name: 'bob' }, { name: 'eve', team: 1 }],
  });
  match.join('zoe', { team: 5 });
  expect(match.requests).toEqual([{ player: 'zoe', ask: 'dismiss', what: 'left' }]);
});

test('bad settings stop the match with what was found and what is allowed', () => {
  const open = (settings: Readonly<Record<string, unknown>>) => (): unknown => matchOf(settings);
  expect(open({ scoreLimit: 0 })).toThrow(
    'Cannot start capture-the-flag: scoreLimit is 0, allowed is 1 to 99',
  );
  expect(open({ map: 'moon' })).toThrow('map is "moon", allowed are longhouse, orchard, yard');
  expect(open({ gravity: 1 })).toThrow(
    "there is no setting 'gravity', allowed are map, scoreLimit,",
  );
  expect(() => createTestMatch(CaptureTheFlag, { tickHz: 0 })).toThrow('tickHz is 0');
});
