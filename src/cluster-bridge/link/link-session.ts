/**
 * One connection between two hosts: bytes and time in, bytes and events out; knows no socket. Bridge thread.
 *
 *   socket --receive(), step()--> LinkSession --write()--> socket
 *                                     |--opened, message, addresses, closed--> transport
 *
 * Invariants: until the other side has proved itself nothing of it is passed on and at most STRANGER_BYTES_MAX of it is kept;
 * it is told nothing but our hello. Every step has a deadline. After closed() nothing is called.
 */

import type { HostIdentity } from '../transport.ts';
import {
  FRAME_BYTES_MAX,
  FrameReader,
  LINK_CHANNEL,
  LinkFrame,
  encodeFrame,
} from './link-frame-codec.ts';
import { decodeAddresses } from './link-addresses.ts';
import { LinkTraffic } from './link-traffic.ts';
import { decodeRefusal, LinkRefusal } from './link-refusal.ts';
import {
  BRIDGE_PROTOCOL,
  decodeHello,
  encodeHello,
  isProof,
  linkProof,
  type Hello,
  type HelloPair,
  type LinkRole,
} from './link-hello.ts';
import {
  ACCEPTOR_STEPS,
  DIALER_STEPS,
  LinkState,
  type LinkEffect,
  type LinkEvent,
  type LinkSteps,
} from './link-state.ts';
import { DIAL_SILENT_MS, HANDSHAKE_MS, HEARTBEAT_MS, SILENT_MS } from './link-times.ts';

/** Between two looks no more than this counts as silence: where this thread has slept, the peer's words wait unread. */
const LOOK_MS_MAX = 250;
const NO_BYTES = new Uint8Array(0);

export interface LinkSessionOptions {
  readonly role: LinkRole;
  readonly network: string;
  readonly secret: string;
  /** Asked once, when it is sent. */
  readonly hello: () => Hello;
  /** Since when this host runs or any other monotonic zero. */
  readonly nowMs: number;
  readonly wallMs: () => number;
  readonly write: (bytes: Uint8Array) => void;
  readonly events: LinkSessionEvents;
}

export interface LinkSessionEvents {
  /** Asked before the link opens: a refusal for a host that may not, undefined for one that may. */
  admit(hello: Hello): LinkRefusal | undefined;
  opened(hello: Hello, clockSkewMs: number): void;
  message(channel: number, bytes: Uint8Array): void;
  addresses(addresses: readonly string[]): void;
  /** `refusal` undefined: by our own close(). Of `refusedByPeer` the detail is the peer's LinkRefusal. */
  closed(refusal: LinkRefusal | undefined, detail: string): void;
}

export class LinkSession {
  state: LinkState;
  readonly traffic: LinkTraffic = new LinkTraffic();
  readonly #options: LinkSessionOptions;
  readonly #reader: FrameReader;
  #ownHello: Uint8Array = new Uint8Array(0);
  #peerHello: Uint8Array = new Uint8Array(0);
  #peer: Hello | undefined;
  #clockSkewMs = 0;
  readonly #deadlineMs: number;
  #silentMs = 0;
  #steppedMs: number;
  #saidMs: number;

  constructor(options: LinkSessionOptions) {
    this.#options = options;
    this.state = options.role === 'dialer' ? LinkState.dialing : LinkState.greeting;
    this.#reader = new FrameReader((channel, kind, bytes) => this.#onFrame(channel, kind, bytes));
    this.#deadlineMs = options.nowMs + HANDSHAKE_MS;
    this.#steppedMs = options.nowMs;
    this.#saidMs = options.nowMs;
  }

  /** Who the other side says it is; proved only once the link is up. */
  get claimed(): HostIdentity | undefined {
    return this.#peer;
  }

  /** A dial that has heard nothing for a while. Its own thread's pauses do not count. */
  get isSlow(): boolean {
    const { role } = this.#options;
    return role === 'dialer' && this.state !== LinkState.up && this.#silentMs >= DIAL_SILENT_MS;
  }

  /** Dialer: the socket is open. */
  connected(): void {
    this.#silentMs = 0;
    this.#apply('connected');
  }

  /** Bytes of the socket; lent for the call. */
  receive(chunk: Uint8Array): void {
    this.#silentMs = 0;
    const violation = this.#reader.push(chunk);
    if (violation !== undefined) this.#end(LinkRefusal.badFrame, violation);
  }

  /** Of a link that is up. */
  sendMessage(channel: number, body: Uint8Array, nowMs: number): void {
    this.#saidMs = nowMs;
    this.traffic.sent(channel, body.length);
    this.#options.write(encodeFrame(channel, 0, body));
  }

  sendAddresses(addresses: readonly string[]): void {
    this.#sendLink(LinkFrame.addresses, Buffer.from(JSON.stringify(addresses), 'utf8'));
  }

