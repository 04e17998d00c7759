/** The `party` commands: each ends in an event to its player, and to all whom it concerns. Main thread. */

import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { nameKey, quoted } from './name-rule.ts';
import type { InviteAnswer } from './party-book.ts';
import { leaveParty, sessionsOf, shownName, tellParty } from './party-life.ts';
import { isAdmitted, tell, tellError } from './placement.ts';
import { unqueue } from './queue-exit.ts';

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

function invite(parts: DirectoryParts, session: Session, { name, nowMs }: PartyRequest): void {
  const guest = name === undefined ? undefined : parts.sessions.byName(name);
  if (guest === undefined || !isAdmitted(guest)) {
    const message = `Cannot invite ${quoted(name ?? '')}: no player of that name is online`;
    tellError(parts, session, { code: 'not-online', message });
    return;
  }
  const answer = parts.parties.invite(session.key, guest.key, nowMs);
  if (answer !== 'invited') {
    const message = `Cannot invite ${quoted(guest.name)}: ${INVITE_ERRORS[answer]}`;
    tellError(parts, session, { code: INVITE_CODES[answer], message });
    return;
  }
  const members = parts.parties.partyOf(session.key)?.members ?? [session.key];
  tellParty(parts, [guest], { action: 'invited', by: session.name, members });
  const text = `${guest.name} is invited to the party of ${session.name}`;
  tell(parts, sessionsOf(parts, members), { event: 'notice', text });
}

const INVITE_ERRORS: Readonly<Record<Exclude<InviteAnswer, 'invited'>, string>> = {
  self: 'that is you',
  notLeader: 'only the leader of a party invites',
  partyFull: 'the party is full',
  alreadyMember: 'that player is in your party already',
  alreadyInvited: 'that player is invited already',
  tooManyInvites: 'that player has too many open invitations',
};

const INVITE_CODES: Readonly<Record<Exclude<InviteAnswer, 'invited'>, string>> = {
  self: 'self',
  notLeader: 'not-leader',
  partyFull: 'party-full',
  alreadyMember: 'already-member',
  alreadyInvited: 'already-invited',
  tooManyInvites: 'too-many-invites',
};

function accept(parts: DirectoryParts, session: Session, { name, nowMs }: PartyRequest): void {
  const from = name === undefined ? undefined : nameKey(name);
  const host = from ?? parts.parties.invitesTo(session.key, nowMs).at(-1);
  if (host !== undefined && parts.sessions.byName(host) === undefined) {
    const message = `Cannot join the party of ${quoted(host)}: that player is not online`;
    tellError(parts, session, { code: 'not-online', message });
    return;
  }
  const answer = parts.parties.accept(session.key, from, nowMs);
  if (typeof answer === 'string') {
    const [code, message] = ACCEPT_ERRORS[answer];
    tellError(parts, session, { code, message });
    return;
  }
  const { members } = answer.joined;
  const sessions = sessionsOf(parts, members);
  // A ticket stands for the party, or the player, that it was made for.
  for (const member of sessions) unqueue(parts, member, 'party-changed');
  tellParty(parts, sessions, { action: 'joined', by: session.name, members });
}

const ACCEPT_ERRORS = {
  noInvite: ['no-invite', 'Cannot join a party: you have no such open invitation'],
  inParty: ['in-party', 'Cannot join a party: you are in one; leave it first'],
  notLeader: ['no-invite', 'Cannot join the party: whoever invited you leads it no more'],
  partyFull: ['party-full', 'Cannot join the party: it is full'],
} as const;

function tellStatus(parts: DirectoryParts, session: Session, { nowMs }: PartyRequest): void {
  const members = parts.parties.partyOf(session.key)?.members ?? [];
  tellParty(parts, [session], { action: 'status', by: session.name, members });
  const invites = parts.parties.invitesTo(session.key, nowMs);
  if (invites.length === 0) return;
  const names = invites.map((key) => shownName(parts, key)).join(', ');
  tell(parts, [session], { event: 'notice', text: `You are invited by ${names}` });
}
