/** A connection of which only what rows and records need is there, and which writes down what reaches it. Test files only. */

import type { ClientEvent } from '../../../src/shared/client-event.ts';
import type { ClientProtocol } from '../../../src/shared/client-protocol.ts';
import { ClientView } from '../../../src/shared/client-view.ts';
import { NO_HANDLER, NO_PLAYER, type HandlerRef, type PlayerRef } from '../../../src/shared/ids.ts';
import type { Connection } from '../../../src/workers/gateway/connection.ts';
import { RouteState } from '../../../src/workers/gateway/route-state.ts';

/** A protocol that counts its encodings: `S:` and the state, `E:` and the event's name. */
export class CountingProtocol implements ClientProtocol {
  readonly name: string;
  readonly opaque: boolean;
  states = 0;
  events = 0;

  constructor(name: string, opaque = false) {
    this.name = name;
    this.opaque = opaque;
  }

  open(): never {
    throw new Error('Cannot open a session: no bytes come in here');
  }

  encodeState(payload: Uint8Array): Uint8Array {
    this.states += 1;
    return Buffer.concat([Buffer.from('S:'), payload]);
  }

  encodeEvent(event: ClientEvent, view: ClientView): Uint8Array | undefined {
    this.events += 1;
    return view === ClientView.raw ? undefined : Buffer.from(`E:${event.event}/${view}`);
  }

  encodeWelcome(): undefined {
    // Nobody logs in here.
  }

  encodeBye(): undefined {
    // Nobody is told goodbye here.
  }
}

export class FakeConnection {
  player: PlayerRef = NO_PLAYER;
  handler: HandlerRef = NO_HANDLER;
  view: ClientView = ClientView.frame;
  state: RouteState = RouteState.playing;
  readonly protocol: ClientProtocol;
  /** What reached the connection, in order. */
  readonly seen: string[] = [];
  readonly pushed: Uint8Array[] = [];

  constructor(protocol: ClientProtocol = new CountingProtocol('frame')) {
    this.protocol = protocol;
  }

  get open(): boolean {
    return this.state !== RouteState.closing;
  }

  /** As the classes under test see it: they use the members above and below, and no others. */
  get real(): Connection {
    return this as unknown as Connection;
  }

  deliver(bytes: Uint8Array, isVolatile: boolean, payloadBytes: number): void {
    this.pushed.push(bytes);
    this.seen.push(`${textOf(bytes)}${isVolatile ? '~' : ''} ${payloadBytes}`);
  }

  push(bytes: Uint8Array, isVolatile: boolean): void {
    this.pushed.push(bytes);
    this.seen.push(`${textOf(bytes)}${isVolatile ? '~' : ''}`);
  }

  onEvent(event: ClientEvent): void {
    this.seen.push(`event ${event.event}`);
  }

  /** Main says nothing here that would wait. */
  takeKept(): readonly ClientEvent[] {
    return [];
  }

  onLeft(handler: HandlerRef, unread: Uint8Array): void {
    this.seen.push(`left ${handler} ${textOf(unread)}`);
  }

  close(reason: number, message: string): void {
    this.seen.push(`close ${reason} ${message}`);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
