/** A link that is up, over a socket: what the layers above send in one go leaves in one write. Bridge thread. */

import type { Socket } from 'node:net';
import type { Channel, HostIdentity, Peer } from '../transport.ts';
import { FRAME_BYTES_MAX } from './link-frame-codec.ts';
import type { LinkSession } from './link-session.ts';
import { LinkState } from './link-state.ts';

/** Bytes that may wait for a peer: about a second of ten thousand proxied players. */
export const BACKLOG_BYTES_MAX: number = 8 * 1024 * 1024;

export class TcpPeer implements Peer {
  readonly hostId: string;
  readonly incarnation: number;
  /** trySend() was false and onWritable() is owed. */
  isWaiting = false;
  readonly #socket: Socket;
  readonly #session: LinkSession;
  readonly #nowMs: () => number;
  readonly #uncork: () => void;
  #isCorked = false;

  constructor(
    { hostId, incarnation }: HostIdentity,
    wire: { readonly socket: Socket; readonly session: LinkSession; readonly nowMs: () => number },
  ) {
    this.hostId = hostId;
    this.incarnation = incarnation;
    this.#socket = wire.socket;
    this.#session = wire.session;
    this.#nowMs = wire.nowMs;
    this.#uncork = () => {
      this.#isCorked = false;
      this.#socket.uncork();
    };
  }

  get backlogBytes(): number {
    return this.#socket.writableLength;
  }

  trySend(channel: Channel, bytes: Uint8Array): boolean {
    if (bytes.length > FRAME_BYTES_MAX) {
      throw new Error(`Cannot send a message: ${bytes.length} bytes are too long`);
    }
    if (this.#session.state !== LinkState.up) return false;
    if (this.backlogBytes + bytes.length > BACKLOG_BYTES_MAX) {
      this.isWaiting = true;
      return false;
    }
    this.#cork();
    this.#session.sendMessage(channel, bytes, this.#nowMs());
    return true;
  }

  close(why: string): void {
    this.#session.close(why);
  }

  /** All that is sent before this call stack ends leaves in one write. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    process.nextTick(this.#uncork);
  }
}
