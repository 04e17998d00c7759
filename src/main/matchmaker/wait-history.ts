/**
 * How long tickets of a mode really waited, for honest estimates: the last that were matched, each with what was foretold
 * from arrivals alone when it came. Main thread, matchmaker only.
 *
 *   at first    time until enough others have come + median of (real wait - that time)     what rules cost on top
 *   later       median of the real waits longer than this one is already, less this one
 */

/** Waits that are remembered. */
const WAITS_MAX = 64;
/** Fewer than this many say nothing. */
const WAITS_MIN = 4;

export class WaitHistory {
  readonly #waits = new Float64Array(WAITS_MAX);
  readonly #excesses = new Float64Array(WAITS_MAX);
  #count = 0;

  /** A ticket was matched after `waitMs`; `foretoldMs`: see QueueEntry. */
  note(waitMs: number, foretoldMs: number): void {
    const at = this.#count % WAITS_MAX;
    this.#waits[at] = waitMs;
    this.#excesses[at] = waitMs - foretoldMs;
    this.#count += 1;
  }

  /** What rules cost on top of waiting for others, negative where fewer than full will do; null: too little is known. */
  excessMs(): number | null {
    const known = Math.min(this.#count, WAITS_MAX);
    return known < WAITS_MIN ? null : middle(this.#excesses.slice(0, known));
  }

  /** What is left of a wait that has lasted that long; null: too few have waited longer. */
  restMs(waitMs: number): number | null {
    const known = Math.min(this.#count, WAITS_MAX);
    const longer = this.#waits.slice(0, known).filter((one) => one > waitMs);
    return longer.length < WAITS_MIN ? null : middle(longer) - waitMs;
  }
}

function middle(values: Float64Array): number {
  values.sort();
  return values[values.length >> 1] ?? 0;
}
