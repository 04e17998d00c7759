/**
 * This gateway's rows of the player table, and who sits in them. Gateway threads; gateway g owns its slots alone, so
 * taking one needs no atomics.
 */

import { ClientView } from '../../shared/client-view.ts';
import {
  NO_PLAYER,
  PLAYER_GENERATION_MAX,
  nextGeneration,
  playerRef,
  slotOf,
  type PlayerRef,
} from '../../shared/ids.ts';
import { PlayerFlag, PlayerState, writeName, type PlayerTable } from '../../shared/player-table.ts';
import { isPracticeName } from '../../shared/practice-name.ts';
import type { Connection } from './connection.ts';
import type { RouteState } from './route-state.ts';

export class PlayerRows {
  /** Rows that are taken now. */
  count = 0;
  /** Those of them whose players were let in: a login that is looked at, and perhaps refused, is in no count. */
  namedCount = 0;
  readonly #table: PlayerTable;
  readonly #firstSlot: number;
  readonly #connections: (Connection | undefined)[];
  /** Free slots; the one freed longest ago is taken first, so that a generation lasts. */
  readonly #free: Uint32Array;
  #freeHead = 0;

  constructor(table: PlayerTable, range: { firstSlot: number; slots: number }) {
    this.#table = table;
    this.#firstSlot = range.firstSlot;
    this.#connections = Array.from({ length: range.slots }, () => undefined);
    this.#free = Uint32Array.from({ length: range.slots }, (_, index) => range.firstSlot + index);
  }

  /** A row for a connection that logs in, or NO_PLAYER when all are taken. */
  tryTake(connection: Connection, nowMs: number): PlayerRef {
    if (this.count === this.#free.length) return NO_PLAYER;
    const slot = this.#free[this.#freeHead] ?? 0;
    this.#freeHead = (this.#freeHead + 1) % this.#free.length;
    this.count += 1;
    const table = this.#table;
    const generation = nextGeneration(table.generation[slot] ?? 0, PLAYER_GENERATION_MAX);
    this.#connections[slot - this.#firstSlot] = connection;
    table.generation[slot] = generation;
    table.handler[slot] = 0;
    table.view[slot] = connection.view;
    table.flags[slot] = 0;
    table.connectedAtMs[slot] = nowMs;
    table.state[slot] = PlayerState.loggingIn;
    return playerRef(slot, generation);
  }

  /** Gives the row back; harmless for NO_PLAYER and for one that was freed before. */
  free(player: PlayerRef): void {
    if (player === NO_PLAYER || this.find(player) === undefined) return;
    const slot = slotOf(player);
    this.#table.state[slot] = PlayerState.free;
    if (this.#isNamed(slot)) this.namedCount -= 1;
    writeName(this.#table, slot, '');
    this.#connections[slot - this.#firstSlot] = undefined;
    this.#free[(this.#freeHead + this.#free.length - this.count) % this.#free.length] = slot;
    this.count -= 1;
  }

  /** The connection that `player` names, unless it has been freed since. */
  find(player: PlayerRef): Connection | undefined {
    const connection = this.#connections[slotOf(player) - this.#firstSlot];
    return connection?.player === player ? connection : undefined;
  }

  /** Every connection that has a row. */
  *taken(): Iterable<Connection> {
    for (const connection of this.#connections) if (connection !== undefined) yield connection;
  }

  /** The player was admitted under this name. */
  name(connection: Connection, name: string): void {
    const slot = slotOf(connection.player);
    if (!this.#isNamed(slot)) this.namedCount += 1;
    writeName(this.#table, slot, name);
    this.#table.flags[slot] = PlayerFlag.named | (isPracticeName(name) ? PlayerFlag.practice : 0);
  }

  /** True for a practice bot that was let in. */
  isPractice(player: PlayerRef): boolean {
    if (player === NO_PLAYER || this.find(player) === undefined) return false;
    return ((this.#table.flags[slotOf(player)] ?? 0) & PlayerFlag.practice) !== 0;
  }

  /** Shows the other threads where the player stands; does nothing without a row. */
  store(player: PlayerRef): void {
    const connection = player === NO_PLAYER ? undefined : this.find(player);
    if (connection === undefined) return;
    const slot = slotOf(player);
    this.#table.handler[slot] = connection.handler;
    this.#table.view[slot] = connection.protocol.opaque ? ClientView.raw : connection.view;
    this.#table.state[slot] = PLAYER_STATES[connection.state];
  }

  #isNamed(slot: number): boolean {
    return ((this.#table.flags[slot] ?? 0) & PlayerFlag.named) !== 0;
  }
}

const PLAYER_STATES: Readonly<Record<RouteState, PlayerState>> = {
  greeting: PlayerState.loggingIn,
  loggingIn: PlayerState.loggingIn,
  playing: PlayerState.playing,
  leaving: PlayerState.moving,
  closing: PlayerState.closing,
};
