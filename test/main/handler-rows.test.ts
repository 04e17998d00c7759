/**
 * Goal: a handler goes to the least loaded worker, also between two samples; a row is used again under a new generation, and
 * what comes late for its last user changes nothing. Method: real tables whose worker columns the test writes; then a
 * random run beside a model.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { HandlerRows } from '../../src/main/handler-rows.ts';
import { HandlerState, handlerTable, type HandlerTable } from '../../src/shared/handler-table.ts';
import { handlerGenerationOf, handlerIndexOf, type HandlerRef } from '../../src/shared/ids.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { workerTable, type WorkerTable } from '../../src/shared/worker-table.ts';
import { runSeed } from '../support/run-seed.ts';

const SEED = runSeed('handler-rows');
const HANDLERS = 64;
const WORKERS = 3;
const ALL = [0, 1, 2];

let table: HandlerTable;
let workers: WorkerTable;
let rows: HandlerRows;

beforeEach(() => {
  const buffer = new SharedArrayBuffer(handlerTable.byteLength(HANDLERS));
  table = handlerTable.view(buffer, HANDLERS);
  workers = workerTable.view(new SharedArrayBuffer(workerTable.byteLength(WORKERS)), WORKERS);
  rows = new HandlerRows(table, workers);
});

function take(
  players: number,
  among: readonly number[] = ALL,
): { handler: HandlerRef; worker: number } {
  const taken = rows.tryTake(among, { modeRow: 1, players, nowMs: 5 });
  if (taken === undefined) throw new Error('Cannot take a row: none is left');
  return taken;
}

/** Seconds of callbacks of each worker until the next sample, a second later. */
function busy(seconds: readonly number[], nowMs: number): void {
  for (const [row, value] of seconds.entries()) {
    workers.busyMicros[row] = (workers.busyMicros[row] ?? 0) + value * 1e6;
  }
  rows.sample(nowMs);
}

describe('HandlerRows.tryTake()', () => {
  it('fills the row before it is opened', () => {
    const { handler, worker } = take(4, [2]);
    const index = handlerIndexOf(handler);
    expect(worker).toBe(2);
    expect(rows.workerOf(handler)).toBe(2);
    expect(table.state[index]).toBe(HandlerState.opening);
    expect([table.worker[index], table.mode[index], table.openedAtMs[index]]).toEqual([2, 1, 5]);
    expect(table.generation[index]).toBe(handlerGenerationOf(handler));
    rows.opened(handler);
    expect(table.state[index]).toBe(HandlerState.open);
  });

  it('spreads handlers over workers that are alike', () => {
    const found = Array.from({ length: 9 }, () => take(2).worker);
    for (const row of ALL) expect(found.filter((worker) => worker === row).length).toBe(3);
  });

  it('prefers the worker whose callbacks took the least time', () => {
    busy([0, 0, 0], 1_000);
    busy([0.6, 0.1, 0.5], 2_000);
    expect(take(2).worker).toBe(1);
    expect(rows.load(0)).toBeCloseTo(0.6);
    expect(take(2, [0, 2]).worker).toBe(2);
  });

  it('counts what it placed since the last sample at the measured cost of a player', () => {
    for (let count = 0; count < 30; count += 1) take(10);
    busy([0, 0, 0], 1_000);
    // 300 players cost 0.9 threads: ten of them 0.03.
    busy([0.3, 0.3, 0.3], 2_000);
    const found = Array.from({ length: 9 }, () => take(10).worker);
    for (const row of ALL) expect(found.filter((worker) => worker === row).length).toBe(3);
  });

  it('sends the second match elsewhere when the first one used up the difference in load', () => {
    for (const row of ALL) take(200, [row]);
    busy([0, 0, 0], 1_000);
    // A player costs 1.52 / 600 of a thread: ten of them more than worker 0 is ahead of worker 1.
    busy([0.3, 0.32, 0.9], 2_000);
    expect([take(10).worker, take(10).worker]).toEqual([0, 1]);
    busy([0.3, 0.32, 0.9], 3_000);
    expect(take(10).worker).toBe(0);
  });

  it('takes a lobby for many players: the match after it goes elsewhere', () => {
    const lobby = take(0);
    expect(take(16).worker).not.toBe(lobby.worker);
  });

  it('chooses by players only where the loads are alike', () => {
    busy([0, 0, 0], 1_000);
    take(20, [0]);
    take(5, [1]);
    busy([0.2, 0.2, 0.9], 2_000);
    expect(take(1, [0, 1]).worker).toBe(1);
    rows.ended(take(50, [1]).handler);
    expect(take(1, [2]).worker).toBe(2);
  });

  it('refuses when all rows are taken, or no worker is given', () => {
    expect(rows.tryTake([], { modeRow: 0, players: 1, nowMs: 0 })).toBeUndefined();
    for (let count = 0; count < HANDLERS; count += 1) take(1);
    expect(rows.tryTake(ALL, { modeRow: 0, players: 1, nowMs: 0 })).toBeUndefined();
  });

  it('still chooses by load after two samples at one moment', () => {
    busy([0, 0, 0], 1_000);
    busy([0.1, 0.5, 0.9], 2_000);
    rows.sample(2_000);
    expect(take(1).worker).toBe(0);
  });

  it('starts a worker at nothing when its row begins again', () => {
    busy([0, 0, 0], 1_000);
    busy([0.9, 0.5, 0.5], 2_000);
    workers.busyMicros[0] = 0;
    busy([0, 0.5, 0.5], 3_000);
    expect(rows.load(0)).toBe(0);
    expect(take(1).worker).toBe(0);
  });
});

