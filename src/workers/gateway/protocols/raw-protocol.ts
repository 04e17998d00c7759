/**
 * The adapter for clients that cannot be changed: every byte goes to the handler as it came, and back.
 * Runs in gateway threads. The listener says how a player is named:
 *
 *   nameFrom    the player's name is                     the handler sees
 *   address     `<namePrefix>-<count>`, logged in at open   every byte
 *   firstLine   the first line (LF or CRLF)                 every byte after it
 *
 * Invariant: the bytes passed to input(), put together, are the bytes received less the first line, in order.
 */

import { isUtf8 } from 'node:buffer';
import type {
  ClientProtocol,
  ProtocolClient,
  ProtocolSession,
} from '../../../shared/client-protocol.ts';
import { ClientView } from '../../../shared/client-view.ts';
import { Reason } from '../../../shared/reason.ts';

export interface RawOptions {
  readonly nameFrom: 'address' | 'firstLine';
  /** Begins the names of `address`. Must differ between gateways and hosts: two players of one name replace each other. */
  readonly namePrefix: string;
  /** The longest first line, its end not counted. */
  readonly nameBytesMax: number;
}

const RAW_OPTIONS_DEFAULT: RawOptions = {
  nameFrom: 'address',
  namePrefix: 'raw',
  nameBytesMax: 128,
};

export class RawProtocol implements ClientProtocol {
  readonly name = 'raw';
  readonly opaque = true;
  readonly #options: RawOptions;
  #opened = 0;

  constructor(options: Partial<RawOptions> = {}) {
    this.#options = { ...RAW_OPTIONS_DEFAULT, ...options };
  }

  /** With `address`, calls client.login() before it returns. */
  open(client: ProtocolClient): ProtocolSession {
    client.setView(ClientView.raw);
    const session = new RawSession(client, this.#options);
    if (this.#options.nameFrom === 'address') {
      this.#opened += 1;
      session.login(`${this.#options.namePrefix}-${this.#opened}`);
    }
    return session;
  }

  encodeState(payload: Uint8Array): Uint8Array {
    return Buffer.from(payload);
  }

  /** An opaque stream has no room for the host's own words. */
  encodeEvent(): undefined {
    return undefined;
  }

  encodeWelcome(): undefined {
    return undefined;
  }

  encodeBye(): undefined {
    return undefined;
  }
}

class RawSession implements ProtocolSession {
  readonly #client: ProtocolClient;
  readonly #nameBytesMax: number;
  #named = false;
  /** The part of the first line that has come; undefined once the player is named. */
  #line: Uint8Array | undefined = undefined;

  constructor(client: ProtocolClient, options: RawOptions) {
    this.#client = client;
    this.#nameBytesMax = options.nameBytesMax;
  }

  login(name: string): void {
    this.#named = true;
    this.#line = undefined;
    this.#client.login(name, undefined);
  }

  onBytes(chunk: Uint8Array): void {
    if (!this.#client.open) return;
    const start = this.#named ? 0 : this.#takeName(chunk);
    if (start < chunk.length && this.#client.open) this.#client.input(chunk, start, chunk.length);
  }

  /** Reads the first line; returns where the rest of the chunk starts. */
  #takeName(chunk: Uint8Array): number {
    const lineFeedAt = chunk.indexOf(LINE_FEED);
    const end = lineFeedAt === -1 ? chunk.length : lineFeedAt;
    const line = Buffer.concat([this.#line ?? NO_BYTES, chunk.subarray(0, end)]);
    // One more than the name: the carriage return of a line whose line feed has not come yet.
    const nameBytes = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length;
    if (nameBytes > this.#nameBytesMax) {
      const detail = `Cannot take the first line as a name: over ${this.#nameBytesMax} bytes`;
      this.#client.violation(Reason.lineTooLong, detail);
    } else if (lineFeedAt === -1) {
      this.#line = line;
    } else if (isUtf8(line)) {
      this.login(line.toString('utf8', 0, nameBytes));
    } else {
      this.#client.violation(Reason.badText, 'Cannot take the first line as a name: not UTF-8');
    }
    return lineFeedAt === -1 ? chunk.length : lineFeedAt + 1;
  }
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NO_BYTES = new Uint8Array(0);
