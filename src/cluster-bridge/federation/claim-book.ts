/**
 * The home's side of matches across hosts: which tickets are fenced for which claim, which players are in which match, and until
 * when. The home decides alone; messages only make it faster. Pure. Main thread.
 *
 *   a claim    claim --> claimed --all released, lease over--> over
 *                           |
 *                           +--confirm: some of its tickets--+
 *                                                            v
 *   a match                                               playing --ended, seats given up, link lost, lease over--> over
 *                                                          ^  ^ |                                                     |
 *                                                          |  +-+ renew, resume, confirm                              |
 *                                                          +--------- resume, confirm of another claim ---------------+
 *
 * Invariants: a ticket is fenced for one claim at most (the directory holds it); a claim id is used once, and what comes for one
 * that is over, however late, brings nobody anywhere; who confirms or offers a seat has said before that older ones are over.
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
  readonly claimId: string;
  readonly want: ClaimWant;
}

export class ClaimBook {
  readonly #home: FederationHome;
  readonly #times: LeaseTimes;
  readonly #claims = new Map<string, Claim | Over>();
  readonly #matches = new Map<string, Playing | Over>();

  constructor(home: FederationHome, times: LeaseTimes) {
    this.#home = home;
    this.#times = times;
  }

  /** Fences tickets; the same answer for the same claim again. */
  claim({ claimId, want }: ClaimRequest, nowMs: number): readonly ClaimedTicket[] {
    const known = this.#claims.get(claimId);
    if (known?.state === 'claimed') return known.tickets;
    if (known !== undefined) return [];
    const tickets = this.#home.fence(want, claimId, nowMs);
    if (tickets.length > 0) this.hold(claimId, tickets, nowMs);
    return tickets;
  }

  /** The home has fenced these itself. */
  hold(claimId: string, tickets: readonly ClaimedTicket[], nowMs: number): void {
    const untilMs = nowMs + this.#times.claimMs;
    this.#claims.set(claimId, { state: 'claimed', tickets, untilMs });
  }

  release(claimId: string, ticketIds: readonly number[] | 'all', nowMs: number): void {
    if (this.#claims.get(claimId)?.state !== 'claimed') return;
    this.#home.unfence(claimId, ticketIds, nowMs);
    if (ticketIds === 'all') this.#closeClaim(claimId, nowMs);
  }

  /** The match is open: moves claimed players in; answers with all of this home who are in it. */
  confirm(match: RemoteMatch, nowMs: number): readonly string[] {
    const { matchId, claimId = '', host } = match;
    const known = this.#playing(matchId);
    if (known !== undefined && !isSame(known.host, host)) return [];
    if (this.#claims.get(claimId)?.state === 'claimed') {
      const names = this.#home.enter(match, nowMs);
      if (names.length > 0) this.#join(host, matchId, { names, nowMs });
    }
    return [...(this.#playing(matchId)?.names ?? [])];
  }

  /** Answers with those of the matches that players of this home are in, on that host. */
  renew(host: HostIdentity, matchIds: readonly string[], nowMs: number): readonly string[] {
    return matchIds.filter((matchId) => {
      const known = this.#playing(matchId);
      if (known === undefined || !isSame(known.host, host)) return false;
      known.untilMs = nowMs + this.#times.homeLeaseMs;
      return true;
    });
  }

  ended(
    host: HostIdentity,
    matchId: string,
    { end, nowMs }: { end: RemoteEnd; nowMs: number },
  ): void {
    const known = this.#playing(matchId);
    if (known !== undefined && isSame(known.host, host)) {
      this.#leave(matchId, end, { nowMs, freeFromMs: nowMs, isLinkLost: false });
    }
  }

  /** A match of this host alone has become one across hosts. */
  adopt(host: HostIdentity, matchId: string, joined: Joined): void {
    this.#join(host, matchId, joined);
  }

  /**
   * A seat of before for one player: also in a match that was over here, since its host has told us so before it asked, and asks
   * for this player only.
   */
  resume(match: RemoteMatch, nowMs: number): SeatOutcome {
    const { matchId, host, seats } = match;
    const name = seats[0]?.name ?? '';
    const known = this.#playing(matchId);
    if (known !== undefined && !isSame(known.host, host)) return 'refused';
    const outcome = this.#home.resume(match, nowMs);
    if (outcome === 'in') this.#join(host, matchId, { names: [name], nowMs });
    return outcome;
  }

  /** A player has given the seat up; answers with the host to be told, undefined where nobody waits for it. */
  seatReleased(matchId: string, name: string, nowMs: number): HostIdentity | undefined {
    const known = this.#playing(matchId);
    if (known?.names.delete(name) !== true) return undefined;
    if (known.names.size === 0) this.#closeMatch(matchId, nowMs);
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
    for (const [claimId, { state, untilMs }] of this.#claims) {
      if (untilMs > nowMs) continue;
      if (state === 'over') this.#claims.delete(claimId);
      else {
        this.#home.unfence(claimId, 'all', nowMs);
        this.#closeClaim(claimId, nowMs);
      }
    }
    for (const [matchId, { state, untilMs }] of this.#matches) {
      if (untilMs > nowMs) continue;
      if (state === 'over') this.#matches.delete(matchId);
      else this.#leave(matchId, LOST, { nowMs, freeFromMs: nowMs, isLinkLost: false });
    }
    let nextMs = Infinity;
    for (const { untilMs } of this.#claims.values()) nextMs = Math.min(nextMs, untilMs);
    for (const { untilMs } of this.#matches.values()) nextMs = Math.min(nextMs, untilMs);
    return nextMs;
  }

  /** Matches that players of this home are in now. */
  get playingCount(): number {
    let count = 0;
    for (const { state } of this.#matches.values()) if (state === 'playing') count += 1;
    return count;
  }

  #playing(matchId: string): Playing | undefined {
    const known = this.#matches.get(matchId);
    return known?.state === 'playing' ? known : undefined;
  }

  #join(host: HostIdentity, matchId: string, { names, nowMs }: Joined): void {
    const untilMs = nowMs + this.#times.homeLeaseMs;
    const known = this.#playing(matchId);
    if (known === undefined) {
      this.#matches.set(matchId, { state: 'playing', host, names: new Set(names), untilMs });
      return;
    }
    for (const name of names) known.names.add(name);
    known.untilMs = untilMs;
  }

  #leave(matchId: string, end: RemoteEnd, how: RemoteLeave): void {
    // Closed first: what the home does now may come back here as seatReleased().
    this.#closeMatch(matchId, how.nowMs);
    this.#home.leave(matchId, end, how);
  }

  #closeMatch(matchId: string, nowMs: number): void {
    this.#matches.set(matchId, { state: 'over', untilMs: nowMs + OVER_MS });
  }

  #closeClaim(claimId: string, nowMs: number): void {
    this.#claims.set(claimId, { state: 'over', untilMs: nowMs + OVER_MS });
  }
}

interface Joined {
  readonly names: readonly string[];
  readonly nowMs: number;
}

const LOST: RemoteEnd = { reason: Reason.hostLost, result: undefined, ratings: undefined };

function isSame(one: HostIdentity, other: HostIdentity): boolean {
  return one.hostId === other.hostId && one.incarnation === other.incarnation;
}
