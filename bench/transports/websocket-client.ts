/**
 * The client half of a WebSocket, without a library: handshake, whole messages in and out, pings answered. Load clients only.
 * What the messages mean is for the connections above it.
 */

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';

import { messageOf } from '../../src/shared/errors.ts';
import { openSocket, PartialReads } from './player-connection.ts';
import type { ConnectionListener, ConnectionOptions, Scan } from './player-connection.ts';
import { maskedFrame, Opcode, scanWebSocketFrames } from './websocket-frames.ts';
import type { MaskedInput, OnWebSocketFrame } from './websocket-frames.ts';

const HEADERS_END = '\r\n\r\n';
const HEADERS_BYTES_MAX = 16 * 1024;

export interface WebSocketHandlers {
  readonly onOpen: () => void;
  /** A text or binary message, as in `OnWebSocketFrame`. */
  readonly onMessage: OnWebSocketFrame;
}

export class WebSocketClient {
  readonly #listener: Pick<ConnectionListener, 'onProblem' | 'onClosed'>;
  readonly #handlers: WebSocketHandlers;
  readonly #socket: Socket;
  readonly #reads = new PartialReads();
  readonly #scan: Scan;
  #isOpen = false;

  constructor(
    options: ConnectionOptions,
    path: string,
    listener: Pick<ConnectionListener, 'onProblem' | 'onClosed'>,
    handlers: WebSocketHandlers,
  ) {
    this.#listener = listener;
    this.#handlers = handlers;
    const onFrame: OnWebSocketFrame = (opcode, bytes, start, end) =>
      this.#frame(opcode, bytes, start, end);
    this.#scan = (bytes, end) =>
      this.#isOpen ? scanWebSocketFrames(bytes, end, onFrame) : this.#handshake(bytes, end);
    this.#socket = openSocket(options, listener, (length) => this.#read(length));
    this.#socket.once('connect', () => {
      const headers = [
        `GET ${path} HTTP/1.1`,
        `Host: 127.0.0.1:${options.port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      ];
      this.#socket.write(`${headers.join('\r\n')}${HEADERS_END}`);
    });
  }

  /** Writes an input with this stamp; false while the kernel still owes earlier bytes and owns their memory. */
  trySendInput(input: MaskedInput, stampMs: number): boolean {
    if (this.#socket.writableLength > 0) return false;
    input.setStamp(stampMs);
    this.#socket.write(input.bytes);
    return true;
  }

  /** Writes frames that are ready. */
  write(frames: Uint8Array): void {
    this.#socket.write(frames);
  }

  sendText(text: string): void {
    this.#socket.write(maskedFrame(Opcode.text, text));
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(length: number): void {
    try {
      this.#reads.read(length, this.#scan);
    } catch (error) {
      this.#listener.onProblem(messageOf(error));
      this.#socket.destroy();
    }
  }

  #handshake(bytes: Uint8Array, end: number): number {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
    const length = text.indexOf(HEADERS_END);
    if (length < 0) {
      if (end > HEADERS_BYTES_MAX) throw new Error('Cannot open a WebSocket: no end of headers');
      return 0;
    }
    const status = text.slice(0, text.indexOf('\r\n'));
    if (!status.startsWith('HTTP/1.1 101 ')) {
      throw new Error(`Cannot open a WebSocket: "${status}"`);
    }
    this.#isOpen = true;
    this.#handlers.onOpen();
    const scanned = length + HEADERS_END.length;
    return scanned + this.#scan(bytes.slice(scanned, end), end - scanned);
  }

  #frame(opcode: number, bytes: Uint8Array, start: number, end: number): void {
    if (opcode === Opcode.text || opcode === Opcode.binary) {
      this.#handlers.onMessage(opcode, bytes, start, end);
    } else if (opcode === Opcode.ping) {
      this.#socket.write(maskedFrame(Opcode.pong, bytes.slice(start, end)));
    } else if (opcode === Opcode.close) {
      const code = ((bytes[start] ?? 0) << 8) | (bytes[start + 1] ?? 0);
      this.#listener.onProblem(`close ${code}`);
      this.#socket.destroy();
    } else if (opcode !== Opcode.pong) {
      this.#listener.onProblem(`frame with opcode ${opcode}`);
    }
  }
}
