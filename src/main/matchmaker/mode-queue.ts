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
import { seededRandom } from '../../shared/random.ts';
import { MatchFormer } from './form-match.ts';
import { MatchSearch } from './match-search.ts';
import type { Blocked, Found } from './match-selection.ts';
import type { MatchFound, Ticket } from './matchmaker.ts';
import { fullSize, type ModeRules } from './mode-rules.ts';
import { queueEntry, type QueueEntry } from './queue-entry.ts';
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
  #index = new RatingIndex([]);
  #isIndexStale = false;

  constructor(rules: ModeRules, former: MatchFormer) {
    this.rules = rules;
    this.#search = new MatchSearch(rules, former);
    this.#question = new MatchSearch(rules, new MatchFormer(seededRandom(0)));
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
    const entry = queueEntry(ticket, this.#entered);
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
    this.#isChanged = true;
  }

  /** All who wait, in the order in which they are served. */
  byAge(): QueueEntry[] {
    const list: QueueEntry[] = [];
    this.#priority.collect(list);
    this.#plain.collect(list);
    return list;
  }

  /** Adds all matches that can be formed to `matches`; returns when another pass could find more. */
  run(nowMs: number, matches: MatchFound[]): number {
    if (!this.#isChanged && nowMs < this.#reliefMs) return this.#reliefMs;
    if (nowMs < this.#pausedUntilMs) return this.#pausedUntilMs;
    this.#isChanged = false;
    this.#reliefMs = Infinity;
    const index = this.#freshIndex();
    const least = this.rules.teams * this.rules.minTeamSize;
    for (const entry of index.byAge) {
      if (this.#waiting < least) break;
      if (!entry.isWaiting) continue;
      const found = this.#tryFind(index, entry, nowMs);
      if (found === undefined) {
        this.#reliefMs = Math.min(this.#reliefMs, entry.quietUntilMs);
        continue;
      }
      for (const chosen of found.entries) this.#takeMatched(chosen, nowMs);
      matches.push(found.match);
    }
    const pauseMs = Math.min(PAUSE_MS_MAX, Math.floor(this.length / LEFT_PER_PAUSE_MS));
    this.#pausedUntilMs = pauseMs === 0 ? 0 : nowMs + pauseMs;
    if (this.#reliefMs !== Infinity) {
      this.#reliefMs = Math.max(this.#reliefMs, nowMs + RELIEF_MS_MIN);
    }
    return this.#reliefMs;
  }

  #tryFind(index: RatingIndex, entry: QueueEntry, nowMs: number): Found | undefined {
    const hasNews = this.#changes.takeNews(entry);
    if (!hasNews && nowMs < entry.quietUntilMs) return undefined;
    const found = this.#search.tryFind(index, entry, nowMs);
    entry.quietUntilMs = this.#search.reliefMs(entry);
    entry.reach = this.#search.reach;
    return found;
  }

  /** What keeps this ticket waiting, as things stand; a long queue answers as of its last pass. */
  inquire(entry: QueueEntry, nowMs: number): Inquiry {
    const index = this.#indexForQuestions();
    const length = this.length;
    if (!index.has(entry)) return { position: length, candidates: entry.size, blocked: undefined };
    const found = this.#question.tryFind(index, entry, nowMs);
    const blocked = found === undefined ? this.#question.blocked(entry, this.#waiting) : undefined;
    const candidates = this.#question.countCandidates(index, entry, nowMs);
    return { position: Math.min(length, entry.age + 1), candidates, blocked };
  }

  /** The index of the last pass while it is good enough: an index for each question would cost as much as a pass. */
  #indexForQuestions(): RatingIndex {
    const built = this.#index.byRating.length;
    const isWorthIt = this.length <= FRESH_INDEX_MAX || built > 2 * this.length;
    return this.#isIndexStale && isWorthIt ? this.#freshIndex() : this.#index;
  }

  #freshIndex(): RatingIndex {
    this.#index = new RatingIndex(this.byAge());
    this.#isIndexStale = false;
    return this.#index;
  }

  #takeMatched(entry: QueueEntry, nowMs: number): void {
    this.#take(entry);
    if (!Number.isNaN(entry.foretoldMs)) {
      this.history.note(Math.max(0, nowMs - entry.enqueuedMs), entry.foretoldMs);
    }
  }

  #take(entry: QueueEntry): void {
    if (this.#index.has(entry)) this.#index.unlink(entry);
    entry.isWaiting = false;
    this.#changes.note(entry);
    this.#lineOf(entry).noteGone();
    this.#waiting -= entry.size;
    this.#isIndexStale = true;
  }

  #lineOf({ hasPriority }: QueueEntry): AgeLine {
    return hasPriority ? this.#priority : this.#plain;
  }
}
