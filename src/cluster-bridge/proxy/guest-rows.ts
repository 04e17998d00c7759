/** The bridge's rows of the player table: players of other hosts who are in matches here. Bridge thread. */

import {
  NO_PLAYER,
  PLAYER_GENERATION_MAX,
  nextGeneration,
  playerRef,
  slotOf,
  type HandlerRef,
  type PlayerRef,
} from '../../shared/ids.ts';
import { PlayerState, writeName, type PlayerTable } from '../../shared/player-table.ts';
import type { ProxyLink } from './proxy-link.ts';

export interface Guest {
  /** Of this host: what its workers know. */
  readonly player: PlayerRef;
  readonly handler: HandlerRef;
  /** Of the home. */
  readonly homePlayer: PlayerRef;
  readonly homeHandler: HandlerRef;
  /** Row of the worker that runs the match; -1: none does. */
  row: number;
  /** Undefined when the link to the home is down. */
  link: ProxyLink | undefined;
  /** The worker has been told that the player goes: its LEFT ends the guest. */
  isLeaving: boolean;
}

export class GuestRows {
  readonly #table: PlayerTable;
  readonly #firstSlot: number;
  readonly #guests: (Guest | undefined)[];
  /** Free slots; the one freed longest ago is taken first, so that a generation lasts. */
  readonly #free: number[];
  #freeHead = 0;
  #count = 0;

  constructor(table: PlayerTable, range: { readonly firstSlot: number; readonly slots: number }) {
    this.#table = table;
    this.#firstSlot = range.firstSlot;
    this.#guests = Array.from({ length: range.slots }, () => undefined);
    this.#free = Array.from({ length: range.slots }, (_, index) => range.firstSlot + index);
  }

  get capacity(): number {
    return this.#guests.length;
  }

  get count(): number {
    return this.#count;
  }

  /** A row for a guest; undefined when all are taken. */
  tryTake(
    guest: Omit<Guest, 'player' | 'isLeaving'>,
    shown: {
      readonly name: string;
      readonly view: number;
      readonly flags: number;
      readonly nowMs: number;
    },
  ): Guest | undefined {
    if (this.#count === this.#free.length) return undefined;
    const slot = this.#free[this.#freeHead] ?? 0;
    this.#freeHead = (this.#freeHead + 1) % this.#free.length;
    this.#count += 1;
    const table = this.#table;
    const generation = nextGeneration(table.generation[slot] ?? 0, PLAYER_GENERATION_MAX);
    const taken: Guest = { ...guest, player: playerRef(slot, generation), isLeaving: false };
    this.#guests[slot - this.#firstSlot] = taken;
    table.generation[slot] = generation;
    table.handler[slot] = guest.handler;
    table.view[slot] = shown.view;
    table.flags[slot] = shown.flags;
    table.connectedAtMs[slot] = shown.nowMs;
    writeName(table, slot, shown.name);
    table.state[slot] = PlayerState.playing;
    return taken;
  }

  /** The guest that `player` names, unless the row has been freed since. */
  find(player: PlayerRef): Guest | undefined {
    const guest = this.#guests[slotOf(player) - this.#firstSlot];
    return guest?.player === player ? guest : undefined;
  }

  free({ player }: Guest): void {
    if (player === NO_PLAYER || this.find(player) === undefined) return;
    const slot = slotOf(player);
    this.#table.state[slot] = PlayerState.free;
    writeName(this.#table, slot, '');
    this.#guests[slot - this.#firstSlot] = undefined;
    this.#free[(this.#freeHead + this.#free.length - this.#count) % this.#free.length] = slot;
    this.#count -= 1;
  }

  *all(): Iterable<Guest> {
    for (const guest of this.#guests) if (guest !== undefined) yield guest;
  }
}
