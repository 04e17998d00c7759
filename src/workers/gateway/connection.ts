/**
 * One client: its socket, its adapter's session, its output, and the route of its bytes (player-route.ts). Gateway threads.
 *
 *   socket -> session -> login / command / input -> route -> ring of the handler's worker
 *   socket <- output  <- states and events       <-          ring of the handler's worker
 */

import type { Socket } from 'node:net';
import type { ClientEvent } from '../../shared/client-event.ts';
import type {
  ClientProtocol,
  ProtocolClient,
  ProtocolSession,
} from '../../shared/client-protocol.ts';
import { ClientView } from '../../shared/client-view.ts';
import { NO_PLAYER, type HandlerRef } from '../../shared/ids.ts';
import { Reason, reasonWord } from '../../shared/reason.ts';
import { InputChannel } from '../../shared/record-layout.ts';
import { ConnectionOutput } from './connection-output.ts';
import type { Gateway } from './gateway.ts';
import { PlayerRoute } from './player-route.ts';
import { RouteState } from './route-state.ts';

/** Word of a ticket that waits: what is older than so much is out of date. */
const UNTOLD_MAX = 16;
const NOTHING: readonly ClientEvent[] = [];

export interface ConnectionOptions {
  readonly protocol: ClientProtocol;
  readonly listener: string;
  /** The address that counts: behind a trusted proxy, the one it names. */
  readonly address: string;
  /** Its row in the address table. */
  readonly addressRow: number;
  readonly nowMs: number;
}

export class Connection extends PlayerRoute implements ProtocolClient {
  readonly socket: Socket;
  readonly protocol: ClientProtocol;
  readonly output: ConnectionOutput;
  readonly address: string;
  readonly addressRow: number;
  /** Clock milliseconds of the accept. */
  readonly connectedMs: number;
  /** Bytes came since the last sweep. A date here would be a heap number, that is garbage, a message. */
  isHeard = true;
  /** Clock milliseconds of the newest bytes, as of the sweep after them. */
  heardMs: number;
  /** In the gateway's list of those with something to write. */
  isQueued = false;
  view: ClientView;
  bytesDelivered = 0;
  protected readonly routes: Gateway;
  readonly #listener: string;
  readonly #session: ProtocolSession;
  /** The handler has said where the player is now (`lobby`, `match`). */
  #isPlaced = false;
  /** Main's word of the player's ticket until then: it takes a shorter way, and would be told of another place. */
  #untold: ClientEvent[] | undefined;
  #window = 0;
  #windowInputs = 0;
  #windowBytes = 0;

  constructor(gateway: Gateway, socket: Socket, options: ConnectionOptions) {
    super();
    this.routes = gateway;
    this.socket = socket;
    this.output = new ConnectionOutput(socket);
    this.protocol = options.protocol;
    this.#listener = options.listener;
    this.address = options.address;
    this.addressRow = options.addressRow;
    this.connectedMs = options.nowMs;
    this.heardMs = options.nowMs;
    this.view = options.protocol.name === 'frame' ? ClientView.frame : ClientView.plain;
    this.#session = options.protocol.open(this);
  }

  get greeting(): boolean {
    return this.state === RouteState.greeting;
  }

