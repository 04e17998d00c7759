/** A gateway's links to all match workers, by row of the worker table. Gateway threads. */

import type { WorkerLink } from './worker-link.ts';

export class WorkerLinks {
  /** Links to workers that live. */
  alive: readonly WorkerLink[] = [];
  readonly #byRow: (WorkerLink | undefined)[] = [];

  add(link: WorkerLink): void {
    this.#byRow[link.row] = link;
    this.alive = [...this.alive, link];
  }

  /** The link of a worker that is lost; undefined when there was none. */
  remove(row: number): WorkerLink | undefined {
    const link = this.#byRow[row];
    this.#byRow[row] = undefined;
    this.alive = this.alive.filter((other) => other !== link);
    return link;
  }

  at(row: number): WorkerLink | undefined {
    return this.#byRow[row];
  }

  /** True when one of the rings down holds something. */
  haveWork(): boolean {
    return this.alive.some((link) => !link.down.isEmpty());
  }
}
