/**
 * What a ticket log says about the players alone: who came when, and who would not wait longer than what. Pure; main
 * thread.
 *
 *   added -------------------> arrival
 *   removed, wait w ---------> patience w     in any replay the ticket goes at that wait, unless it was matched before
 *   matched -----------------> patience unknown: taken as endless
 *   added again -------------> its match did not open: the same arrival, still waiting
 */

import type { Ticket } from '../matchmaker/matchmaker.ts';
import type { TicketLogEntry } from '../ticket-log/ticket-event-codec.ts';

/** One ticket that came, as it was logged. */
export interface Arrival {
  readonly ticket: Ticket;
  readonly atMs: number;
  /** Infinity: it was matched, or still waited when the log ended. */
  readonly patienceMs: number;
}

export interface TicketHistory {
  /** In the order in which they came. */
  readonly arrivals: readonly Arrival[];
  readonly endMs: number;
  /** Matches and filled seats that the host really made. */
  readonly matches: number;
  readonly backfills: number;
  /** Events that the log says it could not keep. */
  readonly missing: number;
  /** Events of tickets whose arrival is in no file: it was removed with an older file, or lost in a gap. */
  readonly strays: number;
}

export function ticketHistory(entries: Iterable<TicketLogEntry>): TicketHistory {
  const reader = new HistoryReader();
  for (const entry of entries) reader.read(entry);
  return reader.history();
}

class HistoryReader {
  readonly #arrivals = new Map<number, { ticket: Ticket; atMs: number; patienceMs: number }>();
  #endMs = 0;
  #matches = 0;
  #backfills = 0;
  #missing = 0;
  #strays = 0;

  read(entry: TicketLogEntry): void {
    if (entry.kind === 'gap') {
      this.#missing += entry.events;
      return;
    }
    const { atMs } = entry;
    this.#endMs = Math.max(this.#endMs, atMs);
    switch (entry.kind) {
      case 'added':
        this.#added(entry.ticket, atMs);
        break;
      case 'removed': {
        const arrival = this.#known(entry.ticketId);
        if (arrival !== undefined) arrival.patienceMs = Math.max(0, atMs - arrival.atMs);
        break;
      }
      case 'matched':
        this.#matches += 1;
        for (const id of entry.ticketIds) this.#known(id);
        break;
      case 'backfilled':
        this.#backfills += 1;
        this.#known(entry.ticketId);
        break;
      case 'ended':
        break;
    }
  }

  history(): TicketHistory {
    return {
      arrivals: [...this.#arrivals.values()],
      endMs: this.#endMs,
      matches: this.#matches,
      backfills: this.#backfills,
      missing: this.#missing,
      strays: this.#strays,
    };
  }

  #added(ticket: Ticket, atMs: number): void {
    const before = this.#arrivals.get(ticket.id);
    if (before === undefined) this.#arrivals.set(ticket.id, { ticket, atMs, patienceMs: Infinity });
    else before.patienceMs = Infinity;
  }

  #known(ticketId: number): { atMs: number; patienceMs: number } | undefined {
    const arrival = this.#arrivals.get(ticketId);
    if (arrival === undefined) this.#strays += 1;
    return arrival;
  }
}
