/**
 * An adapter that somebody else wrote, made safe for the thread that all other players of a gateway depend on. Gateway threads.
 *
 *   a session throws   its connection is closed with `crashed`
 *   an encoder throws  that message is not sent to anyone, or a wrong one is not
 *
 * Each is reported. What an adapter does outside of its calls, in timers or promises, nobody can contain.
 */

import type { ClientEvent } from '../../../shared/client-event.ts';
import type {
  ClientProtocol,
  ProtocolClient,
  ProtocolSession,
  Welcome,
} from '../../../shared/client-protocol.ts';
import type { ClientView } from '../../../shared/client-view.ts';
import { Reason } from '../../../shared/reason.ts';

type OnFailure = (call: string, error: unknown) => void;

const NOTHING = new Uint8Array(0);

export class GuardedProtocol implements ClientProtocol {
  readonly name: string;
  readonly opaque: boolean;
  readonly #protocol: ClientProtocol;
  readonly #onFailure: OnFailure;

  constructor(protocol: ClientProtocol, onFailure: OnFailure) {
    this.name = protocol.name;
    this.opaque = protocol.opaque;
    this.#protocol = protocol;
    this.#onFailure = onFailure;
  }

  open(client: ProtocolClient): ProtocolSession {
    try {
      return new GuardedSession(client, this.#protocol.open(client), this.#onFailure);
    } catch (error) {
      this.#onFailure('open()', error);
      return new GuardedSession(client, undefined, this.#onFailure);
    }
  }

  encodeState(payload: Uint8Array): Uint8Array {
    return this.#encode('encodeState()', () => this.#protocol.encodeState(payload)) ?? NOTHING;
  }

  encodeEvent(event: ClientEvent, view: ClientView): Uint8Array | undefined {
    return this.#encode('encodeEvent()', () => this.#protocol.encodeEvent(event, view));
  }

  encodeWelcome(welcome: Welcome, view: ClientView): Uint8Array | undefined {
    return this.#encode('encodeWelcome()', () => this.#protocol.encodeWelcome(welcome, view));
  }

  encodeBye(code: string, message: string, view: ClientView): Uint8Array | undefined {
    return this.#encode('encodeBye()', () => this.#protocol.encodeBye(code, message, view));
  }

  #encode(call: string, encode: () => unknown): Uint8Array | undefined {
    try {
      const bytes = encode();
      if (bytes === undefined || bytes instanceof Uint8Array) return bytes;
      throw new TypeError(`found ${typeof bytes} where a Uint8Array was expected`);
    } catch (error) {
      this.#onFailure(call, error);
      return undefined;
    }
  }
}

class GuardedSession implements ProtocolSession {
  readonly #client: ProtocolClient;
  /** undefined where it could not be opened: the connection, not whole before that, ends at its first bytes. */
  readonly #session: ProtocolSession | undefined;
  readonly #onFailure: OnFailure;

  constructor(client: ProtocolClient, session: ProtocolSession | undefined, onFailure: OnFailure) {
    this.#client = client;
    this.#session = session;
    this.#onFailure = onFailure;
  }

  onBytes(chunk: Uint8Array): void {
    if (this.#session === undefined) {
      this.#close();
      return;
    }
    try {
      this.#session.onBytes(chunk);
    } catch (error) {
      this.#onFailure('onBytes()', error);
      this.#close();
    }
  }

  onEvent(event: ClientEvent): void {
    try {
      this.#session?.onEvent?.(event);
    } catch (error) {
      this.#onFailure('onEvent()', error);
      this.#close();
    }
  }

  #close(): void {
    this.#client.violation(Reason.crashed, 'The protocol adapter of this port failed');
  }
}
