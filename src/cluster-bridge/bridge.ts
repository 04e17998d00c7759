/**
 * The bridge between this host and the others: links, summaries, records of proxied players. Knows a transport, rings and
 * time, no socket and no thread. Bridge thread, and tests.
 *
 *   turn: rings of gateways -> links; rings of workers -> links; one message a link; rings published; reports to main
 */

import type { BridgeCounts, BridgeOrder, BridgeReport } from './bridge-messages.ts';
import { decodeSummary, type SummaryBody } from './federation/summary-codec.ts';
import { OwedMessages } from './owed-messages.ts';
import type { HomeProxy } from './proxy/home-proxy.ts';
import type { MatchProxy } from './proxy/match-proxy.ts';
import { InputLook } from './proxy/input-look.ts';
import { LINK_BYTES_MAX, ProxyLink } from './proxy/proxy-link.ts';
import type { FederationMessage } from './federation/federation-messages.ts';
import { readProxyMessage, type ProxyRecords } from './proxy/proxy-records.ts';
import type { ReplicaMessage } from './replica/replica-messages.ts';
import { SummarySender } from './summary-sender.ts';
import { Channel, type HostIdentity, type Peer, type TransportEvents } from './transport.ts';

/** A link that lags for longer does not work. */
const STALL_MS = 2_000;

/** Why a link that was up was given up by this host. */
type BridgeRefusal = 'slow-peer' | 'bad-message';

export interface BridgeOptions {
  readonly home: HomeProxy;
  readonly match: MatchProxy;
  readonly nowMs: () => number;
  readonly report: (report: BridgeReport) => void;
  /** From now on gateways ring for input of games that act at their ticks, or do not: then this thread looks for it. */
  readonly look?: (isOn: boolean) => void;
  /** Something is to be done: asks for a turn. */
  readonly request: () => void;
}

interface PeerState {
  readonly peer: Peer;
  /** Records of our players in matches there. */
  readonly up: ProxyLink;
  /** What they are answered. */
  readonly answers: ProxyRecords;
  /** Records of their players in matches here. */
  readonly down: ProxyLink;
  /** Messages of main that found no room. */
  readonly owed: OwedMessages;
  /** 0: it does not lag. */
  laggingSinceMs: number;
  /** What the peer said last of itself; SUMMARY_SAME repeats it. */
  summary: SummaryBody | undefined;
}

export class Bridge implements TransportEvents {
  readonly #options: BridgeOptions;
  readonly #peers = new Map<string, PeerState>();
  readonly #look = new InputLook();
  #isLooking = false;
  readonly #summary = new SummarySender((message) => this.#sendToAll(message));
  /** Links closed for what their peers did, by word. */
  readonly #refusals = new Map<BridgeRefusal, number>();

  constructor(options: BridgeOptions) {
    this.#options = options;
  }

  // The turn.

  turn(): boolean {
    const { home, match } = this.#options;
    const hasMoreUp = home.drain();
    const hasMoreDown = match.drain();
    for (const { up, down } of this.#peers.values()) {
      up.flush();
      down.flush();
    }
    home.publish();
    match.publish();
    return hasMoreUp || hasMoreDown;
  }

  hasWork(): boolean {
    const { home, match } = this.#options;
    return home.hasWork() || match.hasWork();
  }

  /** Summaries, stalled links, rings that had no room; every few milliseconds. */
  step(): void {
    const nowMs = this.#options.nowMs();
    this.#summary.step(nowMs);
    for (const state of this.#peers.values()) this.#watchStall(state, nowMs);
    const { home, match, request } = this.#options;
    // What no gateway has rung for is taken here at the latest.
    if (match.isBlocked || home.isBlocked || home.hasWork()) request();
    const isOn = this.#look.step(home.inputsAtTick, nowMs);
    if (isOn === this.#isLooking) return;
    this.#isLooking = isOn;
    this.#options.look?.(isOn);
  }

  get refusals(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#refusals);
  }

  counts(): Omit<BridgeCounts, 'refusals' | 'traffic' | 'links'> {
    const { home, match } = this.#options;
    return {
      peers: this.#peers.size,
      routes: home.routeCount,
      guests: match.guestCount,
      recordsUp: home.recordsUp + match.recordsUp,
      recordsDown: home.recordsDown + match.recordsDown,
      waitingBytes: this.#waitingBytes(),
      untimely: { early: home.earlyRecords, stray: match.strayRecords },
    };
  }

  #waitingBytes(): number {
    let sum = 0;
    for (const { up, down, owed } of this.#peers.values()) {
      sum += up.waitingBytes + down.waitingBytes + owed.byteLength;
    }
    return sum;
  }

  // Main's orders.

  apply(orders: readonly BridgeOrder[]): void {
    for (const order of orders) this.#apply(order);
    this.#options.request();
  }

  #apply(order: BridgeOrder): void {
    switch (order.kind) {
      case 'route': {
        const { hostId, incarnation } = order.host;
        const state = this.#peers.get(hostId);
        const link = state?.peer.incarnation === incarnation ? state.up : undefined;
        const { handler, matchHandler, inputAtTick = false } = order;
        this.#options.home.route(handler, { matchHandler, inputAtTick, link });
        break;
      }
      case 'unroute':
        this.#options.home.unroute(order.handler);
        break;
      case 'admit':
        this.#options.match.admit(order.handler);
        break;
      case 'send':
        this.#peers.get(order.hostId)?.owed.send(Channel.control, order.message);
        break;
      case 'replicate':
        this.#peers.get(order.hostId)?.owed.send(Channel.replica, order.message);
        break;
      case 'summary':
        this.#summary.said(order.summary, order.isUrgent, this.#options.nowMs());
        break;
    }
  }

