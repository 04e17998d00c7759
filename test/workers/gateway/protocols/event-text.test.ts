/** Goal: every event is one harmless line. Method: one example per event, and a property over hostile text. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../../src/shared/client-event.ts';
import { ClientView } from '../../../../src/shared/client-view.ts';
import { runSeed } from '../../../support/run-seed.ts';
import {
  TEXT_CHARS_MAX,
  byeText,
  eventText,
  welcomeText,
} from '../../../../src/workers/gateway/protocols/event-text.ts';

const MATCH = 'main/capture-the-flag/7';

const LINES: readonly (readonly [ClientEvent, string])[] = [
  [
    { event: 'lobby', lobby: 'main/lobby/1', reason: 'login', networkPlayers: 1 },
    'lobby: main/lobby/1 (login), 1 player on the network',
  ],
  [
    { event: 'queued', mode: 'capture-the-flag', waiting: 3, etaMs: 12_400 },
    'queued: capture-the-flag, 3 waiting, about 12 s',
  ],
  [
    { event: 'queued', mode: 'relay', waiting: 1, etaMs: null },
    'queued: relay, 1 waiting, no estimate yet',
  ],
  [{ event: 'unqueued', reason: 'left' }, 'unqueued: left'],
  [
    {
      event: 'match',
      match: MATCH,
      mode: 'capture-the-flag',
      team: 1,
      players: ['ada', 'bob'],
      hostId: 'main',
      reason: 'matched',
    },
    `match: ${MATCH} (matched), capture-the-flag on main, team 1, with ada bob`,
  ],
  [
    { event: 'ended', match: MATCH, result: { score: 3 }, rating: 25.5 },
    `ended: ${MATCH}, rating 25.5, {"score":3}`,
  ],
  [{ event: 'ended', match: MATCH, result: {}, rating: null }, `ended: ${MATCH}, unrated, {}`],
  [{ event: 'said', from: 'ada', text: 'hi' }, 'said: ada: hi'],
  [{ event: 'said', from: 'ada', text: 'hi', private: true }, 'told: ada: hi'],
  [
    { event: 'party', action: 'invited', by: 'ada', leader: 'ada', members: ['ada', 'bob'] },
    'party: invited by ada, led by ada: ada bob',
  ],
  [
    { event: 'party', action: 'status', by: 'bob', leader: 'ada', members: ['ada', 'bob'] },
    'party: led by ada: ada bob',
  ],
  [
    { event: 'party', action: 'status', by: 'bob', leader: 'bob', members: [] },
    'party: you are in none; /party invite NAME begins one',
  ],
  [{ event: 'notice', text: 'two\r\nlines' }, 'notice: two lines'],
  [
    { event: 'error', code: 'unknown-mode', message: "Cannot queue: 'x'" },
    "error: unknown-mode: Cannot queue: 'x'",
  ],
];

describe('eventText()', () => {
  it.each(LINES)('renders %j', (event, line) => {
    expect(eventText(event, ClientView.plain)).toBe(`${line}\r\n`);
    const colored = eventText(event, ClientView.terminal) ?? '';
    expect(colored).toMatch(/^\u{1b}\[[\d;]+m\w+:\u{1b}\[0m /u);
    expect(colored.replaceAll(/\u{1b}\[[\d;]+m/gu, '')).toBe(`${line}\r\n`);
  });

  it.each([
    ['red', 'won by red'],
    [1, 'won by 1'],
    [null, 'nobody won'],
  ])('tells a person who won, and a script the whole result: winner %j', (winner, words) => {
    const ended = { event: 'ended', match: MATCH, result: { winner, x: 1 }, rating: null } as const;
    const colored = eventText(ended, ClientView.terminal) ?? '';
    expect(colored.endsWith(` ${MATCH}, unrated, ${words}\r\n`)).toBe(true);
    const whole = JSON.stringify({ winner, x: 1 });
    expect(eventText(ended, ClientView.plain)).toBe(`ended: ${MATCH}, unrated, ${whole}\r\n`);
  });

  it('has no line for keys, and one for welcome and bye', () => {
    expect(eventText({ event: 'keys', on: true }, ClientView.terminal)).toBeUndefined();
    const welcome = { player: 'main:0:1', name: 'ada', hostId: 'main', networkPlayers: 2 };
    expect(welcomeText(welcome, ClientView.plain)).toBe(
      'welcome: ada (main:0:1) on main, 2 players on the network\r\n',
    );
    expect(byeText('idle', 'Quiet for too long', ClientView.plain)).toBe(
      'bye: idle: Quiet for too long\r\n',
    );
    const bye = byeText('quit', 'See you', ClientView.terminal);
    expect(bye.startsWith('\u{1b}7\u{1b}[r\u{1b}8\u{1b}[0m\u{1b}[?25h')).toBe(true);
  });

  it('cuts a line that a game made too long', () => {
    const result = { log: 'x'.repeat(100_000) };
    const text = eventText(
      { event: 'ended', match: MATCH, result, rating: null },
      ClientView.plain,
    );
    expect(text?.length).toBeLessThan(TEXT_CHARS_MAX + 20);
  });

  it('lets no control character through, whoever wrote it', () => {
    const seed = runSeed('event-text');
    let hostile = 0;
    const unit = fc.oneof(
      fc.constantFrom(
        '\u{1b}',
        '\r',
        '\n',
        '\0',
        '\u{7f}',
        '\u{9b}',
        '\u{2028}',
        '\u{202e}',
        '\u{d800}',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.array(unit, { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, fc.boolean(), (from, said, terminal) => {
        const view = terminal ? ClientView.terminal : ClientView.plain;
        const events: ClientEvent[] = [
          { event: 'said', from, text: said },
          { event: 'notice', text: said },
          { event: 'error', code: from, message: said },
          { event: 'ended', match: from, result: { said }, rating: null },
          { event: 'unqueued', reason: said },
          { event: 'party', action: 'left', by: from, leader: said, members: [from] },
        ];
        for (const event of events) {
          const line = (eventText(event, view) ?? '').replace(
            /^\u{1b}\[[\d;]+m(\w+:)\u{1b}\[0m/u,
            '$1',
          );
          expect(line.endsWith('\r\n')).toBe(true);
          expect(line.slice(0, -2)).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
        }
        if (/\p{Cc}/u.test(from + said)) hostile += 1;
      }),
      { seed, numRuns: 1000 },
    );
    expect(hostile, `seed ${seed}`).toBeGreaterThan(300);
  });
});
