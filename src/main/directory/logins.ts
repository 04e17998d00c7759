/**
 * Connections that come and go: the name rule, the newest login wins, seats kept for lost connections. Main thread.
 * A refused login never becomes a session, so that no count can remember it.
 */

import { keepsSeat, Reason } from '../../shared/reason.ts';
import type { PlayerRef } from '../../shared/ids.ts';
import type { GatewayReport } from '../../shared/thread-messages.ts';
import { tellOffer } from './accept-step.ts';
import type { Session } from './directory-model.ts';
import { DEFAULT_HOME } from './directory-options.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { isPracticeName } from '../../shared/practice-name.ts';
import { maintenanceRefusal } from './house-rules.ts';
import { nameRefusal } from './name-rule.ts';
import { admit, chooseLobby, enter, exit, forgetIfDone } from './placement.ts';
import { tellQueued, ticketOf } from './queueing.ts';
import { admitToSeat } from './seats.ts';
import { endSession } from './session-end.ts';

export type LoginReport = Extract<GatewayReport, { kind: 'login' }>;

/** A client named itself: answers with admit or refuse, now or within loginWaitMs. False when it is refused at once. */
export function login(parts: DirectoryParts, report: LoginReport, nowMs: number): boolean {
  const { player, name } = report;
  const session = parts.sessions.byName(name);
  const refusal = loginRefusal(parts, report, session) ?? lateRefusal(parts, report, session);
  if (refusal !== undefined) {
    refuse(parts, player, refusal);
    return false;
  }
  const home = parts.options.greeters?.get(report.listener) ?? DEFAULT_HOME;
  if (session === undefined) {
    arrive(parts, parts.sessions.create({ name, player, home }, nowMs), nowMs);
    return true;
  }
  if (session.home !== home) parts.sessions.setHome(session, home);
  if (session.state === 'away') comeBack(parts, session, { player, nowMs });
  else replaceConnection(parts, session, { player, nowMs });
  return true;
}

/**
 * An operator sends an account away: its connection is told why and closed, nothing of it is kept. Returns the name as it
 * logged in, undefined when it is not here.
 */
export function expel(
  parts: DirectoryParts,
  name: string,
  { reason, message, nowMs }: { reason: Reason; message: string; nowMs: number },
): string | undefined {
  const session = parts.sessions.byName(name);
  if (session === undefined) return undefined;
  const { state, player } = session;
  const isConnected = state !== 'away';
  if (isConnected) {
    // A login that still waits for its answer gets it; one that was let in is closed.
    const kind = state === 'arriving' ? 'refuse' : 'close';
    parts.effects.order({ kind, player, reason, message });
  }
  const event = isConnected ? 'drop' : 'expire';
  // Whoever is not in yet never joined the handler of a kept seat, so no LEAVE tells it.
  endSession(parts, session, { event, nowMs, isTold: isConnected && state !== 'arriving' });
  return session.name;
}

/** The connection is gone. One that was refused, replaced or closed by us is no session's any more. */
export function closed(
  parts: DirectoryParts,
  player: PlayerRef,
  { reason, nowMs }: { reason: Reason; nowMs: number },
): void {
  const session = parts.sessions.byPlayer(player);
  if (session === undefined) return;
  const isKept = keepsSeat(reason);
  const graceMs = session.seat?.rules?.graceMs ?? 0;
  if (!isKept || graceMs === 0) {
    endSession(parts, session, { event: 'drop', nowMs, isTold: !isKept });
    return;
  }
  const place = exit(parts, session);
  parts.sessions.apply(session, 'keep', nowMs);
  forgetIfDone(parts, place);
}

/** Lets those in who wait for a lobby, as far as there is room. */
export function admitWaiting(parts: DirectoryParts, nowMs: number): void {
  for (const session of parts.sessions.arriving.items()) arrive(parts, session, nowMs);
}

/** Ends the waits that are over. */
export function endWaits(parts: DirectoryParts, nowMs: number): void {
  const { sessions, effects } = parts;
  let session = sessions.arriving.takeDue(nowMs);
  for (; session !== undefined; session = sessions.arriving.takeDue(nowMs)) {
    const { player } = session;
    endSession(parts, session, { event: 'expire', nowMs });
    refuse(parts, player, { reason: Reason.unavailable, message: NO_LOBBY });
  }
  session = sessions.stranded.takeDue(nowMs);
  for (; session !== undefined; session = sessions.stranded.takeDue(nowMs)) {
    const { player } = session;
    // The order first: with its last player gone, a handler that is over is forgotten.
    effects.order({ kind: 'close', player, reason: Reason.unavailable, message: NO_LOBBY });
    endSession(parts, session, { event: 'expire', nowMs });
  }
  session = sessions.takeExpired(nowMs);
  for (; session !== undefined; session = sessions.takeExpired(nowMs)) {
    endSession(parts, session, { event: 'expire', nowMs });
  }
}