  /** Bytes from the socket, for the adapter. */
  onBytes(chunk: Uint8Array): void {
    if (!this.open) return;
    this.isHeard = true;
    this.#windowBytes += chunk.byteLength;
    this.#session.onBytes(chunk);
    if (this.#isOverBudget()) this.pause();
    this.routes.onInput(this.link, chunk.byteLength);
  }

  /** The socket is gone. */
  onSocketClosed(reason: Reason): void {
    this.routes.unnamed.delete(this);
    this.routes.onSocketClosed(this, reason);
  }

  // What the adapter calls.

  reply(bytes: Uint8Array): void {
    // A copy: an adapter may answer with a part of the chunk, and the next read writes there.
    if (this.open) this.push(Buffer.from(bytes), false);
  }

  login(name: string, token: string | undefined): void {
    if (!this.tryStep('login')) return;
    this.routes.unnamed.delete(this);
    this.player = this.routes.tryTakeRow(this);
    if (this.player === NO_PLAYER) {
      this.close(Reason.hostFull, 'This host is full; try again later');
      return;
    }
    this.isKnownToMain = true;
    this.routes.report({
      kind: 'login',
      player: this.player,
      name,
      token,
      address: this.address,
      listener: this.#listener,
      view: this.view,
      // Not as of the turn: on another host a millisecond may decide which login is the newest.
      atMs: this.routes.clock.nowMs(),
    });
  }

  command(bytes: Uint8Array, start: number, end: number): void {
    this.#take(InputChannel.command, bytes, start, end);
  }

  input(bytes: Uint8Array, start: number, end: number): void {
    const channel = this.protocol.opaque ? InputChannel.opaque : InputChannel.input;
    this.#take(channel, bytes, start, end);
  }

  setView(view: ClientView): void {
    this.view = view;
    this.routes.storeState(this);
  }

  quit(): void {
    this.close(Reason.quit, 'See you again');
  }

  violation(reason: Reason, detail: string): void {
    this.close(reason, detail);
  }

  // What the gateway calls.

  /** Main accepted the login: welcome, then into the handler. */
  admit(name: string, handler: HandlerRef, reason: Reason): void {
    this.goTo(handler, reason);
    const welcome = this.protocol.encodeWelcome(this.routes.admitted(this, name), this.view);
    if (welcome !== undefined) this.push(welcome, false);
    this.tryStep('admit');
  }

  /** Main does not let the player in; it never counted this login. */
  refuse(reason: Reason, message: string): void {
    this.isKnownToMain = false;
    this.close(reason, message);
  }

  /** Bytes of the current handler, already in the client's protocol. */
  deliver(bytes: Uint8Array, isVolatile: boolean, payloadBytes: number): void {
    this.bytesDelivered += payloadBytes;
    this.push(bytes, isVolatile);
  }

  /** Lets the adapter see an event before its bytes. */
  onEvent(event: ClientEvent): void {
    this.#session.onEvent?.(event);
  }

  /** Whether main's word waits until the handler has said where the player is. */
  tryKeep(event: ClientEvent): boolean {
    if (this.#isPlaced || !isOfTicket(event)) return false;
    const untold = (this.#untold ??= []);
    if (untold.length === UNTOLD_MAX) untold.shift();
    untold.push(event);
    return true;
  }

  /** The handler has told `event`; answers with what has waited for that. */
  takeKept({ event }: ClientEvent): readonly ClientEvent[] {
    const isPlace = event === 'lobby' || event === 'match';
    // While the player leaves, it is the place before that speaks.
    if (this.#isPlaced || !isPlace || this.state !== RouteState.playing) return NOTHING;
    this.#isPlaced = true;
    const untold = this.#untold ?? NOTHING;
    this.#untold = undefined;
    return untold;
  }

  push(bytes: Uint8Array, isVolatile: boolean): void {
    this.output.push(bytes, isVolatile);
    if (!this.isQueued) this.routes.queue(this);
  }

  /** Says why, leaves the handler, then closes the socket once the client has read it or the time is up. */
  close(reason: Reason, message: string): void {
    if (!this.open) return;
    const bye = this.protocol.encodeBye(reasonWord(reason), message, this.view);
    if (bye !== undefined) this.push(bye, false);
    this.depart(reason);
    this.routes.onClosing(this, reason);
  }

  /** A second has passed: the input budget is full again. */
  onWindow(window: number): void {
    if (this.#window === window) return;
    this.#window = window;
    this.#windowInputs = 0;
    this.#windowBytes = 0;
    if (this.isPaused && !this.hasHeld) this.resume();
  }

  protected override goTo(handler: HandlerRef, reason: Reason): void {
    this.#isPlaced = false;
    super.goTo(handler, reason);
  }

  protected pause(): void {
    if (this.isPaused) return;
    this.isPaused = true;
    this.routes.traffic.pauses += 1;
    this.socket.pause();
  }

  #isOverBudget(): boolean {
    const { inputsPerSecond, inputBytesPerSecond } = this.routes.limits;
    return this.#windowInputs > inputsPerSecond || this.#windowBytes > inputBytesPerSecond;
  }

  protected resume(): void {
    if (this.#isOverBudget()) return;
    this.isPaused = false;
    this.socket.resume();
  }

  #take(channel: InputChannel, bytes: Uint8Array, start: number, end: number): void {
    if (!this.open) return;
    this.#windowInputs += 1;
    this.routes.traffic.messagesIn += 1;
    this.forward(channel, bytes, start, end);
  }
}

function isOfTicket({ event }: ClientEvent): boolean {
  return event === 'queued' || event === 'unqueued' || event === 'found';
}
