/**
 * What a change in a party means: events for its members here, the new state for the homes of the others, the end of a ticket that
 * stood for another party. Main thread.
 */

import type { PartyNews } from '../../cluster-bridge/federation/party-messages.ts';
import type { PartyAction } from '../../shared/client-event.ts';
import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import type { PlacedAccount } from './invite-book.ts';
import type { Party } from './party-book.ts';
import { postParty, postState } from './party-post.ts';
import { tell } from './placement.ts';
import { unqueue } from './queue-exit.ts';
import { ticketOf } from './queueing.ts';

export interface PartyChange {
  readonly action: PartyAction;
  /** Shown name of who did it. */
  readonly by: string;
  /** Shown names, the leader first. */
  readonly members: readonly string[];
}

/** Tells `receivers` what their party is now. */
export function tellParty(
  parts: DirectoryParts,
  receivers: Iterable<Session>,
  { action, by, members }: PartyChange,
): void {
  tell(parts, receivers, { event: 'party', action, by, leader: members[0] ?? by, members });
}

/** Takes the session out of its party; the others' common ticket is gone with it. False when it is in none. */
export function leaveParty(parts: DirectoryParts, session: Session): boolean {
  const party = parts.parties.partyOf(session.key);
  if (party === undefined) return false;
  if (parts.parties.isOwned(party)) {
    const leaving = party.members.filter((member) => isAt(parts, member, session.key));
    takeOut(parts, party, { leaving, by: session.name, note: '' });
    return true;
  }
  if (isPartyTicket(parts, session)) unqueue(parts, session, 'party-changed');
  const { id: partyId, ownerHostId } = party;
  parts.parties.dropLocal(party, session.key);
  postParty(parts, ownerHostId, { kind: 'partyLeave', partyId, name: session.name });
  tellParty(parts, [session], { action: 'left', by: session.name, members: [] });
  return true;
}

export interface TakingOut {
  readonly leaving: readonly PlacedAccount[];
  readonly by: string;
  /** For people: why, where nobody wanted it. */
  readonly note: string;
}

/** Takes members out of a party that this host owns, and tells all whom it concerns. */
export function takeOut(
  parts: DirectoryParts,
  party: Party,
  { leaving, by, note }: TakingOut,
): void {
  if (leaving.length === 0) return;
  const before = parts.parties.homesOf(party);
  const all = sessionsOf(parts, parts.parties.localsOf(party));
  for (const one of all) if (isPartyTicket(parts, one)) unqueue(parts, one, 'party-changed');
  parts.parties.remove(party, leaving);
  const isDisbanded = party.members.length === 0;
  const isLeaving = ({ key }: Session): boolean => leaving.some((one) => isAt(parts, one, key));
  for (const one of all.filter((session) => isLeaving(session))) {
    tellParty(parts, [one], { action: 'left', by: one.name, members: [] });
  }
  const rest = all.filter((one) => !isLeaving(one));
  const news: PartyNews = { action: isDisbanded ? 'disbanded' : 'left', by, note };
  tellNews(parts, rest, { news, members: party.members.map(({ name }) => name) });
  postState(parts, party, { news, alsoTo: before });
}

/** What the owner of a party says of it, for its members here. */
export function tellNews(
  parts: DirectoryParts,
  receivers: readonly Session[],
  { news, members }: { news: PartyNews; members: readonly string[] },
): void {
  const { action, by, note } = news;
  tellParty(parts, receivers, { action, by, members });
  if (note !== '') tell(parts, receivers, { event: 'notice', text: note });
}

/** The sessions of account keys, those who are still here. */
export function sessionsOf(parts: DirectoryParts, keys: readonly string[]): Session[] {
  return keys.flatMap((key) => parts.sessions.byName(key) ?? []);
}

/** Whether the session waits with a ticket of its party. */
export function isPartyTicket(parts: DirectoryParts, session: Session): boolean {
  const ticket = ticketOf(parts, session);
  return ticket !== undefined && (ticket.members.length > 1 || ticket.party !== undefined);
}

/** A session of this host as a member of a party. */
export function placed(parts: DirectoryParts, { key, name }: Session): PlacedAccount {
  return { key, name, hostId: parts.options.hostId };
}

function isAt(parts: DirectoryParts, { key, hostId }: PlacedAccount, sessionKey: string): boolean {
  return key === sessionKey && hostId === parts.options.hostId;
}
