/** The parts of one directory, as its modules pass them along. Main thread. */

import assert from 'node:assert/strict';
import { seededRandom } from '../../shared/random.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import { FairMatchmaker } from '../matchmaker/fair-matchmaker.ts';
import type { Matchmaker } from '../matchmaker/matchmaker.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import { MemoryRatingBook, type RatingBook } from '../matchmaker/rating-book.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { FenceBook } from './fence-book.ts';
import { HoldBook } from './hold-book.ts';
import type { HostedPlace } from './hosted-life.ts';
import { AvoidBook } from './avoid-book.ts';
import type { DirectoryEffects } from './directory-effects.ts';
import type { MatchPlace, Place } from './directory-model.ts';
import {
  DEFAULT_HOME,
  DIRECTORY_LIMITS,
  type DirectoryLimits,
  type DirectoryOptions,
} from './directory-options.ts';
import { OPEN_HOUSE, type HouseRules } from './house-rules.ts';
import { LobbyBook } from './lobby-book.ts';
import { LoginClock } from './login-clock.ts';
import { OfferBook } from './offer-book.ts';
import { InviteBook } from './invite-book.ts';
import { PartyAsks } from './party-asks.ts';
import { PartyBook } from './party-book.ts';
import { Quarantine } from './quarantine.ts';
import { SessionBook } from './session-book.ts';

export interface DirectoryParts {
  /** Its `modes` are replaced by changeModes(). */
  readonly options: DirectoryOptions & { readonly modes: Map<string, ModeRules> };
  house: HouseRules;
  readonly limits: DirectoryLimits;
  readonly effects: DirectoryEffects;
  readonly sessions: SessionBook;
  readonly homes: ReadonlyMap<string, LobbyBook>;
  /** Every handler that is not forgotten. */
  readonly places: Map<HandlerRef, Place>;
  readonly openings: DeadlineQueue<Place>;
  /** By mode: the matches that have opened and are not gone. */
  readonly matches: Map<string, Set<MatchPlace>>;
  readonly matchmaker: Matchmaker;
  readonly ratings: RatingBook;
  /** By ticket id: how long each may still wait. */
  readonly ticketDeadlines: DeadlineQueue<number>;
  /** Running matches that asked for players. */
  readonly wanting: Set<MatchPlace>;
  /** The same of matches across hosts that run here. */
  readonly wantingShared: Set<HostedPlace>;
  /** Whom each account does not want to play with. */
  readonly avoids: AvoidBook;
  /** Found matches whose players are asked. */
  readonly offers: OfferBook;
  readonly parties: PartyBook;
  readonly invites: InviteBook;
  /** What parties wait for from other hosts. */
  readonly partyAsks: PartyAsks;
  /** Tickets that a match across hosts has claimed. */
  readonly fences: FenceBook;
  /** By id of the match across hosts: where players of this home are in. */
  readonly remotes: Map<string, MatchPlace>;
  /** Matches across hosts that run here. */
  readonly hosted: Map<HandlerRef, HostedPlace>;
  /** The same by the id of the match across hosts, until they are over. */
  readonly hostedById: Map<string, HandlerRef>;
  /** Who may not be matched yet: a match on a lost host may still act for them. */
  readonly holds: HoldBook;
  readonly quarantine: Quarantine;
  /** By mode: players matched since start. */
  readonly matched: Map<string, number>;
  lastTicketId: number;
  /** By which the newest login of an account is the newest on all hosts. */
  readonly loginClock: LoginClock;
  lastMatchNumber: number;
  lastPartyNumber: number;
  /** When the homes of parties on several hosts are told again that these live. */
  partiesAliveAtMs: number;
  /** The time of the call that is being answered. */
  nowMs: number;
  isDraining: boolean;
  /** No match is formed before this time: there was no worker or no handler row. */
  matchRetryAtMs: number;
}

export function directoryParts(
  options: DirectoryOptions,
  effects: DirectoryEffects,
): DirectoryParts {
  const limits = { ...DIRECTORY_LIMITS, ...options.limits };
  const modes = new Map(options.modes);
  const homeNames = new Set([DEFAULT_HOME, ...(options.greeters?.values() ?? [])]);
  const homes = new Map(
    [...homeNames].map((mode) => [mode, new LobbyBook(mode, options.lobbyCapacity)]),
  );
  return {
    options: { ...options, modes },
    house: options.house ?? OPEN_HOUSE,
    limits,
    effects,
    sessions: new SessionBook({ limits, homes }),
    homes,
    places: new Map(),
    openings: new DeadlineQueue(limits.openingMsMax),
    matches: new Map(),
    matchmaker: new FairMatchmaker(modes.values(), seededRandom(options.seed)),
    ratings: options.ratings ?? new MemoryRatingBook(),
    ticketDeadlines: new DeadlineQueue(limits.ticketMsMax),
    wanting: new Set(),
    wantingShared: new Set(),
    avoids: new AvoidBook(),
    offers: new OfferBook(),
    parties: new PartyBook({ hostId: options.hostId, partySizeMax: limits.partySizeMax }),
    invites: new InviteBook(limits),
    partyAsks: new PartyAsks(),
    fences: new FenceBook(),
    remotes: new Map(),
    hosted: new Map(),
    hostedById: new Map(),
    holds: new HoldBook(),
    quarantine: new Quarantine(limits),
    matched: new Map(),
    lastTicketId: 0,
    loginClock: new LoginClock(),
    lastMatchNumber: 0,
    lastPartyNumber: 0,
    partiesAliveAtMs: 0,
    nowMs: 0,
    isDraining: false,
    matchRetryAtMs: 0,
  };
}

export function homeNamed(parts: DirectoryParts, mode: string): LobbyBook {
  const home = parts.homes.get(mode);
  assert(home !== undefined, 'homes are those of the options');
  return home;
}

export function matchesOf(parts: DirectoryParts, mode: string): Set<MatchPlace> {
  let matches = parts.matches.get(mode);
  if (matches === undefined) parts.matches.set(mode, (matches = new Set()));
  return matches;
}
