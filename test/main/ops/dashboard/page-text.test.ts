/** Goal: what the page writes reads well at every size of a value. Method: examples at the edges of each unit. */

import { expect, test } from 'vitest';
import { acksText } from '../../../../src/main/ops/dashboard/page/acks-text.ts';
import { eventText, eventTone } from '../../../../src/main/ops/dashboard/page/event-text.ts';
import {
  agoText,
  bytesText,
  countText,
  countdownText,
  durationText,
  percentText,
  pluralText,
} from '../../../../src/main/ops/dashboard/page/format.ts';
import { textOf } from '../../../../src/main/ops/dashboard/page/value-text.ts';

test('numbers have thousands separators and their word in the right number', () => {
  expect([countText(18_000), countText(999.6)]).toEqual(['18,000', '1,000']);
  expect(pluralText(1, 'match', 'matches')).toBe('1 match');
  expect(pluralText(1_125, 'match', 'matches')).toBe('1,125 matches');
});

test('durations have two units at most and never an empty one', () => {
  const cases = [
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [7_200_000, '2 h'],
    [188_400_000, '2 d 4 h'],
  ] as const;
  for (const [ms, text] of cases) expect(durationText(ms)).toBe(text);
  expect([countdownText(245_000), countdownText(-1), countdownText(59_001)]).toEqual([
    '4:05',
    '0:00',
    '1:00',
  ]);
  expect([agoText(500), agoText(12_000), agoText(200_000)]).toEqual([
    'just now',
    '12 s ago',
    '3 min ago',
  ]);
});

test('shares tell idle from nearly idle', () => {
  expect([0, 0.004, 0.0994, 0.1, 0.37].map(percentText)).toEqual([
    '0 %',
    '0.4 %',
    '9.9 %',
    '10 %',
    '37 %',
  ]);
});

test('sizes change their unit where the number would be long', () => {
  expect([512, 2_048, 84 * 2 ** 20, 1.5 * 2 ** 30].map(bytesText)).toEqual([
    '512 B',
    '2 KiB',
    '84 MiB',
    '1.5 GiB',
  ]);
});

test('events have words; one that the page does not know shows its fields', () => {
  const match = { match: 'a/ctf/1', mode: 'ctf', players: 16 };
  expect(eventText('match-started', match)).toBe('Match a/ctf/1 started: ctf, 16 players');
  expect(eventText('match-ended', { match: 'a/ctf/1', reason: 'ended', durationMs: 301_000 })).toBe(
    'Match a/ctf/1 ended after 5 min 1 s',
  );
  const unknown = { atMs: 1, hostId: 'a', by: 'kim', text: '<b>', left: null };
  expect(eventText('new-thing', unknown)).toBe('New thing: by kim, text <b>');
  const target = { kind: 'account', key: 'bob' };
  const acts = [
    eventText('kick', { player: 'bob', why: 'spam', by: 'kim' }),
    eventText('ban', { target, reason: 'spam', by: 'kim' }),
    eventText('unban', { target, why: 'expired' }),
    eventText('drain', { draining: { deadlineMs: 300_000, playing: 1 } }),
    eventText('drain', { draining: null }),
    eventText('store', { state: 'failing', problem: 'disk full' }),
  ];
  expect(acts).toEqual([
    'bob was kicked by kim: spam',
    'bob was banned by kim: spam',
    'The ban on bob is over',
    'The host drains: matches end within 5 min',
    'The host drains no longer',
    'The store is failing: disk full',
  ]);
  expect(eventTone('match-ended', { reason: 'crashed' })).toBe('bad');
  expect(eventTone('match-ended', { reason: 'ended' })).toBeUndefined();
});

test('acts say which hosts have confirmed them, and which have not', () => {
  expect(acksText({ acks: [{ hostId: 'a', ms: 2.6 }], pending: [] })).toBe('confirmed by a (3 ms)');
  expect(acksText({ acks: [], pending: ['b'] })).toBe('confirmed by nobody yet; not yet by b');
});

test('any value fits a line', () => {
  expect(textOf({ mode: 'ctf', seats: [1, 2], none: null })).toBe('mode ctf, seats 1, 2');
  expect([textOf(undefined), textOf('x'), textOf(true)]).toEqual(['', 'x', 'true']);
});
