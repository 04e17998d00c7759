/**
 * The seam between a load player and the protocol it speaks: a connection tells its player where it is, and the player
 * sends stamped inputs without knowing the bytes. Load clients only.
 * Thousands share a process: all sockets read into one buffer, which holds what a callback is given until it returns.
 */

import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { INPUT_PAYLOAD_BYTES, joinBytes } from '../load/wire.ts';

/** The protocols that load players speak. */
export const Transport = {
  frame: 'frame',
  webSocket: 'websocket',
  colyseus: 'colyseus',
  socketIo: 'socket.io',
} as const;
export type Transport = (typeof Transport)[keyof typeof Transport];

export interface ConnectionOptions {
  readonly port: number;
  readonly localAddress: string;
  readonly name: string;
}

/** What a connection says to its player. */
export interface ConnectionListener {
  /** The server has taken the connection. */
  onConnected(): void;
  /** The server knows the player, who may queue from now on; may be said again. */
  onLobby(): void;
  /** A new match: its ticks begin anew. `isElsewhere`: on another host than the one connected to. */
  onMatch(isElsewhere: boolean): void;
  /** A state's payload begins at `offset`; valid during the call only. */
  onState(view: DataView, offset: number): void;
  onProblem(name: string): void;
  onClosed(): void;
}

export interface PlayerConnection {
  /** `mode` is for servers that have several. */
  queue(mode: string): void;
  /** Sends one INPUT with this stamp; false while the kernel still owes the last one and owns its bytes. */
  trySendInput(stampMs: number): boolean;
  close(): void;
}

/** Handles `bytes[0, end)`; returns where the first unfinished message begins. */
export type Scan = (bytes: Uint8Array, end: number) => number;

/** Reads are synchronous on Linux: libuv fills this and calls back before it reads the next socket. */
export const READ_BUFFER: Uint8Array = new Uint8Array(64 * 1024);
const READ_VIEW = new DataView(READ_BUFFER.buffer);

/** An INPUT's payload as it is kept for good; its first eight bytes are the stamp. */
export function inputPayload(): Uint8Array {
  return new Uint8Array(INPUT_PAYLOAD_BYTES);
}

/** A view over bytes that came from a read, without an allocation where they are the shared buffer's. */
export function viewOf(bytes: Uint8Array): DataView {
  return bytes === READ_BUFFER
    ? READ_VIEW
    : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Opens a socket from the player's own source address that reads into the shared buffer. */
export function openSocket(
  options: ConnectionOptions,
  listener: Pick<ConnectionListener, 'onProblem' | 'onClosed'>,
  onRead: (length: number) => void,
): Socket {
  const socket = connect({
    host: '127.0.0.1',
    port: options.port,
    localAddress: options.localAddress,
    noDelay: true,
    onread: {
      buffer: READ_BUFFER,
      callback: (length) => {
        onRead(length);
        return true;
      },
    },
  });
  socket.once('error', (error: NodeJS.ErrnoException) => {
    listener.onProblem(error.code ?? error.message);
  });
  socket.once('close', () => listener.onClosed());
  return socket;
}

/** Keeps the unfinished end of a stream between two reads. */
export class PartialReads {
  #partial: Uint8Array | undefined;

  get isEmpty(): boolean {
    return this.#partial === undefined;
  }

  /** Hands what is there, with what was kept before it, to `scan`. */
  read(length: number, scan: Scan): void {
    if (this.#partial === undefined) {
      this.#keep(READ_BUFFER, length, scan(READ_BUFFER, length));
      return;
    }
    const joined = joinBytes(this.#partial, READ_BUFFER, length);
    this.#keep(joined, joined.byteLength, scan(joined, joined.byteLength));
  }

  #keep(bytes: Uint8Array, end: number, scanned: number): void {
    this.#partial = scanned === end ? undefined : bytes.slice(scanned, end);
  }
}
