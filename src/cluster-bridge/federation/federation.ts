/**
 * One host's part in matches across hosts: its players' home, matches of others' players, the modes it coordinates. Messages and
 * time in, messages and calls of the host out; no sockets, threads or wall time. Main thread, and the simulation.
 *
 *   peers' messages --onMessage()--> claims (home) | hosted (match host) | coordinator --send()--> peers, and this host itself
 *   directory ------onOpened(), onGone(), seatReleased()----^                  --FederationHome, FederationMatchHost--> directory
 *
 * What a host says to itself goes the same way, within the call: a match whose host or coordinator is one of its homes is
 * no special case.
 */

import type { PlayerRequest } from '../../shared/thread-messages.ts';
import type { HostIdentity } from '../transport.ts';
import type { AccountLogin } from './account-login.ts';
import { ClaimBook } from './claim-book.ts';
import { Coordinator, type FederatedMode, type FormMatches } from './coordinator.ts';
import type {
  ClaimedTicket,
  FederationHome,
  FederationMatchHost,
  HostedMatch,
  RemoteEnd,
  RemoteSeat,
} from './federation-hosts.ts';
import type { FederationMessage } from './federation-messages.ts';
import { takeMessage, type FederationBooks } from './take-message.ts';
import type { HeardSummary } from './host-summary.ts';
import { HostedBook } from './hosted-book.ts';
import type { OpenedHandler, SeatLease } from './hosted-match.ts';
import { LEASE_TIMES, type LeaseTimes } from './lease-rules.ts';
import { SeatFiller } from './seat-filler.ts';
import { StaleOffers } from './stale-offers.ts';

const LOGINS_PER_MESSAGE = 1_000;
/** Messages to this host itself that one call may cause; more is a loop. */
const LOCAL_MESSAGES_MAX = 10_000;

export interface FederationOptions {
  readonly self: HostIdentity;
  readonly home: FederationHome;
  readonly matchHost: FederationMatchHost;
  readonly modes: () => readonly FederatedMode[];
  readonly form: FormMatches;
  /** To a peer; lost when it is down. Never called for this host. */
  readonly send: (hostId: string, message: FederationMessage) => void;
  /** When this run of the host began. */
  readonly startedMs: number;
  readonly times?: LeaseTimes;
}

export class Federation {
  readonly #options: FederationOptions;
  readonly #claims: ClaimBook;
  readonly #hosted: HostedBook;
  readonly #coordinator: Coordinator;
  readonly #filler: SeatFiller;
  readonly #books: FederationBooks;
  /** The runs of hosts that are linked now. */
  readonly #peers = new Map<string, HostIdentity>();
  readonly #local: FederationMessage[] = [];
  readonly #matchesFromMs: number;
  #lastShared = 0;
  #isDelivering = false;
  #nowMs = 0;

