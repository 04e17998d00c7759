/**
 * Who is where on this host: logins, lobbies, seats, parties, queues, matches. Decides only: no sockets, threads, timers
 * or wall time; the shell brings reports in and carries effects out. Main thread.
 *
 *   gateways --login, closed------------+                      +--> order (admit, refuse, move, event, close)
 *   workers ---request, handlerOpened---+--> Directory --------+--> openHandler, endHandler, expireSeat, forgetHandler
 *   pool ------handlerGone--------------+   step(nowMs) ^      +--> counts, queueCounts, happened
 *                                           the shell's clock
 *
 * Invariants: a player is routed to at most one handler; no order names a connection whose `closed` has been reported or
 * which was refused or closed by an earlier order; every wait is bounded; every count is the size of a map.
 */

import type { HandlerRef, PlayerRef } from '../../shared/ids.ts';
import type { Reason } from '../../shared/reason.ts';
import type { HandlerOutcome, PlayerRequest, PlayersWanted } from '../../shared/thread-messages.ts';
import { playersWanted, seatsAdded } from './backfill-life.ts';
import type { DirectoryEffects, HostCounts, QueueCounts } from './directory-effects.ts';
import { DirectoryFederation } from './directory-federation.ts';
import { forgetHosted, hostedGone, hostedOpened } from './hosted-life.ts';
import { endAll, endUnplayed, isIdle, playingCount } from './drain-life.ts';
import { DirectoryLists } from './directory-lists.ts';
import type { DirectoryOptions } from './directory-options.ts';
import { directoryParts, type DirectoryParts } from './directory-parts.ts';
import {
  CountReporter,
  hostCounts,
  matchStatus,
  modeCounts,
  playerStatus,
  type MatchStatus,
  type PlayerStatus,
  type WaitAnswer,
} from './directory-status.ts';
import { abandonLobby, lobbyGone, lobbyOpened, nextOpeningMs, tendLobbies } from './lobby-life.ts';
import {
  admitWaiting,
  closed,
  endWaits,
  expel,
  login,
  noteLogin,
  type LoginReport,
} from './logins.ts';
import { makeMatches } from './make-matches.ts';
import type { HouseRules } from './house-rules.ts';
import { abandonOpening, matchGone, matchOpened } from './match-life.ts';
import { stepParties } from './party-liveness.ts';
import { settleWaiting } from './placement.ts';
import { requestQueue } from './queue-requests.ts';
import { expireTickets, unqueueAll } from './queue-exit.ts';
import { releaseHeld } from './fenced-tickets.ts';
import { answerRequest } from './requests.ts';
import { sharedSeatsAdded, sharedWanted } from './shared-backfill.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import { changeModes } from './mode-change.ts';
import { waitText } from './wait-text.ts';

export class Directory {
  /** For the ops API. */
  readonly lists: DirectoryLists;
  /** Its side of matches across hosts. */
  readonly federation: DirectoryFederation;
  readonly #parts: DirectoryParts;
  readonly #counts: CountReporter;

