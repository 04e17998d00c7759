/**
 * The seam between a gateway and a client's protocol: what an adapter implements, and what it may call.
 * An adapter runs in gateway threads. It turns one client's bytes into logins, commands and input, and the
 * host's messages into bytes; it never sees a socket, so tests and fuzzers drive it with plain arrays.
 *
 *   socket --bytes--> ProtocolSession.onBytes --login/command/input--> ProtocolClient (the connection)
 *   socket <--bytes-- ClientProtocol.encode...  <--state/event/bye---- gateway
 */

import type { ClientEvent } from './client-event.ts';
import type { ClientView } from './client-view.ts';
import type { Reason } from './reason.ts';

/** One protocol, one object per gateway thread. Encoders are stateless: a broadcast is encoded once. */
export interface ClientProtocol {
  /** Short name for logs and metrics: `line`, `frame`, `raw`. */
  readonly name: string;
  /** True where the host cannot tell messages apart: nothing may be dropped, half messages are handed on. */
  readonly opaque: boolean;
  /** Starts one connection. The session keeps `client` and calls it from onBytes. */
  open(client: ProtocolClient): ProtocolSession;
  /** Encodes what a handler sent. `payload` is valid only during the call: copy it. */
  encodeState(payload: Uint8Array): Uint8Array;
  /** Encodes an event for one view; undefined where this protocol does not show it. */
  encodeEvent(event: ClientEvent, view: ClientView): Uint8Array | undefined;
  /** Encodes the answer to an accepted login. */
  encodeWelcome(welcome: Welcome, view: ClientView): Uint8Array | undefined;
  /** Encodes the last message before the socket closes. */
  encodeBye(code: string, message: string, view: ClientView): Uint8Array | undefined;
}

/** The answer to an accepted login. `player` is `hostId:slot:generation`. */
export interface Welcome {
  readonly player: string;
  readonly name: string;
  readonly hostId: string;
  readonly networkPlayers: number;
}

/** One connection's parser. It never throws on any bytes: bad ones end in `client.violation()`. */
export interface ProtocolSession {
  /**
   * Consumes all of `chunk` (valid during the call only; copy what is kept). After violation() or quit()
   * the rest of the chunk is to be ignored.
   */
  onBytes(chunk: Uint8Array): void;
  /** Sees each event sent to this client, before its bytes are written. */
  onEvent?(event: ClientEvent): void;
}

/** What a session may do with the connection it serves. All calls return at once. */
export interface ProtocolClient {
  /** Bytes of the adapter's own to the client: a greeting, a pong, a telnet option. Copied. */
  reply(bytes: Uint8Array): void;
  /** The client named itself. The first call counts, others are ignored; the host answers with a welcome or a bye. */
  login(name: string, token: string | undefined): void;
  /** A command without its slash: `bytes[start, end)`, UTF-8. */
  command(bytes: Uint8Array, start: number, end: number): void;
  /** Input for the handler the player is in: `bytes[start, end)`. */
  input(bytes: Uint8Array, start: number, end: number): void;
  /** The client can be shown this view from now on. */
  setView(view: ClientView): void;
  /** The client wants to go: bye, then close. */
  quit(): void;
  /** The client broke its protocol: counted, told why, closed. */
  violation(reason: Reason, detail: string): void;
  /** True until login() was called: what comes after it is kept until the host has answered, then handed on. */
  readonly greeting: boolean;
  /** False once the connection is closing: ignore the rest. */
  readonly open: boolean;
}