  #sendToAll(summary: Uint8Array): boolean {
    let isSentToAll = true;
    for (const { peer } of this.#peers.values()) {
      if (!peer.trySend(Channel.summary, summary)) isSentToAll = false;
    }
    return isSentToAll;
  }

  // The transport's events.

  onUp(peer: Peer): void {
    const up = new ProxyLink(peer, Channel.recordsUp);
    this.#peers.set(peer.hostId, {
      peer,
      up,
      answers: this.#options.home.recordsOf(up),
      down: new ProxyLink(peer, Channel.recordsDown),
      owed: new OwedMessages(peer),
      laggingSinceMs: 0,
      summary: undefined,
    });
    this.#options.report({ kind: 'peerUp', peer: identityOf(peer) });
    this.#summary.peerUp(this.#options.nowMs());
  }

  onDown(peer: Peer, why: string): void {
    const state = this.#peers.get(peer.hostId);
    if (state?.peer !== peer) return;
    this.#peers.delete(peer.hostId);
    this.#options.home.linkDown(state.up);
    this.#options.match.linkDown(state.down);
    this.#options.report({ kind: 'peerDown', peer: identityOf(peer), why });
    this.#options.request();
  }

  onMessage(peer: Peer, channel: Channel, bytes: Uint8Array): void {
    const state = this.#peers.get(peer.hostId);
    if (state?.peer !== peer) return;
    if (this.#take(state, channel, bytes)) return;
    this.#refuse(peer, 'bad-message', 'it sent what this host cannot read');
  }

  onWritable(peer: Peer): void {
    const state = this.#peers.get(peer.hostId);
    if (state?.peer === peer && state.owed.trySendWaiting()) this.#options.request();
  }

  /** What waits for a peer is bounded, and no peer is waited for long: its players are better off in their lobbies. */
  #watchStall(state: PeerState, nowMs: number): void {
    const { peer, up, down, owed } = state;
    const { home } = this.#options;
    if (down.waitingBytes > LINK_BYTES_MAX || up.waitingBytes > home.waitingBytesMax) {
      this.#refuse(peer, 'slow-peer', 'it takes less than its players are sent');
    } else if (owed.byteLength > LINK_BYTES_MAX) {
      this.#refuse(peer, 'slow-peer', 'it takes less than this host has to say');
    } else if (!up.isLagging && !down.isLagging && owed.isEmpty) state.laggingSinceMs = 0;
    else if (state.laggingSinceMs === 0) state.laggingSinceMs = nowMs;
    else if (nowMs - state.laggingSinceMs > STALL_MS) {
      this.#refuse(peer, 'slow-peer', 'it has stalled');
    }
  }

  #refuse(peer: Peer, refusal: BridgeRefusal, why: string): void {
    this.#refusals.set(refusal, (this.#refusals.get(refusal) ?? 0) + 1);
    const detail = `of ${peer.hostId}: ${why}`;
    this.#options.report({ kind: 'refused', refusal, detail });
    peer.close(why);
  }

  /** False for what no host of this version sends. */
  #take(state: PeerState, channel: Channel, bytes: Uint8Array): boolean {
    const { match, request, report } = this.#options;
    const from = identityOf(state.peer);
    switch (channel) {
      case Channel.recordsUp:
        request();
        return readProxyMessage(bytes, 'up', {
          join: (join, unread) => match.join(state.down, join, unread),
          one: (kind, flags, target, body) => match.one(state.down, { kind, flags }, target, body),
        });
      case Channel.recordsDown:
        request();
        return readProxyMessage(bytes, 'down', state.answers);
      case Channel.control: {
        // Both sides have proved that they know the secret, and run one version: what they say is of this shape.
        const message = parsed(bytes) as FederationMessage | undefined;
        if (message === undefined) return false;
        // Stamped here, for main may hang: a login here is after those that came before it.
        const isDated = message.kind === 'logins';
        const stamped = isDated ? { ...message, heardMs: this.#options.nowMs() } : message;
        report({ kind: 'message', from, message: stamped });
        return true;
      }
      case Channel.summary: {
        const decoded = decodeSummary(bytes);
        if (decoded === undefined) return false;
        state.summary = decoded.summary ?? state.summary;
        if (state.summary === undefined) return true;
        const heardMs = this.#options.nowMs() - decoded.ageMs;
        report({ kind: 'heard', summary: { ...state.summary, ...from, heardMs } });
        return true;
      }
      case Channel.replica: {
        const message = parsed(bytes) as ReplicaMessage | undefined;
        if (message === undefined) return false;
        report({ kind: 'replica', from, message });
        return true;
      }
    }
  }
}

/** An object, or undefined for what is none. */
function parsed(bytes: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function identityOf({ hostId, incarnation }: HostIdentity): HostIdentity {
  return { hostId, incarnation };
}
