/** Runs a few asynchronous jobs at once and lets a bounded number wait. Main thread. */

export class WorkQueue {
  readonly #atOnce: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ atOnce, waitingMax }: { readonly atOnce: number; readonly waitingMax: number }) {
    this.#atOnce = atOnce;
    this.#waitingMax = waitingMax;
  }

  /** Runs the job when its turn comes; undefined, and no job run, when too many wait already. */
  tryRun<Result>(job: () => Promise<Result>): Promise<Result> | undefined {
    if (this.#running >= this.#atOnce && this.#waiting.length >= this.#waitingMax) return undefined;
    return this.#run(job);
  }

  async #run<Result>(job: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#atOnce) this.#running += 1;
    // Whoever leaves hands its place on: the number of those who run does not change.
    else await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
