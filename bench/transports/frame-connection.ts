/**
 * A load player's connection by `frame`, version 1. Load clients only.
 *
 *   connect -> HELLO -> WELCOME + lobby event -> `queue MODE` -> match event -> states, inputs ...
 */

import type { Socket } from 'node:net';

import {
  frameOf,
  HEADER_BYTES,
  jsonOf,
  scanFrames,
  STAMP_OFFSET,
  STATE_FRAME_BYTES,
  STATE_PAYLOAD_BYTES,
  WireType,
} from '../load/wire.ts';
import type { OnFrame } from '../load/wire.ts';
import {
  inputPayload,
  openSocket,
  PartialReads,
  READ_BUFFER,
  viewOf,
} from './player-connection.ts';
import type {
  ConnectionListener,
  ConnectionOptions,
  PlayerConnection,
  Scan,
} from './player-connection.ts';

export class FrameConnection implements PlayerConnection {
  readonly #listener: ConnectionListener;
  readonly #socket: Socket;
  readonly #scan: Scan;
  readonly #reads = new PartialReads();
  readonly #inputFrame = frameOf(WireType.input, inputPayload());
  readonly #inputView = new DataView(this.#inputFrame.buffer);
  #welcomed = false;
  #hostId: unknown;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#listener = listener;
    const onFrame: OnFrame = (type, bytes, start, end) => this.#frame(type, bytes, start, end);
    this.#scan = (bytes, end) => scanFrames(bytes, end, onFrame);
    this.#socket = openSocket(options, listener, (length) => this.#read(length));
    this.#socket.once('connect', () => {
      listener.onConnected();
      const hello = { protocol: 1, name: options.name };
      this.#socket.write(frameOf(WireType.hello, JSON.stringify(hello)));
    });
  }

  queue(mode: string): void {
    this.#socket.write(frameOf(WireType.command, `queue ${mode}`));
  }

  trySendInput(stampMs: number): boolean {
    if (this.#socket.writableLength > 0) return false;
    this.#inputView.setFloat64(STAMP_OFFSET, stampMs, true);
    this.#socket.write(this.#inputFrame);
    return true;
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(length: number): void {
    if (
      length === STATE_FRAME_BYTES &&
      this.#reads.isEmpty &&
      READ_BUFFER[2] === WireType.state &&
      READ_BUFFER[0] === (STATE_FRAME_BYTES - 2) >>> 8 &&
      READ_BUFFER[1] === ((STATE_FRAME_BYTES - 2) & 0xff)
    ) {
      this.#listener.onState(viewOf(READ_BUFFER), HEADER_BYTES);
    } else {
      this.#reads.read(length, this.#scan);
    }
  }

  #frame(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === WireType.state) {
      if (end - start === STATE_PAYLOAD_BYTES) this.#listener.onState(viewOf(bytes), start);
      else this.#listener.onProblem('state of another length');
    } else if (type === WireType.welcome) {
      this.#welcomed = true;
      this.#hostId = jsonOf(bytes, start, end)?.['hostId'];
    } else if (type === WireType.event) {
      this.#event(jsonOf(bytes, start, end));
    } else if (type === WireType.bye) {
      this.#listener.onProblem(`bye ${String(jsonOf(bytes, start, end)?.['code'])}`);
    } else {
      this.#listener.onProblem(`frame of type ${type}`);
    }
  }

  #event(event: Readonly<Record<string, unknown>> | undefined): void {
    const name = event?.['event'];
    if (name === 'lobby') {
      if (this.#welcomed) this.#listener.onLobby();
    } else if (name === 'match') {
      this.#listener.onMatch(event?.['hostId'] !== this.#hostId);
    } else if (name === 'error') {
      this.#listener.onProblem(`event ${String(event?.['code'])}`);
    } else if (event === undefined) {
      this.#listener.onProblem('event without JSON');
    }
  }
}
