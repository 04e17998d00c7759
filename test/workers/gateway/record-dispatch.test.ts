/**
 * Goal: a record reaches only the connections that it names and whose handler wrote it; a broadcast is encoded once a
 * protocol; nothing of an opaque stream is volatile. Method: real rings and rows; connections that write down what comes.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { ClientView } from '../../../src/shared/client-view.ts';
import { DoorbellRinger, doorbellByteLength } from '../../../src/shared/doorbell.ts';
import { playerGenerationOf, playerRef, slotOf, type PlayerRef } from '../../../src/shared/ids.ts';
import { playerTable } from '../../../src/shared/player-table.ts';
import { Reason } from '../../../src/shared/reason.ts';
import {
  DataFlag,
  tryWriteClose,
  tryWriteDataMany,
  tryWriteDataOne,
  tryWriteLeft,
} from '../../../src/shared/record-layout.ts';
import { RingWriter, ringByteLength } from '../../../src/shared/spsc-ring.ts';
import { EventEncoder } from '../../../src/workers/gateway/event-encoder.ts';
import { PlayerRows } from '../../../src/workers/gateway/player-rows.ts';
import { RecordDispatch } from '../../../src/workers/gateway/record-dispatch.ts';
import { RouteState } from '../../../src/workers/gateway/route-state.ts';
import { WorkerLink } from '../../../src/workers/gateway/worker-link.ts';
import { CountingProtocol, FakeConnection } from './fake-connection.ts';

const HERE = 11;
const ELSEWHERE = 12;
const LIMIT = 100;
const NOTICE = Buffer.from('{"event":"notice","text":"hello"}');

const frame = new CountingProtocol('frame');
const line = new CountingProtocol('line');
const own = new CountingProtocol('own', true);

let writer: RingWriter;
let link: WorkerLink;
let rows: PlayerRows;
let dispatch: RecordDispatch;

beforeEach(() => {
  const down = new SharedArrayBuffer(ringByteLength(8_192));
  const bells = new SharedArrayBuffer(doorbellByteLength(1));
  writer = new RingWriter(down);
  link = new WorkerLink({
    row: 0,
    up: new SharedArrayBuffer(ringByteLength(8_192)),
    down,
    bell: new DoorbellRinger(bells, 0, () => {}),
  });
  const table = playerTable.view(new SharedArrayBuffer(playerTable.byteLength(16)), 16);
  rows = new PlayerRows(table, { firstSlot: 0, slots: 16 });
  dispatch = new RecordDispatch(rows, new EventEncoder());
  for (const protocol of [frame, line, own]) {
    protocol.states = 0;
    protocol.events = 0;
  }
});

function seat(protocol: CountingProtocol, handler = HERE): FakeConnection {
  const connection = new FakeConnection(protocol);
  connection.player = rows.tryTake(connection.real, 0);
  connection.handler = handler;
  return connection;
}

function drain(): number {
  writer.publish();
  return dispatch.drain(link, LIMIT);
}

function toOne(player: PlayerRef, text: string, flags = 0): void {
  const target = { handler: HERE, player };
  expect(tryWriteDataOne(writer, flags, target, Buffer.from(text))).toBe(true);
}

function toMany(connections: readonly FakeConnection[], bytes: Uint8Array, flags = 0): void {
  const players = connections.map(({ player }) => player);
  const target = { handler: HERE, players, count: players.length };
  expect(tryWriteDataMany(writer, flags, target, bytes)).toBe(true);
}

/** The same slot in the generation before. */
function stale(player: PlayerRef): PlayerRef {
  return playerRef(slotOf(player), playerGenerationOf(player) + 1);
}

