/**
 * Fills the sides of one match from lines of waiting tickets, one line a party size. Main thread, matchmaker only.
 *
 *   lines[0] singles  lines[1] pairs  ...          sides   | 8 free | 8 free |
 *     used[0] tickets of it are in this match                team 0   team 1
 *
 * First the oldest ticket that fits anywhere, again and again, to the side that it fills or the emptiest one. Where
 * that ends with a hole that no ticket fits (parties of five in sides of eight), a bounded search fills side after
 * side exactly. Both are rating-blind. Nothing is taken from the lines here: the result says how much to take.
 */

import { compareTickets, type TicketLine } from './ticket-line.ts';
import type { Ticket } from './matchmaker.ts';

/** Tickets that one search may try before it gives up: partitions of 16 players are 231, so sides of 8 end long before. */
const SEARCH_TRIES_MAX = 4096;

export interface PlacedTicket {
  readonly ticket: Ticket;
  readonly team: number;
}

export interface FillTask {
  /** Index is the party size less one. */
  readonly lines: readonly TicketLine[];
  readonly teams: number;
  readonly teamSize: number;
  /** Which side is filled first when two are equally empty: else the oldest ticket would always get team 0. */
  readonly firstTeam: number;
}

/** The placed tickets of one full match, the first of each line; undefined when none can be formed. */
export function tryFill(task: FillTask): readonly PlacedTicket[] | undefined {
  for (const leadSize of leadSizes(task.lines)) {
    const filled = new GreedyFill(task).run(leadSize) ?? new SearchFill(task).run(leadSize);
    if (filled !== undefined) return filled;
  }
  return undefined;
}

/** Party sizes that wait, the one whose first ticket is oldest first: each may lead a match if those before cannot. */
function leadSizes(lines: readonly TicketLine[]): number[] {
  const leads = lines.flatMap((line) => line.at(0) ?? []);
  return leads.sort(compareTickets).map((ticket) => ticket.members.length);
}

class GreedyFill {
  readonly #task: FillTask;
  readonly #used: number[];
  readonly #room: number[];
  readonly #placed: PlacedTicket[] = [];

  constructor(task: FillTask) {
    this.#task = task;
    this.#used = task.lines.map(() => 0);
    this.#room = Array.from({ length: task.teams }, () => task.teamSize);
  }

  run(leadSize: number): readonly PlacedTicket[] | undefined {
    let left = this.#task.teams * this.#task.teamSize;
    let ticket = this.#task.lines[leadSize - 1]?.at(0);
    while (ticket !== undefined) {
      this.#place(ticket);
      left -= ticket.members.length;
      if (left === 0) return this.#placed;
      ticket = this.#oldestThatFits();
    }
    return undefined;
  }

  #place(ticket: Ticket): void {
    const size = ticket.members.length;
    const team = this.#bestTeam(size);
    this.#used[size - 1] = (this.#used[size - 1] ?? 0) + 1;
    this.#room[team] = (this.#room[team] ?? 0) - size;
    this.#placed.push({ ticket, team });
  }

  /** The side that `size` players fill exactly, else the one with the most room. */
  #bestTeam(size: number): number {
    const { teams, firstTeam } = this.#task;
    let best = firstTeam;
    for (let step = 0; step < teams; step += 1) {
      const team = (firstTeam + step) % teams;
      const room = this.#room[team] ?? 0;
      if (room === size && size > 1) return team;
      if (room > (this.#room[best] ?? 0)) best = team;
    }
    return best;
  }

  #oldestThatFits(): Ticket | undefined {
    const roomMax = Math.max(...this.#room);
    let oldest: Ticket | undefined;
    for (let size = 1; size <= roomMax; size += 1) {
      const ticket = this.#task.lines[size - 1]?.at(this.#used[size - 1] ?? 0);
      if (ticket === undefined) continue;
      if (oldest === undefined || compareTickets(ticket, oldest) < 0) oldest = ticket;
    }
    return oldest;
  }
}

class SearchFill {
  readonly #task: FillTask;
  readonly #used: number[];
  readonly #placed: PlacedTicket[] = [];
  #tries = 0;

  constructor(task: FillTask) {
    this.#task = task;
    this.#used = task.lines.map(() => 0);
  }

  run(leadSize: number): readonly PlacedTicket[] | undefined {
    const lead = this.#task.lines[leadSize - 1]?.at(0);
    if (lead === undefined) return undefined;
    return this.#tryTicket(lead, 0, this.#task.teamSize) ? this.#placed : undefined;
  }

  /** Fills side `step` (counted from the first one), which has `room` places left, and all after it. */
  #fillFrom(step: number, room: number): boolean {
    if (room === 0) {
      return step + 1 === this.#task.teams || this.#fillFrom(step + 1, this.#task.teamSize);
    }
    for (let size = room; size >= 1; size -= 1) {
      const ticket = this.#task.lines[size - 1]?.at(this.#used[size - 1] ?? 0);
      if (ticket !== undefined && this.#tryTicket(ticket, step, room)) return true;
    }
    return false;
  }

  #tryTicket(ticket: Ticket, step: number, room: number): boolean {
    if (this.#tries >= SEARCH_TRIES_MAX) return false;
    this.#tries += 1;
    const size = ticket.members.length;
    this.#used[size - 1] = (this.#used[size - 1] ?? 0) + 1;
    this.#placed.push({ ticket, team: (this.#task.firstTeam + step) % this.#task.teams });
    if (this.#fillFrom(step, room - size)) return true;
    this.#placed.pop();
    this.#used[size - 1] = (this.#used[size - 1] ?? 0) - 1;
    return false;
  }
}
