/**
 * Open invitations to parties, by the account that is invited; they are kept on the home of that account. Pure. Main thread.
 * Invariant: an account has at most invitesMax, one from each inviter.
 */

import { DeadlineQueue } from './deadline-queue.ts';
import type { DirectoryLimits } from './directory-options.ts';

/** An account on the host where it is logged in. */
export interface PlacedAccount {
  /** The name in lower case. */
  readonly key: string;
  readonly name: string;
  readonly hostId: string;
}

interface Invite {
  readonly from: PlacedAccount;
  readonly to: string;
}

export class InviteBook {
  readonly #limits: DirectoryLimits;
  /** By the invited account, oldest first. */
  readonly #invites = new Map<string, Invite[]>();
  readonly #deadlines: DeadlineQueue<Invite>;

  constructor(limits: DirectoryLimits) {
    this.#limits = limits;
    this.#deadlines = new DeadlineQueue(limits.inviteMs);
  }

  add(
    from: PlacedAccount,
    to: string,
    nowMs: number,
  ): 'invited' | 'alreadyInvited' | 'tooManyInvites' {
    this.#dropExpired(nowMs);
    const invites = this.#invites.get(to) ?? [];
    if (invites.some((one) => isSame(one.from, from))) return 'alreadyInvited';
    if (invites.length >= this.#limits.invitesMax) return 'tooManyInvites';
    const invite = { from, to };
    invites.push(invite);
    this.#invites.set(to, invites);
    this.#deadlines.add(invite, nowMs);
    return 'invited';
  }

  /** The newest invitation of that account; `from`: key of who must have invited. */
  find(to: string, from: string | undefined, nowMs: number): PlacedAccount | undefined {
    return this.of(to, nowMs).findLast(({ key }) => from === undefined || key === from);
  }

  /** It is used up. */
  take(to: string, from: PlacedAccount): void {
    const invite = this.#invites.get(to)?.find((one) => isSame(one.from, from));
    if (invite !== undefined) this.#drop(invite);
  }

  /** The account is gone: what invited it is forgotten. */
  dropAll(to: string): void {
    for (const invite of this.#invites.get(to) ?? []) this.#drop(invite);
  }

  /** Who has invited that account, oldest first. */
  of(to: string, nowMs: number): readonly PlacedAccount[] {
    this.#dropExpired(nowMs);
    return (this.#invites.get(to) ?? []).map(({ from }) => from);
  }

  #dropExpired(nowMs: number): void {
    let invite = this.#deadlines.takeDue(nowMs);
    for (; invite !== undefined; invite = this.#deadlines.takeDue(nowMs)) this.#drop(invite);
  }

  #drop(invite: Invite): void {
    this.#deadlines.delete(invite);
    // A new array: dropAll() goes through the old one.
    const rest = (this.#invites.get(invite.to) ?? []).filter((one) => one !== invite);
    if (rest.length === 0) this.#invites.delete(invite.to);
    else this.#invites.set(invite.to, rest);
  }
}

function isSame(one: PlacedAccount, other: PlacedAccount): boolean {
  return one.key === other.key && one.hostId === other.hostId;
}
