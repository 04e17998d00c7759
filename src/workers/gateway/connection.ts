/**
 * One client: its socket, its adapter's session, and the route of its bytes (route-state.ts). Gateway threads.
 *
 *   socket -> session -> login / command / input -> held? -> ring of the handler's worker
 *   socket <- output  <- states and events       <-        ring of the handler's worker
 *
 * Invariants: input is written to a ring only while `playing`, after the JOIN and after everything that was held;
 * what a handler sends is passed on only while it is this connection's handler. So no byte is lost, repeated,
 * reordered or given to another handler, however often the player is moved.
 */

import type { Socket } from 'node:net';
import type {
  ClientProtocol,
  ProtocolClient,
  ProtocolSession,
} from '../../shared/client-protocol.ts';
import { ClientView } from '../../shared/client-view.ts';
import { NO_HANDLER, NO_PLAYER, type HandlerRef, type PlayerRef } from '../../shared/ids.ts';
import { Reason, reasonWord } from '../../shared/reason.ts';
import { InputChannel, tryWriteInput } from '../../shared/record-layout.ts';
import { ConnectionOutput } from './connection-output.ts';
import type { Gateway } from './gateway.ts';
import { HeldInput } from './held-input.ts';
import { ROUTE_STEPS, RouteState, type RouteEvent } from './route-state.ts';
import type { WorkerLink } from './worker-link.ts';

const NO_BYTES = new Uint8Array(0);

export class Connection implements ProtocolClient {
  readonly socket: Socket;
  readonly protocol: ClientProtocol;
  readonly listener: string;
  readonly output: ConnectionOutput;
  /** The address that counts: behind a trusted proxy, the one it names. */
  readonly address: string;
  readonly addressRow: number;
  /** Clock milliseconds of the accept. */
  readonly connectedMs: number;
  /** Clock milliseconds of the newest bytes, as of the turn. */
  heardMs: number;
  /** In the gateway's list of those with something to write. */
  isQueued = false;
  player: PlayerRef = NO_PLAYER;
  handler: HandlerRef = NO_HANDLER;
  link: WorkerLink | undefined;
  state: RouteState = RouteState.greeting;
  view: ClientView;
  /** When a hand-off that hears no LEFT goes on without, or a closing socket is cut. */
  deadlineMs = 0;
  bytesIn = 0;
  bytesForwarded = 0;
  bytesDelivered = 0;
  readonly #gateway: Gateway;
  readonly #session: ProtocolSession;
  readonly #held = new HeldInput();
  #next: HandlerRef = NO_HANDLER;
  #nextReason: Reason = Reason.login;
  #unread: Uint8Array = NO_BYTES;
  #owes: 'nothing' | 'leave' | 'join' = 'nothing';
  #leaveReason: Reason = Reason.moved;
  #isBlocked = false;
  #isPaused = false;
  #isKnownToMain = false;
  #window = 0;
  #windowInputs = 0;
  #windowBytes = 0;

  constructor(
    gateway: Gateway,
    socket: Socket,
    options: {
      protocol: ClientProtocol;
      listener: string;
      address: string;
      addressRow: number;
      nowMs: number;
    },
  ) {
    this.#gateway = gateway;
    this.socket = socket;
    this.output = new ConnectionOutput(socket);
    this.protocol = options.protocol;
    this.listener = options.listener;
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

  get open(): boolean {
    return this.state !== RouteState.closing;
  }

  /** Bytes from the socket, for the adapter. */
  onBytes(chunk: Uint8Array): void {
    if (this.state === RouteState.closing) return;
    this.heardMs = this.#gateway.nowMs;
    this.#windowBytes += chunk.byteLength;
    this.#session.onBytes(chunk);
    this.#gateway.onInput(this.link);
  }

  /** The socket is gone. */
  onSocketClosed(reason: Reason): void {
    this.#gateway.onSocketClosed(this, reason);
  }

  // What the adapter calls.

  reply(bytes: Uint8Array): void {
    if (this.state !== RouteState.closing) this.push(bytes, false);
  }

  login(name: string, token: string | undefined): void {
    if (!this.#step('login')) return;
    this.player = this.#gateway.tryTakeRow(this);
    if (this.player === NO_PLAYER) {
      this.close(Reason.hostFull, 'This host is full; try again later');
      return;
    }
    this.#isKnownToMain = true;
    this.#gateway.report({
      kind: 'login',
      player: this.player,
      name,
      token,
      address: this.address,
      listener: this.listener,
      view: this.view,
    });
  }

