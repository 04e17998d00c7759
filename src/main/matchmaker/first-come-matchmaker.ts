/**
 * The first matchmaker: first come, first served, full sides only, blind to ratings. Main thread.
 * A pass over n tickets costs O(n * team size); 18,000 tickets give 1,125 matches of 16 in milliseconds.
 */

import assert from 'node:assert/strict';
import { tryFill, type PlacedTicket } from './match-fill.ts';
import { fullSize, type ModeRules } from './mode-rules.ts';
import { compareTickets, TicketLine } from './ticket-line.ts';
import {
  WaitCause,
  type Backfill,
  type MatchFound,
  type Matchmaker,
  type MatchmakerPass,
  type QueueReport,
  type Ticket,
  type WaitReport,
} from './matchmaker.ts';
import { EntryNumbers } from './entry-numbers.ts';
import { foundMatch } from './found-match.ts';
import { QueueEntry } from './queue-entry.ts';
import type { Random } from '../../shared/random.ts';

interface ModeQueue {
  readonly rules: ModeRules;
  /** Index is the party size less one. */
  readonly lines: readonly TicketLine[];
  waiting: number;
  /** Whether tickets came or went since the last pass: without that a pass would find nothing again. */
  isChanged: boolean;
}

export class FirstComeMatchmaker implements Matchmaker {
  readonly #queues = new Map<string, ModeQueue>();
  readonly #tickets = new Map<number, Ticket>();
  readonly #random: Random;

  /** `random` only draws which side is filled first. */
  constructor(modes: Iterable<ModeRules>, random: Random) {
    this.#random = random;
    this.setModes(modes);
  }

  setModes(modes: Iterable<ModeRules>): void {
    const tickets = [...this.#tickets.values()];
    this.#tickets.clear();
    this.#queues.clear();
    for (const rules of modes) {
      const lines = Array.from({ length: rules.teamSize }, () => new TicketLine());
      this.#queues.set(rules.name, { rules, lines, waiting: 0, isChanged: false });
    }
    for (const ticket of tickets) this.add(ticket);
  }

  add(ticket: Ticket): void {
    const queue = this.#queueOf(ticket.mode);
    const line = queue.lines[ticket.members.length - 1];
    assert(line !== undefined, 'a ticket has 1 to team size members');
    assert(!this.#tickets.has(ticket.id), 'a ticket waits once');
    this.#tickets.set(ticket.id, ticket);
    line.insert(ticket);
    queue.waiting += ticket.members.length;
    queue.isChanged = true;
  }

  remove(ticketId: number): Ticket | undefined {
    const ticket = this.#tickets.get(ticketId);
    if (ticket === undefined) return undefined;
    const queue = this.#queueOf(ticket.mode);
    const wasInLine = queue.lines[ticket.members.length - 1]?.delete(ticket);
    assert(wasInLine === true, 'a waiting ticket stands in its line');
    this.#tickets.delete(ticketId);
    queue.waiting -= ticket.members.length;
    queue.isChanged = true;
    return ticket;
  }

  find(ticketId: number): Ticket | undefined {
    return this.#tickets.get(ticketId);
  }

  run(nowMs: number): MatchmakerPass {
    const matches: MatchFound[] = [];
    for (const queue of this.#queues.values()) {
      if (queue.isChanged) this.#runQueue(queue, nowMs, matches);
      queue.isChanged = false;
    }
    return { matches, nextRunMs: Infinity };
  }

  /** Running matches get nobody here. */
  backfill(): readonly Backfill[] {
    return [];
  }

  etaMs(): number | null {
    return null;
  }

  why(ticketId: number, _nowMs: number): WaitReport | undefined {
    const ticket = this.#tickets.get(ticketId);
    if (ticket === undefined) return undefined;
    const queue = this.#queueOf(ticket.mode);
    const missing = Math.max(0, fullSize(queue.rules) - queue.waiting);
    let ahead = 0;
    for (const line of queue.lines) ahead += line.countBefore(ticket);
    return {
      mode: ticket.mode,
      cause: waitCause(missing, queue.isChanged),
      position: ahead + 1,
      waiting: queue.waiting,
      missing,
      candidates: queue.waiting,
      enqueuedMs: ticket.enqueuedMs,
      hasPriority: ticket.hasPriority,
      relaxesAtMs: null,
      etaMs: null,
    };
  }

  queue(mode: string): QueueReport {
    const queue = this.#queueOf(mode);
    // Priority tickets stand first whatever their age, so the oldest of a line is its first of either kind.
    let oldestSinceMs = Infinity;
    for (const line of queue.lines) {
      oldestSinceMs = Math.min(oldestSinceMs, oldestOf(line));
    }
    return { waiting: queue.waiting, oldestSinceMs: queue.waiting === 0 ? 0 : oldestSinceMs };
  }

  tickets(mode: string): readonly Ticket[] {
    const { lines } = this.#queueOf(mode);
    const all = lines.flatMap((line) =>
      Array.from({ length: line.length }, (_, ahead) => line.at(ahead) ?? []).flat(),
    );
    return all.sort(compareTickets);
  }

  #runQueue(queue: ModeQueue, nowMs: number, matches: MatchFound[]): void {
    const { rules, lines } = queue;
    const { teams, teamSize } = rules;
    while (queue.waiting >= fullSize(rules)) {
      const firstTeam = this.#random.below(teams);
      const placed = tryFill({ lines, teams, teamSize, firstTeam });
      if (placed === undefined) return;
      this.#take(queue, placed);
      const numbers = new EntryNumbers();
      const entries = placed.map(({ ticket }) => new QueueEntry(ticket, ticket.id, numbers));
      const sides = Int32Array.from(placed, ({ team }) => team);
      matches.push(foundMatch(rules, { entries, teams: sides, isExact: false }, nowMs));
    }
  }

  #take(queue: ModeQueue, placed: readonly PlacedTicket[]): void {
    for (const { ticket } of placed) {
      const isTaken = queue.lines[ticket.members.length - 1]?.delete(ticket);
      assert(isTaken === true, 'a placed ticket stands in its line');
      this.#tickets.delete(ticket.id);
      queue.waiting -= ticket.members.length;
    }
  }

  #queueOf(mode: string): ModeQueue {
    const queue = this.#queues.get(mode);
    assert(queue !== undefined, 'tickets and questions name a configured mode');
    return queue;
  }
}

function waitCause(missing: number, isChanged: boolean): WaitCause {
  if (missing > 0) return WaitCause.tooFewPlayers;
  return isChanged ? WaitCause.nextPass : WaitCause.partiesDoNotFit;
}

/** When the oldest ticket of a line was queued: its first, or its first without priority. */
function oldestOf(line: TicketLine): number {
  const first = line.at(0);
  if (first === undefined) return Infinity;
  if (!first.hasPriority) return first.enqueuedMs;
  const firstPlain = line.at(line.countBefore({ ...first, enqueuedMs: Infinity }));
  return Math.min(first.enqueuedMs, firstPlain?.enqueuedMs ?? Infinity);
}
