/**
 * Goal: a client is told that it waits after it was told where it is, though main's word comes straight to the gateway and the
 * handler's by a hand-off. Method: a real connection, rows, rings, records and orders; the gateway around them is the test.
 */

import { Socket } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../src/shared/client-event.ts';
import { DoorbellRinger, doorbellByteLength } from '../../../src/shared/doorbell.ts';
import { playerTable } from '../../../src/shared/player-table.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { DataFlag, tryWriteDataOne, tryWriteLeft } from '../../../src/shared/record-layout.ts';
import { RingWriter, ringByteLength } from '../../../src/shared/spsc-ring.ts';
import { Connection } from '../../../src/workers/gateway/connection.ts';
import { EventEncoder } from '../../../src/workers/gateway/event-encoder.ts';
import type { Gateway } from '../../../src/workers/gateway/gateway.ts';
import { OrderDesk } from '../../../src/workers/gateway/order-desk.ts';
import { PlayerRows } from '../../../src/workers/gateway/player-rows.ts';
import { RecordDispatch } from '../../../src/workers/gateway/record-dispatch.ts';
import { WorkerLink } from '../../../src/workers/gateway/worker-link.ts';
import { CountingProtocol } from './fake-connection.ts';

const MATCH = 11;
const LOBBY = 12;
const NEXT_MATCH = 13;
const IN_MATCH: ClientEvent = {
  event: 'match',
  match: 'h/squad/1',
  mode: 'squad',
  team: 0,
  players: [],
  hostId: 'h',
  reason: 'matched',
};
const IN_LOBBY: ClientEvent = {
  event: 'lobby',
  lobby: 'h/lobby/1',
  reason: 'ended',
  networkPlayers: 2,
};
const QUEUED: ClientEvent = { event: 'queued', mode: 'squad', waiting: 2, etaMs: null };
const UNQUEUED: ClientEvent = { event: 'unqueued', reason: 'left' };
const NOTICE: ClientEvent = { event: 'notice', text: 'hello' };

class Protocol extends CountingProtocol {
  override open(): never {
    // Only events go through it.
    return { onBytes: () => {} } as never;
  }
}

class Client extends Connection {
  readonly seen: string[] = [];

  override push(bytes: Uint8Array): void {
    this.seen.push(Buffer.from(bytes).toString().slice(2, -2));
  }
}

let writer: RingWriter;
let link: WorkerLink;
let dispatch: RecordDispatch;
let desk: OrderDesk;
let client: Client;

beforeEach(() => {
  const down = new SharedArrayBuffer(ringByteLength(8_192));
  const bells = new SharedArrayBuffer(doorbellByteLength(1));
  const bell = new DoorbellRinger(bells, 0, () => {});
  writer = new RingWriter(down);
  link = new WorkerLink({ row: 0, up: new SharedArrayBuffer(ringByteLength(8_192)), down, bell });
  const table = playerTable.view(new SharedArrayBuffer(playerTable.byteLength(16)), 16);
  const rows = new PlayerRows(table, { firstSlot: 0, slots: 16 });
  const events = new EventEncoder();
  dispatch = new RecordDispatch(rows, events);
  desk = new OrderDesk(rows, events);
  const ignore = (): void => {};
  const gateway = {
    unnamed: new Set(),
    leaving: new Set(),
    clock: { nowMs: () => 0 },
    nowMs: 0,
    leaveDeadlineMs: 1_000,
    limits: {},
    tryTakeRow: (connection: Connection) => rows.tryTake(connection, 0),
    admitted: () => undefined,
    linkOf: () => link,
    storeState: ignore,
    report: ignore,
    countHandOff: ignore,
  };
  const options = { listener: 'frame', address: '127.0.0.1', addressRow: 0, nowMs: 0 };
  const protocol = new Protocol('frame');
  // Of the gateway it uses these members and no others.
  client = new Client(gateway as unknown as Gateway, new Socket(), { ...options, protocol });
  client.login('ada', undefined);
  const { player } = client;
  desk.apply({ kind: 'admit', player, name: 'ada', handler: MATCH, reason: Reason.login });
});

/** The handler says something. */
function say(handler: number, event: ClientEvent): void {
  const bytes = Buffer.from(JSON.stringify(event));
  tryWriteDataOne(writer, DataFlag.event, { handler, player: client.player }, bytes);
  drain();
}

function drain(): void {
  writer.publish();
  dispatch.drain(link, 100);
}

function order(event: ClientEvent): void {
  desk.apply({ kind: 'event', players: [client.player], event });
}

function move(handler: number): void {
  const to = { handler, reason: Reason.moved, oldGone: false };
  desk.apply({ kind: 'move', players: [client.player], ...to });
}

function moveToLobby(): void {
  move(LOBBY);
}

function left(): void {
  tryWriteLeft(writer, MATCH, client.player, Buffer.alloc(0));
  drain();
}

describe('the events of one client', () => {
  it('tell of its ticket behind the place where it waits, however long that takes', () => {
    say(MATCH, IN_MATCH);
    order({ event: 'ended', match: 'h/squad/1', result: {}, rating: null });
    moveToLobby();
    // Its leader was faster.
    order(QUEUED);
    order(NOTICE);
    // The match speaks to the end.
    say(MATCH, IN_MATCH);
    left();
    expect(client.seen).toEqual(['match', 'ended', 'notice', 'match']);
    say(LOBBY, IN_LOBBY);
    order(UNQUEUED);
    expect(client.seen.slice(4)).toEqual(['lobby', 'queued', 'unqueued']);
  });

  it('tell of a ticket at once where the place is known', () => {
    say(MATCH, IN_MATCH);
    order(QUEUED);
    expect(client.seen).toEqual(['match', 'queued']);
  });

  it('tell of a ticket before the match that it ended in, where the player never came to the lobby', () => {
    say(MATCH, IN_MATCH);
    moveToLobby();
    order(QUEUED);
    move(NEXT_MATCH);
    left();
    say(NEXT_MATCH, IN_MATCH);
    expect(client.seen).toEqual(['match', 'queued', 'match']);
  });

  it('keep the newest of what waits', () => {
    say(MATCH, IN_MATCH);
    moveToLobby();
    for (let count = 0; count < 30; count += 1) order(QUEUED);
    order(UNQUEUED);
    left();
    say(LOBBY, IN_LOBBY);
    expect(client.seen).toHaveLength(2 + 16);
    expect(client.seen.at(-1)).toBe('unqueued');
  });
});
