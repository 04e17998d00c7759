/**
 * The records of one direction that wait for one peer: collected over a turn, sent as one message, kept in order while the
 * peer has no room. Bridge thread.
 */

import type { Channel, Peer } from '../transport.ts';
import { MESSAGE_BYTES, ProxyMessage } from './proxy-records.ts';

/** Volatile records are not kept for a peer that lags by more. */
const LAG_BYTES: number = 256 * 1024;
/** A peer that lags by more is too slow for what its players are sent. */
export const LINK_BYTES_MAX: number = 8 * 1024 * 1024;

export class ProxyLink {
  readonly message: ProxyMessage = new ProxyMessage();
  readonly #peer: Pick<Peer, 'trySend'>;
  readonly #channel: Channel;
  /** Messages that found no room, oldest first. */
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor(peer: Pick<Peer, 'trySend'>, channel: Channel) {
    this.#peer = peer;
    this.#channel = channel;
  }

  /** The peer takes less than it is sent: volatile records are left out, input waits in its rings. */
  get isLagging(): boolean {
    return this.#waitingBytes > LAG_BYTES;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Sends early what a turn has collected so far; to be called after each record. */
  flushIfFull(): void {
    if (this.message.byteLength >= MESSAGE_BYTES) this.flush();
  }

  /** Sends what can be sent. */
  flush(): void {
    if (this.message.byteLength > 0) {
      const { bytes } = this.message;
      if (this.#waiting.length > 0 || !this.#peer.trySend(this.#channel, bytes)) {
        this.#waiting.push(new Uint8Array(bytes));
        this.#waitingBytes += bytes.length;
      }
      this.message.clear();
    }
    for (let oldest = this.#waiting[0]; oldest !== undefined; oldest = this.#waiting[0]) {
      if (!this.#peer.trySend(this.#channel, oldest)) return;
      this.#waiting.shift();
      this.#waitingBytes -= oldest.length;
    }
  }
}
