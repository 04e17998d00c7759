/** A link between two bridges in one thread: a bounded queue each way, as slow as it is told, cut when it is told. Test files only. */

import type { Bridge } from '../../../src/cluster-bridge/bridge.ts';
import type { Channel, HostIdentity, Peer } from '../../../src/cluster-bridge/transport.ts';

interface Message {
  readonly channel: Channel;
  readonly bytes: Uint8Array;
}

export interface LinkMarks {
  messages: number;
  bytes: number;
  /** trySend() said no. */
  refusals: number;
}

/** One end's view of the other. */
class MemoryPeer implements Peer {
  readonly hostId: string;
  readonly incarnation: number;
  readonly queue: Message[] = [];
  queuedBytes = 0;
  isWaiting = false;
  closedWhy: string | undefined;
  readonly #capacityBytes: number;
  readonly #marks: LinkMarks;

  constructor({ hostId, incarnation }: HostIdentity, capacityBytes: number, marks: LinkMarks) {
    this.hostId = hostId;
    this.incarnation = incarnation;
    this.#capacityBytes = capacityBytes;
    this.#marks = marks;
  }

  get backlogBytes(): number {
    return this.queuedBytes;
  }

  trySend(channel: Channel, bytes: Uint8Array): boolean {
    if (this.queuedBytes > 0 && this.queuedBytes + bytes.length > this.#capacityBytes) {
      this.isWaiting = true;
      this.#marks.refusals += 1;
      return false;
    }
    this.queue.push({ channel, bytes: new Uint8Array(bytes) });
    this.queuedBytes += bytes.length;
    this.#marks.messages += 1;
    this.#marks.bytes += bytes.length;
    return true;
  }

  close(why: string): void {
    this.closedWhy ??= why;
  }
}

export interface LinkEnd {
  readonly identity: HostIdentity;
  readonly bridge: Bridge;
}

export class MemoryLink {
  /** Why an end has closed it. */
  closedWhy: string | undefined;
  readonly #ends: readonly { readonly end: LinkEnd; readonly peer: MemoryPeer }[];
  #isUp = true;

  constructor(one: LinkEnd, other: LinkEnd, options: { capacityBytes: number; marks: LinkMarks }) {
    const { capacityBytes, marks } = options;
    this.#ends = [
      { end: one, peer: new MemoryPeer(other.identity, capacityBytes, marks) },
      { end: other, peer: new MemoryPeer(one.identity, capacityBytes, marks) },
    ];
    for (const { end, peer } of this.#ends) end.bridge.onUp(peer);
  }

  /** Delivers at most `limit` messages each way. */
  pump(limit: number): void {
    if (!this.#isUp) return;
    const [one, other] = this.#ends;
    if (one === undefined || other === undefined) return;
    this.#deliver(one, other, limit);
    this.#deliver(other, one, limit);
    this.closedWhy = one.peer.closedWhy ?? other.peer.closedWhy;
    if (this.closedWhy !== undefined) this.cut();
  }

  /** What was on its way is lost. */
  cut(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    for (const { end, peer } of this.#ends) end.bridge.onDown(peer, this.closedWhy ?? 'cut');
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get queuedBytes(): number {
    return this.#ends.reduce((sum, { peer }) => sum + peer.queuedBytes, 0);
  }

  #deliver(
    from: { readonly end: LinkEnd; readonly peer: MemoryPeer },
    to: { readonly end: LinkEnd; readonly peer: MemoryPeer },
    limit: number,
  ): void {
    const { queue } = from.peer;
    for (const { channel, bytes } of queue.splice(0, limit)) {
      from.peer.queuedBytes -= bytes.length;
      to.end.bridge.onMessage(to.peer, channel, bytes);
    }
    if (from.peer.isWaiting && queue.length === 0) {
      from.peer.isWaiting = false;
      from.end.bridge.onWritable(from.peer);
    }
  }
}
