/**
 * The matchmaker: oldest ticket first, opponents near in rating, parties whole, teams as even as they can be; every rule
 * gives way with the wait, and every ticket can say why it waits. Pure: no sockets, threads or wall time. Main thread.
 *
 *   FairMatchmaker --one a mode--> ModeQueue --> RatingIndex, MatchSearch (who), MatchFormer (which team)
 *
 * docs/matchmaking.md has the rules and what they guarantee.
 */

import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Random } from '../../shared/random.ts';
import { chooseBackfill } from './backfill.ts';
import { MatchFormer } from './form-match.ts';
import {
  WaitCause,
  type Backfill,
  type MatchFound,
  type Matchmaker,
  type MatchmakerPass,
  type OpenMatch,
  type QueueReport,
  type Ticket,
  type WaitReport,
} from './matchmaker.ts';
import { ModeQueue } from './mode-queue.ts';
import type { ModeRules } from './mode-rules.ts';
import type { QueueEntry } from './queue-entry.ts';

/** Entries that wait no more are forgotten once they are this many and outnumber the others: one by one costs more. */
const GONE_MAX = 1024;

export class FairMatchmaker implements Matchmaker {
  readonly #former: MatchFormer;
  #queues = new Map<string, ModeQueue>();
  /** Some may wait no more: see #forgetGone(). */
  #entries = new Map<number, QueueEntry>();

  /** `random` draws among equally even teams, nothing else. */
  constructor(modes: Iterable<ModeRules>, random: Random) {
    this.#former = new MatchFormer(random);
    this.setModes(modes);
  }