describe('HandlerRows.free()', () => {
  it('gives a row back once, however often it is called', () => {
    const { handler } = take(1);
    rows.ended(handler);
    rows.free(handler);
    rows.free(handler);
    const refs = Array.from({ length: HANDLERS }, () => take(1).handler);
    expect(new Set(refs.map((ref) => handlerIndexOf(ref))).size).toBe(HANDLERS);
    expect(refs).not.toContain(handler);
  });

  it('lets a late word about the last user change nothing for the next', () => {
    const old = take(1).handler;
    rows.free(old);
    let next = take(1).handler;
    while (handlerIndexOf(next) !== handlerIndexOf(old)) next = take(1).handler;
    for (const late of [
      (): void => rows.opened(old),
      (): void => rows.ended(old),
      (): void => rows.free(old),
    ]) {
      late();
      expect(table.state[handlerIndexOf(next)]).toBe(HandlerState.opening);
    }
  });

  it('never opens a handler again that has ended', () => {
    const { handler } = take(1);
    rows.ended(handler);
    rows.opened(handler);
    expect(table.state[handlerIndexOf(handler)]).toBe(HandlerState.ended);
  });
});

it('HandlerRows never gives a row or a reference out twice, and its count of players returns to nothing', () => {
  const random = seededRandom(SEED);
  const marks = { full: 0, reused: 0, ended: 0, freed: 0 };
  const taken = new Map<number, HandlerRef>();
  const known = new Set<HandlerRef>();
  for (let step = 0; step < 20_000; step += 1) {
    const [pick] = [...taken.values()].slice(random.below(Math.max(1, taken.size)));
    const dice = random.below(10);
    if (dice < 5) {
      const found = rows.tryTake(ALL, { modeRow: 0, players: random.below(9), nowMs: step });
      marks.full += Number(found === undefined);
      expect(found === undefined).toBe(taken.size === HANDLERS);
      if (found === undefined) continue;
      const index = handlerIndexOf(found.handler);
      expect(taken.has(index) || known.has(found.handler)).toBe(false);
      marks.reused += Number(handlerGenerationOf(found.handler) > 1);
      known.add(found.handler);
      taken.set(index, found.handler);
    } else if (pick !== undefined && dice < 7) {
      rows.ended(pick);
      marks.ended += 1;
    } else if (pick !== undefined) {
      rows.free(pick);
      taken.delete(handlerIndexOf(pick));
      marks.freed += 1;
    }
  }
  for (const handler of taken.values()) rows.free(handler);
  // With no player anywhere the workers are alike again: the first one is taken.
  rows.sample(1e9);
  expect(take(1, [2, 1, 0]).worker).toBe(2);
  expect(take(1, [2, 1]).worker).toBe(1);
  console.log('handler-rows marks', JSON.stringify(marks));
  expect(Math.min(...Object.values(marks))).toBeGreaterThan(20);
});
