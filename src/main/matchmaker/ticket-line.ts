/**
 * Tickets of one size in the order in which they are served. Main thread, matchmaker only.
 *
 *   #tickets  | served, to be dropped | first | ... | last |      sorted by compareTickets
 *              0               #head ^
 *
 * Taking the first is O(1), entering at the end O(1), anywhere else a binary search and a memmove.
 */

import type { Ticket } from './matchmaker.ts';

/** Served slots are dropped once there are this many and they are half of the array. */
const SERVED_MAX = 1024;

/** Before zero: `left` is served first. Priority, then age, then id: a total order. */
export function compareTickets(left: Ticket, right: Ticket): number {
  if (left.hasPriority !== right.hasPriority) return left.hasPriority ? -1 : 1;
  return left.enqueuedMs - right.enqueuedMs || left.id - right.id;
}

export class TicketLine {
  readonly #tickets: Ticket[] = [];
  #head = 0;

  get length(): number {
    return this.#tickets.length - this.#head;
  }

  /** The ticket with `ahead` others before it. */
  at(ahead: number): Ticket | undefined {
    return this.#tickets[this.#head + ahead];
  }

  /** How many tickets of this line are served before `ticket`, which need not be in it. */
  countBefore(ticket: Ticket): number {
    return this.#indexOf(ticket) - this.#head;
  }

  insert(ticket: Ticket): void {
    const last = this.#tickets.at(-1);
    if (this.length === 0 || (last !== undefined && compareTickets(last, ticket) < 0)) {
      this.#tickets.push(ticket);
      return;
    }
    const index = this.#indexOf(ticket);
    this.#tickets.splice(index, 0, ticket);
  }

  delete(ticket: Ticket): boolean {
    const index = this.#indexOf(ticket);
    if (this.#tickets[index] !== ticket) return false;
    if (index === this.#head) this.dropFirst(1);
    else this.#tickets.splice(index, 1);
    return true;
  }

  /** Forgets the first `count` tickets. */
  dropFirst(count: number): void {
    this.#head += count;
    if (this.#head === this.#tickets.length) {
      this.#tickets.length = 0;
      this.#head = 0;
    } else if (this.#head >= SERVED_MAX && this.#head * 2 >= this.#tickets.length) {
      this.#tickets.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /** Index of the first ticket that is not before `ticket`. */
  #indexOf(ticket: Ticket): number {
    let low = this.#head;
    let high = this.#tickets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#tickets[middle];
      if (other !== undefined && compareTickets(other, ticket) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