  setModes(modes: Iterable<ModeRules>): void {
    const queues = new Map<string, ModeQueue>();
    for (const rules of modes) {
      const old = this.#queues.get(rules.name);
      const isSame = old !== undefined && isDeepStrictEqual(old.rules, rules);
      queues.set(rules.name, isSame ? old : new ModeQueue(rules, this.#former));
    }
    const before = this.#queues;
    this.#queues = queues;
    for (const [name, old] of before) {
      if (queues.get(name) === old) continue;
      const tickets = old.byAge().map(({ ticket }) => ticket);
      for (const { id } of tickets) this.#entries.delete(id);
      for (const ticket of tickets.sort(byAge)) this.add(ticket);
    }
  }

  add(ticket: Ticket): void {
    const queue = this.#queueOf(ticket.mode);
    const size = ticket.members.length;
    assert(size > 0 && size <= queue.rules.teamSize, 'a ticket has 1 to team size members');
    assert(this.find(ticket.id) === undefined, 'a ticket waits once');
    this.#entries.set(ticket.id, queue.add(ticket));
  }

  remove(ticketId: number): Ticket | undefined {
    const entry = this.#find(ticketId);
    if (entry === undefined) return undefined;
    this.#queueOf(entry.ticket.mode).remove(entry);
    this.#entries.delete(ticketId);
    return entry.ticket;
  }

  find(ticketId: number): Ticket | undefined {
    return this.#find(ticketId)?.ticket;
  }

  run(nowMs: number): MatchmakerPass {
    const matches: MatchFound[] = [];
    let nextRunMs = Infinity;
    for (const queue of this.#queues.values()) {
      nextRunMs = Math.min(nextRunMs, queue.run(nowMs, matches));
    }
    if (matches.length > 0) this.#forgetGone();
    return { matches, nextRunMs };
  }

  backfill(match: OpenMatch, nowMs: number): readonly Backfill[] {
    const queue = this.#queueOf(match.mode);
    if (queue.waiting === 0) return [];
    const given: Backfill[] = [];
    const sides = match.sides.map((side) => ({ ...side }));
    const inside = [...(match.inside ?? [])];
    const filled = { ...match, sides, inside };
    let choice = chooseBackfill(queue.rules, filled, queue.byAge(), nowMs);
    while (choice !== undefined) {
      const { entry, team } = choice;
      const side = sides[team];
      assert(side !== undefined, 'a side that was chosen is there');
      side.players += entry.size;
      side.free -= entry.size;
      side.mu += entry.mu;
      inside.push(entry);
      this.remove(entry.ticket.id);
      given.push({ ticket: entry.ticket, team });
      choice = chooseBackfill(queue.rules, filled, queue.byAge(), nowMs);
    }
    return given;
  }

  why(ticketId: number, nowMs: number): WaitReport | undefined {
    const entry = this.#find(ticketId);
    if (entry === undefined) return undefined;
    const queue = this.#queueOf(entry.ticket.mode);
    const { mode, enqueuedMs, hasPriority } = entry.ticket;
    const { position, candidates, blocked } = queue.inquire(entry, nowMs);
    const { missing } = queue;
    const waitedMs = Math.max(0, nowMs - enqueuedMs);
    const tooFew = missing > 0 ? WaitCause.tooFewPlayers : WaitCause.nextPass;
    const relaxesAtMs = blocked?.relaxesAtMs ?? Infinity;
    const isFound = blocked === undefined && missing === 0;
    return {
      mode,
      cause: blocked?.cause ?? (isFound ? WaitCause.nextPass : tooFew),
      position,
      waiting: queue.waiting,
      missing,
      candidates,
      enqueuedMs,
      hasPriority,
      relaxesAtMs: relaxesAtMs === Infinity ? null : relaxesAtMs,
      etaMs: isFound ? 0 : estimate(queue, { waitedMs, relaxesAtMs, nowMs }),
    };
  }

  etaMs(mode: string, nowMs: number): number | null {
    const queue = this.#queueOf(mode);
    const etaMs = estimate(queue, { waitedMs: 0, relaxesAtMs: Infinity, nowMs });
    return queue.missing === 0 ? (etaMs ?? 0) : etaMs;
  }

  queue(mode: string): QueueReport {
    const { waiting, oldestSinceMs } = this.#queueOf(mode);
    return { waiting, oldestSinceMs };
  }

  tickets(mode: string): readonly Ticket[] {
    return this.#queueOf(mode)
      .byAge()
      .map(({ ticket }) => ticket);
  }

  #find(ticketId: number): QueueEntry | undefined {
    const entry = this.#entries.get(ticketId);
    return entry?.isWaiting === true ? entry : undefined;
  }

  #forgetGone(): void {
    let waiting = 0;
    for (const queue of this.#queues.values()) waiting += queue.length;
    const gone = this.#entries.size - waiting;
    if (gone < GONE_MAX || gone < waiting) return;
    const entries = new Map<number, QueueEntry>();
    for (const queue of this.#queues.values()) {
      for (const entry of queue.byAge()) entries.set(entry.ticket.id, entry);
    }
    this.#entries = entries;
  }

  #queueOf(mode: string): ModeQueue {
    const queue = this.#queues.get(mode);
    assert(queue !== undefined, 'tickets and questions name a configured mode');
    return queue;
  }
}

function byAge(a: Ticket, b: Ticket): number {
  return a.enqueuedMs - b.enqueuedMs || a.id - b.id;
}

interface Outlook {
  /** How long the ticket has waited. */
  readonly waitedMs: number;
  readonly relaxesAtMs: number;
  readonly nowMs: number;
}

/** The sooner of: as it was for others lately; the rule that blocks gives way. */
function estimate(queue: ModeQueue, { waitedMs, relaxesAtMs, nowMs }: Outlook): number | null {
  const reliefMs = relaxesAtMs === Infinity ? null : Math.max(0, Math.ceil(relaxesAtMs - nowMs));
  const usualMs = usualWait(queue, waitedMs, nowMs);
  if (usualMs === null) return reliefMs;
  return Math.round(reliefMs === null ? usualMs : Math.min(usualMs, reliefMs));
}

function usualWait(queue: ModeQueue, waitedMs: number, nowMs: number): number | null {
  const { missing, arrivals, history } = queue;
  if (missing === 0 && waitedMs > 0) return history.restMs(waitedMs);
  const excessMs = history.excessMs();
  // Enough are there, and nothing is known of what else this mode takes.
  if (missing === 0 && excessMs === null) return null;
  const arrivalMs = arrivals.waitMs(missing, nowMs);
  return arrivalMs === null ? null : Math.max(0, arrivalMs + (excessMs ?? 0));
}
