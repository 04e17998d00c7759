/**
 * Goal: a player is in the match although the gateway's JOIN was read before main's order of the route, and nothing overtakes.
 * Such a player stood still for as long as the match lasted: 1 of 400 streams in a run of 100,000 moves. Method: the real
 * HomeProxy, a gateway's rings, a link in memory; the order comes late.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import type { HomeProxy } from '../../../src/cluster-bridge/proxy/home-proxy.ts';
import { ProxyLink } from '../../../src/cluster-bridge/proxy/proxy-link.ts';
import { readProxyMessage } from '../../../src/cluster-bridge/proxy/proxy-records.ts';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { HandlerState, type HandlerTable } from '../../../src/shared/handler-table.ts';
import { handlerRef, playerRef, type HandlerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import {
  InputChannel,
  tryWriteInput,
  tryWriteJoin,
  tryWriteLeave,
} from '../../../src/shared/record-layout.ts';
import type { RingReader, RingWriter } from '../../../src/shared/spsc-ring.ts';
import { homeKit } from './home-kit.ts';

const ROW = 3;
const HERE = handlerRef(ROW, 1);
const THERE = 9;
const PLAYER = playerRef(1, 1);

let home: HomeProxy;
let handlers: HandlerTable;
let link: ProxyLink;
let sent: string[];
let gatewayUp: RingWriter;
let gatewayDown: RingReader;

beforeEach(() => {
  ({ home, handlers, gatewayUp, gatewayDown } = homeKit());
  sent = [];
  link = new ProxyLink({ trySend: (_, message) => read(message) }, Channel.recordsUp);
  // As main leaves the row before it orders anything.
  handlers.generation[ROW] = 1;
  handlers.state[ROW] = HandlerState.open;
});

function read(message: Uint8Array): boolean {
  return readProxyMessage(message, 'up', {
    join: ({ reason }, unread) => void sent.push(`join ${reason} +${unread.length}`),
    one: (kind, _, { player }, body) =>
      void sent.push(`${kind} ${player === PLAYER} ${Buffer.from(body).toString('utf8')}`),
  });
}

function join(handler: HandlerRef = HERE): void {
  const target = { handler, player: PLAYER, reason: Reason.matched };
  expect(tryWriteJoin(gatewayUp, target, new Uint8Array(0))).toBe(true);
}

function say(text: string): void {
  const bytes = Buffer.from(text);
  const { opaque } = InputChannel;
  expect(tryWriteInput(gatewayUp, opaque, HERE, PLAYER, bytes, 0, bytes.length)).toBe(true);
}

function leave(handler: HandlerRef = HERE): void {
  expect(tryWriteLeave(gatewayUp, handler, PLAYER, Reason.left)).toBe(true);
}

/** What the match's host hears after the bridge's next turn. */
function heard(): readonly string[] {
  gatewayUp.publish();
  home.drain();
  link.flush();
  home.publish();
  return sent.splice(0);
}

/** Flags of each LEFT that the gateway reads. */
function lefts(): readonly number[] {
  const found: number[] = [];
  gatewayDown.drain(100, (_, flags) => found.push(flags));
  return found;
}

function route(to: ProxyLink | undefined): void {
  home.route(HERE, { matchHandler: THERE, inputAtTick: false, link: to });
}

describe('HomeProxy, when a gateway is quicker than main', () => {
  it('brings all that came before the route, in order, and then what comes after it', () => {
    join();
    say('one');
    expect(heard()).toEqual([]);
    say('two');
    expect(heard()).toEqual([]);
    route(link);
    say('three');
    leave();
    expect(heard()).toEqual([
      `join ${Reason.matched} +0`,
      '2 true one',
      '2 true two',
      '2 true three',
      '3 true ',
    ]);
    expect(home.earlyRecords).toBe(3);
  });

  it('has input wait at the gateways until the route is there', () => {
    join();
    heard();
    expect(handlers.holds[ROW]).toBe(1);
    route(link);
    expect(handlers.holds[ROW]).toBe(0);
  });

  it('does not let a LEAVE overtake the JOIN, though the row has been given back meanwhile', () => {
    join();
    heard();
    handlers.state[ROW] = HandlerState.free;
    leave();
    expect(heard()).toEqual([]);
    expect(lefts()).toEqual([]);
    route(link);
    expect(heard()).toEqual([`join ${Reason.matched} +0`, '3 true ']);
  });

  it('answers a LEAVE that waited for a route whose link is lost', () => {
    join();
    leave();
    heard();
    route(undefined);
    expect(heard()).toEqual([]);
    expect(lefts()).toEqual([Reason.hostLost]);
  });

  it('keeps nothing for a row that is free, or another handler of it', () => {
    const before = handlerRef(ROW, 2);
    join(before);
    leave(before);
    heard();
    handlers.state[ROW] = HandlerState.free;
    leave();
    heard();
    expect(lefts()).toEqual([Reason.hostLost, Reason.hostLost]);
    expect(home.earlyRecords).toBe(0);
  });
});
