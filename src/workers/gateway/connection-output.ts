/**
 * What waits to be written to one client: one socket write per turn, the newest volatile message only when the
 * client is slow, a cap on all of it. Gateway threads.
 *
 *   push(bytes)            -> this turn's batch            flush() writes it in one go
 *   push(bytes, volatile)  -> the batch, or, while the socket still holds earlier bytes, the one superseding slot
 *
 * The superseding slot is written before any later message that is not volatile, so order is kept.
 */

import type { Socket } from 'node:net';

export class ConnectionOutput {
  /** Bytes given to the socket so far. */
  bytesOut = 0;
  /** Volatile messages that a newer one replaced. */
  superseded = 0;
  readonly #socket: Socket;
  #single: Uint8Array | undefined;
  #batch: Uint8Array[] | undefined;
  #newest: Uint8Array | undefined;
  #supersededTaken = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** True when something waits for flush(). */
  get isDirty(): boolean {
    return this.#single !== undefined;
  }

  /** True when a volatile message waits for the client to catch up. */
  get isLagging(): boolean {
    return this.#newest !== undefined;
  }

  /** Adds a message to this turn's batch. */
  push(bytes: Uint8Array, isVolatile: boolean): void {
    if (isVolatile && this.#socket.writableLength > 0) {
      if (this.#newest !== undefined) this.superseded += 1;
      this.#newest = bytes;
      return;
    }
    if (this.#newest !== undefined) this.#pushNewest(isVolatile);
    this.#append(bytes);
  }

  /** Volatile messages superseded since the last call. */
  takeSuperseded(): number {
    const count = this.superseded - this.#supersededTaken;
    this.#supersededTaken = this.superseded;
    return count;
  }

  /** Writes the batch; returns the bytes that the socket now holds back. */
  flush(): number {
    const socket = this.#socket;
    if (this.#newest !== undefined && socket.writableLength === 0) this.#pushNewest(false);
    const single = this.#single;
    if (single === undefined) return socket.writableLength;
    const batch = this.#batch;
    this.#single = undefined;
    this.#batch = undefined;
    if (batch === undefined) {
      this.bytesOut += single.byteLength;
      socket.write(single);
      return socket.writableLength;
    }
    const joined = Buffer.concat(batch);
    this.bytesOut += joined.byteLength;
    socket.write(joined);
    return socket.writableLength;
  }

  #pushNewest(isSuperseded: boolean): void {
    const newest = this.#newest;
    this.#newest = undefined;
    if (newest === undefined) return;
    if (isSuperseded) this.superseded += 1;
    else this.#append(newest);
  }

  #append(bytes: Uint8Array): void {
    if (this.#single === undefined) this.#single = bytes;
    else if (this.#batch === undefined) this.#batch = [this.#single, bytes];
    else this.#batch.push(bytes);
  }
}
