/**
 * A load player's connection to the plain `ws` relay (bench/peers/ws-relay.js). Load clients only.
 *
 *   client  text `hello NAME`, text `queue`, binary of 32 bytes: an input
 *   server  text `lobby`, text `match`, binary of 256 bytes: a state
 */

import { STATE_PAYLOAD_BYTES } from '../load/wire.ts';
import { inputPayload, viewOf } from './player-connection.ts';
import type {
  ConnectionListener,
  ConnectionOptions,
  PlayerConnection,
} from './player-connection.ts';
import { WebSocketClient } from './websocket-client.ts';
import { MaskedInput, Opcode } from './websocket-frames.ts';

const NO_PREFIX = new Uint8Array(0);

export class WebSocketConnection implements PlayerConnection {
  readonly #listener: ConnectionListener;
  readonly #client: WebSocketClient;
  readonly #input = new MaskedInput(inputPayload(), NO_PREFIX);

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#listener = listener;
    this.#client = new WebSocketClient(options, '/', listener, {
      onOpen: () => {
        listener.onConnected();
        this.#client.sendText(`hello ${options.name}`);
      },
      onMessage: (opcode, bytes, start, end) => this.#message(opcode, bytes, start, end),
    });
  }

  queue(): void {
    this.#client.sendText('queue');
  }

  trySendInput(stampMs: number): boolean {
    return this.#client.trySendInput(this.#input, stampMs);
  }

  close(): void {
    this.#client.close();
  }

  #message(opcode: number, bytes: Uint8Array, start: number, end: number): void {
    if (opcode === Opcode.binary && end - start === STATE_PAYLOAD_BYTES) {
      this.#listener.onState(viewOf(bytes), start);
      return;
    }
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
    if (text === 'lobby') this.#listener.onLobby();
    else if (text === 'match') this.#listener.onMatch(false);
    else this.#listener.onProblem('message of another length');
  }
}
