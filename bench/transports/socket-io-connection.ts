/**
 * A load player's connection to socket.io (bench/peers/socket-io-relay.js), over WebSocket from the first byte. Load clients only.
 * Engine.IO 4 and Socket.IO 5 as their specifications draw them; a message with bytes is two frames:
 *
 *   0{...} open   40 connect   2 ping   3 pong   42["name",...] event
 *   451-["name",{"_placeholder":true,"num":0}]  followed by one binary frame: an event with one attachment
 */

import { STATE_PAYLOAD_BYTES } from '../load/wire.ts';
import { inputPayload, viewOf } from './player-connection.ts';
import type {
  ConnectionListener,
  ConnectionOptions,
  PlayerConnection,
} from './player-connection.ts';
import { WebSocketClient } from './websocket-client.ts';
import { maskedFrame, MaskedInput, Opcode } from './websocket-frames.ts';

const PATH = '/socket.io/?EIO=4&transport=websocket';
const NO_PREFIX = new Uint8Array(0);
const INPUT_EVENT = maskedFrame(Opcode.text, '451-["input",{"_placeholder":true,"num":0}]');
const BINARY_EVENT = [0x34, 0x35] as const;
const TEXT_SHOWN_MAX = 40;

export class SocketIoConnection implements PlayerConnection {
  readonly #listener: ConnectionListener;
  readonly #client: WebSocketClient;
  readonly #input = new MaskedInput(inputPayload(), NO_PREFIX, INPUT_EVENT);
  readonly #name: string;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#listener = listener;
    this.#name = options.name;
    this.#client = new WebSocketClient(options, PATH, listener, {
      onOpen: () => listener.onConnected(),
      onMessage: (opcode, bytes, start, end) => this.#message(opcode, bytes, start, end),
    });
  }

  queue(): void {
    this.#client.sendText('42["queue"]');
  }

  trySendInput(stampMs: number): boolean {
    return this.#client.trySendInput(this.#input, stampMs);
  }

  close(): void {
    this.#client.close();
  }

  #message(opcode: number, bytes: Uint8Array, start: number, end: number): void {
    if (opcode === Opcode.binary) {
      if (end - start === STATE_PAYLOAD_BYTES) this.#listener.onState(viewOf(bytes), start);
      else this.#listener.onProblem('state of another length');
      return;
    }
    // The announcement of a state: what follows is all that matters.
    if (bytes[start] === BINARY_EVENT[0] && bytes[start + 1] === BINARY_EVENT[1]) return;
    this.#text(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString());
  }

  #text(text: string): void {
    if (text.startsWith('0')) this.#client.sendText('40');
    else if (text === '2') this.#client.sendText('3');
    else if (text.startsWith('40')) this.#client.sendText(`42["hello","${this.#name}"]`);
    else if (text.startsWith('42["lobby"')) this.#listener.onLobby();
    else if (text.startsWith('42["match"')) this.#listener.onMatch(false);
    else this.#listener.onProblem(`message ${text.slice(0, TEXT_SHOWN_MAX)}`);
  }
}
