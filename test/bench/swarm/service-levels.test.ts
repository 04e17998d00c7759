/** Goal: a level breaks when it is missed for its time, at the load where that began, also by a host that answers nothing. Method: examples. */

import { expect, test } from 'vitest';

import { parseScenario, type Levels } from '../../../bench/swarm/scenario.ts';
import { SecondSum } from '../../../bench/swarm/second-sum.ts';
import { levelLimits, LevelJudge, missText } from '../../../bench/swarm/service-levels.ts';

function levelsOf(text: string): Levels {
  const scenario = `[[stages]]\nplayers = 1\nseconds = 1\n[[persons]]\nname = "a"\n[levels]\n${text}`;
  return parseScenario(scenario, 'levels').levels;
}

interface Seen {
  readonly online?: number;
  readonly loginMs?: readonly number[];
  readonly waitingMs?: readonly number[];
  readonly counts?: Partial<SecondSum['counts']>;
}

function second(
  number: number,
  { online = 0, loginMs = [], waitingMs = [], counts }: Seen,
): SecondSum {
  const sum = new SecondSum(number);
  sum.places.lobby = online;
  for (const latencyMs of loginMs) sum.latencies.login.record(latencyMs);
  for (const latencyMs of waitingMs) sum.overdue.login.record(latencyMs);
  return Object.assign(sum, { counts: { ...sum.counts, ...counts } });
}

const many = (latencyMs: number): number[] => Array.from({ length: 100 }, () => latencyMs);

test('a level breaks after its bad seconds in a row, and the knee is the load at the first of them', () => {
  const judge = new LevelJudge(levelsOf('loginMsP99 = 500\nbadSeconds = 3'));
  const at = (number: number, latencyMs: number): number =>
    judge.judge(second(number, { online: number * 100, loginMs: many(latencyMs) })).length;
  expect([at(0, 90), at(1, 600), at(2, 700), at(3, 90)]).toEqual([0, 1, 1, 0]);
  expect(judge.breaches).toEqual([]);
  expect([at(4, 600), at(5, 700)]).toEqual([1, 1]);
  expect(judge.breaches).toEqual([]);
  at(6, 812);
  at(7, 900);
  expect(judge.breaches).toMatchObject([{ level: 'loginMsP99', second: 4, players: 400 }]);
  const [breach] = judge.breaches;
  expect(breach && missText(breach)).toMatch(/^login p99 passed 500 ms \(8\d\d(\.\d)? ms\)$/);
});

test('a host that answers nothing at all misses its levels by those who wait', () => {
  const judge = new LevelJudge(levelsOf('loginMsP99 = 500\nbadSeconds = 2'));
  expect(judge.judge(second(0, { waitingMs: many(900) }))).toHaveLength(1);
  judge.judge(second(1, { waitingMs: many(1900) }));
  expect(judge.breaches).toHaveLength(1);
});

test('a few samples say nothing by themselves: they are judged together', () => {
  const judge = new LevelJudge(levelsOf('loginMsP99 = 500'));
  expect(judge.judge(second(0, { loginMs: [900] }))).toEqual([]);
  expect(judge.judge(second(1, { loginMs: many(10) }))).toEqual([]);
  for (let number = 2; number < 11; number += 1) {
    expect(judge.judge(second(number, { loginMs: [900] }))).toEqual([]);
  }
  // Ten seconds of them are all there will be.
  expect(judge.judge(second(11, { loginMs: [900] }))).toHaveLength(1);
});

test('shares of errors and of missed states are levels too', () => {
  const judge = new LevelJudge(levelsOf('errorShareMax = 0.01\nmissedShareMax = 0.1'));
  expect(judge.judge(second(0, { counts: { dials: 100, errors: 1 } }))).toEqual([]);
  const misses = judge.judge(
    second(1, { counts: { pings: 50, dials: 50, errors: 2, states: 80, missed: 20 } }),
  );
  expect(misses.map(missText)).toEqual([
    'states missed passed 10 % (20 %)',
    'errors passed 1 % (2 %)',
  ]);
  // Errors where nothing was asked are all there is.
  expect(judge.judge(second(2, { counts: { errors: 1 } }))).toMatchObject([{ found: 1 }]);
});

test('what no level asks for is never overdue', () => {
  const limits = levelLimits(levelsOf('pingMsP99 = 100'));
  expect([limits.ping, limits.login, limits.lag]).toEqual([100, Infinity, Infinity]);
});
