/** How often each error happened, by name. Load clients and the swarm's processes. */

/** More names than this go under `other`: a peer does not decide how much memory a report takes. */
const ERROR_NAMES_MAX = 50;

export class ErrorCounts {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    const known = this.#counts.has(name) || this.#counts.size < ERROR_NAMES_MAX;
    const key = known ? name : 'other';
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** A copy, to be sent. */
  export(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
