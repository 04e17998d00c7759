/** What happens when, on a clock that moves only when it is told to; in one order for one seed. Test files only. */

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class EventQueue {
  #nowMs = 0;
  #order = 0;
  readonly #events: Event[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void): void {
    this.#order += 1;
    this.#events.push({ atMs, order: this.#order, run });
  }

  /** Lets time pass. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#take(untilMs);
      if (next === undefined) break;
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }

  #take(untilMs: number): Event | undefined {
    let best = -1;
    for (const [index, event] of this.#events.entries()) {
      const known = this.#events[best];
      if (event.atMs > untilMs) continue;
      if (known === undefined || event.atMs < known.atMs) best = index;
      else if (event.atMs === known.atMs && event.order < known.order) best = index;
    }
    return best < 0 ? undefined : this.#events.splice(best, 1)[0];
  }
}
