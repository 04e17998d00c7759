/**
 * Goal: a handler's end is always told, a worker's end costs its own handlers alone, its row is used again when its rings are
 * empty, and the pool comes back to its size, also after a thread that died while it started.
 * Method: a real Piscina pool of real match workers on a very small host; the test plays the gateways' and main's part.
 */

import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MatchPool } from '../../src/main/match-pool.ts';
import type { TaskEnd } from '../../src/main/task-end.ts';
import { ConfigCell } from '../../src/shared/config-cell.ts';
import { every, sleep, systemClock, type Timer } from '../../src/shared/clock.ts';
import { viewTables, type HostTables } from '../../src/shared/host-memory.ts';
import { handlerRef, playerRef, slotOf, type HandlerRef } from '../../src/shared/ids.ts';
import { writeName } from '../../src/shared/player-table.ts';
import { Reason, reasonWord } from '../../src/shared/reason.ts';
import { InputChannel, tryWriteInput, tryWriteJoin } from '../../src/shared/record-layout.ts';
import { RingWriter, resetRing } from '../../src/shared/spsc-ring.ts';
import type { OpenTask, WorkerReport } from '../../src/shared/thread-messages.ts';
import { NO_SEGMENTS } from '../../src/shared/unread-segments.ts';
import { WorkerState } from '../../src/shared/worker-table.ts';
import { tinyMemory } from '../support/tiny-memory.ts';

const THREADS = 2;
const ROWS = 2 * THREADS;
const WAIT_MS = 10_000;
const MISCHIEF = pathToFileURL(
  fileURLToPath(new URL('../support/handlers/mischief.ts', import.meta.url)),
).href;

const memory = tinyMemory({ workerRows: ROWS });
const tables: HostTables = viewTables(memory);
let pool: MatchPool;
let reports: WorkerReport[] = [];
let lost: string[] = [];
let exits = 0;
/** Threads in the order in which they were made. */
let threads: Worker[] = [];
let handlers = 0;
/** What main does a few times a second. */
let watching: Timer | undefined;

const onWorker = (worker: Worker): void => {
  threads.push(worker);
};

beforeEach(async () => {
  for (const ring of [memory.rings.up, memory.rings.down].flat(2)) resetRing(ring);
  tables.workers.state.fill(WorkerState.free);
  reports = [];
  lost = [];
  threads = [];
  exits = 0;
  process.on('worker', onWorker);
  pool = new MatchPool({
    data: { memory, settings: { modes: [] }, turnMs: 1 },
    workers: tables.workers,
    threads: THREADS,
    heapMbMax: 64,
    externalMbMax: 256,
    // To fill its heap takes a worker a second on a crowded machine.
    hangMs: 3_000,
    handlersMax: 32,
    host: { reportWorker: (_row, batch) => reports.push(...batch) },
    onUp: (row) => pool.ready(row),
    onLost: (row, reason) => lost.push(`${row} ${reasonWord(reason)}`),
    onExit: (row) => {
      exits += 1;
      // What the gateways do, each for its own rings.
      for (const ring of [memory.rings.up[0]?.[row], memory.rings.down[0]?.[row]]) {
        if (ring !== undefined) resetRing(ring);
      }
      pool.release(row);
    },
    onError: () => {},
  });
  watching = every(() => pool.watch(), 20);
  await until('the pool is whole', () => pool.rows().length === THREADS);
}, 30_000);

afterEach(async () => {
  watching?.cancel();
  process.off('worker', onWorker);
  expect(await pool.close()).toBe(true);
}, 30_000);

describe('MatchPool.run()', () => {
  it('resolves with what the handler made of it, on the worker that was asked for', async () => {
    const [first = 0, second = 0] = pool.rows();
    const matches = [open(first), open(second), open(second)];
    await until('all are open', () => reports.filter(isOpened).length === 3);
    for (const { handler, row } of matches) tell(row, handler, 'end');
    for (const { end } of matches) {
      const { outcome, workerLost } = await end;
      expect(workerLost).toBe(false);
      expect(outcome).toEqual({
        reason: Reason.ended,
        result: { winner: null, by: 'ada' },
        error: undefined,
      });
    }
    await until('they are counted', () => tables.workers.handlers[second] === 2);
    for (const { handler, row } of matches) pool.order(row, { kind: 'forget', handler });
    pool.flush();
    await until('they are forgotten', () => tables.workers.handlers[second] === 0);
  });

  it('resolves for a module that is not there, and the worker goes on', async () => {
    const [row = 0] = pool.rows();
    const { outcome, workerLost } = await open(row, { module: 'file:///nowhere.ts' }).end;
    expect(workerLost).toBe(false);
    expect(outcome.reason).toBe(Reason.crashed);
    expect(outcome.error).toContain('Cannot load a handler');
    const next = open(row);
    pool.order(row, { kind: 'end', handler: next.handler, reason: Reason.drained });
    await until('it is open', () => reports.some(isOpened));
    pool.flush();
    expect((await next.end).outcome.reason).toBe(Reason.drained);
    expect(lost).toEqual([]);
  });

  it('throws for a worker that is not there', () => {
    expect(() => open(ROWS + 1)).toThrow(`Cannot open a handler: worker ${ROWS + 1} is not there`);
  });
});

