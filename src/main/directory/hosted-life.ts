/**
 * The match host's side of matches across hosts: a handler for a roster whose players are at home elsewhere, or here. Main thread.
 *
 * Their homes decide who plays; here are only the handler, its seats and what it comes to. A handler that is over is kept for
 * FORGET_MS: what its players had sent may still be on its way, and their LEAVE is answered with what it did not consume.
 */

import type {
  HostedMatch,
  RemoteEnd,
  RemoteSeat,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import { isPracticeName } from '../../shared/practice-name.ts';
import type { Reason } from '../../shared/reason.ts';
import type { PlayersWanted } from '../../shared/thread-messages.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import { rateMatch } from '../matchmaker/rate-match.ts';
import { matchingRules } from '../matchmaker/matching-rules.ts';
import { resultRanks } from '../matchmaker/result-ranks.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { noteCrash, type HandlerEnd } from './match-life.ts';
import { isBreakdown } from './queueing.ts';
import { resultPlayers } from './result-players.ts';

/** Longer than a gateway waits for an answer to LEAVE. */
const FORGET_MS = 5_000;

export interface HostedPlace {
  /** Of the match, in the order in which they come to this host. */
  readonly number: number;
  readonly handler: HandlerRef;
  readonly id: string;
  match: HostedMatch;
  /** When a seat was given to it by name, if not at its beginning; else 0 or not there. */
  readonly joinedMs: Map<string, number>;
  /** As they were when it was opened, whatever they are now. */
  readonly rules: ModeRules;
  state: 'opening' | 'open' | 'gone';
  /** It has been asked to end: nobody is put into it any more. */
  isEnding: boolean;
  openedMs: number;
  readonly left: Set<string>;
  /** What its handler asked for last. */
  wanted: PlayersWanted | undefined;
  /** Given a seat while it runs that the handler does not know of yet; each with its team. */
  readonly joining: Map<string, number>;
  forgetAtMs: number;
}

/** Opens a handler for the match; false when there is no room for one now. */
export function openHosted(parts: DirectoryParts, match: HostedMatch): boolean {
  const { mode, seats, quality, matchId } = match;
  const rules = parts.options.modes.get(mode);
  if (parts.isDraining || rules === undefined) return false;
  if (parts.quarantine.untilMs(mode) !== undefined) return false;
  const roster = seats.map(({ name, team }) => ({ name, team }));
  const opening = parts.effects.openHandler({ mode, isLobby: false, roster, quality });
  if (opening === undefined) return false;
  const { handler, id } = opening;
  const left = new Set<string>();
  parts.lastMatchNumber += 1;
  const number = parts.lastMatchNumber;
  const base = { number, handler, id, match, rules, openedMs: 0, left, forgetAtMs: Infinity };
  const filling = { isEnding: false, wanted: undefined, joining: new Map(), joinedMs: new Map() };
  parts.hosted.set(handler, { ...base, ...filling, state: 'opening' });
  parts.hostedById.set(matchId, handler);
  return true;
}

/** The handler takes players; false when it is none of this kind. */
export function hostedOpened(parts: DirectoryParts, handler: HandlerRef, nowMs: number): boolean {
  const place = parts.hosted.get(handler);
  if (place === undefined) return false;
  if (place.state !== 'opening') return true;
  place.state = 'open';
  place.openedMs = nowMs;
  const { id, match, left } = place;
  for (const name of left) parts.effects.expireSeat(handler, name);
  const { mode, quality, matchId, seats } = match;
  parts.effects.happened({
    kind: 'matchStarted',
    handler,
    id,
    mode,
    players: seats.length,
    openingMs: 0,
    waitMsMax: Math.max(0, ...quality.waitsMs),
    quality,
  });
  parts.effects.federation?.opened(matchId, { handler, handlerId: id });
  return true;
}

/** The handler is over, however that came; false when it is none of this kind. */
export function hostedGone(parts: DirectoryParts, handler: HandlerRef, end: HandlerEnd): boolean {
  const place = parts.hosted.get(handler);
  if (place === undefined) return false;
  if (place.state === 'gone') return true;
  const { match } = place;
  const { result } = end.outcome;
  const ofHome = parts.places.get(handler);
  if (ofHome !== undefined) ofHome.isWorkerLost = end.isWorkerLost;
  place.state = 'gone';
  place.forgetAtMs = end.nowMs + FORGET_MS;
  parts.hostedById.delete(match.matchId);
  parts.wantingShared.delete(place);
  noteHostedEnd(parts, place, end);
  const ratings = result === undefined ? undefined : hostedRatings(place, result, end.nowMs);
  const told: RemoteEnd = { reason: end.outcome.reason, result, ratings };
  parts.effects.federation?.gone(match.matchId, told);
  // Last: a mode that rests from now on sends away who waits for it, these players not among them.
  if (isBreakdown(end.outcome.reason)) noteCrash(parts, match.mode, end);
  return true;
}

/** For logs and statistics; the ends of matches of this host alone say the same. */
function noteHostedEnd(parts: DirectoryParts, place: HostedPlace, end: HandlerEnd): void {
  const { handler, id, match, rules, openedMs } = place;
  const { mode } = match;
  const { reason, result, error } = end.outcome;
  const wasOpen = openedMs !== 0;
  if (isBreakdown(reason) || !wasOpen) {
    parts.effects.happened({ kind: 'matchFailed', handler, id, mode, reason, error, wasOpen });
    return;
  }
  const durationMs = end.nowMs - openedMs;
  const players = resultPlayers(result, playedSeats(place), rules.teams);
  const ended = { handler, id, mode, reason, result, durationMs, players };
  parts.effects.happened({ kind: 'matchEnded', ...ended });
}

/** A player never came, left for good, or cannot be reached any more. */
export function dropHostedSeat(parts: DirectoryParts, matchId: string, name: string): void {
  const place = hostedPlace(parts, matchId);
  if (place === undefined || place.left.has(name)) return;
  place.left.add(name);
  place.joining.delete(name);
  // A handler that is not open yet could not be told.
  if (place.state === 'open') parts.effects.expireSeat(place.handler, name);
}

export function endHosted(parts: DirectoryParts, matchId: string, reason: Reason): void {
  const place = hostedPlace(parts, matchId);
  if (place === undefined) return;
  place.isEnding = true;
  parts.wantingShared.delete(place);
  parts.effects.endHandler(place.handler, reason);
}

/** Lets the rows go of those that were over long enough; returns when the next one is. */
export function forgetHosted(parts: DirectoryParts, nowMs: number): number {
  let nextMs = Infinity;
  for (const [handler, { forgetAtMs }] of parts.hosted) {
    // Players of this host who wait for a lobby are still routed there.
    if (forgetAtMs > nowMs || parts.places.has(handler)) {
      nextMs = Math.min(nextMs, Math.max(forgetAtMs, nowMs + FORGET_MS));
      continue;
    }
    parts.hosted.delete(handler);
    parts.effects.forgetHandler(handler);
  }
  return nextMs;
}

/** Matches across hosts whose handler is open here. */
export function hostedCount(parts: DirectoryParts): number {
  let count = 0;
  for (const { state } of parts.hosted.values()) if (state === 'open') count += 1;
  return count;
}

function hostedPlace(parts: DirectoryParts, matchId: string): HostedPlace | undefined {
  const handler = parts.hostedById.get(matchId);
  return handler === undefined ? undefined : parts.hosted.get(handler);
}

/** Not of those of whom the handler had not heard when it was over: they wait again, as if they had been given none. */
function playedSeats({ match, joining }: HostedPlace): readonly RemoteSeat[] {
  return match.seats.filter(({ name }) => !joining.has(name));
}

function hostedRatings(
  place: HostedPlace,
  result: NonNullable<RemoteEnd['result']>,
  nowMs: number,
): RemoteEnd['ratings'] {
  const { rules, left, joinedMs, openedMs } = place;
  if (!matchingRules(rules).rated) return undefined;
  const seats = playedSeats(place);
  if (seats.some(({ name }) => isPracticeName(name))) return undefined;
  const ranks = resultRanks(result, seats, rules.teams);
  if (ranks === undefined) return undefined;
  const durationMs = Math.max(1, nowMs - openedMs);
  const players = seats.map(({ name, team, rating }) => {
    const sinceMs = joinedMs.get(name) ?? 0;
    const share = sinceMs === 0 ? 1 : Math.min(1, (nowMs - sinceMs) / durationMs);
    return { name, team, rating, share, hasLeft: left.has(name) };
  });
  return Object.fromEntries(rateMatch(players, ranks));
}
