/** Goal: a lobby talks, stays quiet when it is large, and puts terminals right. Method: examples in the test kit. */

import { expect, test } from 'vitest';
import type { TestMatch } from '../../../src/workers/match/testkit.ts';
import { createTestMatch, eventsOf } from '../../../src/workers/match/testkit.ts';
import { CHAT_CHARACTERS_MAX } from '../../../src/workers/games/chat.ts';
import { Lobby } from '../../../src/workers/games/lobby.ts';

function lobbyOf(count: number): TestMatch {
  const lobby = createTestMatch(Lobby, { tickHz: 0, networkPlayers: 212 });
  for (let index = 0; index < count; index += 1) lobby.join(`p${index}`, { view: 'plain' });
  return lobby;
}

test('a line of a line client is chat, and so is say; INPUT of a frame client is not', () => {
  const lobby = lobbyOf(1);
  const ada = lobby.join('ada', { view: 'frame' });
  lobby.send('p0', 'hello');
  lobby.send('ada', 'binary');
  expect(lobby.command('ada', 'say good day')).toBe(true);
  expect(eventsOf(ada, 'said')).toEqual([
    { event: 'said', from: 'p0', text: 'hello' },
    { event: 'said', from: 'ada', text: 'good day' },
  ]);
  expect(lobby.command('ada', 'dance')).toBe(false);
});

test('control characters of one player never reach another’s terminal', () => {
  const lobby = lobbyOf(2);
  lobby.send('p0', 'a\u001b[2Jb\r\nc\u202ed\u009b');
  lobby.send('p0', '\u0007\n');
  expect(eventsOf(lobby.player('p1'), 'said').map((event) => event.text)).toEqual(['a [2Jb c d']);
});

test('five lines in five seconds are said, the sixth is refused until the window has passed', () => {
  const lobby = lobbyOf(2);
  for (let line = 0; line < 6; line += 1) lobby.send('p0', `line ${line}`);
  expect(eventsOf(lobby.player('p1'), 'said')).toHaveLength(5);
  expect(eventsOf(lobby.player('p0'), 'error')).toEqual([
    {
      event: 'error',
      code: 'chat-rate',
      message: 'Cannot say that: more than 5 lines in 5 s',
    },
  ]);
  expect(eventsOf(lobby.player('p1'), 'error')).toEqual([]);
  lobby.advance(5_000);
  lobby.send('p0', 'again');
  expect(eventsOf(lobby.player('p1'), 'said').at(-1)?.text).toBe('again');
});

test('a line that is too long is refused whole', () => {
  const lobby = lobbyOf(2);
  lobby.send('p0', 'x'.repeat(CHAT_CHARACTERS_MAX));
  lobby.send('p0', 'x'.repeat(CHAT_CHARACTERS_MAX + 1));
  expect(eventsOf(lobby.player('p1'), 'said')).toHaveLength(1);
  expect(eventsOf(lobby.player('p0'), 'error').map((event) => event.code)).toEqual([
    'chat-too-long',
  ]);
});

test('who names those here, at most fifty, and counts the network', () => {
  const few = lobbyOf(2);
  few.disconnect('p1');
  few.command('p0', 'who');
  expect(eventsOf(few.player('p0'), 'notice').at(-1)?.text).toBe(
    '2 here: p0, p1 (away). 212 players on the network',
  );
  few.join('bot-otter', { practice: true });
  few.command('p0', 'who');
  expect(eventsOf(few.player('p0'), 'notice').at(-1)?.text).toBe(
    '3 here: p0, p1 (away), bot-otter. 212 players on the network, bots not counted',
  );
  const many = lobbyOf(120);
  many.command('p0', 'who');
  const text = eventsOf(many.player('p0'), 'notice').at(-1)?.text ?? '';
  expect(text).toContain('120 here: p0, p1,');
  expect(text).toContain('p49 and 70 more. 212 players on the network');
  expect(text).not.toContain('p50');
});

test('comings and goings are news in a small lobby and no news in a large one', () => {
  const small = lobbyOf(2);
  for (const name of ['p0', 'p1']) small.player(name).clear();
  small.join('ada');
  small.leave('ada');
  expect(eventsOf(small.player('p0'), 'notice').map((event) => event.text)).toEqual([
    'ada has come in',
    'ada has left',
  ]);
  const large = lobbyOf(17);
  for (const name of ['p0', 'p16']) large.player(name).clear();
  large.join('ada');
  large.leave('ada');
  expect(large.player('p0').events).toEqual([]);
});

test('whoever logs in on a text client is told what to type, once; a program is not', () => {
  const lobby = lobbyOf(0);
  const hint = { event: 'notice', text: expect.stringContaining('/queue MODE') };
  const ada = lobby.join('ada', { view: 'plain' });
  expect(ada.events).toEqual([hint]);
  const lines = eventsOf(ada, 'notice').map(({ text }) => `notice: ${text}`);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lobby.join('bob', { view: 'frame' }).events).toEqual([]);
  expect(lobby.join('cleo', { view: 'plain', reason: 'ended' }).events).toEqual([]);
});

test('a terminal that comes back from a match is put into line mode and its screen restored', () => {
  const lobby = lobbyOf(0);
  const ada = lobby.join('ada', { view: 'terminal', reason: 'crashed' });
  expect(ada.events).toEqual([{ event: 'keys', on: false }]);
  expect(ada.text).toContain('\u001b[r');
  const bob = lobby.join('bob', { view: 'terminal' });
  expect(bob.text).toBe('');
});
