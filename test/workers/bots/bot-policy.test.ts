/** Goal: bots fill matches for people who wait, and for nobody else. Method: examples of table and bots over time. */

import { expect, test } from 'vitest';
import { botName } from '../../../src/workers/bots/bot-names.ts';
import { BotPlace, BotPolicy, GIVE_UP_MS } from '../../../src/workers/bots/bot-policy.ts';
import type { BotPlace as Place } from '../../../src/workers/bots/bot-policy.ts';

const PATIENCE_MS = 2_000;

const bots = (...places: Place[]): { place: Place; mode: string | undefined }[] =>
  places.map((place) => ({ place, mode: place === BotPlace.idle ? undefined : 'ctf' }));

const ctf = (waiting: number): { mode: string; needed: number; waiting: number }[] => [
  { mode: 'ctf', needed: 4, waiting },
];

test('nobody queues before a human has waited long enough, then just enough do', () => {
  const policy = new BotPolicy(PATIENCE_MS);
  const idle = bots(1, 1, 1, 1, 1, 1);
  expect(policy.decide(0, ctf(1), idle)).toEqual([]);
  expect(policy.decide(1_999, ctf(1), idle)).toEqual([]);
  expect(policy.decide(2_000, ctf(1), idle)).toEqual([
    { order: 'queue', bot: 0, mode: 'ctf' },
    { order: 'queue', bot: 1, mode: 'ctf' },
    { order: 'queue', bot: 2, mode: 'ctf' },
  ]);
});

test('bots that asked or are queued already count towards the match', () => {
  const policy = new BotPolicy(0);
  expect(policy.decide(0, ctf(3), bots(BotPlace.queued, BotPlace.queued, 1, 1))).toEqual([
    { order: 'queue', bot: 2, mode: 'ctf' },
  ]);
  expect(
    policy.decide(250, ctf(3), bots(BotPlace.queued, BotPlace.queued, BotPlace.asked, 1)),
  ).toEqual([]);
});

test('bots never queue for each other', () => {
  const policy = new BotPolicy(0);
  for (let nowMs = 0; nowMs < 1_000; nowMs += 250) {
    expect(policy.decide(nowMs, ctf(2), bots(BotPlace.queued, BotPlace.queued, 1))).toEqual([]);
  }
});

test('when no human is left they stop waiting, after a moment', () => {
  const policy = new BotPolicy(0);
  const queued = bots(BotPlace.queued, BotPlace.queued, 1);
  policy.decide(0, ctf(3), queued);
  expect(policy.decide(100, ctf(2), queued)).toEqual([]);
  expect(policy.decide(100 + GIVE_UP_MS, ctf(2), queued)).toEqual([
    { order: 'unqueue', bot: 0 },
    { order: 'unqueue', bot: 1 },
  ]);
});

test('a table that runs behind for a moment makes nobody leave', () => {
  const policy = new BotPolicy(0);
  const queued = bots(BotPlace.queued, BotPlace.queued, BotPlace.queued);
  policy.decide(0, ctf(4), queued);
  expect(policy.decide(250, ctf(0), queued)).toEqual([]);
  expect(policy.decide(500, ctf(4), queued)).toEqual([]);
  expect(policy.decide(250 + GIVE_UP_MS, ctf(4), queued)).toEqual([]);
});

test('with enough humans the bots stay out', () => {
  const policy = new BotPolicy(0);
  expect(policy.decide(0, ctf(9), bots(1, 1, 1))).toEqual([]);
});

test('names are distinct and friendly', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => botName(index));
  expect(new Set(names).size).toBe(1_000);
  expect(names[0]).toBe('bot-otter');
  for (const name of names) expect(name).toMatch(/^bot-[a-z]+(-\d+)?$/);
});
