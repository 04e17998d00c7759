/** Into a party, by an invitation: from this host or another. What comes of it is told to whoever asked. Main thread. */

import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import type { PlacedAccount } from './invite-book.ts';
import { quoted } from './name-rule.ts';
import type { JoinRefusal } from './party-book.ts';
import { placed, sessionsOf, tellNews } from './party-life.ts';
import { postState } from './party-post.ts';
import { tell, tellError } from './placement.ts';
import { unqueue } from './queue-exit.ts';

/** Takes a member into the party of a player of this host, and tells all of it; answers with why not. */
export function joinHere(
  parts: DirectoryParts,
  leader: Session,
  member: PlacedAccount,
): JoinRefusal | undefined {
  const from = placed(parts, leader);
  const refusal = parts.parties.refusal(from);
  if (refusal !== undefined) return refusal;
  const members = parts.parties.partyOf(leader.key)?.members ?? [from];
  if (members.some(({ key }) => key === member.key)) return 'inParty';
  const { hostId } = parts.options;
  const joining = member.hostId === hostId ? [member.key] : [];
  // A ticket stands for the party, or the player, that it was made for.
  for (const key of [...members.filter((one) => one.hostId === hostId).map(keyOf), ...joining]) {
    const session = parts.sessions.byName(key);
    if (session !== undefined) unqueue(parts, session, 'party-changed');
  }
  const party = parts.parties.join(from, member, () => newPartyId(parts));
  const news = { action: 'joined', by: member.name, note: '' } as const;
  const sessions = sessionsOf(parts, parts.parties.localsOf(party));
  tellNews(parts, sessions, { news, members: party.members.map(({ name }) => name) });
  postState(parts, party, { news });
  return undefined;
}

export type NotInvited =
  | 'self'
  | 'alreadyMember'
  | 'alreadyInvited'
  | 'tooManyInvites'
  | 'notOnline'
  | JoinRefusal;

/** `silentHosts`: how many hosts may have that player and did not say. */
export function tellNotInvited(
  parts: DirectoryParts,
  session: Session,
  name: string,
  { why, silentHosts = 0 }: { why: NotInvited; silentHosts?: number },
): void {
  const [code, text] = INVITE_ERRORS[why];
  const silent = silentHosts === 0 ? '' : `; ${silentHosts} of the hosts did not answer`;
  const message = `Cannot invite ${quoted(name)}: ${text}${silent}`;
  tellError(parts, session, { code, message });
}

const INVITE_ERRORS: Readonly<Record<NotInvited, readonly [code: string, text: string]>> = {
  self: ['self', 'that is you'],
  notLeader: ['not-leader', 'only the leader of a party invites'],
  partyFull: ['party-full', 'the party is full'],
  alreadyMember: ['already-member', 'that player is in your party already'],
  inParty: ['already-member', 'that player is in your party already'],
  alreadyInvited: ['already-invited', 'that player is invited already'],
  tooManyInvites: ['too-many-invites', 'that player has too many open invitations'],
  notOnline: ['not-online', 'no player of that name is online'],
};

/** The members know who is invited. */
export function tellInvited(parts: DirectoryParts, session: Session, name: string): void {
  const party = parts.parties.partyOf(session.key);
  const members = party === undefined ? [session.key] : parts.parties.localsOf(party);
  const text = `${name} is invited to the party of ${session.name}`;
  tell(parts, sessionsOf(parts, members), { event: 'notice', text });
}

export type NotJoined = 'noInvite' | 'notOnline' | 'noAnswer' | JoinRefusal;

/** `leader`: shown name of whose party it is. */
export function tellNotJoined(
  parts: DirectoryParts,
  session: Session,
  why: NotJoined,
  leader = '',
): void {
  const [code, text] = JOIN_ERRORS[why];
  const of = leader === '' ? 'a party' : `the party of ${quoted(leader)}`;
  tellError(parts, session, { code, message: `Cannot join ${of}: ${text}` });
}

const JOIN_ERRORS: Readonly<Record<NotJoined, readonly [code: string, text: string]>> = {
  noInvite: ['no-invite', 'you have no such open invitation'],
  inParty: ['in-party', 'you are in one; leave it first'],
  notLeader: ['no-invite', 'whoever invited you leads it no more'],
  partyFull: ['party-full', 'it is full'],
  notOnline: ['not-online', 'that player is not online'],
  noAnswer: ['no-answer', 'the host of that player did not answer; try again'],
};

function newPartyId(parts: DirectoryParts): string {
  parts.lastPartyNumber += 1;
  const wallMs = parts.options.wallMs?.() ?? parts.nowMs;
  return `${parts.options.hostId}/${Math.floor(wallMs)}/${parts.lastPartyNumber}`;
}

function keyOf({ key }: PlacedAccount): string {
  return key;
}
