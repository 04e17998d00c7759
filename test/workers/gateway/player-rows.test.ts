/**
 * Goal: no slot has two connections, an old reference finds nobody, a slot freed longest ago is taken first, and the shared
 * row says what the connection is. Method: examples, and a property beside a queue of free slots.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClientView } from '../../../src/shared/client-view.ts';
import {
  NO_PLAYER,
  PLAYER_GENERATION_MAX,
  slotOf,
  type PlayerRef,
} from '../../../src/shared/ids.ts';
import {
  PlayerState,
  playerTable,
  readName,
  type PlayerTable,
} from '../../../src/shared/player-table.ts';
import { PlayerRows } from '../../../src/workers/gateway/player-rows.ts';
import { RouteState } from '../../../src/workers/gateway/route-state.ts';
import { runSeed } from '../../support/run-seed.ts';
import { CountingProtocol, FakeConnection } from './fake-connection.ts';

const SEED = runSeed('player-rows');
const RUNS = 400;
const CAPACITY = 24;
const FIRST = 8;
const SLOTS = 8;

function makeRows(): { table: PlayerTable; rows: PlayerRows } {
  const buffer = new SharedArrayBuffer(playerTable.byteLength(CAPACITY));
  const table = playerTable.view(buffer, CAPACITY);
  return { table, rows: new PlayerRows(table, { firstSlot: FIRST, slots: SLOTS }) };
}

function take(rows: PlayerRows, connection: FakeConnection = new FakeConnection()): FakeConnection {
  connection.player = rows.tryTake(connection.real, 5);
  return connection;
}

describe('PlayerRows', () => {
  it('fills a row for a login, shows where it stands, and empties it', () => {
    const { table, rows } = makeRows();
    const connection = take(rows);
    const slot = slotOf(connection.player);
    expect(slot).toBe(FIRST);
    expect(table.state[slot]).toBe(PlayerState.loggingIn);
    expect(table.connectedAtMs[slot]).toBe(5);
    rows.name(connection.real, 'ada');
    connection.handler = 77;
    connection.state = RouteState.leaving;
    rows.store(connection.player);
    expect([table.handler[slot], table.state[slot]]).toEqual([77, PlayerState.moving]);
    expect(readName(table, slot)).toBe('ada');
    rows.free(connection.player);
    expect(table.state[slot]).toBe(PlayerState.free);
    expect(readName(table, slot)).toBe('');
  });

  it('counts a player from the name on: a login that is refused was never there', () => {
    const { rows } = makeRows();
    const [ada, refused] = [take(rows), take(rows)];
    expect([rows.count, rows.namedCount]).toEqual([2, 0]);
    rows.name(ada.real, 'ada');
    rows.name(ada.real, 'ada');
    rows.free(refused.player);
    expect([rows.count, rows.namedCount]).toEqual([1, 1]);
    rows.free(ada.player);
    rows.free(ada.player);
    expect([rows.count, rows.namedCount]).toEqual([0, 0]);
    const bot = take(rows);
    expect(rows.isPractice(bot.player)).toBe(false);
    rows.name(bot.real, 'bot-1');
    expect([rows.namedCount, rows.isPractice(bot.player)]).toEqual([1, true]);
  });

  it('shows a client of an opaque protocol as raw, whatever its view', () => {
    const { table, rows } = makeRows();
    const connection = take(rows, new FakeConnection(new CountingProtocol('own', true)));
    rows.store(connection.player);
    expect(table.view[slotOf(connection.player)]).toBe(ClientView.raw);
  });

  it('refuses with NO_PLAYER when all rows are taken, and touches no row of another gateway', () => {
    const { table, rows } = makeRows();
    const all = Array.from({ length: SLOTS }, () => take(rows));
    expect(take(rows).player).toBe(NO_PLAYER);
    expect(rows.count).toBe(SLOTS);
    expect(new Set(all.map(({ player }) => slotOf(player))).size).toBe(SLOTS);
    for (let slot = 0; slot < CAPACITY; slot += 1) {
      const isOurs = slot >= FIRST && slot < FIRST + SLOTS;
      expect(table.generation[slot]).toBe(isOurs ? 1 : 0);
    }
    expect([...rows.taken()].length).toBe(SLOTS);
  });

  it('is not moved by a connection that has no row, or has lost it', () => {
    const { table, rows } = makeRows();
    const first = take(rows);
    rows.free(NO_PLAYER);
    rows.free(first.player);
    rows.free(first.player);
    expect(rows.count).toBe(0);
    // The slot is somebody else's by now.
    const all = Array.from({ length: SLOTS }, () => take(rows));
    const heir = all.find(({ player }) => slotOf(player) === slotOf(first.player));
    first.state = RouteState.closing;
    rows.store(first.player);
    rows.free(first.player);
    expect(rows.count).toBe(SLOTS);
    expect(rows.find(heir?.player ?? NO_PLAYER)).toBe(heir);
    expect(table.state[slotOf(first.player)]).toBe(PlayerState.loggingIn);
  });

  it('starts again at generation 1 when the generations of a slot are used up', () => {
    const { rows } = makeRows();
    const refs = new Set<PlayerRef>();
    for (let turn = 0; turn < SLOTS * PLAYER_GENERATION_MAX; turn += 1) {
      const connection = take(rows);
      refs.add(connection.player);
      rows.free(connection.player);
    }
    // No reference came twice before all were used, and none is NO_PLAYER.
    expect(refs.size).toBe(SLOTS * PLAYER_GENERATION_MAX);
    expect(refs.has(NO_PLAYER)).toBe(false);
    expect(refs.has(take(rows).player)).toBe(true);
  });
});

it('PlayerRows does what a queue of free slots does', () => {
  const marks = { full: 0, empty: 0, stale: 0, reused: 0 };
  const anyStep = fc.record({ takes: fc.boolean(), pick: fc.nat(SLOTS - 1) });
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200, size: 'max' }), (steps) => {
      const { table, rows } = makeRows();
      const free = Array.from({ length: SLOTS }, (_, index) => FIRST + index);
      const taken: FakeConnection[] = [];
      const gone: PlayerRef[] = [];
      for (const { takes, pick } of steps) {
        if (takes) {
          const slot = free.shift();
          const connection = take(rows);
          marks.full += Number(slot === undefined);
          if (slot === undefined) expect(connection.player).toBe(NO_PLAYER);
          else {
            expect(slotOf(connection.player)).toBe(slot);
            expect(gone).not.toContain(connection.player);
            marks.reused += Number((table.generation[slot] ?? 0) > 1);
            taken.push(connection);
          }
        } else {
          const [connection] = taken.splice(pick % Math.max(1, taken.length), 1);
          marks.empty += Number(connection === undefined);
          if (connection === undefined) continue;
          rows.free(connection.player);
          free.push(slotOf(connection.player));
          gone.push(connection.player);
        }
        expect(rows.count).toBe(taken.length);
        for (const connection of taken) expect(rows.find(connection.player)).toBe(connection);
        for (const player of gone) expect(rows.find(player)).toBeUndefined();
        marks.stale += gone.length;
        expect(new Set(rows.taken())).toEqual(new Set(taken));
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  console.log('player-rows marks', JSON.stringify(marks));
  expect(Math.min(...Object.values(marks))).toBeGreaterThan(RUNS);
});
