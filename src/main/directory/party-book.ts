/**
 * Who plays together: parties and invitations, by account key. Pure. Main thread.
 *
 * Invariants: an account is in at most one party; a party has 2 to partySizeMax members, the leader first; an account
 * has at most invitesMax open invitations. A party of one does not exist: it comes with the first acceptance.
 */

import { DeadlineQueue } from './deadline-queue.ts';
import type { DirectoryLimits } from './directory-options.ts';

export interface Party {
  /** In the order in which they joined; the first leads. */
  readonly members: readonly string[];
}

export type InviteAnswer =
  | 'invited'
  | 'self'
  | 'notLeader'
  | 'partyFull'
  | 'alreadyMember'
  | 'alreadyInvited'
  | 'tooManyInvites';

export type AcceptAnswer = 'noInvite' | 'inParty' | 'notLeader' | 'partyFull' | { joined: Party };

export interface Departure {
  /** Who is left; one alone is no party any more. */
  readonly rest: readonly string[];
  readonly isDisbanded: boolean;
}

interface Invite {
  readonly from: string;
  readonly to: string;
}

export class PartyBook {
  readonly #limits: DirectoryLimits;
  readonly #parties = new Map<string, { members: string[] }>();
  /** By the invited account, oldest first. */
  readonly #invites = new Map<string, Invite[]>();
  readonly #deadlines: DeadlineQueue<Invite>;

  constructor(limits: DirectoryLimits) {
    this.#limits = limits;
    this.#deadlines = new DeadlineQueue(limits.inviteMs);
  }

  partyOf(key: string): Party | undefined {
    return this.#parties.get(key);
  }

  invite(from: string, to: string, nowMs: number): InviteAnswer {
    this.#dropExpired(nowMs);
    if (from === to) return 'self';
    const party = this.#parties.get(from);
    if (party !== undefined && party.members[0] !== from) return 'notLeader';
    if (party !== undefined && party.members.length >= this.#limits.partySizeMax)
      return 'partyFull';
    if (party?.members.includes(to) === true) return 'alreadyMember';
    const invites = this.#invites.get(to) ?? [];
    if (invites.some((invite) => invite.from === from)) return 'alreadyInvited';
    if (invites.length >= this.#limits.invitesMax) return 'tooManyInvites';
    const invite = { from, to };
    invites.push(invite);
    this.#invites.set(to, invites);
    this.#deadlines.add(invite, nowMs);
    return 'invited';
  }

  /** Joins the party of `from`, or of whoever invited last; the invitation is used up unless `key` is in a party. */
  accept(key: string, from: string | undefined, nowMs: number): AcceptAnswer {
    this.#dropExpired(nowMs);
    if (this.#parties.has(key)) return 'inParty';
    const invites = this.#invites.get(key) ?? [];
    const invite = from === undefined ? invites.at(-1) : invites.find((one) => one.from === from);
    if (invite === undefined) return 'noInvite';
    this.#dropInvite(invite);
    const party = this.#parties.get(invite.from) ?? { members: [invite.from] };
    if (party.members[0] !== invite.from) return 'notLeader';
    if (party.members.length >= this.#limits.partySizeMax) return 'partyFull';
    party.members.push(key);
    this.#parties.set(invite.from, party);
    this.#parties.set(key, party);
    return { joined: party };
  }

  /** Takes `key` out of its party, the next member leads; undefined when it is in none. */
  leave(key: string): Departure | undefined {
    const party = this.#parties.get(key);
    if (party === undefined) return undefined;
    this.#parties.delete(key);
    party.members.splice(party.members.indexOf(key), 1);
    const isDisbanded = party.members.length < 2;
    if (isDisbanded) for (const member of party.members) this.#parties.delete(member);
    return { rest: party.members, isDisbanded };
  }

  /** The account is gone: what invited it is forgotten. Its party is left by leave(). */
  dropInvitesTo(key: string): void {
    for (const invite of this.#invites.get(key) ?? []) this.#dropInvite(invite);
  }

  /** Open invitations to `key`, for its player to read: who invited. */
  invitesTo(key: string, nowMs: number): readonly string[] {
    this.#dropExpired(nowMs);
    return (this.#invites.get(key) ?? []).map((invite) => invite.from);
  }

  #dropExpired(nowMs: number): void {
    let invite = this.#deadlines.takeDue(nowMs);
    while (invite !== undefined) {
      this.#dropInvite(invite);
      invite = this.#deadlines.takeDue(nowMs);
    }
  }

  #dropInvite(invite: Invite): void {
    this.#deadlines.delete(invite);
    const invites = this.#invites.get(invite.to);
    if (invites === undefined) return;
    // A new array: dropInvitesTo() goes through the old one.
    const rest = invites.filter((one) => one !== invite);
    if (rest.length === 0) this.#invites.delete(invite.to);
    else this.#invites.set(invite.to, rest);
  }
}
