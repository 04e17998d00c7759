/** The read side of the directory: counts for the tables, and answers for the ops API. Main thread. */

import { hostedCount } from './hosted-life.ts';
import type { HostCounts, QueueCounts } from './directory-effects.ts';
import type { MatchPlace, PlaceState, Session } from './directory-model.ts';
import { matchesOf, type DirectoryParts } from './directory-parts.ts';
import type { SessionState } from './session-state.ts';
import type { PlayerRef } from '../../shared/ids.ts';
import type { MatchQuality } from '../../shared/match-quality.ts';
import type { WaitReport } from '../matchmaker/matchmaker.ts';

export interface PlayerStatus {
  readonly name: string;
  /** NO_PLAYER while the seat is kept for a lost connection. */
  readonly player: PlayerRef;
  readonly state: SessionState;
  readonly isPractice: boolean;
  /** Id of the lobby or match; undefined while the player waits for one. */
  readonly place: string | undefined;
  /** Id of the match in which the player has a seat. */
  readonly seat: string | undefined;
  /** Why the player's ticket waits; undefined when there is none. */
  readonly waits: WaitReport | undefined;
  readonly party: readonly string[];
  /** In no match before the lease of the last one's lost host is over: it may still act for the player. */
  readonly isHeld: boolean;
}

export interface MatchStatus {
  readonly id: string;
  readonly mode: string;
  readonly state: PlaceState;
  /** Seats taken, lost connections within their grace time among them. */
  readonly players: readonly { readonly name: string; readonly team: number }[];
  readonly openedMs: number;
  /** As it was found. */
  readonly quality: MatchQuality;
}

/** The answer to "why am I waiting?". */
export interface WaitAnswer {
  readonly text: string;
  /** undefined when no ticket waits. */
  readonly report: WaitReport | undefined;
}

export function hostCounts(parts: DirectoryParts): HostCounts {
  let matches = 0;
  for (const ofMode of parts.matches.values()) matches += ofMode.size;
  matches += hostedCount(parts);
  let lobbies = 0;
  for (const home of parts.homes.values()) lobbies += home.openCount;
  return { players: parts.sessions.playerCount, bots: parts.sessions.botCount, matches, lobbies };
}

export function modeCounts(parts: DirectoryParts, mode: string): QueueCounts {
  const { waiting: queued, oldestSinceMs: queuedSinceMs } = parts.matchmaker.queue(mode);
  const fenced = parts.fences.waiting(mode);
  const waiting = queued + fenced.players;
  const sinceMs = queued === 0 ? Infinity : queuedSinceMs;
  const oldestSinceMs = waiting === 0 ? 0 : Math.min(sinceMs, fenced.oldestSinceMs);
  const matches = matchesOf(parts, mode).size;
  return { waiting, queued, oldestSinceMs, matches, matched: parts.matched.get(mode) ?? 0 };
}

export function playerStatus(parts: DirectoryParts, session: Session, nowMs: number): PlayerStatus {
  const { name, player, state, isPractice, place, seat, ticketId, key } = session;
  return {
    name,
    player,
    state,
    isPractice,
    place: place?.id,
    seat: seat?.id,
    waits: parts.matchmaker.why(ticketId, nowMs),
    party: parts.parties.partyOf(key)?.members.map((member) => member.key) ?? [],
    isHeld: parts.holds.isHeld(key, nowMs),
  };
}

export function matchStatus(match: MatchPlace): MatchStatus {
  const { id, mode, state, roster, openedMs, quality } = match;
  const players = roster
    .filter(({ session }) => session.seat === match)
    .map(({ session, team }) => ({ name: session.name, team }));
  return { id, mode, state, players, openedMs, quality };
}

/** Gives counts to the shell when they changed since it was last told. */
export class CountReporter {
  readonly #parts: DirectoryParts;
  #host: HostCounts = { players: 0, bots: 0, matches: 0, lobbies: 0 };
  readonly #modes = new Map<string, QueueCounts>();

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** Modes that are no more: one of that name that comes later is reported anew. */
  forget(modes: readonly string[]): void {
    for (const mode of modes) this.#modes.delete(mode);
  }

  report(): void {
    const host = hostCounts(this.#parts);
    const old = this.#host;
    if (
      host.players !== old.players ||
      host.bots !== old.bots ||
      host.matches !== old.matches ||
      host.lobbies !== old.lobbies
    ) {
      this.#host = host;
      this.#parts.effects.counts(host);
    }
    for (const mode of this.#parts.options.modes.keys()) this.#reportMode(mode);
  }

  #reportMode(mode: string): void {
    const counts = modeCounts(this.#parts, mode);
    const old = this.#modes.get(mode);
    if (
      old !== undefined &&
      counts.waiting === old.waiting &&
      counts.queued === old.queued &&
      counts.oldestSinceMs === old.oldestSinceMs &&
      counts.matches === old.matches &&
      counts.matched === old.matched
    ) {
      return;
    }
    this.#modes.set(mode, counts);
    this.#parts.effects.queueCounts(mode, counts);
  }
}
