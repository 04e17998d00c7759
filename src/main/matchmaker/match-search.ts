/**
 * Looks for the match of one ticket: its neighbors in rating, as far as its wait allows, in sizes that fill sides.
 * Decides only; nothing is taken from the queue here. Main thread, matchmaker only.
 *
 *   oldest ticket --window--> gathered, nearest first --pack--> full sides, parties meeting parties
 *                                                     \-------> full sides, if its wait is over partyMs
 *                                                      \------> smaller sides, if its wait is over smallerAfterMs
 *                                                               each only if it is even enough for the wait
 */

import type { MatchFormer } from './form-match.ts';
import { KeptApart } from './kept-apart.ts';
import {
  matchingRules,
  unevenAt,
  waitForUneven,
  waitForWindow,
  windowAt,
  type MatchingRules,
} from './matching-rules.ts';
import type { Blocked, Found, Selection } from './match-selection.ts';
import { WaitCause } from './matchmaker.ts';
import { fullSize, type ModeRules } from './mode-rules.ts';
import { PartyPack } from './party-pack.ts';
import type { QueueEntry } from './queue-entry.ts';
import { NearestFirst, type RatingIndex } from './rating-index.ts';
import { TurnedDown } from './turned-down.ts';

/**
 * Tickets that one search looks at, as a multiple of a full match: what a search costs is bounded. The bound grows with the
 * wait: else a ticket among many that do not fit together would never see those behind them.
 */
const SEEN_MATCHES = 4;
const SEEN_MATCHES_PER_SECOND = 1;
/** A search that was cut off by its bound sees more after this time. */
const CUT_RELIEF_MS = 1_000;
/** Players that countCandidates() counts to. */
const CANDIDATES_MAX = 1_000;
/** Packings that one search tries before it has seen all that it may. */
const PACKS_MAX = 12;

export class MatchSearch {
  readonly #rules: ModeRules;
  readonly #matching: MatchingRules;
  readonly #full: number;
  readonly #former: MatchFormer;
  readonly #pack = new PartyPack();
  readonly #walk: NearestFirst;
  readonly #turnedDown = new TurnedDown();
  readonly #apart: KeptApart;
  readonly #soloProfile: readonly (readonly number[])[];
  // What one search has gathered, the ticket itself first.
  readonly #gathered: QueueEntry[] = [];
  /** By size, the ticket itself not counted. */
  readonly #available: Int32Array;
  /** By size, and the tickets of it: scratch of one selection. */
  readonly #wanted: Int32Array;
  readonly #selected: QueueEntry[] = [];
  #heads = 0;
  #waitMs = 0;
  #packs = 0;
  /** How uneven the least uneven match was that was turned down for it. */
  #uneven = Infinity;
  /** It ended by its own bound: there are more within the window. */
  #isCut = false;
  /** The first who was beyond the window, and how far. */
  #outsider: QueueEntry | undefined;
  #beyond = Infinity;

  /** Looks in that index, as it was built last. */
  constructor(rules: ModeRules, former: MatchFormer, index: RatingIndex) {
    this.#rules = rules;
    this.#walk = new NearestFirst(index);
    this.#former = former;
    this.#matching = matchingRules(rules);
    this.#apart = new KeptApart(this.#matching);
    this.#full = fullSize(rules);
    this.#available = new Int32Array(rules.teamSize + 1);
    this.#wanted = new Int32Array(rules.teamSize + 1);
    const side = Array.from({ length: rules.teamSize }, () => 1);
    this.#soloProfile = Array.from({ length: rules.teams }, () => side);
  }

