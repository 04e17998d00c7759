/**
 * What players ask of the host, in a lobby or a match: each request ends in an answer to its player. Main thread.
 *
 * A request carries the handler that it came through. When its player has been moved on since, `leave` and `dismiss`
 * meant a place that is no more and do nothing; the others are answered where the player is now.
 */

import { Reason, reasonWord } from '../../shared/reason.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import type { PlayerRequest } from '../../shared/thread-messages.ts';
import { answerOffer } from './accept-step.ts';
import { requestAvoid } from './avoid-requests.ts';
import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { quoted } from './name-rule.ts';
import { requestParty } from './party-requests.ts';
import { isAdmitted, sendHome, tell, tellError } from './placement.ts';
import { requestQueue } from './queue-requests.ts';
import { unqueue } from './queue-exit.ts';
import { releaseSeat } from './seats.ts';
import { waitText } from './wait-text.ts';

export interface RequestContext {
  /** The handler that the request came through. */
  readonly handler: HandlerRef;
  readonly nowMs: number;
}

export function answerRequest(
  parts: DirectoryParts,
  session: Session,
  request: PlayerRequest,
  { handler, nowMs }: RequestContext,
): void {
  const isHere = session.place?.handler === handler;
  switch (request.ask) {
    case 'queue':
      requestQueue(parts, session, { mode: request.mode, nowMs });
      return;
    case 'leave':
      if (isHere) leave(parts, session, nowMs);
      else if (session.state === 'match') tellError(parts, session, TOO_LATE);
      return;
    case 'accept':
    case 'decline':
      answerOffer(parts, session, request.ask === 'accept');
      return;
    case 'avoid':
      requestAvoid(parts, session, request);
      return;
    case 'why':
      tellWhy(parts, session, nowMs);
      return;
    case 'tell':
      tellPlayer(parts, session, request);
      return;
    case 'party':
      requestParty(parts, session, { ...request, nowMs });
      return;
    case 'dismiss':
      if (isHere) leaveMatch(parts, session, { reason: request.reason, nowMs });
  }
}

/** A sentence for people, numbers for programs. */
function tellWhy(parts: DirectoryParts, session: Session, nowMs: number): void {
  const report = parts.matchmaker.why(session.ticketId, nowMs);
  if (report !== undefined) {
    const { mode, cause, position, waiting, missing, candidates, relaxesAtMs, etaMs } = report;
    const relaxesInMs = relaxesAtMs === null ? null : Math.max(0, Math.ceil(relaxesAtMs - nowMs));
    const numbers = { position, waiting, missing, candidates, relaxesInMs, etaMs };
    tell(parts, [session], { event: 'why', mode, cause, ...numbers });
  }
  tell(parts, [session], { event: 'notice', text: waitText(parts, session, nowMs) });
}

const TOO_LATE = { code: 'too-late', message: 'Cannot leave the queue: your match has just begun' };

/** Out of the match, or out of a match that is being opened, or out of the queue: whichever there is. */
function leave(parts: DirectoryParts, session: Session, nowMs: number): void {
  if (leaveMatch(parts, session, { reason: Reason.left, nowMs })) return;
  if (session.seat !== undefined) {
    releaseSeat(parts, session, false);
    tell(parts, [session], { event: 'unqueued', reason: reasonWord(Reason.left) });
    return;
  }
  if (unqueue(parts, session, 'left')) return;
  tellError(parts, session, NOTHING_TO_LEAVE);
}

const NOTHING_TO_LEAVE = {
  code: 'not-queued',
  message: 'Cannot leave: you are in no queue and in no match',
};

function leaveMatch(
  parts: DirectoryParts,
  session: Session,
  { reason, nowMs }: { reason: Reason; nowMs: number },
): boolean {
  if (session.state !== 'match') return false;
  // The move first: the handler learns by its LEAVE, and an abandoned match is ended only after that.
  sendHome(parts, [session], { reason, nowMs });
  releaseSeat(parts, session, true);
  return true;
}

function tellPlayer(
  parts: DirectoryParts,
  session: Session,
  { to, text }: { to: string; text: string },
): void {
  const receiver = parts.sessions.byName(to);
  if (text === '') {
    tellError(parts, session, { code: 'empty', message: 'Cannot tell: the text is empty' });
  } else if (receiver === undefined || !isAdmitted(receiver)) {
    const isAsked = parts.effects.federation?.tell({ from: session.name, to, text }) ?? false;
    if (!isAsked) notOnline(parts, session, to);
  } else {
    tell(parts, [receiver], { event: 'said', from: session.name, text, private: true });
    tell(parts, [session], { event: 'notice', text: `You told ${receiver.name}: ${text}` });
  }
}

/** `silentHosts`: how many hosts may have that player and did not say. */
export function notOnline(
  parts: DirectoryParts,
  session: Session,
  to: string,
  silentHosts = 0,
): void {
  const silent = silentHosts === 0 ? '' : `; ${silentHosts} of the hosts did not answer`;
  const message = `Cannot tell ${quoted(to)}: no player of that name is online${silent}`;
  tellError(parts, session, { code: 'not-online', message });
}
