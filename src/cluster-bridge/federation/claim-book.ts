/**
 * The home's side of matches across hosts: which tickets are fenced for which match, which players are in one, and until
 * when. The home decides alone; messages only make it faster. Pure. Main thread.
 *
 *            claim --> claimed --confirm--> playing --ended, seats given up, link lost, lease over--> over
 *                         |                    ^  |                           |
 *                         |                    +--+ renew <--resume: one seat--+
 *                         +--release, lease over--> over          over: remembered for OVER_MS, nothing revives it
 *
 * Invariants: a ticket is fenced for one match at most (the directory holds it); a match id is used once: what comes for one
 * that is over, however late, is answered with nobody.
 */

import type { HostIdentity } from '../transport.ts';
import type {
  ClaimedTicket,
  ClaimWant,
  FederationHome,
  RemoteEnd,
  RemoteLeave,
  RemoteMatch,
  SeatOutcome,
} from './federation-hosts.ts';
import type { LeaseTimes } from './lease-rules.ts';
import { Reason } from '../../shared/reason.ts';

/** Longer than any message can still be on its way. */
const OVER_MS = 60_000;

interface Claim {
  readonly state: 'claimed';
  readonly tickets: readonly ClaimedTicket[];
  untilMs: number;
}

interface Playing {
  readonly state: 'playing';
  readonly host: HostIdentity;
  readonly names: Set<string>;
  untilMs: number;
}

interface Over {
  readonly state: 'over';
  untilMs: number;
}

export interface ClaimRequest {
  readonly matchId: string;
  readonly want: ClaimWant;
}

export class ClaimBook {
  readonly #home: FederationHome;
  readonly #times: LeaseTimes;
  readonly #matches = new Map<string, Claim | Playing | Over>();

  constructor(home: FederationHome, times: LeaseTimes) {
    this.#home = home;
    this.#times = times;
  }

  /** Fences tickets; the same answer for the same match again. */
  claim({ matchId, want }: ClaimRequest, nowMs: number): readonly ClaimedTicket[] {
    const known = this.#matches.get(matchId);
    if (known?.state === 'claimed') return known.tickets;
    if (known !== undefined) return [];
    const tickets = this.#home.fence(want, matchId, nowMs);
    const untilMs = nowMs + this.#times.claimMs;
    if (tickets.length > 0) {
      this.#matches.set(matchId, { state: 'claimed', tickets, untilMs });
    }
    return tickets;
  }