describe('RecordDispatch', () => {
  it('takes a state to the connection it names, and to no other', () => {
    const ada = seat(frame);
    const bob = seat(frame);
    toOne(ada.player, 'one');
    toOne(ada.player, 'two', DataFlag.volatile);
    expect(drain()).toBe(2);
    expect(ada.seen).toEqual(['S:one 3', 'S:two~ 3']);
    expect(bob.seen).toEqual([]);
    expect(dispatch.takeDelivered()).toBe(2);
  });

  it.each([
    ['of an earlier or later generation', (c: FakeConnection) => toOne(stale(c.player), 'x')],
    ['of nobody', () => toOne(playerRef(15, 1), 'x')],
    ['beyond its slots', () => toOne(playerRef(500, 1), 'x')],
  ])('drops a record for a player %s', (_name, write) => {
    const connection = seat(frame);
    write(connection);
    drain();
    expect(connection.seen).toEqual([]);
    expect(dispatch.takeDelivered()).toBe(0);
  });

  it('lets a handler say nothing to a player who is in another one, whatever the record', () => {
    const moved = seat(frame, ELSEWHERE);
    const { player } = moved;
    toOne(player, 'state');
    toMany([moved], Buffer.from('states'));
    toMany([moved], NOTICE, DataFlag.event);
    toOne(player, NOTICE.toString(), DataFlag.event);
    tryWriteClose(writer, { handler: HERE, player, reason: Reason.kicked }, 'out');
    expect(drain()).toBe(5);
    expect(moved.seen).toEqual([]);
    expect(dispatch.takeDelivered()).toBe(0);
    expect(frame.states + frame.events).toBe(0);
  });

  it('gives nothing to a connection that is closing', () => {
    const closing = seat(frame);
    const open = seat(frame);
    closing.state = RouteState.closing;
    toOne(closing.player, 'x');
    toMany([closing, open], Buffer.from('y'));
    drain();
    expect(closing.seen).toEqual([]);
    expect(open.seen).toEqual(['S:y 1']);
  });

  it('encodes a broadcast once for each protocol, and shares the bytes', () => {
    const crowd = [frame, line, frame, line, frame].map((protocol) => seat(protocol));
    const left = seat(frame, ELSEWHERE);
    toMany([...crowd, left], Buffer.from('all'), DataFlag.volatile);
    toMany(crowd, Buffer.from('ALL'));
    drain();
    expect([frame.states, line.states]).toEqual([2, 2]);
    for (const connection of crowd) expect(connection.seen).toEqual(['S:all~ 3', 'S:ALL 3']);
    expect(left.seen).toEqual([]);
    expect(crowd[0]?.pushed[0]).toBe(crowd[2]?.pushed[0]);
    expect(crowd[0]?.pushed[0]).not.toBe(crowd[1]?.pushed[0]);
    expect(dispatch.takeDelivered()).toBe(10);
  });

  it('encodes an event once for each protocol and view, and shows it to the session first', () => {
    const crowd = [frame, frame, line, line].map((protocol) => seat(protocol));
    const terminal = crowd[3] ?? seat(line);
    terminal.view = ClientView.terminal;
    const raw = seat(own);
    raw.view = ClientView.raw;
    toMany([...crowd, raw], NOTICE, DataFlag.event);
    drain();
    expect([frame.events, line.events, own.events]).toEqual([1, 2, 1]);
    expect(crowd[1]?.seen).toEqual(['event notice', 'E:notice/0']);
    expect(terminal.seen).toEqual(['event notice', 'E:notice/1']);
    expect(raw.seen).toEqual(['event notice']);
    // A second event is encoded anew.
    toMany(crowd, Buffer.from('{"event":"unqueued","reason":"left"}'), DataFlag.event);
    drain();
    expect(crowd[0]?.seen.at(-1)).toBe('E:unqueued/0');
  });

  it('counts an event that is none, shows it to nobody, and goes on with the next record', () => {
    const crowd = [seat(frame), seat(line)];
    toMany(crowd, Buffer.from('{"event":'), DataFlag.event);
    toMany(crowd, Buffer.from('{"event":"party","members":7}'), DataFlag.event);
    toMany(crowd, NOTICE, DataFlag.event);
    expect(drain()).toBe(3);
    expect(dispatch.brokenEvents).toBe(4);
    expect(dispatch.takeDelivered()).toBe(2);
    for (const { seen } of crowd) expect(seen).toEqual(['event notice', 'E:notice/0']);
  });

  it('takes nothing of an opaque stream for volatile', () => {
    const opaque = seat(own);
    const framed = seat(frame);
    toMany([opaque, framed], Buffer.from('pos'), DataFlag.volatile);
    toOne(opaque.player, 'pos', DataFlag.volatile);
    drain();
    expect(opaque.seen).toEqual(['S:pos 3', 'S:pos 3']);
    expect(framed.seen).toEqual(['S:pos~ 3']);
  });

  it('hands LEFT and CLOSE on with copies of what they carry', () => {
    const ada = seat(own);
    const unread = Buffer.from('half a message');
    tryWriteLeft(writer, HERE, ada.player, unread);
    const close = { handler: HERE, player: ada.player, reason: Reason.inputOverflow };
    tryWriteClose(writer, close, 'grüß dich');
    tryWriteLeft(writer, HERE, stale(ada.player), unread);
    drain();
    expect(ada.seen).toEqual([
      `left ${HERE} half a message`,
      `close ${Reason.inputOverflow} grüß dich`,
    ]);
  });

  it('reads no more records than it was allowed, and the rest later', () => {
    const ada = seat(frame);
    for (let index = 0; index < 5; index += 1) toOne(ada.player, `${index}`);
    writer.publish();
    expect(dispatch.drain(link, 3)).toBe(3);
    expect(ada.seen.length).toBe(3);
    expect(dispatch.drain(link, 3)).toBe(2);
    expect(ada.seen).toEqual([0, 1, 2, 3, 4].map((index) => `S:${index} 1`));
  });
});
