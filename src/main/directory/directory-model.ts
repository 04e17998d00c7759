/**
 * What the directory knows: sessions (accounts that are logged in or whose seat is kept) and places (handlers), with
 * the references between them. Types only. Main thread.
 *
 *   Session.place --> Place.members --> Session      where the player's bytes go now, or went last (place is gone)
 *   Session.seat  --> MatchPlace.seated --> Session  the match that the player belongs to: opening, open or closing
 *   Session.ticketId --> a waiting ticket, or one whose match is found and to be accepted; never together with a seat
 *
 * Invariants: state lobby or match: place is set and not gone. State match: place is seat. State arriving or away:
 * place is undefined. State away: seat is set. A session without a connection has player NO_PLAYER, exactly in away.
 */

import type { HandlerRef, PlayerRef } from '../../shared/ids.ts';
import type { Reason } from '../../shared/reason.ts';
import type { MatchQuality } from '../../shared/match-quality.ts';
import type { PlayersWanted } from '../../shared/thread-messages.ts';
import type { RecentMatch, Ticket } from '../matchmaker/matchmaker.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import type { SessionState } from './session-state.ts';

/** No ticket stands for this session. */
export const NO_TICKET = 0;

/** One per account: kept small, there may be a million. */
export interface Session {
  /** In the order in which they came; only grows. */
  readonly number: number;
  /** The name in lower case. */
  readonly key: string;
  /** The name as it was first given, or as a seat has it that came from another host; seats and tickets carry this one. */
  name: string;
  readonly isPractice: boolean;
  state: SessionState;
  player: PlayerRef;
  /** Where the connection comes from, or the last one came from. */
  address: string;
  /** Wall clock at the last login: the newest in the network wins. */
  loginWallMs: number;
  /** Mode of the lobbies that take this player in; from the listener. */
  home: string;
  place: Place | undefined;
  seat: MatchPlace | undefined;
  ticketId: number;
  /** Tickets queued before this time go first. */
  priorityUntilMs: number;
  /** The last match, for whom not to meet again at once; practice bots have none. */
  recent: RecentMatch | undefined;
  /** Why a stranded session left its handler. */
  strandedFor: Reason;
}

/** `opening` --> `open` --> `closing` (we asked it to end) --> `gone`; any of them --> `gone`. */
export type PlaceState = 'opening' | 'open' | 'closing' | 'gone';

interface PlaceBase {
  readonly handler: HandlerRef;
  readonly id: string;
  readonly mode: string;
  state: PlaceState;
  /** True when it is gone and its worker with it: no LEFT will come. */
  isWorkerLost: boolean;
  /** Sessions routed here, connected all of them. */
  readonly members: Set<Session>;
}

export interface LobbyPlace extends PlaceBase {
  readonly kind: 'lobby';
  /** Since when nobody is in; Infinity when somebody is. */
  emptySinceMs: number;
}

export interface MatchPlace extends PlaceBase {
  readonly kind: 'match';
  /** As they were when it was found, whatever they are now; undefined: its mode had been closed meanwhile. */
  readonly rules: ModeRules | undefined;
  /** Of a match across hosts; its handler may run elsewhere, its roster is this home's part. */
  remoteId?: string;
  readonly tickets: readonly Ticket[];
  /** Names the match in RecentMatch. */
  readonly number: number;
  /** As the handler was given it; a session that gave its seat up has another `seat` or none. */
  readonly roster: RosterEntry[];
  /** Given a seat of the running match that its handler does not know of yet; each with its ticket. */
  readonly joining: Map<Session, Ticket>;
  readonly quality: MatchQuality;
  /** What its handler asked for last. */
  wanted: PlayersWanted | undefined;
  /** Sessions whose seat this is: in it, away, or still elsewhere while it opens. */
  readonly seated: Set<Session>;
  readonly foundMs: number;
  readonly waitMsMax: number;
  openedMs: number;
}

export interface RosterEntry {
  readonly session: Session;
  readonly team: number;
  /** When the seat was given to a running match; 0: it began with it. */
  readonly joinedMs: number;
}

export type Place = LobbyPlace | MatchPlace;
