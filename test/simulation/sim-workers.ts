/** The match workers of a simulated host: handlers that open, want players, end, crash. Test files only. */

import assert from 'node:assert/strict';
import type { HandlerSeat, HandlerSpec } from '../../src/main/directory/directory-effects.ts';
import type { HandlerRef } from '../../src/shared/ids.ts';
import { Reason } from '../../src/shared/reason.ts';
import type { HandlerOutcome, PlayersWanted } from '../../src/shared/thread-messages.ts';
import { RULES } from './settings.ts';
import { Lane, type World } from './world.ts';

export interface SimHandler extends HandlerSpec {
  readonly handler: HandlerRef;
  readonly id: string;
  /** By name: the team of those who have a seat. */
  readonly seats: Map<string, number>;
  isOpen: boolean;
}

/** What main hears of them. */
export interface WorkerListener {
  opened(handler: HandlerRef): void;
  wanted(handler: HandlerRef, wanted: PlayersWanted): void;
  seated(handler: HandlerRef, names: readonly string[]): void;
  gone(handler: HandlerRef, outcome: HandlerOutcome): void;
}

const EVEN = { scoreMargin: 0, timeLeftShare: 1 };

export class SimWorkers {
  readonly handlers: Map<HandlerRef, SimHandler> = new Map();
  /** Nothing fails, all opens soon. */
  isCalm = false;
  readonly #world: World;
  readonly #toMain: Lane;
  readonly #fromMain: Lane;
  readonly #listener: WorkerListener;

  constructor(world: World, listener: WorkerListener) {
    this.#world = world;
    this.#toMain = new Lane(world);
    this.#fromMain = new Lane(world);
    this.#listener = listener;
  }

  open(opening: Pick<SimHandler, 'handler' | 'id' | keyof HandlerSpec>): void {
    const world = this.#world;
    const seats = new Map(opening.roster.map(({ name, team }) => [name, team]));
    const handler: SimHandler = { ...opening, seats, isOpen: false };
    this.handlers.set(handler.handler, handler);
    const isSlow = !this.isCalm && !handler.isLobby && world.chance(0.05);
    const delayMs = isSlow ? world.between(500, 4_000) : world.between(2, 60);
    world.after(delayMs, () => this.#opened(handler));
  }

  addSeats(handler: HandlerRef, seats: readonly HandlerSeat[]): void {
    this.#order(handler, (known) => {
      for (const { name, team } of seats) {
        assert(!known.seats.has(name), `${name} has one seat in ${known.id}`);
        known.seats.set(name, team);
        const isRoom = playersOf(known, team) <= teamSizeOf(known);
        assert(isRoom, `team ${team} of ${known.id} has room for ${name}`);
      }
      const names = seats.map(({ name }) => name);
      this.#tell(() => this.#listener.seated(handler, names));
      this.#want(known);
    });
  }

  expireSeat(handler: HandlerRef, name: string): void {
    const opened = this.handlers.get(handler)?.roster;
    this.#order(handler, (known) => {
      const isKnown = known.seats.delete(name) || opened?.some((seat) => seat.name === name);
      if (isKnown === true) this.#want(known);
    });
  }

  /** A player's LEAVE. */
  left(handler: HandlerRef, name: string): void {
    this.#order(handler, (known) => {
      if (known.seats.delete(name)) this.#want(known);
    });
  }

  end({ handler }: { readonly handler: HandlerRef }, reason: Reason): void {
    this.#world.after(this.#world.between(1, 5), () => this.#gone(handler, reason));
  }

  crash(handler: HandlerRef): void {
    this.#gone(handler, Reason.crashed);
  }

  #opened(handler: SimHandler): void {
    const world = this.#world;
    if (!this.handlers.has(handler.handler)) return;
    if (!this.isCalm && !handler.isLobby && world.chance(0.03)) {
      world.mark('opening failed');
      this.crash(handler.handler);
      return;
    }
    handler.isOpen = true;
    this.#tell(() => this.#listener.opened(handler.handler));
    if (handler.isLobby) return;
    this.#want(handler);
    world.after(world.between(300, 6_000), () => this.#gone(handler.handler, Reason.ended));
  }

  /** Says how many players each team would take, where the mode begins with fewer than it has places for; now and then again. */
  #want(handler: SimHandler): void {
    const rules = RULES.get(handler.mode);
    const isTaking = rules !== undefined && rules.minTeamSize < rules.teamSize;
    if (!isTaking || !this.handlers.has(handler.handler)) return;
    const perTeam = [0, 1].map((team) => teamSizeOf(handler) - playersOf(handler, team));
    this.#tell(() => this.#listener.wanted(handler.handler, { perTeam, standing: EVEN }));
    if (this.#world.chance(0.5))
      this.#world.after(this.#world.between(1, 400), () => this.#want(handler));
  }

  /** Orders of main to a worker come in order; some workers are busy. */
  #order(handler: HandlerRef, run: (known: SimHandler) => void): void {
    const world = this.#world;
    const isBusy = !this.isCalm && world.chance(0.05);
    this.#fromMain.send(isBusy ? world.between(20, 500) : world.between(0, 3), () => {
      const known = this.handlers.get(handler);
      if (known?.isOpen === true && !known.isLobby) run(known);
    });
  }

  #tell(report: () => void): void {
    this.#toMain.send(this.#world.between(0, 2), report);
  }

  #gone(handler: HandlerRef, reason: Reason): void {
    const world = this.#world;
    if (!this.handlers.delete(handler)) return;
    const hasResult = reason === Reason.ended && world.chance(0.7);
    const result = hasResult ? { winner: world.random.below(2) } : undefined;
    const outcome = { reason, result, error: undefined };
    this.#tell(() => this.#listener.gone(handler, outcome));
  }
}

function playersOf({ seats }: SimHandler, team: number): number {
  let players = 0;
  for (const one of seats.values()) if (one === team) players += 1;
  return players;
}

function teamSizeOf({ mode }: SimHandler): number {
  return RULES.get(mode)?.teamSize ?? 0;
}
