/**
 * Where in the rating order tickets came and went lately, so that a ticket whose neighborhood is as it was is not searched
 * for again. Main thread, matchmaker only.
 *
 *   position   base ... | #means[0] #means[1] ... |  end        positions only grow; what is before base is forgotten
 *                              ^ entry.changesSeen: what came after it is news to that ticket
 */

import type { QueueEntry } from './queue-entry.ts';

/** More news than this are not looked through: the ticket is searched for. */
const NEWS_MAX = 64;
/** Changes that are kept before the older ones are forgotten. */
const KEPT_MAX = 1_024;

export class RatingChanges {
  #means: number[] = [];
  #base = 0;

  note({ mean }: QueueEntry): void {
    if (this.#means.length >= KEPT_MAX) {
      this.#base += this.#means.length - NEWS_MAX;
      this.#means = this.#means.slice(-NEWS_MAX);
    }
    this.#means.push(mean);
  }

  /** Whether anything may have changed as far as that ticket's last search looked; afterwards all is known to it. */
  takeNews(entry: QueueEntry): boolean {
    const end = this.#base + this.#means.length;
    const seen = entry.changesSeen;
    entry.changesSeen = end;
    if (seen < this.#base || end - seen > NEWS_MAX) return true;
    for (let at = seen - this.#base; at < this.#means.length; at += 1) {
      if (Math.abs((this.#means[at] ?? 0) - entry.mean) <= entry.reach) return true;
    }
    return false;
  }
}
