/**
 * Goal: what another host sends to players of this one cannot be more than their clients' frames hold.
 * Method: the real HomeProxy and a gateway's rings large enough for it; the peer is a message of our own.
 */

import { describe, expect, it } from 'vitest';
import { ProxyLink } from '../../../src/cluster-bridge/proxy/proxy-link.ts';
import { ProxyMessage, readProxyMessage } from '../../../src/cluster-bridge/proxy/proxy-records.ts';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { FRAME_PAYLOAD_BYTES_MAX } from '../../../src/shared/frame-codec.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { DataFlag, RecordKind } from '../../../src/shared/record-layout.ts';
import { homeKit } from './home-kit.ts';

const RING_BYTES = 1_048_576;
const HANDLER = 3;
const PLAYER = 0x00100001;

/** What the gateway reads when a peer sends `add`: kind and flags of each record. */
function records(add: (message: ProxyMessage) => void): readonly (readonly [number, number])[] {
  const { home, gatewayDown } = homeKit(RING_BYTES);
  const link = new ProxyLink({ trySend: () => true }, Channel.recordsUp);
  home.route(HANDLER, { matchHandler: 9, inputAtTick: false, link });
  const message = new ProxyMessage();
  add(message);
  expect(readProxyMessage(message.bytes, 'down', home.recordsOf(link))).toBe(true);
  home.publish();
  const found: (readonly [number, number])[] = [];
  gatewayDown.drain(100, (kind, flags) => found.push([kind, flags]));
  return found;
}

describe('HomeProxy', () => {
  const target = { handler: HANDLER, player: PLAYER };
  const targets = { handler: HANDLER, players: Uint32Array.of(PLAYER), count: 1 };
  const whole = new Uint8Array(FRAME_PAYLOAD_BYTES_MAX);
  const tooLong = new Uint8Array(FRAME_PAYLOAD_BYTES_MAX + 1);
  const closed = [RecordKind.close, Reason.unavailable];

  it('passes on a state that fills a frame', () => {
    expect(records((message) => message.one(RecordKind.dataOne, 0, target, whole))).toEqual([
      [RecordKind.dataOne, 0],
    ]);
    expect(records((message) => message.many(0, targets, whole))).toEqual([
      [RecordKind.dataMany, 0],
    ]);
  });

  it('closes the player instead of passing on one that does not fit', () => {
    expect(records((message) => message.one(RecordKind.dataOne, 0, target, tooLong))).toEqual([
      closed,
    ]);
    expect(records((message) => message.many(0, targets, tooLong))).toEqual([closed]);
  });

  it('passes on an event of any length: adapters shorten it', () => {
    const flags = DataFlag.event;
    expect(records((message) => message.many(flags, targets, tooLong))).toEqual([
      [RecordKind.dataMany, flags],
    ]);
  });
});
