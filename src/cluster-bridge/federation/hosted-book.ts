/**
 * The match host's side of matches across hosts: whose players sit here, and until when it may act for them. Pure. Main
 * thread.
 *
 *   start --> opening --onOpened(), confirm to each home--> open --onGone(), ended to each home--> over --endedSeen--> forgotten
 *
 * Invariants: a home's seats stay while its lease runs (lease-rules.ts); the lease starts when the confirm was sent, and counts
 * from the sending of what the home has answered, never from the answer. Seats that change their home: seat-moves.ts; that are
 * given while it runs: seat-fills.ts.
 */

import { nameKey } from '../../shared/name-key.ts';
import { Reason } from '../../shared/reason.ts';
import type { HostIdentity } from '../transport.ts';
import type { AccountLogin } from './account-login.ts';
import type { HostedMatch, RemoteEnd } from './federation-hosts.ts';
import type { SeatAnswer } from './federation-messages.ts';
import {
  agreedSeats,
  homeSeats,
  LOST,
  newHosted,
  type Adopted,
  type HomeSeats,
  type Hosted,
  type HostedBookOptions,
  type Joined,
  type OpenedHandler,
  type Renewed,
  type SeatLease,
  type SeatMove,
} from './hosted-match.ts';
import { askFilled, giveSeats, releaseUnasked, type GivenSeats } from './seat-fills.ts';
import { SeatMoves } from './seat-moves.ts';

/** A handler that does not open: its coordinator has given up long before. */
const OPENING_MS = 10_000;

export class HostedBook {
  readonly #options: HostedBookOptions;
  readonly #matches = new Map<string, Hosted>();
  readonly #moves: SeatMoves;
  #renewAtMs = 0;

  constructor(options: HostedBookOptions) {
    this.#options = options;
    this.#moves = new SeatMoves(options);
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
    const hosted = newHosted(match, { coordinator, untilMs: nowMs + OPENING_MS });
    for (const { homeHostId, name } of match.seats) homeSeats(hosted, homeHostId).names.add(name);
    this.#matches.set(matchId, hosted);
  }

  /** A match of this host alone has become one across hosts; `names`: who of its players has a seat now. */
  adopt(match: HostedMatch, { opened, names, nowMs }: Adopted): void {
    const { self, times } = this.#options;
    const hosted = newHosted(match, { coordinator: self.hostId, untilMs: Infinity });
    hosted.state = 'open';
    hosted.opened = opened;
    const home = homeSeats(hosted, self.hostId);
    for (const name of names) home.names.add(name);
    home.hasJoined = true;
    home.leaseUntilMs = nowMs + times.leaseMs;
    this.#matches.set(match.matchId, hosted);
  }

