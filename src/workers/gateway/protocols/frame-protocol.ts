/**
 * The adapter for programs: the `frame` protocol, version 1 (src/shared/frame-codec.ts). Runs in gateway threads.
 *
 *   client: HELLO, then COMMAND and INPUT in any order; PING at any time, also before HELLO
 *   server: WELCOME or BYE; EVENT, STATE; PONG; BYE last
 *
 * Invariant: login() is called at most once, and no command or input comes before it.
 */

import { isUtf8 } from 'node:buffer';
import type { ClientEvent } from '../../../shared/client-event.ts';
import type {
  ClientProtocol,
  ProtocolClient,
  ProtocolSession,
  Welcome,
} from '../../../shared/client-protocol.ts';
import { ClientView } from '../../../shared/client-view.ts';
import {
  FRAME_PAYLOAD_BYTES_MAX,
  FRAME_PROTOCOL_VERSION,
  FrameParser,
  type FrameSink,
  FrameType,
  PING_BYTES_MAX,
  encodeFrame,
  encodeJsonFrame,
} from '../../../shared/frame-codec.ts';
import { Reason } from '../../../shared/reason.ts';

export interface FrameLimits {
  /** The largest length field (type and payload) to accept from a client. */
  readonly frameBytesMax: number;
  /** The largest COMMAND payload to accept. */
  readonly commandBytesMax: number;
}

const FRAME_LIMITS_DEFAULT: FrameLimits = { frameBytesMax: 4096, commandBytesMax: 512 };

export class FrameProtocol implements ClientProtocol {
  readonly name = 'frame';
  readonly opaque = false;
  readonly #limits: FrameLimits;

  constructor(limits: Partial<FrameLimits> = {}) {
    this.#limits = { ...FRAME_LIMITS_DEFAULT, ...limits };
  }

  open(client: ProtocolClient): ProtocolSession {
    client.setView(ClientView.frame);
    return new FrameSession(client, this.#limits);
  }

  encodeState(payload: Uint8Array): Uint8Array {
    return encodeFrame(FrameType.state, payload);
  }

  encodeEvent(event: ClientEvent): Uint8Array | undefined {
    if (event.event === 'keys') return undefined;
    const json = JSON.stringify(event);
    // A JSON character is at most 3 bytes of UTF-8, so most events need no second look.
    const fits =
      json.length * 3 <= FRAME_PAYLOAD_BYTES_MAX ||
      Buffer.byteLength(json) <= FRAME_PAYLOAD_BYTES_MAX;
    return encodeJsonFrame(FrameType.event, fits ? event : shortened(event));
  }

  encodeWelcome(welcome: Welcome): Uint8Array | undefined {
    const { player, name, hostId, networkPlayers } = welcome;
    return encodeJsonFrame(FrameType.welcome, { player, name, hostId, networkPlayers });
  }

  encodeBye(code: string, message: string): Uint8Array | undefined {
    const text = message.slice(0, BYE_MESSAGE_CHARS_MAX);
    return encodeJsonFrame(FrameType.bye, { code, message: text });
  }
}

const BYE_MESSAGE_CHARS_MAX = 1000;

/** What stands for an event that no frame can hold: a game chose its size, so it must not stop the gateway. */
function shortened(event: ClientEvent): ClientEvent {
  if (event.event === 'ended') return { ...event, result: { omitted: 'too long' } };
  if (event.event === 'match') return { ...event, players: [] };
  const message = `Cannot show the event '${event.event}': it is longer than a frame`;
  return { event: 'error', code: 'event-too-long', message };
}

class FrameSession implements ProtocolSession, FrameSink {
  readonly #client: ProtocolClient;
  readonly #limits: FrameLimits;
  readonly #parser: FrameParser;
  #named = false;

  constructor(client: ProtocolClient, limits: FrameLimits) {
    this.#client = client;
    this.#limits = limits;
    this.#parser = new FrameParser(limits.frameBytesMax);
  }

  onBytes(chunk: Uint8Array): void {
    if (!this.#client.open) return;
    if (this.#parser.push(chunk, this) || !this.#client.open) return;
    const detail = `Cannot read a frame: its length is not 1 to ${this.#limits.frameBytesMax}`;
    this.#client.violation(Reason.frameTooLong, detail);
  }

  onFrame(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#client.open) return;
    if (type === FrameType.ping) this.#onPing(bytes, start, end);
    else if (!this.#named) this.#onFirst(type, bytes, start, end);
    else if (type === FrameType.input) this.#client.input(bytes, start, end);
    else if (type === FrameType.command) this.#onCommand(bytes, start, end);
    else this.#bad(`Cannot take a frame of type ${type}: expected COMMAND, INPUT or PING`);
  }

  #onPing(bytes: Uint8Array, start: number, end: number): void {
    if (end - start <= PING_BYTES_MAX) {
      this.#client.reply(encodeFrame(FrameType.pong, bytes.subarray(start, end)));
    } else {
      this.#bad(`Cannot answer PING: ${end - start} bytes, at most ${PING_BYTES_MAX} allowed`);
    }
  }

  #onCommand(bytes: Uint8Array, start: number, end: number): void {
    const max = this.#limits.commandBytesMax;
    if (end - start > max) {
      const detail = `Cannot take COMMAND: ${end - start} bytes, at most ${max} allowed`;
      this.#client.violation(Reason.frameTooLong, detail);
    } else if (isUtf8(bytes.subarray(start, end))) {
      this.#onCommandText(bytes, start, end);
    } else {
      this.#client.violation(Reason.badText, 'Cannot take COMMAND: not UTF-8');
    }
  }

  /** The two commands that are about the connection end here; `plain` has nothing to change for a program. */
  #onCommandText(bytes: Uint8Array, start: number, end: number): void {
    const isShort = end - start <= OWN_COMMAND_BYTES_MAX;
    const word = isShort ? UTF8.decode(bytes.subarray(start, end)).trim().toLowerCase() : '';
    if (word === 'quit') this.#client.quit();
    else if (word !== 'plain') this.#client.command(bytes, start, end);
  }

  #onFirst(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type !== FrameType.hello) {
      this.#bad(`Cannot take a frame of type ${type}: expected HELLO first`);
      return;
    }
    const hello = parseObject(bytes.subarray(start, end));
    if (hello === undefined) {
      this.#bad('Cannot read HELLO: not a JSON object in UTF-8');
      return;
    }
    const { protocol, name, token } = hello;
    if (protocol !== FRAME_PROTOCOL_VERSION) {
      const detail = `Cannot speak this protocol: only version ${FRAME_PROTOCOL_VERSION} is known`;
      this.#client.violation(Reason.badProtocol, detail);
    } else if (typeof name !== 'string') {
      this.#bad("Cannot read HELLO: 'name' is not a string");
    } else if (token !== undefined && typeof token !== 'string') {
      this.#bad("Cannot read HELLO: 'token' is not a string");
    } else {
      this.#named = true;
      this.#client.login(name, token);
    }
  }

  #bad(detail: string): void {
    this.#client.violation(Reason.badFrame, detail);
  }
}

interface Hello {
  readonly protocol?: unknown;
  readonly name?: unknown;
  readonly token?: unknown;
}

function parseObject(bytes: Uint8Array): Hello | undefined {
  if (!isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(UTF8.decode(bytes));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // Text that is not JSON is the peer's mistake: the caller closes the connection.
    return undefined;
  }
}

const UTF8 = new TextDecoder();
/** Room for `plain` and some spaces around it. */
const OWN_COMMAND_BYTES_MAX = 16;
