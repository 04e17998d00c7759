/** A match that does, at a player's command, what no handler should: for the containment tests. Runs in match workers. */

import { getHeapStatistics } from 'node:v8';
import type { GameHandler, HandlerContext, Player } from '../../../src/shared/api.ts';

const hoard: unknown[] = [];

export default class Mischief implements GameHandler {
  readonly #context: HandlerContext;

  constructor(context: HandlerContext) {
    this.#context = context;
    if (context.settings['failOnOpen'] === true) throw new Error('mischief: on open');
  }

  onData(player: Player, bytes: Uint8Array): void {
    this.#context.send(player, bytes);
  }

  onLeave(player: Player, reason: string): void {
    this.#context.event(undefined, { event: 'notice', text: `${player.name}: ${reason}` });
  }

  onCommand(player: Player, word: string): boolean {
    switch (word) {
      case 'throw':
        throw new Error('mischief: in a callback');
      case 'throw-in-timer':
        setTimeout(() => {
          throw new Error('mischief: in a bare timer');
        }, 1);
        return true;
      case 'throw-in-clock-timer':
        this.#context.clock.setTimer(() => {
          throw new Error('mischief: in a timer of the clock');
        }, 1);
        return true;
      case 'reject':
        void Promise.resolve().then(() => {
          throw new Error('mischief: in a promise');
        });
        return true;
      case 'exit':
        process.exit(7);
        return true;
      case 'end':
        this.#context.end({ winner: null, by: player.name });
        return true;
      case 'close':
        this.#context.send(player, Buffer.from('the last word'));
        this.#context.close(player, 'out with you');
        this.#context.close(player, 'twice');
        this.#context.send(player, Buffer.from('too late'));
        return true;
      case 'hang':
        for (;;);
      case 'wait':
        // For a word that nobody says.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
        return true;
      case 'hoard':
        while (getHeapStatistics().used_heap_size < 72 * 2 ** 20) hoard.push(numbers());
        return true;
      case 'heap':
        for (;;) hoard.push(numbers());
      case 'stuck':
        // Compiled, this loop has no point at which V8 could interrupt it: not by its heap limit, not by terminate().
        // oxlint-disable-next-line no-new-array, no-array-fill-with-reference-type -- compiled, this very form has no safe point
        for (;;) hoard.push(new Array(1000).fill({}));
      case 'buffers':
        hoard.push(Buffer.alloc(200 * 2 ** 20, 1));
        return true;
      default:
        return false;
    }
  }
}

function numbers(): number[] {
  return Array.from({ length: 1_000 }, (_, index) => index);
}
