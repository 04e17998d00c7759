/**
 * The match host's side of matches across hosts: whose players sit here, and until when it may act for them. Pure. Main
 * thread.
 *
 *   start --> opening --onOpened(), confirm to each home--> open --onGone(), ended to each home--> over --endedSeen--> forgotten
 *
 * Invariants: a home's seats stay while its lease runs (lease-rules.ts); the lease starts when the confirm was sent, and counts
 * from the sending of what the home has answered, never from the answer.
 */

import type { HandlerRef } from '../../shared/ids.ts';
import { Reason } from '../../shared/reason.ts';
import type { HostIdentity } from '../transport.ts';
import type { FederationMatchHost, HostedMatch, RemoteEnd } from './federation-hosts.ts';
import type { FederationMessage } from './federation-messages.ts';
import type { LeaseTimes } from './lease-rules.ts';

/** A handler that does not open: its coordinator has given up long before. */
const OPENING_MS = 10_000;

interface HomeSeats {
  readonly hostId: string;
  readonly names: Set<string>;
  /** On our clock: what was sent and answered holds for a lease from its sending. */
  leaseUntilMs: number;
  hasJoined: boolean;
}

interface Hosted {
  readonly match: HostedMatch;
  readonly coordinator: string;
  readonly homes: Map<string, HomeSeats>;
  state: 'opening' | 'open' | 'over';
  end: RemoteEnd | undefined;
  untilMs: number;
}

export interface HostedBookOptions {
  readonly self: HostIdentity;
  readonly host: FederationMatchHost;
  readonly send: (hostId: string, message: FederationMessage) => void;
  /** This host itself, or one that is linked. */
  readonly isReachable: (hostId: string) => boolean;
  readonly times: LeaseTimes;
}

/** A seat of a home's player that this host may act for. */
export interface SeatLease {
  readonly matchId: string;
  readonly homeHostId: string;
  readonly name: string;
  readonly untilMs: number;
}

export class HostedBook {
  readonly #options: HostedBookOptions;
  readonly #matches = new Map<string, Hosted>();
  #renewAtMs = 0;

  constructor(options: HostedBookOptions) {
    this.#options = options;
  }

