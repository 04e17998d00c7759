/** Tickets that wait in no queue: claimed for a match across hosts, with a party on several hosts, or held. Main thread. */

import type { Ticket } from '../matchmaker/matchmaker.ts';

/** `matchId` of the fence around a part of a ticket whose other members wait on other hosts: no match has claimed it. */
export const APART = 'apart';

export interface Fence {
  readonly ticket: Ticket;
  /** Of the match across hosts that it is kept for. */
  readonly matchId: string;
}

export class FenceBook {
  readonly #fences = new Map<number, Fence>();

  add(ticket: Ticket, matchId: string): void {
    this.#fences.set(ticket.id, { ticket, matchId });
  }

  all(): readonly Fence[] {
    return [...this.#fences.values()];
  }

  find(ticketId: number): Fence | undefined {
    return this.#fences.get(ticketId);
  }

  /** Takes the ticket out: its members have changed their minds, or sit down. */
  remove(ticketId: number): Ticket | undefined {
    const ticket = this.#fences.get(ticketId)?.ticket;
    this.#fences.delete(ticketId);
    return ticket;
  }

  /** All tickets of one match. */
  of(matchId: string): readonly Ticket[] {
    const fences = [...this.#fences.values()].filter((fence) => fence.matchId === matchId);
    return fences.map(({ ticket }) => ticket);
  }

  /** The players who wait for that mode, and since when the oldest of their tickets does; Infinity: nobody waits. */
  waiting(mode: string): { readonly players: number; readonly oldestSinceMs: number } {
    let players = 0;
    let oldestSinceMs = Infinity;
    for (const { ticket } of this.#fences.values()) {
      if (ticket.mode !== mode) continue;
      players += ticket.members.length;
      oldestSinceMs = Math.min(oldestSinceMs, ticket.enqueuedMs);
    }
    return { players, oldestSinceMs };
  }

  /** All tickets of one mode. */
  ofMode(mode: string): readonly Ticket[] {
    const fences = [...this.#fences.values()].filter(({ ticket }) => ticket.mode === mode);
    return fences.map(({ ticket }) => ticket);
  }
}
