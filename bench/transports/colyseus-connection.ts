/**
 * A load player's connection to Colyseus 0.18 (bench/peers/colyseus-relay.js). Load clients only.
 * As its own client does it: a seat is reserved over HTTP, then taken over a WebSocket.
 *
 *   POST /matchmake/joinOrCreate/relay -> { processId, roomId, sessionId }
 *   WebSocket /processId/roomId?sessionId=... -> JOIN_ROOM (10), answered with JOIN_ROOM
 *   ROOM_DATA (13) type, msgpack              ROOM_DATA_BYTES (17) type, bytes      a type is a msgpack string
 */

import { STATE_PAYLOAD_BYTES } from '../load/wire.ts';
import { inputPayload, openSocket, PartialReads, viewOf } from './player-connection.ts';
import type {
  ConnectionListener,
  ConnectionOptions,
  PlayerConnection,
} from './player-connection.ts';
import { WebSocketClient } from './websocket-client.ts';
import { maskedFrame, MaskedInput, Opcode } from './websocket-frames.ts';

const JOIN_ROOM = 10;
const ERROR = 11;
const ROOM_DATA = 13;
const ROOM_DATA_BYTES = 17;
const FIXED_STRING = 0xa0;
const HEADERS_END = '\r\n\r\n';
const JOINED = maskedFrame(Opcode.binary, Uint8Array.of(JOIN_ROOM));
const QUEUE = maskedFrame(Opcode.binary, typed(ROOM_DATA, 'queue'));
const INPUT_PREFIX = typed(ROOM_DATA_BYTES, 'input');
const STATE_BYTES = typed(ROOM_DATA_BYTES, 'state').byteLength + STATE_PAYLOAD_BYTES;

export class ColyseusConnection implements PlayerConnection {
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  readonly #input = new MaskedInput(inputPayload(), INPUT_PREFIX);
  #client: WebSocketClient | undefined;
  #isClosed = false;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    this.#options = options;
    this.#listener = listener;
    reserveSeat(options, {
      onSeat: (path) => this.#join(path),
      onProblem: (name) => listener.onProblem(name),
      onClosed: () => listener.onClosed(),
    });
  }

  queue(): void {
    this.#client?.write(QUEUE);
  }

  trySendInput(stampMs: number): boolean {
    return this.#client?.trySendInput(this.#input, stampMs) ?? false;
  }

  close(): void {
    this.#isClosed = true;
    this.#client?.close();
  }

  #join(path: string): void {
    if (this.#isClosed) return;
    this.#client = new WebSocketClient(this.#options, path, this.#listener, {
      onOpen: () => this.#listener.onConnected(),
      onMessage: (_opcode, bytes, start, end) => this.#message(bytes, start, end),
    });
  }

  #message(bytes: Uint8Array, start: number, end: number): void {
    const code = bytes[start];
    if (code === ROOM_DATA_BYTES && end - start === STATE_BYTES) {
      this.#listener.onState(viewOf(bytes), end - STATE_PAYLOAD_BYTES);
    } else if (code === JOIN_ROOM) {
      this.#client?.write(JOINED);
      this.#listener.onLobby();
    } else if (code === ERROR) {
      this.#listener.onProblem('error from the room');
    } else {
      this.#listener.onProblem(`message of type ${code}`);
    }
  }
}

interface SeatHandlers {
  readonly onSeat: (path: string) => void;
  readonly onProblem: (name: string) => void;
  /** Without a seat. */
  readonly onClosed: () => void;
}

/** Asks for a seat; exactly one of `onSeat` and `onClosed` follows. */
function reserveSeat(options: ConnectionOptions, handlers: SeatHandlers): void {
  const reads = new PartialReads();
  let response = '';
  const socket = openSocket(
    options,
    {
      onProblem: handlers.onProblem,
      onClosed: () => {
        const path = seatPath(response);
        if (path !== undefined) {
          handlers.onSeat(path);
          return;
        }
        handlers.onProblem(`no seat: ${response.slice(0, response.indexOf('\r\n'))}`);
        handlers.onClosed();
      },
    },
    (length) => {
      reads.read(length, (bytes, end) => {
        response += Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
        return end;
      });
    },
  );
  socket.once('connect', () => {
    const headers = [
      'POST /matchmake/joinOrCreate/relay HTTP/1.1',
      `Host: 127.0.0.1:${options.port}`,
      'Content-Type: application/json',
      'Content-Length: 2',
      'Connection: close',
    ];
    socket.write(`${headers.join('\r\n')}${HEADERS_END}{}`);
  });
}

function seatPath(response: string): string | undefined {
  if (!response.startsWith('HTTP/1.1 200 ')) return undefined;
  const body = response.slice(response.indexOf(HEADERS_END) + HEADERS_END.length);
  // Colyseus' answer to a reservation; a field that is missing shows as a refused join.
  const seat = JSON.parse(body) as { processId: string; roomId: string; sessionId: string };
  return `/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`;
}

function typed(code: number, type: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(code, FIXED_STRING | type.length), Buffer.from(type)]);
}
