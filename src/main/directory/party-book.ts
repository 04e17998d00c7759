/**
 * Who plays together: parties that have a member on this host, and which ticket each waits with. Pure. Main thread.
 *
 *   owned      the leader is at home here: what is here is the truth, and is told to the homes of the other members
 *   mirrored   another host owns it: what it has told last is here, with those of our players who are really in
 *
 * Invariants: a player of this host is in at most one party; a party has 2 to partySizeMax members, the leader first, and its
 * owner is the leader's home. A party of one does not exist: it comes with the first acceptance.
 */

import assert from 'node:assert/strict';
import type { PartyTicketState } from '../../cluster-bridge/federation/party-messages.ts';
import type { TicketRemoval } from '../matchmaker/ticket-event.ts';
import { NO_TICKET } from './directory-model.ts';
import type { PlacedAccount } from './invite-book.ts';

/** One that waits, or has waited, with members on several hosts: each home keeps a part of it. */
export interface PartyTicket {
  /** Counts the party's tickets. */
  readonly number: number;
  readonly mode: string;
  readonly state: PartyTicketState;
  readonly enqueuedMs: number;
  readonly hasPriority: boolean;
  readonly reason: TicketRemoval;
}

export interface Party {
  readonly id: string;
  /** In the order in which they joined; the first leads. */
  members: readonly PlacedAccount[];
  ownerHostId: string;
  /** Of what is told to other hosts; only grows. */
  version: number;
  /** The last one; undefined as long as there was none. */
  ticket: PartyTicket | undefined;
  /** Number of the last ticket that this host has made its part of, or refused. */
  triedNumber: number;
  /** This host's part. */
  partId: number;
  /** When the owner was heard last. */
  heardMs: number;
}

export type JoinRefusal = 'notLeader' | 'partyFull' | 'inParty';

export interface PartyBookOptions {
  readonly hostId: string;
  readonly partySizeMax: number;
}

export class PartyBook {
  readonly #options: PartyBookOptions;
  readonly #byId = new Map<string, Party>();
  /** By key of a player of this host. */
  readonly #byKey = new Map<string, Party>();

  constructor(options: PartyBookOptions) {
    this.#options = options;
  }

  /** The party of a player of this host. */
  partyOf(key: string): Party | undefined {
    return this.#byKey.get(key);
  }

  byId(id: string): Party | undefined {
    return this.#byId.get(id);
  }

  all(): IterableIterator<Party> {
    return this.#byId.values();
  }

  isOwned({ ownerHostId }: Party): boolean {
    return ownerHostId === this.#options.hostId;
  }

  /** Hosts that other members are at home at. */
  homesOf({ members }: Pick<Party, 'members'>): readonly string[] {
    const homes = new Set(members.map(({ hostId }) => hostId));
    homes.delete(this.#options.hostId);
    return [...homes];
  }

  /** Keys of the members who are at home here. */
  localsOf(party: Party): readonly string[] {
    return party.members
      .filter(({ key, hostId }) => hostId === this.#options.hostId && this.partyOf(key) === party)
      .map(({ key }) => key);
  }

  /** Why nobody can be taken into the party of that player; undefined: somebody can. */
  refusal(leader: PlacedAccount): JoinRefusal | undefined {
    const party = this.#byKey.get(leader.key);
    if (party === undefined) return undefined;
    if (party.members[0]?.key !== leader.key || !this.isOwned(party)) return 'notLeader';
    return party.members.length < this.#options.partySizeMax ? undefined : 'partyFull';
  }

  /** Takes somebody into the party of a player of this host; `newId`: of the party that comes into being. */
  join(leader: PlacedAccount, member: PlacedAccount, newId: () => string): Party {
    let party = this.#byKey.get(leader.key);
    if (party === undefined) {
      party = {
        id: newId(),
        members: [leader],
        ownerHostId: this.#options.hostId,
        version: 0,
        ticket: undefined,
        triedNumber: 0,
        partId: NO_TICKET,
        heardMs: 0,
      };
      this.#byId.set(party.id, party);
      this.#byKey.set(leader.key, party);
    }
    assert(this.refusal(leader) === undefined, 'a party with room takes somebody in');
    party.members = [...party.members, member];
    party.version += 1;
    if (member.hostId === this.#options.hostId) this.#byKey.set(member.key, party);
    return party;
  }

  /** Takes members out; the next one leads, and its home owns the party from now on. One alone is no party any more. */
  remove(party: Party, leaving: readonly PlacedAccount[]): void {
    const rest = party.members.filter((member) => !leaving.includes(member));
    for (const { key } of leaving) this.dropLocal(party, key);
    party.version += 1;
    if (rest.length < 2) {
      for (const { key } of rest) this.dropLocal(party, key);
      this.#byId.delete(party.id);
      party.members = [];
      return;
    }
    party.members = rest;
    party.ownerHostId = rest[0]?.hostId ?? this.#options.hostId;
    this.#forgetIfForeign(party);
  }

  /** A player of this host is not in it any more, whatever its owner says. */
  dropLocal(party: Party, key: string): void {
    if (this.#byKey.get(key) === party) this.#byKey.delete(key);
    this.#forgetIfForeign(party);
  }

  /** What its owner tells, with those players of this host who are really in; undefined: nobody is. */
  mirror(told: Party, keys: readonly string[]): Party | undefined {
    const party = this.#byId.get(told.id) ?? told;
    for (const key of this.localsOf(party)) if (!keys.includes(key)) this.#byKey.delete(key);
    if (party !== told) {
      const { members, ownerHostId, version, ticket, heardMs } = told;
      Object.assign(party, { members, ownerHostId, version, ticket, heardMs });
    }
    for (const key of keys) this.#byKey.set(key, party);
    this.#byId.set(party.id, party);
    if (keys.length > 0) return party;
    this.#byId.delete(party.id);
    return undefined;
  }

  #forgetIfForeign(party: Party): void {
    if (this.isOwned(party) || this.localsOf(party).length > 0) return;
    this.#byId.delete(party.id);
  }
}
