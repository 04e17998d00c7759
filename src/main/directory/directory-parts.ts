/** The parts of one directory, as its modules pass them along. Main thread. */

import assert from 'node:assert/strict';
import { seededRandom } from '../../shared/random.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import { FairMatchmaker } from '../matchmaker/fair-matchmaker.ts';
import type { Matchmaker } from '../matchmaker/matchmaker.ts';
import { MemoryRatingBook, type RatingBook } from '../matchmaker/rating-book.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import type { DirectoryEffects } from './directory-effects.ts';
import type { MatchPlace, Place } from './directory-model.ts';
import {
  DEFAULT_HOME,
  DIRECTORY_LIMITS,
  type DirectoryLimits,
  type DirectoryOptions,
} from './directory-options.ts';
import { LobbyBook } from './lobby-book.ts';
import { PartyBook } from './party-book.ts';
import { Quarantine } from './quarantine.ts';
import { SessionBook } from './session-book.ts';

export interface DirectoryParts {
  readonly options: DirectoryOptions;
  readonly limits: DirectoryLimits;
  readonly effects: DirectoryEffects;
  readonly sessions: SessionBook;
  readonly homes: ReadonlyMap<string, LobbyBook>;
  /** Every handler that is not forgotten. */
  readonly places: Map<HandlerRef, Place>;
  readonly openings: DeadlineQueue<Place>;
  /** By mode: the matches that have opened and are not gone. */
  readonly matches: ReadonlyMap<string, Set<MatchPlace>>;
  readonly matchmaker: Matchmaker;
  readonly ratings: RatingBook;
  /** By ticket id: how long each may still wait. */
  readonly ticketDeadlines: DeadlineQueue<number>;
  /** Running matches that asked for players. */
  readonly wanting: Set<MatchPlace>;
  readonly parties: PartyBook;
  readonly quarantine: Quarantine;
  /** By mode: players matched since start. */
  readonly matched: Map<string, number>;
  lastTicketId: number;
  lastMatchNumber: number;
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
  const { modes } = options;
  const homeNames = new Set([DEFAULT_HOME, ...(options.greeters?.values() ?? [])]);
  const homes = new Map(
    [...homeNames].map((mode) => [mode, new LobbyBook(mode, options.lobbyCapacity)]),
  );
  return {
    options,
    limits,
    effects,
    sessions: new SessionBook({ limits, modes, homes }),
    homes,
    places: new Map(),
    openings: new DeadlineQueue(limits.openingMsMax),
    matches: new Map([...modes.keys()].map((mode) => [mode, new Set<MatchPlace>()])),
    matchmaker: new FairMatchmaker(modes.values(), seededRandom(options.seed)),
    ratings: options.ratings ?? new MemoryRatingBook(),
    ticketDeadlines: new DeadlineQueue(limits.ticketMsMax),
    wanting: new Set(),
    parties: new PartyBook(limits),
    quarantine: new Quarantine(limits),
    matched: new Map(),
    lastTicketId: 0,
    lastMatchNumber: 0,
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
  const matches = parts.matches.get(mode);
  assert(matches !== undefined, 'matches are of configured modes');
  return matches;
}
