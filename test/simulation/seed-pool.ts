/**
 * Threads that simulate seeds: one for each processor, since a seed needs nothing but time. What a seed does is the same on any
 * of them. The simulation's test.
 */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { SeedOrder, SeedReport } from './seed-messages.ts';
import { SeedTally } from './seed-tally.ts';

const THREADS_MAX = 4;
/** So that all threads end at about the same time. */
export const SEEDS_PER_ORDER = 5;

interface Pending {
  readonly order: SeedOrder;
  readonly resolve: (report: SeedReport) => void;
  readonly reject: (error: Error) => void;
}

export class SeedPool {
  readonly threads: number = Math.min(THREADS_MAX, availableParallelism());
  readonly #workers: Worker[];
  readonly #idle: Worker[];
  readonly #pending: Pending[] = [];

  constructor() {
    const entry = new URL('seed-worker.ts', import.meta.url);
    this.#workers = Array.from({ length: this.threads }, () => new Worker(entry));
    this.#idle = [...this.#workers];
  }

  /** All of these seeds, in no order; the first failure, where there is one. */
  async run({ from, count, bug }: SeedOrder): Promise<SeedReport> {
    const orders: SeedOrder[] = [];
    for (let at = from; at < from + count; at += SEEDS_PER_ORDER) {
      const some = Math.min(SEEDS_PER_ORDER, from + count - at);
      orders.push({ from: at, count: some, ...(bug !== undefined && { bug }) });
    }
    const reports = await Promise.all(orders.map((order) => this.#run(order)));
    const tally = new SeedTally();
    for (const [index, report] of reports.entries()) tally.add(report, orders[index]?.count ?? 0);
    const { faults, marks } = tally;
    return { faults, marks, failure: reports.find(({ failure }) => failure)?.failure };
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #run(order: SeedOrder): Promise<SeedReport> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ order, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    const worker = this.#idle.pop();
    if (worker === undefined) return;
    const pending = this.#pending.shift();
    if (pending === undefined) {
      this.#idle.push(worker);
      return;
    }
    const onError = (error: Error): void => pending.reject(error);
    worker.once('error', onError);
    worker.once('message', (report: SeedReport) => {
      worker.off('error', onError);
      this.#idle.push(worker);
      pending.resolve(report);
      this.#next();
    });
    worker.postMessage(pending.order);
  }
}