describe('MatchPool.prepare()', () => {
  it('reaches the workers that live and those that come after', async () => {
    const cell = new ConfigCell(memory.configCell);
    const version = cell.version + 1;
    const { settingsVersion } = tables.workers;
    await pool.prepare(version, { modes: [] });
    expect(pool.rows().map((row) => settingsVersion[row])).not.toContain(version);
    cell.commit(version);
    await pool.adopt();
    expect(pool.rows().map((row) => settingsVersion[row])).toEqual([version, version]);
    const [row = 0] = pool.rows();
    const { end, handler } = open(row);
    await until('it is open', () => reports.some(isOpened));
    tell(row, handler, 'hang');
    expect((await end).workerLost).toBe(true);
    await until('the pool is whole again', () => exits === 1 && pool.rows().length === THREADS);
    await until('the new worker runs on them', () =>
      pool.rows().every((one) => settingsVersion[one] === version),
    );
  });
});

describe('a worker that dies', () => {
  it.each([
    ['hang', Reason.hung],
    ['wait', Reason.hung],
    ['heap', Reason.outOfMemory],
    ['buffers', Reason.outOfMemory],
  ])(
    'by %s ends its own handlers alone, and is replaced',
    async (misdeed, reason) => {
      const [row = 0, other = 0] = pool.rows();
      const bad = open(row);
      const neighbor = open(row);
      const elsewhere = open(other);
      await until('all are open', () => reports.filter(isOpened).length === 3);
      tell(row, bad.handler, misdeed);
      for (const { end } of [bad, neighbor]) {
        expect(await end).toMatchObject({ outcome: { reason }, workerLost: true });
      }
      expect(lost).toEqual([`${row} ${reasonWord(reason)}`]);
      await until('the pool is whole', () => pool.rows().length === THREADS);
      expect(exits).toBe(1);
      const again = open(pool.rows().find((candidate) => candidate !== other) ?? other);
      await until('the new worker takes handlers', () => reports.filter(isOpened).length === 4);
      for (const { handler, row: place } of [elsewhere, again]) tell(place, handler, 'end');
      expect((await elsewhere.end).outcome.reason).toBe(Reason.ended);
      expect((await again.end).outcome.reason).toBe(Reason.ended);
    },
    30_000,
  );

  it('gives its row back under a new incarnation, and the row is claimed again in time', async () => {
    const before = Array.from(tables.workers.incarnation);
    for (let death = 0; death < 2 * ROWS; death += 1) {
      const [row = 0] = pool.rows();
      const victim = threads.find(({ threadId }) => threadId === tables.workers.threadId[row]);
      await victim?.terminate();
      await until('the pool is whole', () => pool.rows().length === THREADS && !isListed(victim));
    }
    const freed = Array.from(
      tables.workers.incarnation,
      (count, row) => count - (before[row] ?? 0),
    );
    expect(freed.reduce((sum, count) => sum + count, 0)).toBe(2 * ROWS);
    expect(lost.length).toBe(2 * ROWS);
  }, 30_000);

  it('while it starts is replaced, as often as that happens, and its row is not lost', async () => {
    for (let death = 0; death < ROWS + 1; death += 1) {
      const count = threads.length;
      const [row = 0] = pool.rows();
      const victim = threads.find(({ threadId }) => threadId === tables.workers.threadId[row]);
      void victim?.terminate();
      await until('another one starts', () => threads.length > count);
      // Killed in its first moments, before or just after it has a row; on a slow machine it is ready by then.
      if (death % 2 === 0) {
        await until('it has a row', () => {
          const isClaimed = tables.workers.state.includes(WorkerState.claimed);
          return isClaimed || pool.rows().length === THREADS;
        });
      }
      await threads[count]?.terminate();
      await until('the pool is whole', () => pool.rows().length === THREADS);
    }
    const states = Array.from(tables.workers.state);
    expect(states.filter((state) => state === WorkerState.running).length).toBe(THREADS);
    expect(states.filter((state) => state === WorkerState.free).length).toBe(ROWS - THREADS);
  }, 60_000);
});

function open(row: number, options: Partial<OpenTask> = {}): Match {
  handlers += 1;
  const handler = handlerRef(1 + (handlers % 30), 1 + handlers);
  const end = pool.run(row, {
    handler,
    id: `tiny/mischief/${handlers}`,
    mode: 'mischief',
    module: MISCHIEF,
    settings: {},
    tickHz: 0,
    roster: [],
    isLobby: false,
    seed: 1,
    ...options,
  });
  return { row, handler, end };
}

interface Match {
  readonly row: number;
  readonly handler: HandlerRef;
  readonly end: Promise<TaskEnd>;
}

/** Sits a player of that handler down and lets it give a command, as the gateway would; the worker looks by itself. */
function tell(row: number, handler: HandlerRef, command: string): void {
  const ring = memory.rings.up[0]?.[row];
  if (ring === undefined) throw new Error(`Cannot tell: no ring ${row}`);
  const writer = new RingWriter(ring);
  const player = playerRef(handler % 60, 1);
  writeName(tables.players, slotOf(player), 'ada');
  tryWriteJoin(writer, { handler, player, reason: Reason.matched }, NO_SEGMENTS);
  const bytes = Buffer.from(command);
  tryWriteInput(writer, InputChannel.command, handler, player, bytes, 0, bytes.length);
  writer.publish();
  // Any order is a reason for a turn.
  pool.order(row, { kind: 'expire', handler, name: 'nobody' });
  pool.flush();
}

function isOpened(report: WorkerReport): boolean {
  return report.kind === 'opened';
}

function isListed(thread: Worker | undefined): boolean {
  return (
    thread !== undefined &&
    pool.rows().some((row) => tables.workers.threadId[row] === thread.threadId)
  );
}

async function until(what: string, isDone: () => boolean): Promise<void> {
  const untilMs = systemClock.nowMs() + WAIT_MS;
  while (!isDone()) {
    if (systemClock.nowMs() > untilMs)
      throw new Error(`Cannot go on: waited too long until ${what}`);
    await sleep(2);
  }
}
