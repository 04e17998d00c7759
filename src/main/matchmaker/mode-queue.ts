/**
 * One mode's queue: its waiting tickets, and the pass that makes matches of them. Main thread, matchmaker only.
 *
 *   add --> #priority | #plain (by age) --run()--> RatingIndex --MatchSearch, oldest first--> MatchFormer --> MatchFound
 *
 * A pass over n tickets is a sort and at most a bounded search for each; a ticket is searched for again only when a rule
 * gave way or somebody came or went near it. A pass that leaves many behind is followed by a pause that grows with them: a
 * queue where nobody can be matched does not take the thread.
 */

import { AgeLine } from './age-line.ts';
import { ArrivalRate } from './arrival-rate.ts';
import { EntryNumbers } from './entry-numbers.ts';
import { seededRandom } from '../../shared/random.ts';
import { MatchFormer } from './form-match.ts';
import { MatchSearch } from './match-search.ts';
import type { Blocked, Found } from './match-selection.ts';
import type { MatchFound, Ticket } from './matchmaker.ts';
import { fullSize, type ModeRules } from './mode-rules.ts';
import { QueueEntry } from './queue-entry.ts';
import { RatingChanges } from './rating-changes.ts';
import { RatingIndex } from './rating-index.ts';
import { WaitHistory } from './wait-history.ts';

/** The pause after a pass: a millisecond for each so many tickets that it left, up to a second. */
const LEFT_PER_PAUSE_MS = 200;
const PAUSE_MS_MAX = 1_000;
/** Rules that give way one after the other are looked at together. */
const RELIEF_MS_MIN = 50;
/** With no more than this many, a question is worth an index of its own. */
const FRESH_INDEX_MAX = 1_000;

/** Where a ticket stands. */
export interface Inquiry {
  /** Counts from 1, in tickets. */
  readonly position: number;
  /** Players within its rating window, itself among them. */
  readonly candidates: number;
  /** undefined: nothing, or the next pass has to look first. */
  readonly blocked: Blocked | undefined;
}

export class ModeQueue {
  readonly rules: ModeRules;
  readonly arrivals: ArrivalRate = new ArrivalRate();
  readonly history: WaitHistory = new WaitHistory();
  readonly #priority = new AgeLine();
  readonly #plain = new AgeLine();
  readonly #numbers = new EntryNumbers();
  readonly #changes = new RatingChanges();
  readonly #search: MatchSearch;
  /** With draws of its own: a question must not change what the next pass finds. */
  readonly #question: MatchSearch;
  #waiting = 0;
  /** Tickets that ever came. */
  #entered = 0;
  /** Whether tickets came or went since the last pass. */
  #isChanged = false;
  /** When a rule gives way next. */
  #reliefMs = Infinity;
  #pausedUntilMs = 0;
  readonly #index = new RatingIndex();
  #isIndexStale = false;

  constructor(rules: ModeRules, former: MatchFormer) {
    this.rules = rules;
    this.#search = new MatchSearch(rules, former, this.#index);
    this.#question = new MatchSearch(rules, new MatchFormer(seededRandom(0)), this.#index);
  }

