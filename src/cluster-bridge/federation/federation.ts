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

import type { HandlerRef } from '../../shared/ids.ts';
import type { PlayerRequest } from '../../shared/thread-messages.ts';
import type { HostIdentity } from '../transport.ts';
import type { AccountLogin } from './account-login.ts';
import { ClaimBook } from './claim-book.ts';
import { Coordinator, type FederatedMode, type FormMatch } from './coordinator.ts';
import type { FederationHome, FederationMatchHost, RemoteEnd } from './federation-hosts.ts';
import type { FederationMessage } from './federation-messages.ts';
import type { HeardSummary } from './host-summary.ts';
import { HostedBook, type SeatLease } from './hosted-book.ts';
import { LEASE_TIMES, type LeaseTimes } from './lease-rules.ts';

const LOGINS_PER_MESSAGE = 1_000;
/** Messages to this host itself that one call may cause; more is a loop. */
const LOCAL_MESSAGES_MAX = 10_000;

export interface FederationOptions {
  readonly self: HostIdentity;
  readonly home: FederationHome;
  readonly matchHost: FederationMatchHost;
  readonly modes: () => readonly FederatedMode[];
  readonly form: FormMatch;
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
  /** The runs of hosts that are linked now. */
  readonly #peers = new Map<string, HostIdentity>();
  readonly #local: FederationMessage[] = [];
  readonly #matchesFromMs: number;
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
    this.#coordinator = new Coordinator({ self, modes, form, send });
  }

  peerUp(peer: HostIdentity): void {
    this.#peers.set(peer.hostId, peer);
    let logins: AccountLogin[] = [];
    for (const login of this.#options.home.logins()) {
      logins.push(login);
      if (logins.length < LOGINS_PER_MESSAGE) continue;
      this.#send(peer.hostId, { kind: 'logins', logins });
      logins = [];
    }
    if (logins.length > 0) this.#send(peer.hostId, { kind: 'logins', logins });
  }

  /** An account has logged in here. */
  loggedIn(login: AccountLogin): void {
    for (const hostId of this.#peers.keys())
      this.#send(hostId, { kind: 'logins', logins: [login] });
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
      this.#hosted.peerDown(hostId, nowMs);
      this.#coordinator.peerDown(hostId, nowMs);
    });
  }

  onMessage(from: HostIdentity, message: FederationMessage, nowMs: number): void {
    this.#at(nowMs, () => this.#take(from, message));
  }

  /** A match that FederationMatchHost.open() was asked for takes players. */
  onOpened(
    matchId: string,
    opened: { handler: HandlerRef; handlerId: string },
    nowMs: number,
  ): void {
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

  /** `hosts`: all summaries that are not too old, this host's own among them. Returns when to come again. */
  step(hosts: readonly HeardSummary[], nowMs: number): number {
    let nextMs = Infinity;
    this.#at(nowMs, () => {
      nextMs = Math.min(this.#claims.step(nowMs), this.#hosted.step(nowMs));
      const linked = hosts.filter(({ hostId }) => this.#isReachable(hostId));
      nextMs = Math.min(nextMs, this.#coordinator.step(linked, nowMs));
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

  #take(from: HostIdentity, message: FederationMessage): void {
    const nowMs = this.#nowMs;
    const { hostId } = from;
    switch (message.kind) {
      case 'claim': {
        const { matchId, want } = message;
        const isEarly = nowMs < this.matchesFromMs;
        const tickets = isEarly ? [] : this.#claims.claim({ matchId, want }, nowMs);
        this.#send(hostId, { kind: 'granted', matchId, tickets });
        break;
      }
      case 'granted':
        this.#coordinator.granted(hostId, message.matchId, { tickets: message.tickets, nowMs });
        break;
      case 'release':
        this.#claims.release(message.matchId, message.ticketIds, nowMs);
        break;
      case 'start':
        this.#hosted.start(hostId, message.match, nowMs);
        break;
      case 'started':
        this.#coordinator.started(hostId, message.matchId);
        break;
      case 'notStarted':
        this.#coordinator.notStarted(hostId, message.matchId, nowMs);
        break;
      case 'confirm':
      case 'joined':
      case 'renew':
      case 'renewed':
      case 'seatReleased':
      case 'ended':
      case 'endedSeen':
      case 'request':
      case 'logins':
        this.#takeOfMatch(from, message);
        break;
    }
  }

  #takeOfMatch(from: HostIdentity, message: MatchMessage): void {
    const nowMs = this.#nowMs;
    const { hostId } = from;
    switch (message.kind) {
      case 'confirm': {
        const { match, sentMs } = message;
        // Whoever speaks for another run of a host than the one that is linked speaks of what is over.
        const isFromHost =
          match.host.hostId === hostId && match.host.incarnation === from.incarnation;
        const names = isFromHost ? this.#claims.confirm(match, nowMs) : [];
        this.#send(hostId, { kind: 'joined', matchId: match.matchId, names, sentMs });
        break;
      }
      case 'joined':
        this.#hosted.joined(hostId, message, nowMs);
        break;
      case 'renew': {
        const matchIds = this.#claims.renew(from, message.matchIds, nowMs);
        this.#send(hostId, { kind: 'renewed', matchIds, sentMs: message.sentMs });
        break;
      }
      case 'renewed':
        this.#hosted.renewed(hostId, message);
        break;
      case 'seatReleased':
        this.#hosted.seatReleased(hostId, message.matchId, { name: message.name, nowMs });
        break;
      case 'ended':
        this.#claims.ended(from, message.matchId, { end: message.end, nowMs });
        this.#send(hostId, { kind: 'endedSeen', matchId: message.matchId });
        break;
      case 'endedSeen':
        this.#hosted.endedSeen(hostId, message.matchId);
        break;
      case 'request':
        this.#options.home.request(message.matchId, message.name, message.request, nowMs);
        break;
      case 'logins':
        for (const login of message.logins) {
          this.#options.home.loggedInElsewhere({ ...login, hostId }, nowMs);
        }
        break;
    }
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
        if (message !== undefined) this.#take(this.#options.self, message);
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  #isReachable(hostId: string): boolean {
    return hostId === this.#options.self.hostId || this.#peers.has(hostId);
  }
}

type MatchMessage = Exclude<
  FederationMessage,
  { kind: 'claim' | 'granted' | 'release' | 'start' | 'started' | 'notStarted' }
>;
