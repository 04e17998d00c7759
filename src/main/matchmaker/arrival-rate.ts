/** How fast players come to a queue, from the last arrivals; for honest estimates. Main thread, matchmaker only. */

/** Arrivals that are remembered. */
const ARRIVALS_MAX = 32;
/** Fewer than this many say nothing. */
const ARRIVALS_MIN = 4;
/** A burst within this time is no rate. */
const SPAN_MS_MIN = 1_000;
/** Longer estimates than this are none. */
const ESTIMATE_MS_MAX = 3_600_000;

export class ArrivalRate {
  readonly #times = new Float64Array(ARRIVALS_MAX);
  readonly #heads = new Int32Array(ARRIVALS_MAX);
  #count = 0;
  #lastMs = -Infinity;

  /** Who came before the last one has been noted then: it is only back. */
  note(players: number, atMs: number): void {
    if (atMs < this.#lastMs) return;
    this.#lastMs = atMs;
    const at = this.#count % ARRIVALS_MAX;
    this.#times[at] = atMs;
    this.#heads[at] = players;
    this.#count += 1;
  }

  /**
   * How long until that many more will have come; null: nobody can know. Silence counts: the longer nobody comes, the
   * longer the estimate.
   */
  waitMs(players: number, nowMs: number): number | null {
    if (players <= 0) return 0;
    const known = Math.min(this.#count, ARRIVALS_MAX);
    if (known < ARRIVALS_MIN) return null;
    const oldest = (this.#count - known) % ARRIVALS_MAX;
    let heads = -(this.#heads[oldest] ?? 0);
    for (let at = 0; at < known; at += 1) heads += this.#heads[at] ?? 0;
    const spanMs = Math.max(SPAN_MS_MIN, nowMs - (this.#times[oldest] ?? 0));
    const waitMs = Math.round((players * spanMs) / Math.max(1, heads));
    return waitMs <= ESTIMATE_MS_MAX ? waitMs : null;
  }
}