  /** Players, parties counted by heads. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Players that a full match lacks. */
  get missing(): number {
    return Math.max(0, fullSize(this.rules) - this.#waiting);
  }

  /** Tickets. */
  get length(): number {
    return this.#priority.length + this.#plain.length;
  }

  get oldestSinceMs(): number {
    const priority = this.#priority.first()?.enqueuedMs ?? Infinity;
    const plain = this.#plain.first()?.enqueuedMs ?? Infinity;
    return this.#waiting === 0 ? 0 : Math.min(priority, plain);
  }

  add(ticket: Ticket): QueueEntry {
    this.#entered += 1;
    const entry = new QueueEntry(ticket, this.#entered, this.#numbers);
    this.#lineOf(entry).insert(entry);
    this.#waiting += entry.size;
    this.#changes.note(entry);
    this.#isChanged = true;
    this.#isIndexStale = true;
    this.arrivals.note(entry.size, ticket.enqueuedMs);
    if (!ticket.hasPriority) {
      entry.foretoldMs = this.arrivals.waitMs(this.missing, ticket.enqueuedMs) ?? Number.NaN;
    }
    return entry;
  }

  remove(entry: QueueEntry): void {
    this.#take(entry);
    this.#lineOf(entry).freeGone();
    this.#isChanged = true;
  }

  /** All who wait, in the order in which they are served. */
  byAge(): QueueEntry[] {
    const plain = this.#plain.waiting();
    return this.#priority.length === 0 ? plain : this.#priority.waiting().concat(plain);
  }

  /** Adds all matches that can be formed to `matches`; returns when another pass could find more. */
  run(nowMs: number, matches: MatchFound[]): number {
    if (!this.#isChanged && nowMs < this.#reliefMs) return this.#reliefMs;
    if (nowMs < this.#pausedUntilMs) return this.#pausedUntilMs;
    this.#isChanged = false;
    this.#reliefMs = Infinity;
    this.#buildIndex();
    const least = this.rules.teams * this.rules.minTeamSize;
    for (const entry of this.#index.byAge) {
      if (this.#waiting < least) break;
      if (!entry.isWaiting) continue;
      const found = this.#tryFind(entry, nowMs);
      if (found === undefined) {
        this.#reliefMs = Math.min(this.#reliefMs, entry.quietUntilMs);
        continue;
      }
      for (const chosen of found.entries) this.#takeMatched(chosen, nowMs);
      matches.push(found.match);
    }
    this.#priority.freeGone();
    this.#plain.freeGone();
    const pauseMs = Math.min(PAUSE_MS_MAX, Math.floor(this.length / LEFT_PER_PAUSE_MS));
    this.#pausedUntilMs = pauseMs === 0 ? 0 : nowMs + pauseMs;
    if (this.#reliefMs !== Infinity) {
      this.#reliefMs = Math.max(this.#reliefMs, nowMs + RELIEF_MS_MIN);
    }
    return this.#reliefMs;
  }

  #tryFind(entry: QueueEntry, nowMs: number): Found | undefined {
    const hasNews = this.#changes.takeNews(entry);
    if (!hasNews && nowMs < entry.quietUntilMs) return undefined;
    const found = this.#search.tryFind(entry, nowMs);
    if (found !== undefined) return found;
    entry.quietUntilMs = this.#search.reliefMs(entry);
    entry.reach = this.#search.reach;
    return undefined;
  }

  /** What keeps this ticket waiting, as things stand; a long queue answers as of its last pass. */
  inquire(entry: QueueEntry, nowMs: number): Inquiry {
    this.#buildIndexForQuestion();
    const length = this.length;
    if (!this.#index.has(entry))
      return { position: length, candidates: entry.size, blocked: undefined };
    const found = this.#question.tryFind(entry, nowMs);
    const blocked = found === undefined ? this.#question.blocked(entry, this.#waiting) : undefined;
    const candidates = this.#question.countCandidates(entry, nowMs);
    return { position: Math.min(length, entry.age + 1), candidates, blocked };
  }

  /** Keeps the index of the last pass while it is good enough: one for each question would cost as much as a pass. */
  #buildIndexForQuestion(): void {
    const built = this.#index.byAge.length;
    const isWorthIt = this.length <= FRESH_INDEX_MAX || built > 2 * this.length;
    if (this.#isIndexStale && isWorthIt) this.#buildIndex();
  }

  #buildIndex(): void {
    this.#index.build(this.byAge());
    this.#isIndexStale = false;
  }

  #takeMatched(entry: QueueEntry, nowMs: number): void {
    const { foretoldMs, enqueuedMs } = entry;
    if (!Number.isNaN(foretoldMs)) this.history.note(Math.max(0, nowMs - enqueuedMs), foretoldMs);
    this.#take(entry);
  }

  #take(entry: QueueEntry): void {
    if (this.#index.has(entry)) this.#index.unlink(entry);
    this.#changes.note(entry);
    this.#lineOf(entry).noteGone();
    this.#waiting -= entry.size;
    this.#isIndexStale = true;
    entry.leave();
  }

  #lineOf({ hasPriority }: QueueEntry): AgeLine {
    return hasPriority ? this.#priority : this.#plain;
  }
}