/** For operators, and so that an older login elsewhere gives way. */
export function noteLogin(parts: DirectoryParts, session: Session, report: LoginReport): void {
  const wallMs = dateOf(parts, report);
  session.address = report.address;
  session.loginWallMs = wallMs;
  // Practice bots are each host's own.
  if (!session.isPractice) parts.effects.federation?.loggedIn({ name: session.name, wallMs });
}

const NO_LOBBY = 'Cannot find a lobby with room: please try again in a moment';

interface Refusal {
  readonly reason: Reason;
  readonly message: string;
}

function loginRefusal(
  parts: DirectoryParts,
  { name, token }: LoginReport,
  session: Session | undefined,
): Refusal | undefined {
  const { practiceToken, playersMax } = parts.options;
  const isPracticeLogin = practiceToken !== undefined && token === practiceToken;
  const badName = nameRefusal(name, isPracticeLogin && isPracticeName(name));
  if (badName !== undefined) return { reason: Reason.badName, message: badName };
  // Who is known has a place: a lost connection comes back to its match even while the host drains.
  if (session !== undefined) return undefined;
  if (parts.isDraining) return { reason: Reason.draining, message: DRAINING };
  const maintenance = maintenanceRefusal(parts.house, name, isPracticeLogin);
  if (maintenance !== undefined) return { reason: Reason.maintenance, message: maintenance };
  if (parts.sessions.size < playersMax) return undefined;
  return { reason: Reason.hostFull, message: `Cannot log in: all ${playersMax} places are taken` };
}

/** By when its client named itself: main may have hung since. */
function dateOf({ loginClock, options, nowMs }: DirectoryParts, { atMs }: LoginReport): number {
  return loginClock.date({ atMs, nowMs, wallMs: options.wallMs?.() ?? nowMs });
}

/** Reports of several gateways come in any order where main has hung: the login that it knows is the newer one. */
function lateRefusal(
  parts: DirectoryParts,
  report: LoginReport,
  session: Session | undefined,
): Refusal | undefined {
  const isKnown = session !== undefined && session.state !== 'away' && !session.isPractice;
  if (!isKnown || dateOf(parts, report) >= session.loginWallMs) return undefined;
  return { reason: Reason.replaced, message: REPLACED };
}

const DRAINING = 'Cannot log in: this host is about to stop and takes nobody new';

function refuse(parts: DirectoryParts, player: PlayerRef, { reason, message }: Refusal): void {
  parts.effects.order({ kind: 'refuse', player, reason, message });
}

/** Lets an `arriving` session into a lobby if there is room; else it goes on waiting. */
function arrive(parts: DirectoryParts, session: Session, nowMs: number): void {
  const lobby = chooseLobby(parts, session);
  if (lobby === undefined) return;
  enter(parts, session, lobby);
  parts.sessions.apply(session, 'settle', nowMs);
  admit(parts, session, Reason.login);
  remindOfTicket(parts, session);
}

interface Arrival {
  readonly player: PlayerRef;
  readonly nowMs: number;
}

/** A lost connection is back within the grace time. */
function comeBack(parts: DirectoryParts, session: Session, { player, nowMs }: Arrival): void {
  parts.sessions.connect(session, player);
  const { seat } = session;
  // A seat that its handler does not know yet is waited for in a lobby, like one of a match that opens.
  if (seat?.state === 'open' && !seat.joining.has(session)) {
    admitToSeat(parts, session, { reason: Reason.resumed, nowMs });
    return;
  }
  parts.sessions.apply(session, 'arrive', nowMs);
  arrive(parts, session, nowMs);
}

/** The newest login wins: it takes over seat, ticket, party and place; the old connection is told and closed. */
function replaceConnection(
  parts: DirectoryParts,
  session: Session,
  { player, nowMs }: Arrival,
): void {
  const { state, player: old } = session;
  const replaced = { player: old, reason: Reason.replaced, message: REPLACED };
  // A login that still waits for its answer gets it; one that was let in is closed.
  parts.effects.order({ kind: state === 'arriving' ? 'refuse' : 'close', ...replaced });
  parts.sessions.disconnect(session);
  parts.sessions.connect(session, player);
  // Another listener, other lobbies: a raw client cannot sit where frame clients chat.
  const isMisplaced = state === 'lobby' && session.place?.mode !== session.home;
  if (isMisplaced) parts.sessions.apply(session, 'strand', nowMs);
  parts.sessions.apply(session, 'replace', nowMs);
  if (session.state === 'arriving') {
    forgetIfDone(parts, exit(parts, session));
    arrive(parts, session, nowMs);
  } else {
    admit(parts, session, state === 'match' ? Reason.resumed : Reason.login);
    remindOfTicket(parts, session);
  }
}

const REPLACED = 'You logged in again elsewhere: this connection is closed, the new one goes on';

/** A connection that took a ticket over does not know of it. */
function remindOfTicket(parts: DirectoryParts, session: Session): void {
  const ticket = ticketOf(parts, session);
  if (ticket !== undefined) tellQueued(parts, [session], ticket.mode);
  else tellOffer(parts, session);
}
