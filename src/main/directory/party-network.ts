/**
 * Parties with members on several hosts: what the other hosts say of them, who of them is lost, what nobody answers. Main thread.
 * docs/federation.md has the protocol and its failure table.
 */

import type {
  PartyMessage,
  PartyNews,
  PartyState,
} from '../../cluster-bridge/federation/party-messages.ts';
import { NO_TICKET, type Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { nameKey } from '../../shared/name-key.ts';
import type { Party } from './party-book.ts';
import { joinHere, tellInvited, tellNotInvited, tellNotJoined } from './party-join.ts';
import { isPartyTicket, sessionsOf, takeOut, tellNews, tellParty } from './party-life.ts';
import { linkedHosts, noteTicket, postParty, postState } from './party-post.ts';
import { syncPart, tellRefused } from './party-ticket.ts';
import { isAdmitted, tell } from './placement.ts';
import { unqueue } from './queue-exit.ts';
import type { TicketRemoval } from '../matchmaker/ticket-event.ts';

export function takePartyMessage(
  parts: DirectoryParts,
  hostId: string,
  message: PartyMessage,
): void {
  switch (message.kind) {
    case 'partyInvite':
      postParty(parts, hostId, answerInvite(parts, hostId, message));
      return;
    case 'partyInvited':
      noteInvited(parts, hostId, message);
      return;
    case 'partyJoin':
      takeJoin(parts, hostId, message);
      return;
    case 'partyRefused':
      noteRefused(parts, hostId, message);
      return;
    case 'party':
      takeState(parts, hostId, message);
      return;
    case 'partyStayed':
      tellStayed(parts, message);
      return;
    case 'partyLeave':
      takeLeave(parts, hostId, message);
      return;
    case 'partyTicket':
      takeTicket(parts, hostId, message);
      return;
    case 'partyAlive':
      for (const id of message.partyIds) noteAlive(parts, hostId, id);
  }
}

type Of<Kind extends PartyMessage['kind']> = Extract<PartyMessage, { kind: Kind }>;

/** A member has logged in on another host, and is out of the party by that: it stays where its members are. */
export function stayBehind(
  parts: DirectoryParts,
  { leader, name, to }: { leader: string; name: string; to: string },
): void {
  postParty(parts, to, { kind: 'partyStayed', name, leader });
}

function tellStayed(parts: DirectoryParts, { name, leader }: Of<'partyStayed'>): void {
  const session = parts.sessions.byName(name);
  if (session === undefined) return;
  const whose = nameKey(leader) === session.key ? 'your party' : `the party of ${leader}`;
  const text = `You are out of ${whose}: a party does not follow to another host. Ask to be invited again.`;
  tell(parts, [session], { event: 'notice', text });
}

function answerInvite(
  parts: DirectoryParts,
  hostId: string,
  { id, from, to, members }: Of<'partyInvite'>,
): PartyMessage {
  const guest = parts.sessions.byName(to);
  if (guest === undefined || !isAdmitted(guest) || guest.isPractice) {
    return { kind: 'partyInvited', id, answer: 'none', name: to };
  }
  const inviter = { key: nameKey(from), name: from, hostId };
  const answer = parts.invites.add(inviter, guest.key, parts.nowMs);
  if (answer === 'invited') tellParty(parts, [guest], { action: 'invited', by: from, members });
  return { kind: 'partyInvited', id, answer, name: guest.name };
}

function noteInvited(
  parts: DirectoryParts,
  hostId: string,
  { id, answer, name }: Of<'partyInvited'>,
): void {
  const ask = parts.partyAsks.find(id);
  if (ask?.kind !== 'invite' || !ask.hosts.delete(hostId) || answer === 'none') return;
  parts.partyAsks.delete(id);
  const session = parts.sessions.byName(ask.from);
  if (session === undefined) return;
  if (answer === 'invited') tellInvited(parts, session, name);
  else tellNotInvited(parts, session, name, { why: answer });
}

function takeJoin(parts: DirectoryParts, hostId: string, message: Of<'partyJoin'>): void {
  const { id, leader: leaderName, name } = message;
  const leader = parts.sessions.byName(leaderName);
  const member = { key: nameKey(name), name, hostId };
  const why = leader === undefined ? 'notOnline' : joinHere(parts, leader, member);
  if (why !== undefined) postParty(parts, hostId, { kind: 'partyRefused', id, why });
}

function noteRefused(parts: DirectoryParts, hostId: string, { id, why }: Of<'partyRefused'>): void {
  const ask = parts.partyAsks.find(id);
  if (ask?.kind !== 'join' || !ask.hosts.has(hostId)) return;
  parts.partyAsks.delete(id);
  const session = parts.sessions.byName(ask.from);
  if (session !== undefined) tellNotJoined(parts, session, why, ask.to);
}

/** The whole party, as its owner, or the one before it, knows it. */
function takeState(parts: DirectoryParts, hostId: string, { state, news }: Of<'party'>): void {
  const known = parts.parties.byId(state.id);
  if (known !== undefined && state.version <= known.version) return;
  const isMember = (key: string): boolean => known !== undefined && partyOf(parts, key) === known;
  const present: string[] = [];
  for (const { name } of state.members.filter((one) => one.hostId === parts.options.hostId)) {
    const key = nameKey(name);
    const isNew = news?.action === 'joined' && nameKey(news.by) === key;
    if (isMember(key) || (isNew && hasJoined(parts, key, hostId))) present.push(key);
    else leaveFor(parts, state, name);
  }
  const before = known === undefined ? [] : parts.parties.localsOf(known);
  const gone = sessionsOf(parts, before).filter(({ key }) => !present.includes(key));
  endTickets(parts, gone);
  const party = parts.parties.mirror(mirrored(parts, state, known), present);
  tellGone(parts, gone, { state, news });
  if (party === undefined) {
    // Of no use to a host without members: whoever made it the owner has lost sight of them.
    if (state.ownerHostId === parts.options.hostId) endForOthers(parts, state);
    return;
  }
  const rest = sessionsOf(parts, present);
  if (news !== null)
    tellNews(parts, rest, { news, members: party.members.map(({ name }) => name) });
  if (parts.parties.isOwned(party)) adopt(parts, party, new Set(present));
  else syncPart(parts, party);
}

/** A player who has accepted, and waits for just this. */
function hasJoined(parts: DirectoryParts, key: string, hostId: string): boolean {
  const id = parts.partyAsks.joining(key, hostId);
  const session = parts.sessions.byName(key);
  if (id === undefined || session === undefined) return false;
  parts.partyAsks.delete(id);
  unqueue(parts, session, 'party-changed');
  return true;
}

function endTickets(parts: DirectoryParts, sessions: readonly Session[]): void {
  for (const one of sessions) if (isPartyTicket(parts, one)) unqueue(parts, one, 'party-changed');
}

function tellGone(
  parts: DirectoryParts,
  gone: readonly Session[],
  { state, news }: { state: PartyState; news: PartyNews | null },
): void {
  const isOver = state.members.length === 0;
  for (const one of gone) {
    const told =
      isOver && news !== null ? news : { action: 'left' as const, by: one.name, note: '' };
    tellNews(parts, [one], { news: told, members: [] });
  }
}

function mirrored(parts: DirectoryParts, state: PartyState, known: Party | undefined): Party {
  const { id, version, ownerHostId, members, ticket } = state;
  return {
    id,
    version,
    ownerHostId,
    members: members.map(({ name, hostId }) => ({ key: nameKey(name), name, hostId })),
    ticket:
      ticket === null
        ? undefined
        : {
            number: ticket.number,
            mode: ticket.mode,
            state: ticket.state,
            enqueuedMs: parts.nowMs - ticket.waitedMs,
            hasPriority: ticket.hasPriority,
            reason: ticketRemoval(ticket.reason),
          },
    triedNumber: known?.triedNumber ?? 0,
    partId: known?.partId ?? NO_TICKET,
    heardMs: parts.nowMs,
  };
}

/** The leader is at home here now: what this host knows of the party is the truth from now on. */
function adopt(parts: DirectoryParts, party: Party, present: ReadonlySet<string>): void {
  const linked = linkedHosts(parts);
  const leaving = party.members.filter(({ key, hostId }) =>
    hostId === parts.options.hostId ? !present.has(key) : !linked.includes(hostId),
  );
  if (leaving.length > 0) {
    takeOut(parts, party, { leaving, by: leaving[0]?.name ?? '', note: '' });
    return;
  }
  party.version += 1;
  postState(parts, party);
  syncPart(parts, party);
}

/** A party that came here without a member: for all others it is over. */
function endForOthers(parts: DirectoryParts, state: PartyState): void {
  const version = state.version + 1;
  const over = { ...state, version, members: [], ticket: null };
  const news = { action: 'disbanded', by: state.members[0]?.name ?? '', note: '' } as const;
  const homes = new Set(state.members.map(({ hostId }) => hostId));
  homes.delete(parts.options.hostId);
  for (const hostId of homes) postParty(parts, hostId, { kind: 'party', state: over, news });
}

function leaveFor(parts: DirectoryParts, { id, ownerHostId }: PartyState, name: string): void {
  if (ownerHostId === parts.options.hostId) return;
  postParty(parts, ownerHostId, { kind: 'partyLeave', partyId: id, name });
}

function takeLeave(
  parts: DirectoryParts,
  hostId: string,
  { partyId, name }: Of<'partyLeave'>,
): void {
  const party = parts.parties.byId(partyId);
  if (party === undefined || !parts.parties.isOwned(party)) return;
  const key = name === null ? undefined : nameKey(name);
  const leaving = party.members.filter(
    (one) => one.hostId === hostId && (key === undefined || one.key === key),
  );
  takeOut(parts, party, { leaving, by: leaving[0]?.name ?? '', note: '' });
}

/** A home says how its part of the ticket stands. */
function takeTicket(parts: DirectoryParts, hostId: string, message: Of<'partyTicket'>): void {
  const { partyId, number, state, reason, message: text } = message;
  const party = parts.parties.byId(partyId);
  if (party === undefined || !parts.parties.isOwned(party)) return;
  if (!parts.parties.homesOf(party).includes(hostId)) return;
  if (party.ticket?.number !== number || party.ticket.state !== 'waiting') return;
  noteTicket(parts, party, { state, reason: ticketRemoval(reason) });
  syncPart(parts, party);
  tellRefused(parts, party, text);
}

function noteAlive(parts: DirectoryParts, hostId: string, id: string): void {
  const party = parts.parties.byId(id);
  if (party === undefined)
    postParty(parts, hostId, { kind: 'partyLeave', partyId: id, name: null });
  else if (party.ownerHostId === hostId) party.heardMs = parts.nowMs;
}

function partyOf(parts: DirectoryParts, key: string): Party | undefined {
  return parts.parties.partyOf(key);
}

/** What came from another host is a word; one that this version does not know is told as the most general. */
function ticketRemoval(word: string): TicketRemoval {
  return REMOVALS.find((known) => known === word) ?? 'party-changed';
}

const REMOVALS: readonly TicketRemoval[] = [
  'left',
  'switched',
  'expired',
  'draining',
  'mode-closed',
  'quarantined',
];
