/**
 * Goal: a player who was on the way out of a match when the link to its host broke is let go at once, and the gateway is told
 * that bytes are lost; one whose LEFT had come is not. Method: the real HomeProxy, a gateway's rings, a link in memory.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import type { HomeProxy } from '../../../src/cluster-bridge/proxy/home-proxy.ts';
import { ProxyLink } from '../../../src/cluster-bridge/proxy/proxy-link.ts';
import { ProxyMessage, readProxyMessage } from '../../../src/cluster-bridge/proxy/proxy-records.ts';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { playerRef, type PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { PLAYER_OFFSET, RecordKind, tryWriteLeave } from '../../../src/shared/record-layout.ts';
import type { RingReader, RingWriter } from '../../../src/shared/spsc-ring.ts';
import { homeKit } from './home-kit.ts';

const HERE = 3;
const THERE = 9;
const ADA = playerRef(1, 1);
const BOB = playerRef(2, 1);

let home: HomeProxy;
let link: ProxyLink;
let gatewayUp: RingWriter;
let gatewayDown: RingReader;

beforeEach(() => {
  ({ home, gatewayUp, gatewayDown } = homeKit());
  link = new ProxyLink({ trySend: () => true }, Channel.recordsUp);
  home.route(HERE, { matchHandler: THERE, inputAtTick: false, link });
});

function leave(player: PlayerRef): void {
  expect(tryWriteLeave(gatewayUp, HERE, player, Reason.left)).toBe(true);
  gatewayUp.publish();
  home.drain();
}

/** What the gateway reads: player and flags of each LEFT. */
function lefts(): readonly (readonly [PlayerRef, number])[] {
  home.publish();
  const found: (readonly [PlayerRef, number])[] = [];
  gatewayDown.drain(100, (kind, flags, byteOffset) => {
    expect(kind).toBe(RecordKind.left);
    found.push([gatewayDown.view.getUint32(byteOffset + PLAYER_OFFSET, true), flags]);
  });
  return found;
}

describe('HomeProxy, when a link is lost', () => {
  it('answers each LEAVE that was on its way, once, and says that bytes are lost', () => {
    leave(ADA);
    leave(BOB);
    const answer = new ProxyMessage();
    answer.one(RecordKind.left, 0, { handler: HERE, player: BOB }, new Uint8Array(0));
    expect(readProxyMessage(answer.bytes, 'down', home.recordsOf(link))).toBe(true);
    expect(lefts()).toEqual([[BOB, 0]]);
    home.linkDown(link);
    expect(lefts()).toEqual([[ADA, Reason.hostLost]]);
    home.linkDown(link);
    expect(lefts()).toEqual([]);
  });

  it('answers a LEAVE that comes later the same way', () => {
    home.linkDown(link);
    leave(ADA);
    expect(lefts()).toEqual([[ADA, Reason.hostLost]]);
  });

  it('passes on that the worker there was lost', () => {
    leave(ADA);
    const answer = new ProxyMessage();
    const target = { handler: HERE, player: ADA };
    answer.one(RecordKind.left, Reason.crashed, target, new Uint8Array(0));
    expect(readProxyMessage(answer.bytes, 'down', home.recordsOf(link))).toBe(true);
    home.linkDown(link);
    expect(lefts()).toEqual([[ADA, Reason.crashed]]);
  });
});