  release(matchId: string, ticketIds: readonly number[] | 'all', nowMs: number): void {
    if (this.#matches.get(matchId)?.state !== 'claimed') return;
    this.#home.unfence(matchId, ticketIds, nowMs);
    if (ticketIds === 'all') this.#close(matchId, nowMs);
  }

  /** The match is open: moves the claimed players in; answers with those who are in. */
  confirm(match: RemoteMatch, nowMs: number): readonly string[] {
    const { matchId, host } = match;
    const known = this.#matches.get(matchId);
    if (known?.state === 'playing') return isSame(known.host, host) ? [...known.names] : [];
    if (known?.state !== 'claimed') return [];
    const names = this.#home.enter(match, nowMs);
    // Tickets of the claim that have no seat would wait for ever.
    this.#home.unfence(matchId, 'all', nowMs);
    if (names.length === 0) {
      this.#close(matchId, nowMs);
      return names;
    }
    const untilMs = nowMs + this.#times.homeLeaseMs;
    this.#matches.set(matchId, { state: 'playing', host, names: new Set(names), untilMs });
    return names;
  }

  /** Answers with those of the matches that players of this home are in, on that host. */
  renew(host: HostIdentity, matchIds: readonly string[], nowMs: number): readonly string[] {
    return matchIds.filter((matchId) => {
      const known = this.#matches.get(matchId);
      if (known?.state !== 'playing' || !isSame(known.host, host)) return false;
      known.untilMs = nowMs + this.#times.homeLeaseMs;
      return true;
    });
  }

  ended(
    host: HostIdentity,
    matchId: string,
    { end, nowMs }: { end: RemoteEnd; nowMs: number },
  ): void {
    const known = this.#matches.get(matchId);
    if (known?.state === 'playing' && isSame(known.host, host)) {
      this.#leave(matchId, end, { nowMs, freeFromMs: nowMs, isLinkLost: false });
    }
  }

  /** A match of this host alone has become one across hosts. */
  adopt(host: HostIdentity, matchId: string, { names, nowMs }: Adopted): void {
    const untilMs = nowMs + this.#times.homeLeaseMs;
    this.#matches.set(matchId, { state: 'playing', host, names: new Set(names), untilMs });
  }

  /**
   * A seat of before for one player: also in a match that was over here, since its host has told us so before it asked, and asks
   * for this player only.
   */
  resume(match: RemoteMatch, nowMs: number): SeatOutcome {
    const { matchId, host, seats } = match;
    const name = seats[0]?.name ?? '';
    const known = this.#matches.get(matchId);
    if (known?.state === 'playing' && !isSame(known.host, host)) return 'refused';
    // The match has begun without the tickets that were claimed for it.
    if (known?.state === 'claimed') this.release(matchId, 'all', nowMs);
    const outcome = this.#home.resume(match, nowMs);
    if (outcome !== 'in') return outcome;
    if (known?.state === 'playing') known.names.add(name);
    else this.adopt(host, matchId, { names: [name], nowMs });
    return outcome;
  }

  /** A player has given the seat up; answers with the host to be told, undefined where nobody waits for it. */
  seatReleased(matchId: string, name: string, nowMs: number): HostIdentity | undefined {
    const known = this.#matches.get(matchId);
    if (known?.state !== 'playing' || !known.names.delete(name)) return undefined;
    if (known.names.size === 0) this.#close(matchId, nowMs);
    return known.host;
  }

  /**
   * What was on the link to that run of a host is lost: its matches are over here. Its claims are not: a match of theirs may
   * have been started on a third host.
   */
  peerDown(host: HostIdentity, nowMs: number): void {
    for (const [matchId, known] of this.#matches) {
      if (known.state !== 'playing' || !isSame(known.host, host)) continue;
      // That host may not know yet: until the lease is over it acts for them.
      this.#leave(matchId, LOST, { nowMs, freeFromMs: known.untilMs, isLinkLost: true });
    }
  }

  /** Ends what is over; returns when to come again. */
  step(nowMs: number): number {
    let nextMs = Infinity;
    for (const [matchId, known] of this.#matches) {
      if (known.untilMs > nowMs) {
        nextMs = Math.min(nextMs, known.untilMs);
        continue;
      }
      switch (known.state) {
        case 'claimed':
          this.#home.unfence(matchId, 'all', nowMs);
          this.#close(matchId, nowMs);
          break;
        case 'playing':
          this.#leave(matchId, LOST, { nowMs, freeFromMs: nowMs, isLinkLost: false });
          break;
        case 'over':
          this.#matches.delete(matchId);
          break;
      }
    }
    return nextMs;
  }

  /** Matches that players of this home are in now. */
  get playingCount(): number {
    let count = 0;
    for (const { state } of this.#matches.values()) if (state === 'playing') count += 1;
    return count;
  }

  #leave(matchId: string, end: RemoteEnd, how: RemoteLeave): void {
    // Closed first: what the home does now may come back here as seatReleased().
    this.#close(matchId, how.nowMs);
    this.#home.leave(matchId, end, how);
  }

  #close(matchId: string, nowMs: number): void {
    this.#matches.set(matchId, { state: 'over', untilMs: nowMs + OVER_MS });
  }
}

interface Adopted {
  readonly names: readonly string[];
  readonly nowMs: number;
}

const LOST: RemoteEnd = { reason: Reason.hostLost, result: undefined, ratings: undefined };

function isSame(one: HostIdentity, other: HostIdentity): boolean {
  return one.hostId === other.hostId && one.incarnation === other.incarnation;
}
