/**
 * Where in the rating order tickets came and went lately, so that a ticket whose neighborhood is as it was is not searched
 * for again. Main thread, matchmaker only.
 *
 *   | mean | mean | mean | ...      a ring: the change at `position` stands at position % NEWS_MAX; positions only grow
 *             ^ entry.changesSeen: what came after it is news to that ticket
 */

import type { QueueEntry } from './queue-entry.ts';

/** What is remembered; a ticket with more news than this is searched for without a look at them. A power of two. */
const NEWS_MAX = 64;

export class RatingChanges {
  readonly #means = new Float64Array(NEWS_MAX);
  #position = 0;

  note({ mean }: QueueEntry): void {
    this.#means[this.#position % NEWS_MAX] = mean;
    this.#position += 1;
  }

  /** Whether anything may have changed as far as that ticket's last search looked; afterwards all is known to it. */
  takeNews(entry: QueueEntry): boolean {
    const seen = entry.changesSeen;
    entry.changesSeen = this.#position;
    if (this.#position - seen > NEWS_MAX) return true;
    for (let position = seen; position < this.#position; position += 1) {
      const mean = this.#means[position % NEWS_MAX] ?? 0;
      if (Math.abs(mean - entry.mean) <= entry.reach) return true;
    }
    return false;
  }
}