  /** The match of `entry`, which waits and is in the index; undefined: see blocked(). */
  tryFind(entry: QueueEntry, nowMs: number): Found | undefined {
    this.#begin(entry, nowMs);
    const window = windowAt(this.#matching, this.#waitMs);
    const matches = SEEN_MATCHES + (SEEN_MATCHES_PER_SECOND * this.#waitMs) / 1000;
    const seenMax = this.#full * matches;
    this.#walk.start(entry);
    this.#isCut = true;
    for (let seen = 1; seen < seenMax; seen += 1) {
      const other = this.#walk.next();
      if (other === undefined) {
        this.#isCut = false;
        break;
      }
      if (this.#walk.distance > window) {
        this.#beyond = this.#walk.distance;
        this.#outsider = other;
        this.#isCut = false;
        break;
      }
      if (!this.#mayGather(other, nowMs)) continue;
      this.#gather(other);
      if (this.#heads < this.#full || this.#packs >= PACKS_MAX) continue;
      const found = this.#tryForm(this.#tryFull(), nowMs);
      if (found !== undefined) return found;
    }
    const last = this.#heads < this.#full ? undefined : this.#tryFull();
    return this.#tryForm(last, nowMs) ?? this.#trySmaller(entry, nowMs);
  }

  /** Why the last search, for `entry`, found nothing. To be asked once after it. */
  blocked(entry: QueueEntry, waiting: number): Blocked {
    const { teams, minTeamSize } = this.#rules;
    const { smallerAfterMs, partyMs } = this.#matching;
    const { enqueuedMs } = entry;
    if (waiting < teams * minTeamSize) {
      return { cause: WaitCause.tooFewPlayers, relaxesAtMs: Infinity };
    }
    if (waiting < this.#full && this.#waitMs < smallerAfterMs) {
      return { cause: WaitCause.fullSides, relaxesAtMs: enqueuedMs + smallerAfterMs };
    }
    if (this.#isHeldByParties(entry)) {
      return { cause: WaitCause.partyAgainstParty, relaxesAtMs: enqueuedMs + partyMs };
    }
    if (this.#uneven !== Infinity) {
      return { cause: WaitCause.evenTeams, relaxesAtMs: this.reliefMs(entry) };
    }
    if (this.#apart.untilMs !== Infinity && this.#heads < this.#full) {
      const cause = this.#apart.byList ? WaitCause.avoidList : WaitCause.recentPlayers;
      return { cause, relaxesAtMs: this.reliefMs(entry) };
    }
    if (this.#beyond !== Infinity && this.#heads < this.#full) {
      return { cause: WaitCause.ratingWindow, relaxesAtMs: this.#windowReliefMs(entry) };
    }
    const cause = waiting < this.#full ? WaitCause.tooFewPlayers : WaitCause.partiesDoNotFit;
    return { cause, relaxesAtMs: this.reliefMs(entry) };
  }

  /** Players within the window of `entry`, itself among them, whatever else keeps them apart; counted up to a bound. */
  countCandidates(entry: QueueEntry, nowMs: number): number {
    const window = windowAt(this.#matching, nowMs - entry.enqueuedMs);
    let players = entry.size;
    this.#walk.start(entry);
    let other = this.#walk.next();
    while (other !== undefined && this.#walk.distance <= window && players < CANDIDATES_MAX) {
      players += other.size;
      other = this.#walk.next();
    }
    return players;
  }

  /** How far from the ticket of the last search in rating somebody who comes or goes may change what it finds. */
  get reach(): number {
    if (this.#beyond !== Infinity) return this.#beyond;
    return this.#isCut ? this.#walk.distance : Infinity;
  }

  /** When the next rule gives way for the ticket of the last search: a search before that finds no more. */
  reliefMs(entry: QueueEntry): number {
    const { enqueuedMs } = entry;
    const { smallerAfterMs, partyMs } = this.#matching;
    const { teamSize, minTeamSize } = this.#rules;
    let waitMs = Infinity;
    if (this.#beyond !== Infinity) waitMs = waitForWindow(this.#matching, this.#beyond);
    if (minTeamSize < teamSize && this.#waitMs < smallerAfterMs) {
      waitMs = Math.min(waitMs, smallerAfterMs);
    }
    if (this.#uneven !== Infinity) {
      waitMs = Math.min(waitMs, waitForUneven(this.#matching, this.#uneven));
    }
    const hasParty = this.#heads > this.#gathered.length;
    if (hasParty && this.#waitMs < partyMs) waitMs = Math.min(waitMs, partyMs);
    if (this.#isCut) waitMs = Math.min(waitMs, this.#waitMs + CUT_RELIEF_MS);
    return Math.min(enqueuedMs + waitMs, this.#apart.untilMs);
  }

  /** The match of a selection, if it is even enough for the wait. */
  #tryForm(selection: Selection | undefined, nowMs: number): Found | undefined {
    if (selection === undefined) return undefined;
    const unevenMax = unevenAt(this.#matching, this.#waitMs);
    const known = this.#turnedDown.get(selection);
    if (known === undefined || known <= unevenMax) {
      const match = this.#former.tryForm(this.#rules, selection, { nowMs, unevenMax });
      if (match !== undefined) return { entries: selection.entries, match };
      this.#turnedDown.add(selection, this.#former.uneven);
    }
    this.#uneven = Math.min(this.#uneven, known ?? this.#former.uneven);
    return undefined;
  }

  #begin(entry: QueueEntry, nowMs: number): void {
    this.#gathered.length = 0;
    this.#gathered.push(entry);
    this.#available.fill(0);
    this.#heads = entry.size;
    this.#waitMs = nowMs - entry.enqueuedMs;
    this.#packs = 0;
    this.#uneven = Infinity;
    this.#apart.begin();
    this.#apart.noteGathered(entry);
    this.#beyond = Infinity;
    this.#outsider = undefined;
  }

  #gather(other: QueueEntry): void {
    this.#gathered.push(other);
    this.#apart.noteGathered(other);
    this.#heads += other.size;
    this.#available[other.size] = (this.#available[other.size] ?? 0) + 1;
  }

  /** False for more of a size than any match takes, and for one whom those gathered so far should not meet again at once. */
  #mayGather(other: QueueEntry, nowMs: number): boolean {
    const { teams, teamSize } = this.#rules;
    const usable = teams * Math.floor(teamSize / other.size);
    if ((this.#available[other.size] ?? 0) >= usable) return false;
    const { enqueuedMs = 0 } = this.#gathered[0] ?? {};
    return this.#apart.mayMeet(other, this.#gathered, { enqueuedMs, nowMs });
  }

  #tryFull(): Selection | undefined {
    const { teamSize } = this.#rules;
    if (this.#heads === this.#gathered.length && this.#heads === this.#full) {
      const profile = this.#soloProfile;
      return { entries: this.#gathered, sideSize: teamSize, profile, hasPartyEach: false };
    }
    this.#packs += 1;
    return this.#tryPack(teamSize);
  }

  /** Fewer than full sides, the largest that can be filled. */
  #trySmaller(entry: QueueEntry, nowMs: number): Found | undefined {
    const { teams, teamSize, minTeamSize } = this.#rules;
    if (minTeamSize === teamSize || this.#waitMs < this.#matching.smallerAfterMs) return undefined;
    const sideMax = Math.min(teamSize, Math.floor(this.#heads / teams));
    const sideMin = Math.max(minTeamSize, entry.size);
    for (let sideSize = sideMax; sideSize >= sideMin; sideSize -= 1) {
      const found = this.#tryForm(this.#tryPack(sideSize), nowMs);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Sides where parties meet parties; others only after a wait. */
  #tryPack(sideSize: number): Selection | undefined {
    if (this.#fits(sideSize, true)) return this.#select(sideSize, true);
    if (this.#waitMs < this.#matching.partyMs) return undefined;
    return this.#fits(sideSize, false) ? this.#select(sideSize, false) : undefined;
  }

  #fits(sideSize: number, hasPartyEach: boolean): boolean {
    const { teams } = this.#rules;
    const lead = this.#gathered[0]?.size ?? 0;
    return this.#pack.tryPack({ available: this.#available, lead, teams, sideSize, hasPartyEach });
  }

  /** The nearest tickets of the sizes that were packed. */
  #select(sideSize: number, isFair: boolean): Selection {
    const profile = this.#pack.sides;
    const wanted = this.#wanted.fill(0);
    for (const sizes of profile) for (const size of sizes) wanted[size] = (wanted[size] ?? 0) + 1;
    const entries = this.#selected;
    entries.length = 0;
    for (const entry of this.#gathered) {
      const left = wanted[entry.size] ?? 0;
      if (left === 0) continue;
      wanted[entry.size] = left - 1;
      entries.push(entry);
    }
    const hasParty = profile.some((sizes) => sizes.some((size) => size > 1));
    return { entries, sideSize, profile, hasPartyEach: isFair && hasParty };
  }

  /** True when there would be a full match if a party might meet a side without one. */
  #isHeldByParties(entry: QueueEntry): boolean {
    const { teamSize } = this.#rules;
    if (this.#waitMs >= this.#matching.partyMs || this.#heads < this.#full) return false;
    return entry.size <= teamSize && this.#fits(teamSize, false);
  }

  /** When the window will hold enough players for a match, if nobody else comes or goes. */
  #windowReliefMs(entry: QueueEntry): number {
    let distance = this.#beyond;
    let missing = this.#full - this.#heads - (this.#outsider?.size ?? 0);
    while (missing > 0) {
      const other = this.#walk.next();
      if (other === undefined) return this.reliefMs(entry);
      missing -= other.size;
      distance = this.#walk.distance;
    }
    return entry.enqueuedMs + waitForWindow(this.#matching, distance);
  }
}