  constructor(options: FederationOptions) {
    this.#options = options;
    const { self, home, matchHost, modes, form, times = LEASE_TIMES } = options;
    const send = (hostId: string, message: FederationMessage): void => this.#send(hostId, message);
    const isReachable = (hostId: string): boolean => this.#isReachable(hostId);
    this.#matchesFromMs = options.startedMs + times.restartWaitMs;
    this.#claims = new ClaimBook(home, times);
    this.#hosted = new HostedBook({ self, host: matchHost, send, isReachable, times });
    const stale = new StaleOffers();
    this.#coordinator = new Coordinator({ self, modes, form, send, stale });
    this.#filler = new SeatFiller({
      self,
      host: matchHost,
      modes: () => modes().map(({ mode }) => mode),
      give: (given, nowMs) => this.#hosted.give(given, nowMs),
      send,
      stale,
    });
    this.#books = {
      home,
      claims: this.#claims,
      hosted: this.#hosted,
      coordinator: this.#coordinator,
      filler: this.#filler,
      matchesFromMs: this.#matchesFromMs,
      send,
    };
  }

  peerUp(peer: HostIdentity): void {
    this.#peers.set(peer.hostId, peer);
    const logins = [...this.#options.home.logins()];
    for (let index = 0; index < logins.length; index += LOGINS_PER_MESSAGE) {
      const some = logins.slice(index, index + LOGINS_PER_MESSAGE);
      this.#send(peer.hostId, { kind: 'logins', logins: some });
    }
  }

  /** An account has logged in here. */
  loggedIn(login: AccountLogin, nowMs: number): void {
    for (const hostId of this.#peers.keys())
      this.#send(hostId, { kind: 'logins', logins: [login] });
    this.#at(nowMs, () => this.#hosted.loggedIn(this.#options.self, login, nowMs));
  }

  /** A match of this host's players only becomes one across hosts; answers with its id. */
  share(match: Omit<HostedMatch, 'matchId'>, { names, ...opened }: Shared, nowMs: number): string {
    const { self } = this.#options;
    this.#lastShared += 1;
    const matchId = `${self.hostId}/${self.incarnation}/s${this.#lastShared}`;
    this.#claims.adopt(self, matchId, { names, nowMs });
    this.#hosted.adopt({ ...match, matchId }, { opened, names, nowMs });
    return matchId;
  }

  /** Tickets of this home get seats of a match across hosts that runs here; answers with the claim to fence them for. */
  fillOwn(
    matchId: string,
    { seats, tickets }: { seats: readonly RemoteSeat[]; tickets: readonly ClaimedTicket[] },
    nowMs: number,
  ): string {
    const claimId = this.#filler.nextClaimId();
    this.#claims.hold(claimId, tickets, nowMs);
    this.#at(nowMs, () => this.#hosted.give({ matchId, claimId, seats }, nowMs));
    return claimId;
  }

  /** A handler knows of seats that its match across hosts was given while it ran. */
  seatsKnown(matchId: string, names: readonly string[], nowMs: number): void {
    this.#at(nowMs, () => this.#hosted.seatsKnown(matchId, names, nowMs));
  }

  /** A player of another home asked for something, in a match that runs here. */
  guestRequest(matchId: string, name: string, request: PlayerRequest): void {
    const hostId = this.#hosted.homeOf(matchId, name);
    if (hostId !== undefined) this.#send(hostId, { kind: 'request', matchId, name, request });
  }

  peerDown({ hostId, incarnation }: HostIdentity, nowMs: number): void {
    if (this.#peers.get(hostId)?.incarnation === incarnation) this.#peers.delete(hostId);
    this.#at(nowMs, () => {
      this.#claims.peerDown({ hostId, incarnation }, nowMs);
      this.#hosted.peerDown({ hostId, incarnation }, nowMs);
      this.#coordinator.peerDown(hostId, nowMs);
      this.#filler.peerDown(hostId, nowMs);
    });
  }

  onMessage(from: HostIdentity, message: FederationMessage, nowMs: number): void {
    this.#at(nowMs, () => takeMessage(this.#books, from, { message, nowMs }));
  }

  /** A match that FederationMatchHost.open() was asked for takes players. */
  onOpened(matchId: string, opened: OpenedHandler, nowMs: number): void {
    this.#at(nowMs, () => this.#hosted.onOpened(matchId, opened, nowMs));
  }

  /** Such a match is over, or never opened. */
  onGone(matchId: string, end: RemoteEnd, nowMs: number): void {
    this.#at(nowMs, () => this.#hosted.onGone(matchId, end, nowMs));
  }

  /** A player of this home gave the seat in that match up. */
  seatReleased(matchId: string, name: string, nowMs: number): void {
    this.#at(nowMs, () => {
      const host = this.#claims.seatReleased(matchId, name, nowMs);
      if (host !== undefined) this.#send(host.hostId, { kind: 'seatReleased', matchId, name });
    });
  }

  /** Such a player has logged in on the host `to`: the seat is for that one. */
  seatMoved(matchId: string, { name, to }: { name: string; to: string }, nowMs: number): void {
    this.#at(nowMs, () => {
      const host = this.#claims.seatReleased(matchId, name, nowMs);
      if (host !== undefined) this.#send(host.hostId, { kind: 'seatMoved', matchId, name, to });
    });
  }

  /** `hosts`: all summaries that are not too old, this host's own among them. Returns when to come again. */
  step(hosts: readonly HeardSummary[], nowMs: number): number {
    let nextMs = Infinity;
    this.#at(nowMs, () => {
      nextMs = Math.min(this.#claims.step(nowMs), this.#hosted.step(nowMs));
      const linked = hosts.filter(({ hostId }) => this.#isReachable(hostId));
      nextMs = Math.min(nextMs, this.#coordinator.step(linked, nowMs));
      nextMs = Math.min(nextMs, this.#filler.step(linked, nowMs));
    });
    return nextMs;
  }

  /** From when on this host's players may be matched: a match elsewhere may still hold a lease on them. */
  get matchesFromMs(): number {
    return this.#matchesFromMs;
  }

  /** Matches across hosts: with players of this home, and running here. */
  counts(): { readonly playing: number; readonly hosted: number } {
    return { playing: this.#claims.playingCount, hosted: this.#hosted.openCount };
  }

  /** Seats of matches that run here. */
  leases(): Iterable<SeatLease> {
    return this.#hosted.leases();
  }

  #send(hostId: string, message: FederationMessage): void {
    if (hostId === this.#options.self.hostId) this.#local.push(message);
    else if (this.#peers.has(hostId)) this.#options.send(hostId, message);
  }

  /** Runs `change`, then what this host has said to itself, in order. */
  #at(nowMs: number, change: () => void): void {
    this.#nowMs = nowMs;
    change();
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      for (let count = 0; this.#local.length > 0; count += 1) {
        if (count >= LOCAL_MESSAGES_MAX)
          throw new Error('Cannot settle: messages to this host itself cause each other');
        const [message] = this.#local.splice(0, 1);
        if (message === undefined) continue;
        takeMessage(this.#books, this.#options.self, { message, nowMs: this.#nowMs });
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  #isReachable(hostId: string): boolean {
    return hostId === this.#options.self.hostId || this.#peers.has(hostId);
  }
}

interface Shared extends OpenedHandler {
  /** Who has a seat now. */
  readonly names: readonly string[];
}
