/**
 * The built-in transport: a full mesh of TCP links. Bridge thread.
 *
 *   configured peers --dial--> link --addresses of others--> dial them too
 *
 * One link a pair, one host an id (link-admission.ts). A host id that is linked already is refused to anybody else until that
 * link is down, SILENT_MS after its last word at the latest.
 */

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { every, systemClock, type Timer } from '../../shared/clock.ts';
import type { Channel, Peer, Transport, TransportEvents } from '../transport.ts';
import { DialBook } from './dial-book.ts';
import { splitAddress } from './host-address.ts';
import { admission } from './link-admission.ts';
import { BRIDGE_PROTOCOL, NONCE_BYTES, type Hello, type LinkRole } from './link-hello.ts';
import type { TcpTransportOptions } from './link-options.ts';
import { LinkRefusal } from './link-refusal.ts';
import { LinkServer } from './link-server.ts';
import { LinkSession } from './link-session.ts';
import { CLOCK_SKEW_MS } from './link-times.ts';
import { LinkTraffic, type LinkTrafficCounts } from './link-traffic.ts';
import { RefusalCounts } from './refusal-counts.ts';
import { TcpPeer } from './tcp-peer.ts';

/** How often deadlines are looked at. */
const STEP_MS = 100;
/** How often peers are told the addresses of all others: two that have lost each other find each other again. */
const ADDRESSES_MS = 30_000;
/** Dials that fail before anybody is told: hosts of a network do not start at the same moment. */
const UNREACHABLE_FAILURES = 5;
/** Ends of a link that never came up and are nobody's fault. */
const EXPECTED: ReadonlySet<string> = new Set([LinkRefusal.self, LinkRefusal.duplicateLink]);

/** A link that is up, for operators. */
export interface LinkCounts {
  readonly hostId: string;
  /** Bytes taken and not yet given to the network. */
  readonly backlogBytes: number;
  readonly traffic: LinkTrafficCounts;
}

interface Link {
  readonly session: LinkSession;
  readonly socket: Socket;
  readonly role: LinkRole;
  /** What was dialed; undefined for one that was accepted. */
  readonly dialed: string | undefined;
  /** It is slow: another dial of that address runs beside it, and whichever is up first stays. */
  isOvertaken: boolean;
  /** What the peer says that it can be dialed at. */
  address: string | undefined;
  peer: TcpPeer | undefined;
  /** Since when it is up. */
  upMs: number;
}

export class TcpTransport implements Transport {
  readonly #options: TcpTransportOptions;
  readonly #dials: DialBook;
  readonly #server: LinkServer;
  readonly #refusals: RefusalCounts;
  readonly #links = new Set<Link>();
  /** By host id: the links that are up. */
  readonly #up = new Map<string, Link>();
  /** Of connections that are over. */
  readonly #past = new LinkTraffic();
  #events: TransportEvents | undefined;
  #timer: Timer | undefined;
  #addressesAtMs: number = systemClock.nowMs() + ADDRESSES_MS;
  #isClosed = false;

