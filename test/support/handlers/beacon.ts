/**
 * A match that says ten times a second which one it is, who is in it, and when that was, on the clock that all processes of a
 * machine share: what two matches say of one player can be compared. Runs in match workers.
 */

import type { GameHandler, HandlerContext } from '../../../src/shared/api.ts';
import { systemClock } from '../../../src/shared/clock.ts';

/** A state of a beacon, as JSON. */
export interface BeaconState {
  readonly match: string;
  readonly wallMs: number;
  /** Those who are connected, by name. */
  readonly players: readonly string[];
}

export default class Beacon implements GameHandler {
  readonly #context: HandlerContext;

  constructor(context: HandlerContext) {
    this.#context = context;
  }

  onTick(): void {
    const { id, players } = this.#context;
    const names = [...players].filter(({ connected }) => connected).map(({ name }) => name);
    const state: BeaconState = { match: id, wallMs: systemClock.wallMs(), players: names };
    this.#context.broadcast(Buffer.from(JSON.stringify(state)));
  }
}
