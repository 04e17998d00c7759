/** What a person knows of its party, and what it says to get it together. Pure; the swarm's processes. */

import type { Role } from './cast.ts';
import type { HostEvent } from './person-hands.ts';

/** What the host answers while a party comes together is no fault of it. */
const PARTY_CODES = new Set([
  'not-online',
  'already-member',
  'already-invited',
  'no-invite',
  'in-party',
  'no-party',
  // Its friends still play.
  'in-match',
]);

/** Someone alone has no part in such a thing. */
export function isPartyCode(role: Role, code: string): boolean {
  return role.members.length > 1 && PARTY_CODES.has(code);
}

export class PersonParty {
  readonly #role: Role;
  #leader = '';
  #members: readonly string[] = [];

  constructor(role: Role) {
    this.#role = role;
  }

  /** It queues for all of them. Someone alone leads too. */
  get leads(): boolean {
    return this.#role.members[0] === this.#role.name;
  }

  get isWhole(): boolean {
    const { members, name } = this.#role;
    if (members.length === 1) return true;
    return this.#leader === name && this.#members.length >= members.length;
  }

  /** Whom to invite. */
  missing(): readonly string[] {
    return this.#role.members.filter((member) => {
      return member !== this.#role.name && !this.#members.includes(member);
    });
  }

  /** The command that answers a party event; undefined: none is needed. */
  onEvent({ action, leader = '', members = [] }: HostEvent): string | undefined {
    const [wanted] = this.#role.members;
    if (action === 'invited') return leader === wanted ? `party accept ${leader}` : undefined;
    this.#leader = leader;
    this.#members = members;
    // Left over from a leader who went: whoever is to lead now invites anew.
    return members.length > 1 && leader !== wanted ? 'party leave' : undefined;
  }

  forget(): void {
    this.#leader = '';
    this.#members = [];
  }
}
