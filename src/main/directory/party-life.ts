/** What a change in a party means for its members: events, and the end of a ticket that stood for another party. Main thread. */

import type { PartyAction } from '../../shared/client-event.ts';
import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { tell } from './placement.ts';
import { unqueue } from './queue-exit.ts';
import { ticketOf } from './queueing.ts';

export interface PartyChange {
  readonly action: PartyAction;
  /** Shown name of who did it. */
  readonly by: string;
  /** Account keys, the leader first. */
  readonly members: readonly string[];
}

/** Tells `receivers` what their party is now. */
export function tellParty(
  parts: DirectoryParts,
  receivers: Iterable<Session>,
  { action, by, members }: PartyChange,
): void {
  const names = members.map((key) => shownName(parts, key));
  tell(parts, receivers, { event: 'party', action, by, leader: names[0] ?? by, members: names });
}

/** Takes the session out of its party; the others' common ticket is gone with it. False when it is in none. */
export function leaveParty(parts: DirectoryParts, session: Session): boolean {
  const departure = parts.parties.leave(session.key);
  if (departure === undefined) return false;
  const { rest, isDisbanded } = departure;
  const others = sessionsOf(parts, rest);
  for (const one of [session, ...others]) {
    if (isPartyTicket(parts, one)) unqueue(parts, one, 'party-changed');
  }
  tellParty(parts, [session], { action: 'left', by: session.name, members: [] });
  const action = isDisbanded ? 'disbanded' : 'left';
  tellParty(parts, others, { action, by: session.name, members: isDisbanded ? [] : rest });
  return true;
}

/** The sessions of account keys, those who are still here. */
export function sessionsOf(parts: DirectoryParts, keys: readonly string[]): Session[] {
  return keys.flatMap((key) => parts.sessions.byName(key) ?? []);
}

export function shownName(parts: DirectoryParts, key: string): string {
  return parts.sessions.byName(key)?.name ?? key;
}

function isPartyTicket(parts: DirectoryParts, session: Session): boolean {
  return (ticketOf(parts, session)?.members.length ?? 0) > 1;
}
