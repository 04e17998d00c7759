/**
 * Runs arrivals through a matchmaker on a virtual clock: the host's directory with everything left out that does not
 * decide who meets whom. Pure and deterministic; main thread, `longhouse replay`, bench.
 *
 *   changes of rules ------+
 *   arrivals (log order) --+
 *   impatience ------------+--> add, remove --> a pass on the next 10 ms --> matches --> seats, waits, spreads
 *   nextRunMs of a pass ---+
 *
 * A player has one active ticket: where the rules are slower than the logged ones, a player's next ticket may come while
 * the last one still waits. It is held until all its members are free, and its wait counts from then.
 */

import type { MatchFound, Matchmaker, Ticket } from '../matchmaker/matchmaker.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import { DueQueue } from './due-queue.ts';
import type { Arrival } from './ticket-history.ts';

/** Passes of a replay are this far apart at least; a host's follow each change within about a millisecond. */
const PASS_MS = 10;

export interface ReplayTask {
  readonly matchmaker: Matchmaker;
  readonly arrivals: readonly Arrival[];
  /** The replay ends here: who still waits then is counted, not waited for. */
  readonly endMs: number;
  /** Whether the rules know a ticket's mode. */
  readonly isKnown: (ticket: Ticket) => boolean;
  /** Other rules while it runs, in the order of their times. */
  readonly changes?: readonly RulesChange[];
}

/** As an operator changes the modes of a running host. */
export interface RulesChange {
  readonly atMs: number;
  readonly rules: readonly ModeRules[];
  readonly isKnown: (ticket: Ticket) => boolean;
}

export interface ReplayMatch {
  readonly found: MatchFound;
  readonly atMs: number;
}

export interface ReplayOutcome {
  readonly matches: readonly ReplayMatch[];
  /** Tickets whose players gave up. */
  readonly abandoned: readonly Ticket[];
  /** Tickets that waited when the log ended. */
  readonly waiting: readonly Ticket[];
  /** Tickets that were still held for a member who was not free. */
  readonly held: readonly Ticket[];
  /** Tickets of modes that these rules do not have. */
  readonly unknown: number;
  readonly passes: number;
}

export function runReplay(task: ReplayTask): ReplayOutcome {
  return new ReplayRun(task).run();
}

class ReplayRun {
  readonly #task: ReplayTask;
  readonly #matches: ReplayMatch[] = [];
  readonly #abandoned: Ticket[] = [];
  readonly #impatience = new DueQueue<number>();
  /** Who waits, by name. */
  readonly #waiting = new Map<string, Ticket>();
  /** Held arrivals under the name of a member who is not free. */
  readonly #heldBy = new Map<string, Arrival[]>();
  #isKnown: (ticket: Ticket) => boolean;
  #next = 0;
  #nextChange = 0;
  #passMs = Infinity;
  #unknown = 0;
  #passes = 0;

  constructor(task: ReplayTask) {
    this.#task = task;
    this.#isKnown = task.isKnown;
  }

  run(): ReplayOutcome {
    const { arrivals, changes = [], endMs } = this.#task;
    for (;;) {
      const arrivalMs = arrivals[this.#next]?.atMs ?? Infinity;
      const changeMs = changes[this.#nextChange]?.atMs ?? Infinity;
      const nowMs = Math.min(changeMs, arrivalMs, this.#impatience.nextMs, this.#passMs);
      if (nowMs > endMs || nowMs === Infinity) break;
      // At one moment the rules are first, then those who come and those who go, and then the pass sees them all.
      if (changeMs === nowMs) this.#change(nowMs);
      else if (arrivalMs === nowMs) this.#arrive();
      else if (this.#impatience.nextMs === nowMs) this.#giveUp(nowMs);
      else this.#pass(nowMs);
    }
    return this.#outcome();
  }

  #arrive(): void {
    const arrival = this.#task.arrivals[this.#next];
    this.#next += 1;
    if (arrival === undefined) return;
    if (this.#isKnown(arrival.ticket)) this.#admit(arrival, arrival.atMs);
    else this.#unknown += 1;
  }

  #admit(arrival: Arrival, nowMs: number): void {
    const { ticket } = arrival;
    const busy = ticket.members.find(({ name }) => this.#waiting.has(name));
    if (busy !== undefined) {
      const others = this.#heldBy.get(busy.name);
      if (others === undefined) this.#heldBy.set(busy.name, [arrival]);
      else others.push(arrival);
      return;
    }
    const heldMs = nowMs - arrival.atMs;
    const entered = heldMs === 0 ? ticket : { ...ticket, enqueuedMs: ticket.enqueuedMs + heldMs };
    for (const { name } of entered.members) this.#waiting.set(name, entered);
    this.#task.matchmaker.add(entered);
    if (arrival.patienceMs < Infinity) this.#impatience.add(ticket.id, nowMs + arrival.patienceMs);
    this.#changed(nowMs);
  }

  #giveUp(nowMs: number): void {
    const ticketId = this.#impatience.takeDue(nowMs);
    if (ticketId !== undefined) this.#remove(ticketId, nowMs);
  }

  #remove(ticketId: number, nowMs: number): void {
    const ticket = this.#task.matchmaker.remove(ticketId);
    if (ticket === undefined) return;
    this.#abandoned.push(ticket);
    this.#changed(nowMs);
    this.#free(ticket, nowMs);
  }

  /** As on the host: whom the new rules have no place for goes, the others wait on, as old as they are. */
  #change(nowMs: number): void {
    const change = this.#task.changes?.[this.#nextChange];
    this.#nextChange += 1;
    if (change === undefined) return;
    const { rules, isKnown } = change;
    this.#isKnown = isKnown;
    for (const ticket of new Set(this.#waiting.values())) {
      if (!isKnown(ticket)) this.#remove(ticket.id, nowMs);
    }
    this.#task.matchmaker.setModes(rules);
    this.#changed(nowMs);
  }

  #pass(nowMs: number): void {
    const { matches, nextRunMs } = this.#task.matchmaker.run(nowMs);
    this.#passes += 1;
    this.#passMs = Math.max(nextRunMs, nowMs + PASS_MS);
    for (const found of matches) this.#matches.push({ found, atMs: nowMs });
    for (const { tickets } of matches) for (const ticket of tickets) this.#free(ticket, nowMs);
  }

  #changed(nowMs: number): void {
    this.#passMs = Math.min(this.#passMs, Math.ceil(nowMs / PASS_MS) * PASS_MS);
  }

  #free(ticket: Ticket, nowMs: number): void {
    for (const { name } of ticket.members) this.#waiting.delete(name);
    for (const { name } of ticket.members) {
      const held = this.#heldBy.get(name);
      if (held === undefined) continue;
      this.#heldBy.delete(name);
      for (const arrival of held) this.#admit(arrival, nowMs);
    }
  }

  #outcome(): ReplayOutcome {
    return {
      matches: this.#matches,
      abandoned: this.#abandoned,
      waiting: [...new Set(this.#waiting.values())],
      held: [...this.#heldBy.values()].flatMap((held) => held.map(({ ticket }) => ticket)),
      unknown: this.#unknown,
      passes: this.#passes,
    };
  }
}
