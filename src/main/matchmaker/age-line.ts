/**
 * Waiting tickets by age. Main thread, matchmaker only.
 *
 *   #entries  | served | first | gone | ... | last |      sorted by compareTickets; who is gone stays until the next compaction
 *                      ^ #head
 *
 * Entering at the end is O(1), anywhere else a binary search and a memmove; leaving is O(1), paid for by compaction.
 */

import type { QueueEntry } from './queue-entry.ts';
import { compareTickets } from './ticket-line.ts';

/** Places of entries that are gone are freed once there are this many and they are half of all. */
const GONE_MAX = 64;

export class AgeLine {
  #entries: QueueEntry[] = [];
  #head = 0;
  #waiting = 0;

  get length(): number {
    return this.#waiting;
  }

  insert(entry: QueueEntry): void {
    const last = this.#entries.at(-1);
    this.#waiting += 1;
    if (last === undefined || compareTickets(last.ticket, entry.ticket) < 0) {
      this.#entries.push(entry);
      return;
    }
    this.#entries.splice(this.#placeOf(entry), 0, entry);
  }

  /** To be called once after an entry of this line stopped waiting; and freeGone() after the last of several. */
  noteGone(): void {
    this.#waiting -= 1;
  }

  /** Frees the places of those who are gone, if they are many. */
  freeGone(): void {
    const gone = this.#entries.length - this.#waiting;
    if (gone < GONE_MAX || gone * 2 < this.#entries.length) return;
    this.#entries = this.waiting();
    this.#head = 0;
  }

  first(): QueueEntry | undefined {
    let entry = this.#entries[this.#head];
    while (entry !== undefined && !entry.isWaiting) {
      this.#head += 1;
      entry = this.#entries[this.#head];
    }
    return entry;
  }

  /** Those who wait, oldest first. */
  waiting(): QueueEntry[] {
    if (this.#waiting === 0) return [];
    const entries = this.#entries.slice(this.#head);
    return entries.length === this.#waiting
      ? entries
      : entries.filter(({ isWaiting }) => isWaiting);
  }

  #placeOf(entry: QueueEntry): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#entries[middle];
      if (other !== undefined && compareTickets(other.ticket, entry.ticket) < 0) low = middle + 1;
      else high = middle;
    }
    // Places before the head are never looked at again.
    this.#head = Math.min(this.#head, low);
    return low;
  }
}