  /** Deadlines and heartbeats; a few times a second. */
  step(nowMs: number): void {
    this.#silentMs += Math.min(nowMs - this.#steppedMs, LOOK_MS_MAX);
    this.#steppedMs = nowMs;
    if (this.state !== LinkState.up) {
      if (nowMs >= this.#deadlineMs)
        this.#end(LinkRefusal.handshakeTimeout, `no answer in ${HANDSHAKE_MS} ms`);
      return;
    }
    if (this.#silentMs > SILENT_MS) {
      this.#end(LinkRefusal.silent, `nothing heard for ${SILENT_MS} ms`);
      return;
    }
    if (nowMs - this.#saidMs < HEARTBEAT_MS) return;
    this.#saidMs = nowMs;
    this.#sendLink(LinkFrame.heartbeat, NO_BYTES);
  }

  /** The socket is gone. */
  lost(detail: string): void {
    this.#end(LinkRefusal.lost, detail);
  }

  /** Ends the link from this side. */
  close(detail: string): void {
    this.#end(undefined, detail);
  }

  #onFrame(channel: number, kind: number, bytes: Uint8Array): void {
    if (this.state === LinkState.closed) return;
    this.traffic.received(channel, bytes.length);
    if (channel === LINK_CHANNEL) {
      this.#onLinkFrame(kind, bytes);
      return;
    }
    if (this.state === LinkState.up) this.#options.events.message(channel, bytes);
    else this.#end(LinkRefusal.badFrame, 'a message before the handshake');
  }

  #onLinkFrame(kind: number, bytes: Uint8Array): void {
    switch (kind) {
      case LinkFrame.heartbeat:
        if (this.state !== LinkState.up)
          this.#end(LinkRefusal.badFrame, 'a heartbeat before the handshake');
        break;
      case LinkFrame.hello:
        this.#onHello(bytes);
        break;
      case LinkFrame.proof:
        this.#onProof(bytes);
        break;
      case LinkFrame.refused:
        this.#onRefused(decodeRefusal(bytes));
        break;
      case LinkFrame.addresses:
        this.#onAddresses(bytes);
        break;
    }
  }

  #onHello(bytes: Uint8Array): void {
    if (!this.#isExpected('hello')) return;
    const hello = decodeHello(bytes);
    const { network, wallMs } = this.#options;
    if (hello === undefined) this.#end(LinkRefusal.badFrame, 'no hello');
    else if (hello.nonce === undefined) {
      const versions = `protocol ${hello.protocol}, this host speaks ${BRIDGE_PROTOCOL}`;
      this.#refuse(LinkRefusal.protocolVersion, versions);
    } else if (hello.network !== network) {
      this.#refuse(LinkRefusal.otherNetwork, `network "${hello.network}"`);
    } else {
      this.#peer = hello;
      this.#peerHello = new Uint8Array(bytes);
      this.#clockSkewMs = hello.wallMs - wallMs();
      this.#apply('hello');
    }
  }

  #onProof(bytes: Uint8Array): void {
    if (!this.#isExpected('proof') || this.#peer === undefined) return;
    const { role, secret } = this.#options;
    const { hostId } = this.#peer;
    const ofPeer = role === 'dialer' ? 'acceptor' : 'dialer';
    if (!isProof(bytes, linkProof(secret, ofPeer, this.#hellos))) {
      this.#refuse(LinkRefusal.wrongSecret, `who says to be host "${hostId}"`);
      return;
    }
    const refusal = this.#options.events.admit(this.#peer);
    if (refusal === undefined) this.#apply('proof');
    else this.#refuse(refusal, `host "${hostId}"`);
  }

  #onAddresses(bytes: Uint8Array): void {
    const addresses = this.state === LinkState.up ? decodeAddresses(bytes) : undefined;
    if (addresses === undefined) this.#end(LinkRefusal.badFrame, 'no list of addresses');
    else this.#options.events.addresses(addresses);
  }

  #onRefused(word: LinkRefusal | undefined): void {
    if (word === undefined) this.#end(LinkRefusal.badFrame, 'no known refusal');
    else this.#end(LinkRefusal.refusedByPeer, word);
  }

  /** Before anything is made of what came; closes the link where it may not come now. */
  #isExpected(event: LinkEvent): boolean {
    if (this.#steps[this.state][event] !== undefined) return true;
    this.#end(LinkRefusal.badFrame, `a ${event} while ${this.state}`);
    return false;
  }

  #apply(event: LinkEvent): void {
    const step = this.#steps[this.state][event];
    // connected() of a session that was closed while its socket was opening.
    if (step === undefined) return;
    this.state = step.to;
    this.#run(step.effect);
  }

  get #steps(): LinkSteps {
    return this.#options.role === 'dialer' ? DIALER_STEPS : ACCEPTOR_STEPS;
  }

  #run(effect: LinkEffect): void {
    const { secret, role } = this.#options;
    switch (effect) {
      case 'sendHello':
      case 'answerHello':
        this.#ownHello = encodeHello(this.#options.hello());
        this.#sendLink(LinkFrame.hello, this.#ownHello);
        break;
      case 'sendProof':
        this.#sendLink(LinkFrame.proof, linkProof(secret, role, this.#hellos));
        break;
      case 'sendProofAndOpen':
        this.#sendLink(LinkFrame.proof, linkProof(secret, role, this.#hellos));
        this.#open();
        break;
      case 'open':
        this.#open();
        break;
    }
  }

  #open(): void {
    if (this.#peer === undefined) return;
    this.#reader.bodyBytesMax = FRAME_BYTES_MAX;
    this.#options.events.opened(this.#peer, this.#clockSkewMs);
  }

  get #hellos(): HelloPair {
    return this.#options.role === 'dialer'
      ? { ofDialer: this.#ownHello, ofAcceptor: this.#peerHello }
      : { ofDialer: this.#peerHello, ofAcceptor: this.#ownHello };
  }

  /** Tells the peer why, then closes. */
  #refuse(refusal: LinkRefusal, detail: string): void {
    this.#sendLink(LinkFrame.refused, Buffer.from(refusal, 'utf8'));
    this.#end(refusal, detail);
  }

  /** From any state; once. */
  #end(refusal: LinkRefusal | undefined, detail: string): void {
    if (this.state === LinkState.closed) return;
    this.state = LinkState.closed;
    this.#reader.stop();
    this.#options.events.closed(refusal, detail);
  }

  #sendLink(kind: number, body: Uint8Array): void {
    this.traffic.sent(LINK_CHANNEL, body.length);
    this.#options.write(encodeFrame(LINK_CHANNEL, kind, body));
  }
}
