/**
 * Seats of matches that run here and change their home: the player has logged in on another host, or the home was lost. Pure.
 * Main thread.
 *
 *   of a home --seatMoved, host lost, lease over--> loose --resume--> offered to the host of the newest login --resumed--> of that home
 *                                                    |  ^                 |
 *                                    grace time over |  +----- refused ---+
 *                                                    +--> dropped: the handler is told that it expired
 *
 * Invariants: a seat is of one home, or loose; nobody acts for a loose one. A home that has no seats is told that the match is
 * lost before it is offered one, so that it holds no seat of before.
 */

import { nameKey } from '../../shared/name-key.ts';
import { Reason } from '../../shared/reason.ts';
import type { HostIdentity } from '../transport.ts';
import type { AccountLogin } from './account-login.ts';
import type { SeatAnswer } from './federation-messages.ts';
import {
  homeSeats,
  LOST,
  type HomeSeats,
  type Hosted,
  type HostedBookOptions,
  type LooseSeat,
} from './hosted-match.ts';
import { RecentLogins } from './recent-logins.ts';

/** The LEAVE of the lost connection reaches the handler by then: only after it a seat can expire. */
const LOOSE_MS_MIN = 1_000;

export class SeatMoves {
  readonly #options: HostedBookOptions;
  readonly #logins = new RecentLogins();
  /** Those with loose seats. */
  readonly #waiting = new Set<Hosted>();

  constructor(options: HostedBookOptions) {
    this.#options = options;
  }

  /** The newest login has the seat that waits for that player. */
  loggedIn(host: HostIdentity, login: AccountLogin, nowMs: number): void {
    if (!this.#logins.note(host, login, nowMs)) return;
    for (const hosted of this.#waiting) {
      const name = nameOf(hosted, login);
      const seat = hosted.loose.get(name);
      if (seat === undefined) continue;
      // That connection has lived on there, in a lobby: it has been told that the match is lost.
      if (isSame(seat.lostHost, host)) this.#drop(hosted, name, nowMs);
      else this.#offer(hosted, name, { seat, hostId: host.hostId, nowMs });
    }
  }

  /** The home has given the seat up: the player has logged in at `to`. */
  moved(hosted: Hosted, home: HomeSeats, { name, to, nowMs }: Moved): void {
    if (!home.names.delete(name)) return;
    home.offered.delete(name);
    home.filling.delete(name);
    if (home.names.size === 0) hosted.homes.delete(home.hostId);
    const seat = this.#loosen(hosted, name, { lostHost: undefined, nowMs });
    this.#offer(hosted, name, { seat, hostId: to, nowMs });
    this.#settle(hosted, nowMs);
  }

  /** A home is lost with all its players: their seats wait. */
  lost(hosted: Hosted, home: HomeSeats, { lostHost, nowMs }: Lost): void {
    hosted.homes.delete(home.hostId);
    for (const name of home.names) {
      // Whoever was not in it yet has no connection to it that could be lost.
      if (home.filling.has(name) || (!home.hasJoined && !home.offered.has(name))) {
        this.#options.host.dropSeat(hosted.match.matchId, name, nowMs);
        continue;
      }
      // An offer without an answer may never have arrived: nobody there was told that anything is lost.
      const toldHost = home.offered.has(name) ? undefined : lostHost;
      const seat = this.#loosen(hosted, name, { lostHost: toldHost, nowMs });
      const host = this.#logins.hostOf(name);
      if (host === undefined || host.hostId === home.hostId) continue;
      this.#offer(hosted, name, { seat, hostId: host.hostId, nowMs });
    }
    this.#settle(hosted, nowMs);
  }

  /** A home has not answered for a lease: of its players those keep their seats who have logged in elsewhere. */
  leaseOver(hosted: Hosted, home: HomeSeats, nowMs: number): void {
    const gone = [...home.names].filter((name) => {
      const host = this.#logins.hostOf(name);
      return host === undefined || host.hostId === home.hostId;
    });
    for (const name of gone) {
      home.names.delete(name);
      this.#options.host.dropSeat(hosted.match.matchId, name, nowMs);
    }
    this.lost(hosted, home, { lostHost: undefined, nowMs });
  }

  /** What became of an offer. */
  answered(hosted: Hosted, hostId: string, answer: SeatAnswer, nowMs: number): void {
    const home = hosted.homes.get(hostId);
    const untilMs = home?.offered.get(answer.name);
    // Given up meanwhile: the home has been told, or will be with its next renewal.
    if (home === undefined || untilMs === undefined) return;
    const { name, outcome, sentMs } = answer;
    home.offered.delete(name);
    if (outcome === 'in') {
      home.hasJoined = true;
      const leaseUntilMs = sentMs + this.#options.times.leaseMs;
      home.leaseUntilMs = Math.max(home.leaseUntilMs, leaseUntilMs);
      this.#options.host.seatResumed(hosted.match.matchId, name, hostId);
      return;
    }
    home.names.delete(name);
    if (home.names.size === 0) hosted.homes.delete(hostId);
    const isEarly = outcome === 'early';
    const retryAtMs = isEarly ? nowMs + this.#options.times.renewMs : Infinity;
    const seat = { untilMs, lostHost: undefined, retryAtMs };
    this.#keep(hosted, name, seat);
    const newest = this.#logins.hostOf(name)?.hostId;
    if (newest !== undefined && newest !== hostId) {
      this.#offer(hosted, name, { seat, hostId: newest, nowMs });
    }
    this.#settle(hosted, nowMs);
  }

  /** Ends waits, and asks again where it was too early. */
  step(nowMs: number): void {
    this.#logins.step(nowMs);
    for (const hosted of this.#waiting) {
      for (const [name, seat] of hosted.loose) {
        const host = this.#logins.hostOf(name);
        if (seat.retryAtMs > nowMs || host === undefined) continue;
        this.#offer(hosted, name, { seat, hostId: host.hostId, nowMs });
      }
      this.#settle(hosted, nowMs);
    }
  }

  /** The match is over: nobody waits for it. */
  forget(hosted: Hosted): void {
    hosted.loose.clear();
    this.#waiting.delete(hosted);
  }

  #loosen(
    hosted: Hosted,
    name: string,
    { lostHost, nowMs }: { lostHost: HostIdentity | undefined; nowMs: number },
  ): LooseSeat {
    const graceMs = this.#options.host.graceMs(hosted.match.matchId);
    const untilMs = nowMs + Math.max(LOOSE_MS_MIN, graceMs);
    const seat = { untilMs, lostHost, retryAtMs: Infinity };
    this.#keep(hosted, name, seat);
    return seat;
  }