  command(bytes: Uint8Array, start: number, end: number): void {
    this.#forward(InputChannel.command, bytes, start, end);
  }

  input(bytes: Uint8Array, start: number, end: number): void {
    const channel = this.protocol.opaque ? InputChannel.opaque : InputChannel.input;
    this.#forward(channel, bytes, start, end);
  }

  setView(view: ClientView): void {
    this.view = view;
    this.#gateway.storeView(this);
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
    this.#next = handler;
    this.#nextReason = reason;
    const welcome = this.protocol.encodeWelcome(this.#gateway.admitted(this, name), this.view);
    if (welcome !== undefined) this.push(welcome, false);
    this.#step('admit');
  }

  /** Main sends the player to another handler. */
  move(handler: HandlerRef, reason: Reason, isOldLost: boolean): void {
    this.#next = handler;
    this.#nextReason = reason;
    this.#step(isOldLost ? 'moveOldLost' : 'move');
  }

  /** The old handler has said all it had to say; `unread` is what it did not consume (copied). */
  onLeft(handler: HandlerRef, unread: Uint8Array): void {
    if (handler !== this.handler || this.state !== RouteState.leaving) return;
    this.#unread = unread;
    this.#step('left');
  }

  /** Main does not let the player in; it never counted this login. */
  refuse(reason: Reason, message: string): void {
    this.#isKnownToMain = false;
    this.close(reason, message);
  }

  /** The worker died: what it had said was delivered. Main says where to go, unless the way was known already. */
  onWorkerLost(): void {
    this.link = undefined;
    this.#isBlocked = false;
    if (this.#owes === 'leave') this.#writeLeave();
    else if (this.state === RouteState.leaving) this.#step('moveOldLost');
  }

  /** The old handler did not answer in time. */
  onLeaveDeadline(): void {
    this.#gateway.countReason(Reason.hung);
    this.#step('moveOldLost');
  }

  /** Bytes of the current handler, already in the client's protocol. */
  deliver(bytes: Uint8Array, isVolatile: boolean, payloadBytes: number): void {
    this.bytesDelivered += payloadBytes;
    this.push(bytes, isVolatile);
  }

  /** Lets the adapter see an event before its bytes. */
  onEvent(event: Parameters<NonNullable<ProtocolSession['onEvent']>>[0]): void {
    this.#session.onEvent?.(event);
  }

  push(bytes: Uint8Array, isVolatile: boolean): void {
    this.output.push(bytes, isVolatile);
    if (!this.isQueued) this.#gateway.queue(this);
  }

  /** Says why, leaves the handler, then closes the socket once the client has read it or the time is up. */
  close(reason: Reason, message: string): void {
    if (this.state === RouteState.closing) return;
    const bye = this.protocol.encodeBye(reasonWord(reason), message, this.view);
    if (bye !== undefined) this.push(bye, false);
    this.depart(reason);
    this.#gateway.onClosing(this, reason);
  }

  /** The route ends here: the handler and main are told. The socket is the caller's. */
  depart(reason: Reason): void {
    this.#leaveReason = reason;
    this.#step('close');
  }

  /** The ring may have room again: writes what is owed, then what was held. True when nothing is left to write. */
  retry(): boolean {
    this.#isBlocked = false;
    if (this.#owes === 'leave') this.#writeLeave();
    else if (this.#owes === 'join') this.#writeJoin();
    else if (this.state === RouteState.playing) this.#flushHeld();
    return !this.#isBlocked;
  }

  /** A second has passed: the input budget is full again. */
  onWindow(window: number): void {
    if (this.#window === window) return;
    this.#window = window;
    this.#windowInputs = 0;
    this.#windowBytes = 0;
    if (this.#isPaused && this.#held.byteLength === 0) this.#resume();
  }

  #step(event: RouteEvent): boolean {
    const step = ROUTE_STEPS[this.state][event];
    if (step === undefined) return false;
    this.state = step.to;
    switch (step.effect) {
      case 'writeLeave':
        this.#leave();
        break;
      case 'writeJoin':
        this.#join();
        break;
      case 'depart':
        this.#depart();
        break;
      case 'askMain':
      case 'redirect':
      case undefined:
        break;
    }
    this.#gateway.storeState(this);
    return true;
  }

  #leave(): void {
    if (this.#owes === 'join' || this.handler === NO_HANDLER) {
      // The old handler never heard of this player: go straight to the new one, with the same unread bytes.
      this.state = RouteState.playing;
      this.#join();
      return;
    }
    this.#leaveReason = this.#nextReason;
    this.deadlineMs = this.#gateway.nowMs + this.#gateway.leaveDeadlineMs;
    this.#gateway.leaving.add(this);
    this.#writeLeave();
  }

  #writeLeave(): void {
    const { link } = this;
    this.#owes = 'nothing';
    if (link === undefined) {
      if (this.state === RouteState.leaving) this.#step('moveOldLost');
      else this.#gateway.freeRow(this);
      return;
    }
    if (!this.#gateway.tryWriteLeave(link, this, this.#leaveReason)) {
      this.#owes = 'leave';
      this.#block(link);
      return;
    }
    if (this.state === RouteState.closing) this.#gateway.freeRow(this);
  }

  #join(): void {
    this.#gateway.leaving.delete(this);
    this.handler = this.#next;
    this.link = this.#gateway.linkOf(this.#next);
    this.#writeJoin();
  }

  #writeJoin(): void {
    this.#owes = 'join';
    const { link } = this;
    // A dead worker's link, or none: main will say where to go instead.
    if (link === undefined) return;
    if (!this.#gateway.tryWriteJoin(link, this, { reason: this.#nextReason, unread: this.#unread })) {
      this.#block(link);
      return;
    }
    this.#owes = 'nothing';
    this.#unread = NO_BYTES;
    this.#flushHeld();
  }

  #depart(): void {
    this.#gateway.leaving.delete(this);
    this.#held.clear();
    if (this.#isKnownToMain) {
      this.#isKnownToMain = false;
      this.#gateway.report({ kind: 'closed', player: this.player, reason: this.#leaveReason });
    }
    if (this.handler === NO_HANDLER || this.#owes === 'join') this.#gateway.freeRow(this);
    else this.#writeLeave();
  }

  #forward(channel: InputChannel, bytes: Uint8Array, start: number, end: number): void {
    if (this.state === RouteState.closing) return;
    this.bytesIn += end - start;
    this.#windowInputs += 1;
    const { link } = this;
    if (
      this.state !== RouteState.playing ||
      this.#held.byteLength > 0 ||
      this.#owes !== 'nothing' ||
      link === undefined ||
      !tryWriteInput(link.up, channel, this.handler, this.player, bytes, start, end)
    ) {
      this.#hold(channel, bytes, start, end);
      return;
    }
    this.bytesForwarded += end - start;
    if (this.#gateway.wakesOnInput(this.handler)) link.isUrgent = true;
    if (this.#gateway.isOverBudget(this.#windowInputs, this.#windowBytes)) this.#pause();
  }

  #hold(channel: InputChannel, bytes: Uint8Array, start: number, end: number): void {
    this.#held.add(channel, bytes, start, end);
    if (this.state === RouteState.playing && this.link !== undefined) this.#block(this.link);
    if (this.#held.byteLength > this.#gateway.limits.heldBytesMax) this.#pause();
  }

  #flushHeld(): void {
    const { link } = this;
    if (link === undefined) return;
    for (let item = this.#held.first; item !== undefined; item = this.#held.first) {
      const { channel, bytes } = item;
      if (
        !tryWriteInput(link.up, channel, this.handler, this.player, bytes, 0, bytes.byteLength)
      ) {
        this.#block(link);
        return;
      }
      this.bytesForwarded += bytes.byteLength;
      this.#held.shift();
    }
    link.isUrgent = true;
    if (this.#isPaused) this.#resume();
  }

  #block(link: WorkerLink): void {
    if (this.#isBlocked) return;
    this.#isBlocked = true;
    link.blocked.push(this);
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#gateway.onPause();
    this.socket.pause();
  }

  #resume(): void {
    if (this.#gateway.isOverBudget(this.#windowInputs, this.#windowBytes)) return;
    this.#isPaused = false;
    this.socket.resume();
  }
}
