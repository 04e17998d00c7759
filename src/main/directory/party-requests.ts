/**
 * The `party` commands: each ends in an event to its player, and to all whom it concerns. Main thread.
 * Who is not on this host is asked for on the others: party-network.ts has their answers.
 */

import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import type { PlacedAccount } from './invite-book.ts';
import { nameKey } from '../../shared/name-key.ts';
import type { JoinRefusal } from './party-book.ts';
import { leaveParty, placed, tellParty } from './party-life.ts';
import { joinHere, tellInvited, tellNotInvited, tellNotJoined } from './party-join.ts';
import { linkedHosts, postParty } from './party-post.ts';
import { isAdmitted, tell, tellError } from './placement.ts';

export interface PartyRequest {
  readonly action: 'invite' | 'accept' | 'leave' | 'status';
  readonly name: string | undefined;
  readonly nowMs: number;
}

export function requestParty(parts: DirectoryParts, session: Session, request: PartyRequest): void {
  switch (request.action) {
    case 'invite':
      invite(parts, session, request);
      return;
    case 'accept':
      accept(parts, session, request);
      return;
    case 'leave':
      if (!leaveParty(parts, session)) tellError(parts, session, NO_PARTY);
      return;
    case 'status':
      tellStatus(parts, session, request);
  }
}

const NO_PARTY = { code: 'no-party', message: 'Cannot leave the party: you are in none' };

function invite(parts: DirectoryParts, session: Session, { name = '', nowMs }: PartyRequest): void {
  const guest = parts.sessions.byName(name);
  const isHere = guest !== undefined && isAdmitted(guest);
  const refusal = inviteRefusal(parts, session, isHere ? guest.key : nameKey(name));
  if (refusal !== undefined)
    tellNotInvited(parts, session, isHere ? guest.name : name, { why: refusal });
  else if (!isHere) inviteElsewhere(parts, session, { name, nowMs });
  else {
    const answer = parts.invites.add(placed(parts, session), guest.key, nowMs);
    if (answer !== 'invited') {
      tellNotInvited(parts, session, guest.name, { why: answer });
      return;
    }
    const members = memberNames(parts, session);
    tellParty(parts, [guest], { action: 'invited', by: session.name, members });
    tellInvited(parts, session, guest.name);
  }
}

/** Whoever is not here may be on another host. */
function inviteElsewhere(
  parts: DirectoryParts,
  session: Session,
  { name, nowMs }: { name: string; nowMs: number },
): void {
  const hosts = new Set(linkedHosts(parts));
  const ask = { kind: 'invite', from: session.key, to: name, hosts, silentHosts: 0 } as const;
  const id = hosts.size === 0 || name === '' ? undefined : parts.partyAsks.tryAdd(ask, nowMs);
  if (id === undefined) {
    tellNotInvited(parts, session, name, { why: 'notOnline' });
    return;
  }
  const [from, members] = [session.name, memberNames(parts, session)];
  for (const hostId of hosts) {
    postParty(parts, hostId, { kind: 'partyInvite', id, from, to: name, members });
  }
}

function inviteRefusal(
  parts: DirectoryParts,
  session: Session,
  guestKey: string,
): 'self' | 'alreadyMember' | JoinRefusal | undefined {
  if (guestKey === session.key) return 'self';
  const refusal = parts.parties.refusal(placed(parts, session));
  if (refusal !== undefined) return refusal;
  const members = parts.parties.partyOf(session.key)?.members ?? [];
  return members.some(({ key }) => key === guestKey) ? 'alreadyMember' : undefined;
}

function accept(parts: DirectoryParts, session: Session, { name, nowMs }: PartyRequest): void {
  const from = name === undefined ? undefined : nameKey(name);
  const isJoining = parts.partyAsks.joining(session.key) !== undefined;
  if (isJoining || parts.parties.partyOf(session.key) !== undefined) {
    tellNotJoined(parts, session, 'inParty');
    return;
  }
  const inviter = parts.invites.find(session.key, from, nowMs);
  if (inviter === undefined) {
    tellNotJoined(parts, session, 'noInvite');
    return;
  }
  if (inviter.hostId === parts.options.hostId) acceptHere(parts, session, inviter);
  else acceptElsewhere(parts, session, { inviter, nowMs });
}

function acceptHere(parts: DirectoryParts, session: Session, inviter: PlacedAccount): void {
  const leader = parts.sessions.byName(inviter.key);
  if (leader === undefined) {
    tellNotJoined(parts, session, 'notOnline', inviter.name);
    return;
  }
  parts.invites.take(session.key, inviter);
  const refusal = joinHere(parts, leader, placed(parts, session));
  if (refusal !== undefined) tellNotJoined(parts, session, refusal, leader.name);
}

/** The host of the leader takes the player in, or says why not. */
function acceptElsewhere(
  parts: DirectoryParts,
  session: Session,
  { inviter, nowMs }: { inviter: PlacedAccount; nowMs: number },
): void {
  const { hostId, name: leader } = inviter;
  const hosts = new Set([hostId]);
  const ask = { kind: 'join', from: session.key, to: leader, hosts, silentHosts: 0 } as const;
  const isLinked = linkedHosts(parts).includes(hostId);
  const id = isLinked ? parts.partyAsks.tryAdd(ask, nowMs) : undefined;
  if (id === undefined) {
    tellNotJoined(parts, session, 'notOnline', leader);
    return;
  }
  parts.invites.take(session.key, inviter);
  postParty(parts, hostId, { kind: 'partyJoin', id, leader, name: session.name });
}

function tellStatus(parts: DirectoryParts, session: Session, { nowMs }: PartyRequest): void {
  const members = (parts.parties.partyOf(session.key)?.members ?? []).map(({ name }) => name);
  tellParty(parts, [session], { action: 'status', by: session.name, members });
  const invites = parts.invites.of(session.key, nowMs);
  if (invites.length === 0) return;
  const names = invites.map(({ name }) => name).join(', ');
  tell(parts, [session], { event: 'notice', text: `You are invited by ${names}` });
}

function memberNames(parts: DirectoryParts, session: Session): readonly string[] {
  return parts.parties.partyOf(session.key)?.members.map(({ name }) => name) ?? [session.name];
}
