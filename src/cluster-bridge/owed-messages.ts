/** Messages of main to one peer: in order, and what finds no room waits. Bridge thread. */

import type { Channel, Peer } from './transport.ts';

interface Owed {
  readonly channel: Channel;
  readonly bytes: Uint8Array;
}

export class OwedMessages {
  /** Of those that wait. */
  byteLength = 0;
  readonly #peer: Pick<Peer, 'trySend'>;
  /** Oldest first. */
  readonly #waiting: Owed[] = [];

  constructor(peer: Pick<Peer, 'trySend'>) {
    this.#peer = peer;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  send(channel: Channel, message: object): void {
    const bytes = Buffer.from(JSON.stringify(message), 'utf8');
    if (this.isEmpty && this.#peer.trySend(channel, bytes)) return;
    this.#waiting.push({ channel, bytes });
    this.byteLength += bytes.length;
  }

  /** There may be room again; true when nothing waits any more. */
  trySendWaiting(): boolean {
    for (let oldest = this.#waiting[0]; oldest !== undefined; oldest = this.#waiting[0]) {
      if (!this.#peer.trySend(oldest.channel, oldest.bytes)) return false;
      this.#waiting.shift();
      this.byteLength -= oldest.bytes.length;
    }
    return true;
  }
}
