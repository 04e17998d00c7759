/** A whole game: everyone guesses a number from 1 to 100; the first to name it wins. Runs in a match worker. */

import type { GameHandler, HandlerContext, Player, Tick } from 'longhouse';

export default class GuessTheNumber implements GameHandler {
  readonly #context: HandlerContext;
  readonly #secret: number;

  constructor(context: HandlerContext) {
    this.#context = context;
    this.#secret = 1 + context.random.below(100);
  }

  onJoin(player: Player): void {
    this.#context.event(player, { event: 'notice', text: 'I think of a number from 1 to 100' });
  }

  /** A line of a line client, or an INPUT frame with the same text. */
  onData(player: Player, bytes: Uint8Array): void {
    const guess = Number(new TextDecoder().decode(bytes));
    if (guess === this.#secret) {
      this.#context.end({ winner: player.name, secret: this.#secret });
      return;
    }
    const text = guess > this.#secret ? `${guess} is too high` : `${guess} is too low`;
    this.#context.event(undefined, { event: 'notice', text: `${player.name}: ${text}` });
  }

  onTick(tick: Tick): void {
    if (tick.number === 60) this.#context.end({ winner: null, secret: this.#secret });
  }
}
