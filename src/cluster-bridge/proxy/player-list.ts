/** Scratch for a broadcast's receivers behind one link. Bridge thread. */

import type { HandlerRef } from '../../shared/ids.ts';
import type { Guest } from './guest-rows.ts';

/** The players of one home that a broadcast is for: all of one match, so of one row of that home's handler table. */
export class PlayerList {
  readonly players: Uint32Array;
  count = 0;
  handler: HandlerRef = 0;

  constructor(playersMax: number) {
    this.players = new Uint32Array(playersMax);
  }

  add({ homePlayer, homeHandler }: Guest): void {
    this.handler = homeHandler;
    this.players[this.count] = homePlayer;
    this.count += 1;
  }
}