  /** The handler takes players: each home is asked to bring its own. */
  onOpened(matchId: string, opened: OpenedHandler, nowMs: number): void {
    const hosted = this.#matches.get(matchId);
    if (hosted?.state !== 'opening') return;
    const { self, send } = this.#options;
    hosted.state = 'open';
    hosted.opened = opened;
    send(hosted.coordinator, { kind: 'started', matchId });
    const { mode, quality, seats, claimId = '' } = hosted.match;
    for (const home of hosted.homes.values()) {
      home.leaseUntilMs = nowMs + this.#options.times.leaseMs;
      const ofHome = seats.filter(({ homeHostId }) => homeHostId === home.hostId);
      const match = { matchId, claimId, mode, host: self, ...opened, seats: ofHome, quality };
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
    releaseUnasked(this.#options, hosted);
    this.#moves.forget(hosted);
    hosted.untilMs = nowMs + this.#options.times.leaseMs;
    this.#tellEnded(hosted, end);
  }

  /** Seats of a running match for claimed tickets: their homes are asked once the handler knows of them. */
  give(given: GivenSeats, nowMs: number): void {
    const hosted = this.#matches.get(given.matchId);
    if (hosted?.state === 'open') giveSeats(this.#options, hosted, { given, nowMs });
  }

  /** The handler knows of seats that were given while it ran. */
  seatsKnown(matchId: string, names: readonly string[], nowMs: number): void {
    const hosted = this.#matches.get(matchId);
    if (hosted?.state === 'open') askFilled(this.#options, hosted, { names, nowMs });
  }

  /** A home has answered a confirm: who is not among `names` does not come, or is not in it any more. */
  joined(hostId: string, { matchId, claimId, names, sentMs }: Joined, nowMs: number): void {
    const hosted = this.#matches.get(matchId);
    const home = hosted?.homes.get(hostId);
    if (home === undefined && names.length > 0) this.#tellLost(hostId, matchId);
    if (hosted?.state !== 'open' || home === undefined) return;
    home.hasJoined = true;
    home.leaseUntilMs = Math.max(home.leaseUntilMs, sentMs + this.#options.times.leaseMs);
    for (const [name, claim] of home.filling) if (claim === claimId) home.filling.delete(name);
    const present = new Set(names);
    // Of the others the home has not been asked yet, or has not answered.
    const isAsked = (name: string): boolean => !home.offered.has(name) && !home.filling.has(name);
    const gone = [...home.names].filter((name) => !present.has(name) && isAsked(name));
    this.#drop(hosted, home, { names: gone, nowMs });
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

  /** An account has logged in on that host. */
  loggedIn(host: HostIdentity, login: AccountLogin, nowMs: number): void {
    this.#moves.loggedIn(host, login, nowMs);
  }

  /** The home gives the seat up for that of the player's newest login. */
  seatMoved(hostId: string, { matchId, name, to }: SeatMove, nowMs: number): void {
    const hosted = this.#matches.get(matchId);
    const home = hosted?.homes.get(hostId);
    if (hosted?.state === 'open' && home !== undefined) {
      this.#moves.moved(hosted, home, { name, to, nowMs });
    }
  }

  /** A home has answered the offer of a seat. */
  resumed(hostId: string, answer: SeatAnswer & { readonly matchId: string }, nowMs: number): void {
    const hosted = this.#matches.get(answer.matchId);
    if (hosted?.homes.has(hostId) !== true) {
      if (answer.outcome === 'in') this.#tellLost(hostId, answer.matchId);
    } else if (hosted.state === 'open') this.#moves.answered(hosted, hostId, answer, nowMs);
  }

  endedSeen(hostId: string, matchId: string): void {
    const hosted = this.#matches.get(matchId);
    if (hosted?.state !== 'over') return;
    hosted.homes.delete(hostId);
    if (hosted.homes.size === 0) this.#matches.delete(matchId);
  }

  /** What was on the link to that host is lost, its players with it: who comes back elsewhere finds the seat. */
  peerDown(lostHost: HostIdentity, nowMs: number): void {
    const { hostId } = lostHost;
    for (const [matchId, hosted] of this.#matches) {
      const home = hosted.homes.get(hostId);
      if (home === undefined) continue;
      if (hosted.state === 'over') this.endedSeen(hostId, matchId);
      else if (hosted.state === 'open') this.#moves.lost(hosted, home, { lostHost, nowMs });
      else this.#drop(hosted, home, { names: [...home.names], nowMs });
    }
  }

  /** Ends leases, and says so: a home may have answered too late; renews the others. Returns when to come again. */
  step(nowMs: number): number {
    for (const [matchId, hosted] of this.#matches) {
      if (hosted.state === 'open') {
        for (const home of hosted.homes.values()) {
          if (home.leaseUntilMs > nowMs) continue;
          this.#moves.leaseOver(hosted, home, nowMs);
          this.#tellLost(home.hostId, matchId);
        }
      } else if (hosted.untilMs <= nowMs) {
        this.#matches.delete(matchId);
        if (hosted.state === 'opening') this.#options.host.end(matchId, Reason.unavailable, nowMs);
      }
    }
    this.#moves.step(nowMs);
    if (nowMs >= this.#renewAtMs) {
      this.#renewAtMs = nowMs + this.#options.times.renewMs;
      this.#renew(nowMs);
    }
    return this.#matches.size === 0 ? Infinity : this.#renewAtMs;
  }

  /** The home of a player of that match; undefined for one who is none. */
  homeOf(matchId: string, player: string): string | undefined {
    const homes = this.#matches.get(matchId)?.homes.values() ?? [];
    const key = nameKey(player);
    // Of a seat that has moved the player may have logged in with other letters.
    for (const { hostId, names } of homes) {
      for (const name of names) if (nameKey(name) === key) return hostId;
    }
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
    for (const hosted of this.#matches.values()) {
      if (hosted.state === 'open') yield* agreedSeats(hosted);
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
      home.offered.delete(name);
      home.filling.delete(name);
      if (home.names.delete(name)) this.#options.host.dropSeat(matchId, name, nowMs);
    }
    if (home.names.size > 0) return;
    hosted.homes.delete(home.hostId);
    if (hosted.homes.size > 0 || hosted.loose.size > 0) return;
    this.#options.host.end(matchId, Reason.expired, nowMs);
  }
}
