/**
 * All sockets of a gateway read into one buffer. Gateway threads.
 *
 *   kernel --read()--> the buffer --onBytes(window on it)--> adapter, which copies what it keeps --> ring
 *
 * Node's own way makes a Buffer a read, puts it through a Readable and schedules a tick: a third more of user time a
 * message, and garbage (`bench relay`, 2026-11-23: 5 to 7 % of the host's CPU). Its `onread` option does without, but
 * `createServer` does not pass it on (Node 26), so the accepted socket's handle moves into a socket that has it.
 */

import { Socket } from 'node:net';

/** What libuv offers the kernel at most for one read. */
const READ_BYTES = 65_536;
/** Sizes whose windows are kept: most games' inputs are small and of few sizes. */
const KEPT_WINDOW_BYTES = 512;

/** Hears of what its socket read; `bytes` are valid during the call only. */
export interface BytesListener {
  onBytes(bytes: Uint8Array): void;
}

/** A socket with its listener: a property costs less memory than a closure a socket. */
export interface ReadSocket<Reader extends BytesListener> extends Socket {
  reader?: Reader;
}

/** What node:net keeps of an accepted socket under these names; a test fails if a version of Node does not. */
interface AcceptedSocket {
  _handle: unknown;
  _server: unknown;
}

/** Takes the place of `accepted`, which is of no more use. Paused: it reads from resume() on. */
export function socketOfSharedRead<Reader extends BytesListener>(
  accepted: Socket,
): ReadSocket<Reader> {
  const old = accepted as unknown as AcceptedSocket;
  const options: object = {
    handle: old._handle,
    pauseOnCreate: true,
    onread: { buffer: BUFFER, callback: onRead },
  };
  const socket = new Socket(options);
  // The server counts its sockets by this.
  (socket as unknown as AcceptedSocket)._server = old._server;
  old._handle = null;
  old._server = null;
  return socket;
}

const BUFFER = Buffer.allocUnsafeSlow(READ_BYTES);
const WINDOWS: (Buffer | undefined)[] = Array.from({ length: KEPT_WINDOW_BYTES + 1 });

/** Hot: once a read. True: go on reading. */
function onRead(this: ReadSocket<BytesListener>, byteLength: number): boolean {
  this.reader?.onBytes(windowOf(byteLength));
  return true;
}

function windowOf(byteLength: number): Buffer {
  if (byteLength > KEPT_WINDOW_BYTES) return BUFFER.subarray(0, byteLength);
  let window = WINDOWS[byteLength];
  if (window === undefined) {
    window = BUFFER.subarray(0, byteLength);
    WINDOWS[byteLength] = window;
  }
  return window;
}
