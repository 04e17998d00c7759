/** The end of a session: everything that refers to it lets go, in one place. Main thread. */

import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { leaveParty } from './party-life.ts';
import { exit, forgetIfDone } from './placement.ts';
import { unqueue } from './queue-exit.ts';
import { releaseSeat } from './seats.ts';

export interface SessionEnd {
  readonly event: 'drop' | 'expire';
  readonly nowMs: number;
  /** The handler learns of it by the LEAVE of the connection: its reason is final there too. */
  readonly isTold?: boolean;
}

/** Whoever shared a party or a ticket with it is told; the session itself is not, its connection is gone or going. */
export function endSession(parts: DirectoryParts, session: Session, end: SessionEnd): void {
  parts.sessions.disconnect(session);
  leaveParty(parts, session);
  unqueue(parts, session, 'party-changed');
  parts.invites.dropAll(session.key);
  parts.partyAsks.forget(session.key);
  releaseSeat(parts, session, end.isTold ?? false);
  const place = exit(parts, session);
  parts.sessions.apply(session, end.event, end.nowMs);
  forgetIfDone(parts, place);
}