  /** A coordinator wants the match opened here. */
  start(coordinator: string, match: HostedMatch, nowMs: number): void {
    const { matchId } = match;
    if (this.#matches.has(matchId)) return;
    const { host, isReachable } = this.#options;
    // Whoever cannot be asked to come would leave a hole in it.
    const hasAll = match.seats.every(({ homeHostId }) => isReachable(homeHostId));
    if (!hasAll || !host.open(match, nowMs)) {
      this.#options.send(coordinator, { kind: 'notStarted', matchId });
      return;
    }
    const homes = new Map<string, HomeSeats>();
    for (const { homeHostId, name } of match.seats) {
      let home = homes.get(homeHostId);
      if (home === undefined) {
        home = { hostId: homeHostId, names: new Set(), leaseUntilMs: 0, hasJoined: false };
        homes.set(homeHostId, home);
      }
      home.names.add(name);
    }
    const untilMs = nowMs + OPENING_MS;
    this.#matches.set(matchId, {
      match,
      coordinator,
      homes,
      state: 'opening',
      end: undefined,
      untilMs,
    });
  }

  /** The handler takes players: each home is asked to bring its own. */
  onOpened(
    matchId: string,
    opened: { handler: HandlerRef; handlerId: string },
    nowMs: number,
  ): void {
    const hosted = this.#matches.get(matchId);
    if (hosted?.state !== 'opening') return;
    const { self, send } = this.#options;
    hosted.state = 'open';
    send(hosted.coordinator, { kind: 'started', matchId });
    const { mode, quality, seats } = hosted.match;
    for (const home of hosted.homes.values()) {
      home.leaseUntilMs = nowMs + this.#options.times.leaseMs;
      const ofHome = seats.filter(({ homeHostId }) => homeHostId === home.hostId);
      const match = { matchId, mode, host: self, ...opened, seats: ofHome, quality };
      send(home.hostId, { kind: 'confirm', match, sentMs: nowMs });
    }
  }

  /** The handler is over, or never opened. */
  onGone(matchId: string, end: RemoteEnd, nowMs: number): void {
    const hosted = this.#matches.get(matchId);
    if (hosted === undefined || hosted.state === 'over') return;
    if (hosted.state === 'opening') {
      this.#matches.delete(matchId);
      this.#options.send(hosted.coordinator, { kind: 'notStarted', matchId });
      return;
    }
    hosted.state = 'over';
    hosted.end = end;
    hosted.untilMs = nowMs + this.#options.times.leaseMs;
    this.#tellEnded(hosted, end);
  }

  /** A home has answered a confirm: who is not among `names` does not come. */
  joined(hostId: string, { matchId, names, sentMs }: Joined, nowMs: number): void {
    const hosted = this.#matches.get(matchId);
    const home = hosted?.homes.get(hostId);
    if (home === undefined && names.length > 0) this.#tellLost(hostId, matchId);
    if (hosted?.state !== 'open' || home === undefined) return;
    home.hasJoined = true;
    home.leaseUntilMs = Math.max(home.leaseUntilMs, sentMs + this.#options.times.leaseMs);
    const present = new Set(names);
    this.#drop(hosted, home, {
      names: [...home.names].filter((name) => !present.has(name)),
      nowMs,
    });
  }

  /** A home has answered a renewal; the leases of matches that it does not name run out. */
  renewed(hostId: string, { matchIds, sentMs }: Renewed): void {
    const kept = new Set(matchIds);
    for (const matchId of matchIds) {
      if (!this.#matches.get(matchId)?.homes.has(hostId)) this.#tellLost(hostId, matchId);
    }
    for (const [matchId, hosted] of this.#matches) {
      const home = hosted.homes.get(hostId);
      if (hosted.state !== 'open' || home === undefined || !home.hasJoined) continue;
      if (kept.has(matchId))
        home.leaseUntilMs = Math.max(home.leaseUntilMs, sentMs + this.#options.times.leaseMs);
    }
  }

  seatReleased(
    hostId: string,
    matchId: string,
    { name, nowMs }: { name: string; nowMs: number },
  ): void {
    const hosted = this.#matches.get(matchId);
    const home = hosted?.homes.get(hostId);
    if (hosted?.state === 'open' && home !== undefined) {
      this.#drop(hosted, home, { names: [name], nowMs });
    }
  }

  endedSeen(hostId: string, matchId: string): void {
    const hosted = this.#matches.get(matchId);
    if (hosted?.state !== 'over') return;
    hosted.homes.delete(hostId);
    if (hosted.homes.size === 0) this.#matches.delete(matchId);
  }

  /** What was on the link to that host is lost, its players with it. */
  peerDown(hostId: string, nowMs: number): void {
    for (const [matchId, hosted] of this.#matches) {
      const home = hosted.homes.get(hostId);
      if (home === undefined) continue;
      if (hosted.state === 'over') this.endedSeen(hostId, matchId);
      else this.#drop(hosted, home, { names: [...home.names], nowMs });
    }
  }

  /** Ends leases, renews the others; returns when to come again. */
  step(nowMs: number): number {
    for (const [matchId, hosted] of this.#matches) {
      if (hosted.state === 'open') {
        for (const home of hosted.homes.values()) {
          if (home.leaseUntilMs > nowMs) continue;
          this.#drop(hosted, home, { names: [...home.names], nowMs });
        }
      } else if (hosted.untilMs <= nowMs) {
        this.#matches.delete(matchId);
        if (hosted.state === 'opening') this.#options.host.end(matchId, Reason.unavailable, nowMs);
      }
    }
    if (nowMs >= this.#renewAtMs) {
      this.#renewAtMs = nowMs + this.#options.times.renewMs;
      this.#renew(nowMs);
    }
    return this.#matches.size === 0 ? Infinity : this.#renewAtMs;
  }

  /** The home of a player of that match; undefined for one who is none. */
  homeOf(matchId: string, name: string): string | undefined {
    const homes = this.#matches.get(matchId)?.homes.values() ?? [];
    for (const { hostId, names } of homes) if (names.has(name)) return hostId;
    return undefined;
  }

  /** Matches across hosts that run here. */
  get openCount(): number {
    let count = 0;
    for (const { state } of this.#matches.values()) if (state === 'open') count += 1;
    return count;
  }

  /** Seats that homes have agreed to, with how long this host may act for them without another answer. */
  *leases(): Iterable<SeatLease> {
    for (const [matchId, { state, homes }] of this.#matches) {
      if (state !== 'open') continue;
      for (const {
        hostId: homeHostId,
        names,
        hasJoined,
        leaseUntilMs: untilMs,
      } of homes.values()) {
        if (!hasJoined) continue;
        for (const name of names) yield { matchId, homeHostId, name, untilMs };
      }
    }
  }

  /** The home's answer came too late, its seats are dropped: it shall not wait for the end of its own lease. */
  #tellLost(hostId: string, matchId: string): void {
    this.#options.send(hostId, { kind: 'ended', matchId, end: LOST });
  }

  #renew(nowMs: number): void {
    const byHome = new Map<string, string[]>();
    for (const [matchId, hosted] of this.#matches) {
      if (hosted.state === 'over' && hosted.end !== undefined) this.#tellEnded(hosted, hosted.end);
      if (hosted.state !== 'open') continue;
      for (const { hostId, hasJoined } of hosted.homes.values()) {
        if (!hasJoined) continue;
        const matchIds = byHome.get(hostId);
        if (matchIds === undefined) byHome.set(hostId, [matchId]);
        else matchIds.push(matchId);
      }
    }
    for (const [hostId, matchIds] of byHome) {
      this.#options.send(hostId, { kind: 'renew', matchIds, sentMs: nowMs });
    }
  }

  #tellEnded({ match, homes }: Hosted, end: RemoteEnd): void {
    const { matchId } = match;
    for (const hostId of homes.keys()) this.#options.send(hostId, { kind: 'ended', matchId, end });
  }

  #drop(
    hosted: Hosted,
    home: HomeSeats,
    { names, nowMs }: { names: readonly string[]; nowMs: number },
  ): void {
    const { matchId } = hosted.match;
    for (const name of names) {
      if (home.names.delete(name)) this.#options.host.dropSeat(matchId, name, nowMs);
    }
    if (home.names.size > 0) return;
    hosted.homes.delete(home.hostId);
    if (hosted.homes.size === 0) this.#options.host.end(matchId, Reason.expired, nowMs);
  }
}

const LOST: RemoteEnd = { reason: Reason.hostLost, result: undefined, ratings: undefined };

interface Joined {
  readonly matchId: string;
  readonly names: readonly string[];
  readonly sentMs: number;
}

interface Renewed {
  readonly matchIds: readonly string[];
  readonly sentMs: number;
}
