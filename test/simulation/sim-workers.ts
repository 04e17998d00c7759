/** The match workers of a simulated host: handlers that open, end, crash. Test files only. */

import type { HandlerSpec } from '../../src/main/directory/directory-effects.ts';
import type { HandlerRef } from '../../src/shared/ids.ts';
import { Reason } from '../../src/shared/reason.ts';
import type { HandlerOutcome } from '../../src/shared/thread-messages.ts';
import { Lane, type World } from './world.ts';

export interface SimHandler extends HandlerSpec {
  readonly handler: HandlerRef;
  readonly id: string;
  isOpen: boolean;
}

/** What main hears of them. */
export interface WorkerListener {
  opened(handler: HandlerRef): void;
  gone(handler: HandlerRef, outcome: HandlerOutcome): void;
}

export class SimWorkers {
  readonly handlers: Map<HandlerRef, SimHandler> = new Map();
  /** Nothing fails, all opens soon. */
  isCalm = false;
  readonly #world: World;
  readonly #toMain: Lane;
  readonly #listener: WorkerListener;

  constructor(world: World, listener: WorkerListener) {
    this.#world = world;
    this.#toMain = new Lane(world);
    this.#listener = listener;
  }

  open(handler: SimHandler): void {
    const world = this.#world;
    this.handlers.set(handler.handler, handler);
    const isSlow = !this.isCalm && !handler.isLobby && world.chance(0.05);
    const delayMs = isSlow ? world.between(500, 4_000) : world.between(2, 60);
    world.after(delayMs, () => this.#opened(handler));
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
    this.#toMain.send(world.between(0, 2), () => this.#listener.opened(handler.handler));
    if (handler.isLobby) return;
    world.after(world.between(300, 6_000), () => this.#gone(handler.handler, Reason.ended));
  }

  #gone(handler: HandlerRef, reason: Reason): void {
    const world = this.#world;
    if (!this.handlers.delete(handler)) return;
    const hasResult = reason === Reason.ended && world.chance(0.7);
    const result = hasResult ? { winner: world.random.below(2) } : undefined;
    const outcome = { reason, result, error: undefined };
    this.#toMain.send(world.between(0, 2), () => this.#listener.gone(handler, outcome));
  }
}