  constructor(options: TcpTransportOptions) {
    this.#options = options;
    this.#dials = new DialBook(options.peers, options.random);
    this.#refusals = new RefusalCounts(options.onRefusal);
    this.#server = new LinkServer(options, {
      onSocket: (socket) => this.#open(socket, 'acceptor', undefined),
      onRefusal: (refusal, detail) => this.#refused(refusal, detail),
    });
  }

  /** The port that was opened. */
  get port(): number {
    return this.#server.port;
  }

  /** How often links were refused or closed for that. */
  refusals(refusal: LinkRefusal): number {
    return this.#refusals.of(refusal);
  }

  /** All of them, by word. */
  get refusalCounts(): Readonly<Record<string, number>> {
    return this.#refusals.all();
  }

  /** Of all connections since the start. */
  traffic(): LinkTrafficCounts {
    const sum = new LinkTraffic();
    sum.add(this.#past);
    for (const { session } of this.#links) sum.add(session.traffic);
    return sum.counts();
  }

  /** Those that are up. */
  linkCounts(): readonly LinkCounts[] {
    return [...this.#up].map(([hostId, { session, socket }]) => ({
      hostId,
      backlogBytes: socket.writableLength,
      traffic: session.traffic.counts(),
    }));
  }

  async start(events: TransportEvents): Promise<void> {
    this.#events = events;
    await this.#server.listen();
    this.#timer = every(() => this.#step(), STEP_MS);
    this.#step();
  }

  peers(): readonly Peer[] {
    return [...this.#up.values()].flatMap(({ peer }) => peer ?? []);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { session } of this.#links) session.close('this host stops');
    await this.#server.close(systemClock.nowMs());
    this.#timer?.cancel();
  }

  #dial(address: string): void {
    const target = splitAddress(address);
    if (target === undefined) return;
    const socket = this.#server.dial(target, () => link.session.connected());
    const link = this.#open(socket, 'dialer', address);
  }

  #open(socket: Socket, role: LinkRole, dialed: string | undefined): Link {
    const { network, secret } = this.#options;
    const session = new LinkSession({
      role,
      network,
      secret,
      hello: () => this.#hello(socket),
      nowMs: systemClock.nowMs(),
      wallMs: () => systemClock.wallMs(),
      write: (bytes) => socket.write(bytes),
      events: {
        admit: (hello) => this.#admit(hello, link),
        opened: (hello, skewMs) => this.#onOpened(link, hello, skewMs),
        message: (channel, bytes) => this.#onMessage(link, channel, bytes),
        addresses: (addresses) => {
          for (const address of addresses) this.#dials.learn(address, systemClock.nowMs());
        },
        closed: (refusal, detail) => this.#onClosed(link, refusal, detail),
      },
    });
    const fresh = { address: dialed, peer: undefined, upMs: 0, isOvertaken: false };
    const link: Link = { session, socket, role, dialed, ...fresh };
    this.#links.add(link);
    socket.on('data', (chunk: Buffer) => session.receive(chunk));
    socket.on('drain', () => this.#onDrain(link));
    socket.on('error', (error) => session.lost(error.message));
    socket.on('close', () => session.lost('the connection was closed'));
    return link;
  }

  #hello(socket: Socket): Hello {
    const { network, self } = this.#options;
    return {
      protocol: BRIDGE_PROTOCOL,
      network,
      hostId: self.hostId,
      incarnation: self.incarnation,
      nonce: randomBytes(NONCE_BYTES).toString('hex'),
      wallMs: systemClock.wallMs(),
      address: this.#server.addressFor(socket),
    };
  }

  /** The peer has proved itself: may it be linked? */
  #admit(hello: Hello, { role }: Link): LinkRefusal | undefined {
    const { self } = this.#options;
    const up = this.#up.get(hello.hostId);
    const other =
      up?.peer === undefined
        ? undefined
        : { incarnation: up.peer.incarnation, role: up.role, upMs: up.upMs };
    const verdict = admission({ self, peer: hello, role, other, nowMs: systemClock.nowMs() });
    if (verdict === 'replace') up?.session.close('the other link of the pair stays');
    return verdict === 'replace' || verdict === 'open' ? undefined : verdict;
  }

  #onOpened(link: Link, hello: Hello, skewMs: number): void {
    const { hostId, address } = hello;
    const { socket, session, dialed } = link;
    this.#server.proved(socket);
    const peer = new TcpPeer(hello, { socket, session, nowMs: () => systemClock.nowMs() });
    link.peer = peer;
    link.address = address;
    link.upMs = systemClock.nowMs();
    this.#up.set(hostId, link);
    if (dialed !== undefined) this.#dials.linked(dialed, hostId);
    if (address !== undefined) {
      this.#dials.learn(address, link.upMs);
      this.#dials.linked(address, hostId);
    }
    if (Math.abs(skewMs) > CLOCK_SKEW_MS) this.#options.onClockSkew(hostId, skewMs);
    session.sendAddresses(this.#addresses());
    this.#events?.onUp(peer);
  }

  #addresses(): readonly string[] {
    return [...this.#up.values()].flatMap(({ address }) => address ?? []);
  }

  #onMessage(link: Link, channel: number, bytes: Uint8Array): void {
    // The reader has let only a Channel through.
    if (link.peer !== undefined) this.#events?.onMessage(link.peer, channel as Channel, bytes);
  }

  #onDrain({ peer }: Link): void {
    if (peer === undefined || !peer.isWaiting) return;
    peer.isWaiting = false;
    this.#events?.onWritable(peer);
  }

  #onClosed(link: Link, refusal: LinkRefusal | undefined, detail: string): void {
    const nowMs = systemClock.nowMs();
    const { session, socket, peer } = link;
    this.#links.delete(link);
    this.#past.add(session.traffic);
    this.#server.part(socket, nowMs);
    if (peer === undefined) {
      if (refusal !== undefined) this.#onNeverUp(link, refusal, detail);
      return;
    }
    if (this.#up.get(peer.hostId) === link) {
      this.#up.delete(peer.hostId);
      this.#dials.hostLost(peer.hostId, nowMs);
    }
    if (refusal === LinkRefusal.badFrame) this.#refused(refusal, `${detail}, of "${peer.hostId}"`);
    this.#events?.onDown(peer, detail);
  }

  /** What is to be done about the address that was dialed, if one was, and who is told. */
  #onNeverUp(link: Link, refusal: LinkRefusal, detail: string): void {
    const { dialed, session, isOvertaken } = link;
    if (isOvertaken) return;
    const nowMs = systemClock.nowMs();
    const word = refusal === LinkRefusal.refusedByPeer ? detail : refusal;
    if (dialed === undefined) {
      // Who comes and goes without a word is counted by nobody but the gate.
      if (!EXPECTED.has(word) && refusal !== LinkRefusal.lost) this.#refused(refusal, detail);
      return;
    }
    const hostId = session.claimed?.hostId ?? '';
    if (word === LinkRefusal.self) this.#dials.self(dialed, nowMs);
    else if (word === LinkRefusal.duplicateLink && this.#up.has(hostId)) {
      this.#dials.linked(dialed, hostId);
    } else {
      const failures = this.#dials.failed(dialed, nowMs);
      const isNews = refusal !== LinkRefusal.lost && refusal !== LinkRefusal.handshakeTimeout;
      if (isNews && !EXPECTED.has(word)) this.#refused(refusal, `"${dialed}": ${detail}`);
      else if (failures >= UNREACHABLE_FAILURES) {
        this.#refused(LinkRefusal.unreachable, `"${dialed}": ${detail}`);
      }
    }
  }

  #refused(refusal: LinkRefusal, detail: string): void {
    this.#refusals.add(refusal, detail, systemClock.nowMs());
  }

  #stepLink(link: Link, nowMs: number): void {
    const { session, dialed } = link;
    session.step(nowMs);
    if (dialed === undefined || link.isOvertaken || !session.isSlow) return;
    link.isOvertaken = true;
    if (this.#dials.failed(dialed, nowMs) < UNREACHABLE_FAILURES) return;
    this.#refused(LinkRefusal.unreachable, `"${dialed}": nothing heard`);
  }

  #step(): void {
    const nowMs = systemClock.nowMs();
    this.#server.step(nowMs);
    for (const link of this.#links) this.#stepLink(link, nowMs);
    this.#refusals.step(nowMs);
    if (this.#isClosed) return;
    if (nowMs >= this.#addressesAtMs) {
      this.#addressesAtMs = nowMs + ADDRESSES_MS;
      const addresses = this.#addresses();
      for (const { session } of this.#up.values()) session.sendAddresses(addresses);
    }
    for (const address of this.#dials.takeDue(nowMs)) this.#dial(address);
  }
}
