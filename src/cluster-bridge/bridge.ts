/**
 * The bridge between this host and the others: links, summaries, records of proxied players. Knows a transport, rings and
 * time, no socket and no thread. Bridge thread, and tests.
 *
 *   turn: rings of gateways -> links; rings of workers -> links; one message a link; rings published; reports to main
 */

import type { BridgeCounts, BridgeOrder, BridgeReport } from './bridge-messages.ts';
import type { HostSummary } from './federation/host-summary.ts';
import type { HomeProxy } from './proxy/home-proxy.ts';
import type { MatchProxy } from './proxy/match-proxy.ts';
import { LINK_BYTES_MAX, ProxyLink } from './proxy/proxy-link.ts';
import type { FederationMessage } from './federation/federation-messages.ts';
import { readProxyMessage, type ProxyRecords } from './proxy/proxy-records.ts';
import type { ReplicaMessage } from './replica/replica-messages.ts';
import { Channel, type HostIdentity, type Peer, type TransportEvents } from './transport.ts';

/** How often a summary goes out. */
export const SUMMARY_MS = 250;
/** What main has said longer ago is not repeated: it hangs, and its host is not to be counted or chosen. */
const SUMMARY_OLD_MS = 1_000;
/** A link that lags for longer does not work. */
const STALL_MS = 2_000;
const NO_BYTES = new Uint8Array(0);

export interface BridgeOptions {
  readonly home: HomeProxy;
  readonly match: MatchProxy;
  readonly nowMs: () => number;
  readonly report: (report: BridgeReport) => void;
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
  readonly owed: { readonly channel: Channel; readonly bytes: Uint8Array }[];
  /** 0: it does not lag. */
  laggingSinceMs: number;
  /** What the peer said last of itself; an empty summary repeats it. */
  summary: HostSummary | undefined;
}

export class Bridge implements TransportEvents {
  readonly #options: BridgeOptions;
  readonly #peers = new Map<string, PeerState>();
  #summary: HostSummary | undefined;
  #sentSummary = '';
  #summaryAtMs = 0;
  /** When main said it. */
  #saidAtMs = 0;

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
    if (nowMs - this.#summaryAtMs >= SUMMARY_MS) this.#sendSummary(nowMs);
    for (const state of this.#peers.values()) watchStall(state, nowMs);
    const { home, match, request } = this.#options;
    if (match.isBlocked || home.isBlocked) request();
  }

  counts(): BridgeCounts {
    const { home, match } = this.#options;
    return {
      peers: this.#peers.size,
      routes: home.routeCount,
      guests: match.guestCount,
      recordsUp: home.recordsUp + match.recordsUp,
      recordsDown: home.recordsDown + match.recordsDown,
    };
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
        this.#options.home.route(order.handler, order.matchHandler, link);
        break;
      }
      case 'unroute':
        this.#options.home.unroute(order.handler);
        break;
      case 'admit':
        this.#options.match.admit(order.handler);
        break;
      case 'send':
        this.#send(order.hostId, Channel.control, order.message);
        break;
      case 'replicate':
        this.#send(order.hostId, Channel.replica, order.message);
        break;
      case 'summary':
        this.#summary = order.summary;
        this.#saidAtMs = this.#options.nowMs();
        if (order.isUrgent) this.#sendSummary(this.#options.nowMs());
        break;
    }
  }

  #send(hostId: string, channel: Channel, message: object): void {
    const state = this.#peers.get(hostId);
    if (state === undefined) return;
    const bytes = Buffer.from(JSON.stringify(message), 'utf8');
    if (state.owed.length > 0 || !state.peer.trySend(channel, bytes)) {
      state.owed.push({ channel, bytes });
    }
  }

  /** What has not changed since the last one is a message without a body: it says only that the host lives. */
  #sendSummary(nowMs: number): void {
    this.#summaryAtMs = nowMs;
    if (this.#summary === undefined || nowMs - this.#saidAtMs > SUMMARY_OLD_MS) return;
    const text = JSON.stringify(this.#summary);
    const bytes = text === this.#sentSummary ? NO_BYTES : Buffer.from(text, 'utf8');
    let isSentToAll = true;
    for (const { peer } of this.#peers.values()) {
      if (!peer.trySend(Channel.summary, bytes)) isSentToAll = false;
    }
    this.#sentSummary = isSentToAll ? text : '';
  }

  // The transport's events.

  onUp(peer: Peer): void {
    const up = new ProxyLink(peer, Channel.recordsUp);
    this.#peers.set(peer.hostId, {
      peer,
      up,
      answers: this.#options.home.recordsOf(up),
      down: new ProxyLink(peer, Channel.recordsDown),
      owed: [],
      laggingSinceMs: 0,
      summary: undefined,
    });
    this.#options.report({ kind: 'peerUp', peer: identityOf(peer) });
    this.#sentSummary = '';
    this.#sendSummary(this.#options.nowMs());
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
    this.#options.report({ kind: 'refused', refusal: 'bad-message', detail: `of ${peer.hostId}` });
    peer.close('it sent what this host cannot read');
  }

  onWritable(peer: Peer): void {
    const state = this.#peers.get(peer.hostId);
    if (state?.peer !== peer) return;
    for (let oldest = state.owed[0]; oldest !== undefined; oldest = state.owed[0]) {
      if (!peer.trySend(oldest.channel, oldest.bytes)) return;
      state.owed.shift();
    }
    this.#options.request();
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
        report({ kind: 'message', from, message });
        return true;
      }
      case Channel.summary: {
        const summary =
          bytes.length === 0 ? state.summary : (parsed(bytes) as HostSummary | undefined);
        if (summary === undefined) return bytes.length === 0;
        state.summary = summary;
        report({ kind: 'heard', summary: { ...summary, ...from, heardMs: this.#options.nowMs() } });
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

function watchStall(state: PeerState, nowMs: number): void {
  const { peer, up, down, owed } = state;
  if (down.waitingBytes > LINK_BYTES_MAX) peer.close('it takes less than its players are sent');
  if (!up.isLagging && !down.isLagging && owed.length === 0) state.laggingSinceMs = 0;
  else if (state.laggingSinceMs === 0) state.laggingSinceMs = nowMs;
  else if (nowMs - state.laggingSinceMs > STALL_MS) peer.close('it has stalled');
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
