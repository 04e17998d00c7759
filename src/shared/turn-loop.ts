/**
 * The life of a thread that lives off rings: work in bounded turns, sleep when there is none. Gateway and worker
 * threads run one each.
 *
 *   awake --turn() says no more, bell armed, rings still empty--> asleep --ring / request() / timer--> awake
 *
 * A requested turn runs once per pass of the event loop, at its end, so that whatever the pass brought is answered in one batch;
 * a ring or a timer takes its turn at once.
 */

import type { Doorbell } from './doorbell.ts';

export interface Turns {
  /** Does a bounded amount of work; true when there is more to do at once. */
  turn(): boolean;
  /** True when a ring holds something: asked once after the bell was armed. */
  hasWork(): boolean;
}

export class TurnLoop {
  readonly #bell: Doorbell;
  readonly #turns: Turns;
  readonly #run: () => void;
  #isScheduled = false;

  constructor(bell: Doorbell, turns: Turns) {
    this.#bell = bell;
    this.#turns = turns;
    this.#run = () => {
      this.#isScheduled = false;
      this.runNow();
    };
  }

  /** Asks for a turn at the end of this pass of the event loop. */
  request(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#run);
  }

  /** Takes a turn now, then sleeps or asks for the next one. */
  runNow(): void {
    this.#bell.wakeUp();
    if (this.#turns.turn()) {
      this.request();
      return;
    }
    this.#bell.fallAsleep();
    // A record published before the bell was armed rang nobody: look once more. Pairs with DoorbellRinger.
    if (this.#turns.hasWork()) {
      this.#bell.wakeUp();
      this.request();
    }
  }
}
