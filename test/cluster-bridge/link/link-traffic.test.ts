/** Goal: both ends of a link count the same, by channel, and what was counted stays when a link is over. Method: two transports on loopback. */

import { afterEach, describe, expect, it } from 'vitest';
import { FRAME_HEADER_BYTES } from '../../../src/cluster-bridge/link/link-frame-codec.ts';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { endAll, linkedPair, until } from './tcp-kit.ts';

const COUNT = 100;
const BODY = Buffer.alloc(37);
const BYTES = COUNT * (FRAME_HEADER_BYTES + BODY.length);

afterEach(endAll);

describe('what a link has carried', () => {
  it('is the same at both ends, by channel, headers included', async () => {
    const { a, b } = await linkedPair();
    for (let index = 0; index < COUNT; index += 1) a.peer('b').trySend(Channel.control, BODY);
    await until('all of it', () => b.messages.length === COUNT);
    const sent = a.transport.traffic().control;
    const received = b.transport.traffic().control;
    expect([sent.framesSent, sent.bytesSent, sent.bytesReceived]).toEqual([COUNT, BYTES, 0]);
    expect([received.framesReceived, received.bytesReceived]).toEqual([COUNT, BYTES]);
    const [link] = a.transport.linkCounts();
    expect([link?.hostId, link?.traffic.control]).toEqual(['b', sent]);
    // The handshake was the link's own.
    expect(a.transport.traffic().link.bytesSent).toBeGreaterThan(FRAME_HEADER_BYTES);
    expect(a.transport.traffic().replica.bytesSent).toBe(0);
  });

  it('stays counted when the link is over', async () => {
    const { a, b } = await linkedPair();
    a.peer('b').trySend(Channel.summary, BODY);
    await until('it', () => b.messages.length === 1);
    a.peer('b').close('to see what stays');
    await until('the end', () => b.downs.length > 0);
    expect(a.transport.traffic().summary.framesSent).toBe(1);
    expect(b.transport.traffic().summary.framesReceived).toBe(1);
  });
});