  #keep(hosted: Hosted, name: string, seat: LooseSeat): void {
    hosted.loose.set(name, seat);
    this.#waiting.add(hosted);
  }

  #offer(hosted: Hosted, name: string, { seat, hostId, nowMs }: Offer): void {
    const { self, send, isReachable, times } = this.#options;
    const { match, opened } = hosted;
    const given = match.seats.find((one) => one.name === name);
    if (given === undefined || opened === undefined || !isReachable(hostId)) return;
    const { matchId, mode, quality } = match;
    if (!hosted.homes.has(hostId)) {
      send(hostId, { kind: 'ended', matchId, end: LOST });
      homeSeats(hosted, hostId).leaseUntilMs = nowMs + times.leaseMs;
    }
    hosted.loose.delete(name);
    const home = homeSeats(hosted, hostId);
    home.names.add(name);
    home.offered.set(name, seat.untilMs);
    const seats = [{ ...given, homeHostId: hostId }];
    const offer = { matchId, mode, host: self, ...opened, seats, quality };
    send(hostId, { kind: 'resume', match: offer, sentMs: nowMs });
  }

  #drop(hosted: Hosted, name: string, nowMs: number): void {
    hosted.loose.delete(name);
    this.#options.host.dropSeat(hosted.match.matchId, name, nowMs);
    this.#settle(hosted, nowMs);
  }

  /** Drops what has waited long enough; a match without seats ends. */
  #settle(hosted: Hosted, nowMs: number): void {
    const { matchId } = hosted.match;
    for (const [name, { untilMs }] of hosted.loose) {
      if (untilMs > nowMs) continue;
      hosted.loose.delete(name);
      this.#options.host.dropSeat(matchId, name, nowMs);
    }
    if (hosted.loose.size > 0) return;
    this.#waiting.delete(hosted);
    if (hosted.homes.size === 0) this.#options.host.end(matchId, Reason.expired, nowMs);
  }
}

interface Moved {
  readonly name: string;
  readonly to: string;
  readonly nowMs: number;
}

interface Lost {
  readonly lostHost: HostIdentity | undefined;
  readonly nowMs: number;
}

interface Offer {
  readonly seat: LooseSeat;
  readonly hostId: string;
  readonly nowMs: number;
}

/** Of the loose seat of that account: the login may be in other letters. */
function nameOf({ loose }: Hosted, { name }: AccountLogin): string {
  const key = nameKey(name);
  return [...loose.keys()].find((one) => nameKey(one) === key) ?? name;
}

function isSame(one: HostIdentity | undefined, other: HostIdentity): boolean {
  return one?.hostId === other.hostId && one.incarnation === other.incarnation;
}