  constructor(options: DirectoryOptions, effects: DirectoryEffects) {
    this.#parts = directoryParts(options, effects);
    this.#counts = new CountReporter(this.#parts);
    this.lists = new DirectoryLists(this.#parts);
    this.federation = new DirectoryFederation(this.#parts);
  }

  /** A client named itself: it is admitted or refused, at once (then false) or within limits.loginWaitMs. */
  login(report: LoginReport, nowMs: number): boolean {
    const isLetIn = login(this.#at(nowMs), report, nowMs);
    const session = this.#parts.sessions.byPlayer(report.player);
    if (session !== undefined) noteLogin(this.#parts, session, report);
    return isLetIn;
  }

  /** An operator's kick or ban: tells and closes the account, keeps nothing of it. Undefined when it is not here. */
  expel(name: string, reason: Reason, message: string, nowMs: number): string | undefined {
    return expel(this.#at(nowMs), name, { reason, message, nowMs });
  }

  /** A connection is gone. Harmless for one that was refused, replaced or closed by order. */
  closed(player: PlayerRef, reason: Reason, nowMs: number): void {
    closed(this.#at(nowMs), player, { reason, nowMs });
  }

  /** A player asked something of the host, through `handler`. */
  request(handler: HandlerRef, player: PlayerRef, request: PlayerRequest, nowMs: number): void {
    const parts = this.#at(nowMs);
    const session = parts.sessions.byPlayer(player);
    if (session !== undefined) answerRequest(parts, session, request, { handler, nowMs });
  }

  /** The handler takes players. Ignored for one that has been asked to end meanwhile. */
  handlerOpened(handler: HandlerRef, nowMs: number): void {
    const place = this.#at(nowMs).places.get(handler);
    if (hostedOpened(this.#parts, handler, nowMs)) return;
    if (place?.state !== 'opening') return;
    if (place.kind === 'match') {
      matchOpened(this.#parts, place, nowMs);
      return;
    }
    lobbyOpened(this.#parts, place);
    settleWaiting(this.#parts, nowMs);
    admitWaiting(this.#parts, nowMs);
  }

  /**
   * The handler is over: it ended by itself or by order, crashed in a callback, or its worker died. `workerLost`: nothing
   * will answer for it any more, so gateways do not wait for its LEFT.
   */
  handlerGone(
    handler: HandlerRef,
    outcome: HandlerOutcome,
    workerLost: boolean,
    nowMs: number,
  ): void {
    const place = this.#at(nowMs).places.get(handler);
    const end = { outcome, isWorkerLost: workerLost, nowMs };
    if (hostedGone(this.#parts, handler, end)) return;
    if (place === undefined || place.state === 'gone') return;
    if (place.kind === 'match') matchGone(this.#parts, place, end);
    else lobbyGone(this.#parts, place, end);
  }

  /** A running match would take more players, or none any more. */
  playersWanted(handler: HandlerRef, wanted: PlayersWanted, nowMs: number): void {
    const parts = this.#at(nowMs);
    const shared = parts.hosted.get(handler);
    const place = parts.places.get(handler);
    if (shared !== undefined) sharedWanted(parts, shared, wanted);
    else if (place?.kind === 'match' && place.state === 'open') playersWanted(parts, place, wanted);
  }

  /** A handler knows of the seats that it was given by addSeats. */
  seatsAdded(handler: HandlerRef, names: readonly string[], nowMs: number): void {
    const parts = this.#at(nowMs);
    const shared = parts.hosted.get(handler);
    if (shared !== undefined) sharedSeatsAdded(parts, shared, names);
    const place = parts.places.get(handler);
    if (place?.kind !== 'match' || place.state !== 'open') return;
    seatsAdded(parts, place, { names, nowMs });
  }

  /** Deadlines, lobbies, one pass of the matchmaker; returns when it wants to run again, Infinity for never. */
  step(nowMs: number): number {
    const parts = this.#at(nowMs);
    endWaits(parts, nowMs);
    expireTickets(parts, nowMs);
    this.#endOpenings(nowMs);
    for (const mode of parts.quarantine.release(nowMs)) {
      parts.effects.happened({ kind: 'modeReleased', mode });
    }
    tendLobbies(parts, nowMs);
    settleWaiting(parts, nowMs);
    admitWaiting(parts, nowMs);
    releaseHeld(parts, nowMs);
    const nextPartyMs = stepParties(parts, nowMs);
    const nextPassMs = makeMatches(parts, nowMs);
    this.#counts.report();
    return Math.min(
      parts.sessions.nextMs,
      parts.openings.nextMs,
      parts.ticketDeadlines.nextMs,
      parts.quarantine.nextMs,
      parts.holds.nextMs,
      nextOpeningMs(parts),
      nextPartyMs,
      nextPassMs,
      forgetHosted(parts, nowMs),
    );
  }

  /** From now on: no new matches, no new accounts; lost connections still come back to their matches. */
  startDraining(nowMs: number): void {
    const parts = this.#at(nowMs);
    if (parts.isDraining) return;
    parts.isDraining = true;
    for (const mode of parts.options.modes.keys()) unqueueAll(parts, mode, 'draining');
  }

  /** Other rules, other modes; returns those that are no more. Never within step(). */
  setModes(modes: ReadonlyMap<string, ModeRules>, nowMs: number): readonly string[] {
    return changeModes(this.#at(nowMs), modes, this.#counts);
  }

  /** Other texts, maintenance on or off: when it begins, everyone who is here is told. */
  setHouse(house: HouseRules, nowMs: number): void {
    const parts = this.#at(nowMs);
    const hasBegun = house.maintenance !== undefined && parts.house.maintenance === undefined;
    parts.house = house;
    const text = house.maintenance?.text ?? '';
    if (!hasBegun || text === '') return;
    parts.effects.order({ kind: 'event', players: undefined, event: { event: 'notice', text } });
  }

  /** Takes startDraining() back. */
  stopDraining(): void {
    this.#parts.isDraining = false;
  }

  /** People with a seat in a match; practice bots are not counted. */
  playing(): number {
    return playingCount(this.#parts);
  }

  /** Asks matches in which only practice bots have seats to end. */
  endUnplayedMatches(reason: Reason): void {
    endUnplayed(this.#parts, reason);
  }

  /** Asks all matches to end: the drain's deadline. Their players go to lobbies as each of them is gone. */
  endMatches(reason: Reason): void {
    endAll(this.#parts, reason);
  }

  /** Forgets a mode's crashes: an operator has mended it. */
  releaseQuarantine(mode: string): void {
    if (!this.#parts.quarantine.clear(mode)) return;
    this.#parts.effects.happened({ kind: 'modeReleased', mode });
  }

  get isDraining(): boolean {
    return this.#parts.isDraining;
  }

  /** True when no match runs or opens. */
  isIdle(): boolean {
    return isIdle(this.#parts);
  }

  counts(): HostCounts {
    return hostCounts(this.#parts);
  }

  queueCounts(mode: string): QueueCounts | undefined {
    return this.#parts.options.modes.has(mode) ? modeCounts(this.#parts, mode) : undefined;
  }

  /** The account of that name, in any case of letters; undefined when it is not logged in and has no seat kept. */
  find(name: string, nowMs: number): PlayerStatus | undefined {
    const session = this.#parts.sessions.byName(name);
    return session && playerStatus(this.#parts, session, nowMs);
  }

  /** Why that account waits, in plain sentences, and where its ticket stands; undefined when it is not logged in. */
  why(name: string, nowMs: number): WaitAnswer | undefined {
    const session = this.#parts.sessions.byName(name);
    if (session === undefined) return undefined;
    const report = this.#parts.matchmaker.why(session.ticketId, nowMs);
    return { text: waitText(this.#parts, session, nowMs), report };
  }

  /** Queues an account, with its party, as if it had asked: it is told how that went. False when it is not logged in. */
  enqueue(name: string, mode: string, nowMs: number): boolean {
    const session = this.#at(nowMs).sessions.byName(name);
    if (session === undefined) return false;
    requestQueue(this.#parts, session, { mode, nowMs });
    return true;
  }

  /** All accounts, in the order in which they logged in. */
  *players(nowMs: number): Generator<PlayerStatus, void> {
    for (const session of this.#parts.sessions.all()) {
      yield playerStatus(this.#parts, session, nowMs);
    }
  }

  /** All matches that open or run, in the order in which they were found. */
  *matches(): Generator<MatchStatus, void> {
    for (const place of this.#parts.places.values()) {
      if (place.kind === 'match' && place.state !== 'gone') yield matchStatus(place);
    }
  }

  #at(nowMs: number): DirectoryParts {
    this.#parts.nowMs = nowMs;
    return this.#parts;
  }

  #endOpenings(nowMs: number): void {
    const { openings } = this.#parts;
    let place = openings.takeDue(nowMs);
    for (; place !== undefined; place = openings.takeDue(nowMs)) {
      if (place.kind === 'match') abandonOpening(this.#parts, place, nowMs);
      else abandonLobby(this.#parts, place, nowMs);
    }
  }
}
