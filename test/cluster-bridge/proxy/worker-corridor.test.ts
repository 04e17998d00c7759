/**
 * Goal: a guest's input wakes the match worker only where its game wants it on arrival, as a local player's does.
 * Method: the real MatchProxy, table, rings and doorbell in one thread.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { MatchProxy } from '../../../src/cluster-bridge/proxy/match-proxy.ts';
import { ProxyLink } from '../../../src/cluster-bridge/proxy/proxy-link.ts';
import { WorkerCorridor } from '../../../src/cluster-bridge/proxy/worker-corridor.ts';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { HandlerRows } from '../../../src/main/handler-rows.ts';
import { ClientView } from '../../../src/shared/client-view.ts';
import { Doorbell, DoorbellRinger, doorbellByteLength } from '../../../src/shared/doorbell.ts';
import { viewTables } from '../../../src/shared/host-memory.ts';
import { handlerIndexOf, type HandlerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { InputChannel, RecordKind } from '../../../src/shared/record-layout.ts';
import { RingReader, ringByteLength } from '../../../src/shared/spsc-ring.ts';
import { NO_SEGMENTS } from '../../../src/shared/unread-segments.ts';
import { tinyMemory } from '../../support/tiny-memory.ts';

const PLAYER = 0x00100001;
const RING_BYTES = 8_192;

let rings: number;
let bell: Doorbell;
let worker: RingReader;
let match: MatchProxy;
let link: ProxyLink;
let handler: HandlerRef;
let wakes: Int32Array;

beforeEach(() => {
  const sizes = { gateways: 1, workerRows: 1, slotsPerGateway: 16, handlers: 8, hasBridge: true };
  const tables = viewTables(tinyMemory(sizes, RING_BYTES));
  const rows = new HandlerRows(tables.handlers, tables.workers);
  handler = rows.tryTake([0], { modeRow: 0, players: 1, nowMs: 0 })?.handler ?? 0;
  rows.opened(handler);
  wakes = tables.handlers.wakes;
  match = new MatchProxy({ ...tables, firstSlot: 16, slots: 16, nowMs: () => 1 });
  const [up, down] = [0, 1].map(() => new SharedArrayBuffer(ringByteLength(RING_BYTES)));
  if (up === undefined || down === undefined) return;
  const bells = new SharedArrayBuffer(doorbellByteLength(1));
  bell = new Doorbell(bells, 0);
  rings = 0;
  const ringer = new DoorbellRinger(bells, 0, () => {
    rings += 1;
  });
  match.addCorridor(new WorkerCorridor({ row: 0, up, down, bell: ringer }));
  worker = new RingReader(up);
  link = new ProxyLink({ trySend: () => true }, Channel.recordsDown);
  match.admit(handler);
  bell.fallAsleep();
});

/** What the worker finds, and whether it was woken. */
function publish(): { readonly records: number; readonly rings: number } {
  match.publish();
  const found = { records: worker.drain(100, () => {}), rings };
  rings = 0;
  bell.fallAsleep();
  return found;
}

function join(): void {
  const words = { reason: Reason.matched, view: ClientView.frame, flags: 0, name: 'ada' };
  const whom = { matchHandler: handler, homeHandler: 7, player: PLAYER };
  match.join(link, { ...whom, ...words }, NO_SEGMENTS);
}

function input(bytes = 32): void {
  const record = { kind: RecordKind.data, flags: InputChannel.input };
  match.one(link, record, { handler, player: PLAYER }, new Uint8Array(bytes));
}

function leave(): void {
  const record = { kind: RecordKind.leave, flags: Reason.left };
  match.one(link, record, { handler, player: PLAYER }, NO_SEGMENTS);
}

describe("a guest's record", () => {
  it('wakes the worker when it is a JOIN, a LEAVE, or input that is wanted on arrival', () => {
    wakes[handlerIndexOf(handler)] = 1;
    join();
    expect(publish()).toEqual({ records: 1, rings: 1 });
    input();
    input();
    expect(publish()).toEqual({ records: 2, rings: 1 });
    leave();
    expect(publish()).toEqual({ records: 1, rings: 1 });
  });

  it('is shown without a bell when it is input of a game that acts at its ticks', () => {
    wakes[handlerIndexOf(handler)] = 0;
    join();
    expect(publish()).toEqual({ records: 1, rings: 1 });
    input();
    expect(publish()).toEqual({ records: 1, rings: 0 });
    input();
    leave();
    expect(publish()).toEqual({ records: 2, rings: 1 });
  });

  it('wakes the worker all the same when its ring is half full', () => {
    wakes[handlerIndexOf(handler)] = 0;
    join();
    publish();
    const woken = [1_500, 1_500, 1_500].map((bytes) => {
      input(bytes);
      match.publish();
      return rings;
    });
    expect(woken).toEqual([0, 0, 1]);
  });
});
