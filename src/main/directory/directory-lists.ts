/**
 * Pages of players and matches for the ops API. Main thread.
 *
 * Both lists are in the order in which their rows came, each row with a number that only grows: a page starts after a
 * number, so it neither repeats nor skips a row, whatever came and went since the page before. A page costs a walk over the
 * keys of all rows (measured: 18,000 in under a millisecond) and the making of its own rows.
 */

import type { HandlerRef, PlayerRef } from '../../shared/ids.ts';
import type { Rating } from '../matchmaker/rating.ts';
import type { MatchPlace, Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { matchStatus, type MatchStatus } from './directory-status.ts';
import type { HostedPlace } from './hosted-life.ts';
import type { SessionState } from './session-state.ts';

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  /** Number of the last row of this page; undefined when no row follows. */
  readonly next: number | undefined;
  readonly total: number;
}

export interface ListQuery {
  /** Rows after this number; 0: from the start. */
  readonly after: number;
  readonly limit: number;
}

export interface ListedPlayer {
  readonly key: string;
  readonly name: string;
  readonly state: SessionState;
  readonly isPractice: boolean;
  /** NO_PLAYER while the seat is kept for a lost connection. */
  readonly player: PlayerRef;
  readonly address: string;
  /** The match that has a seat for the player. */
  readonly match: string | undefined;
  readonly team: number | undefined;
  /** Of the match, of the one that was found, or of the queue. */
  readonly mode: string | undefined;
  readonly isQueued: boolean;
  /** A match was found for the ticket, and not all have accepted it yet. */
  readonly isAsked: boolean;
  /** In no match before the lease of the last one's lost host is over: it may still act for the player. */
  readonly isHeld: boolean;
}

export interface ListedMatch extends MatchStatus {
  readonly handler: HandlerRef;
  /** Its players by the host of their connections, as far as it is known here. */
  readonly homes: readonly { readonly hostId: string; readonly players: number }[];
  /** It runs on another host. */
  readonly isElsewhere: boolean;
}

export class DirectoryLists {
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  /** Accounts that are logged in or have a seat kept; `find`: part of the name, in any case of letters. */
  players(query: ListQuery, find: string | undefined): ListPage<ListedPlayer> {
    const { sessions } = this.#parts;
    const part = find?.toLowerCase();
    const found = part === undefined ? sessions.all() : withPart(sessions.all(), part);
    return pageOf(found, query, (session) => this.#listed(session));
  }

  player(name: string): ListedPlayer | undefined {
    const session = this.#parts.sessions.byName(name);
    return session && this.#listed(session);
  }

  /** By mode. */
  ratings(key: string): Record<string, Rating> {
    const { options, ratings } = this.#parts;
    const entries = [...options.modes.keys()].map(
      (mode) => [mode, ratings.get(mode, key)] as const,
    );
    return Object.fromEntries(entries);
  }

  party(key: string): readonly string[] {
    return this.#parts.parties.partyOf(key)?.members.map((member) => member.key) ?? [];
  }

  /** Matches that open or run; of one mode only, if given. */
  matches(query: ListQuery, mode: string | undefined): ListPage<ListedMatch> {
    return pageOf(this.#matches(mode), query, (match) => this.#listedMatch(match));
  }

  /** In the order of their numbers: those of this host, and those of all homes that run here, each once. */
  #matches(mode: string | undefined): readonly (MatchPlace | HostedPlace)[] {
    const { places, hosted } = this.#parts;
    const found: (MatchPlace | HostedPlace)[] = [];
    for (const place of places.values()) {
      if (place.kind === 'match' && !hosted.has(place.handler)) found.push(place);
    }
    found.push(...hosted.values());
    const fits = (place: MatchPlace | HostedPlace): boolean =>
      place.state !== 'gone' && (mode === undefined || modeOf(place) === mode);
    return found.filter(fits).toSorted((one, other) => one.number - other.number);
  }

  #listedMatch(place: MatchPlace | HostedPlace): ListedMatch {
    const { handler } = place;
    if (!('kind' in place)) {
      const { id, match, state, openedMs, left } = place;
      const { mode, quality, seats } = match;
      const taken = seats.filter(({ name }) => !left.has(name));
      const players = taken.map(({ name, team }) => ({ name, team }));
      const homes = homesOf(taken.map(({ homeHostId }) => homeHostId));
      return { id, mode, state, players, openedMs, quality, handler, homes, isElsewhere: false };
    }
    const status = matchStatus(place);
    const homes = homesOf(status.players.map(() => this.#parts.options.hostId));
    return { ...status, handler, homes, isElsewhere: place.remoteId !== undefined };
  }

  #listed(session: Session): ListedPlayer {
    const { key, name, state, isPractice, player, address, seat, ticketId } = session;
    const { matchmaker, offers, fences, holds, nowMs } = this.#parts;
    // A fenced ticket is out of the queue and waits all the same.
    const ticket = matchmaker.find(ticketId) ?? fences.find(ticketId)?.ticket;
    const offer = offers.of(ticketId);
    return {
      key,
      name,
      state,
      isPractice,
      player,
      address,
      match: seat?.id,
      team: seat?.roster.find((entry) => entry.session === session)?.team,
      mode: seat?.mode ?? ticket?.mode ?? offer?.found.mode,
      isQueued: ticket !== undefined,
      isAsked: offer !== undefined,
      isHeld: holds.isHeld(key, nowMs),
    };
  }
}

function modeOf(place: MatchPlace | HostedPlace): string {
  return 'kind' in place ? place.mode : place.match.mode;
}

function homesOf(hostIds: readonly string[]): ListedMatch['homes'] {
  const counts = new Map<string, number>();
  for (const hostId of hostIds) counts.set(hostId, (counts.get(hostId) ?? 0) + 1);
  return Array.from(counts, ([hostId, players]) => ({ hostId, players }));
}

function* withPart(sessions: Iterable<Session>, part: string): Generator<Session, void> {
  for (const session of sessions) if (session.key.includes(part)) yield session;
}

/** Walks rows in the order of their numbers. */
function pageOf<Row extends { readonly number: number }, View>(
  all: Iterable<Row>,
  { after, limit }: ListQuery,
  view: (row: Row) => View,
): ListPage<View> {
  const rows: View[] = [];
  let last = after;
  let total = 0;
  let hasMore = false;
  for (const row of all) {
    total += 1;
    if (row.number <= after) continue;
    if (rows.length === limit) {
      hasMore = true;
      continue;
    }
    rows.push(view(row));
    last = row.number;
  }
  return { rows, next: hasMore ? last : undefined, total };
}
