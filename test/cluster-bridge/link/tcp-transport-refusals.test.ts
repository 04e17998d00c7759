/** Goal: who is no host of the network stays out, and disturbs nobody who is. Method: transports, sessions and raw sockets on loopback. */

import { afterEach, describe, expect, it } from 'vitest';
import {
  LINK_CHANNEL,
  LinkFrame,
  encodeFrame,
} from '../../../src/cluster-bridge/link/link-frame-codec.ts';
import { BRIDGE_PROTOCOL } from '../../../src/cluster-bridge/link/link-hello.ts';
import { sleep, systemClock } from '../../../src/shared/clock.ts';
import { connectRaw, dialAs, endAll, linkedPair, startNode, until } from './tcp-kit.ts';

afterEach(endAll);

describe('TcpTransport and who may not come in', () => {
  it.each([
    ['another secret', { secret: 'not the secret of all' }, 'wrong-secret'],
    ['another network', { network: 'other' }, 'other-network'],
    ['its own id', { self: { hostId: 'b', incarnation: 2 } }, 'duplicate-id'],
  ])('refuses a host with %s; both say so', async (_what, options, refusal) => {
    const b = await startNode('b');
    const a = await startNode('a', { ...options, peers: [b.address] });
    await until('a refusal', () => b.refusals.length > 0 && a.refusals.length > 0);
    expect(b.refusals[0]).toContain(refusal);
    expect(a.refusals[0]).toBe(`refused-by-peer: "${b.address}": ${refusal}`);
    expect([a.ups, b.ups]).toEqual([[], []]);
    // It tries again and again; the log is told once.
    await until('more refusals', () => b.transport.refusals(refusal as 'wrong-secret') > 2);
    expect(b.refusals).toHaveLength(1);
  });

  it('refuses a host of another version, and says so to it', async () => {
    const b = await startNode('b');
    const { end } = await dialAs(b.transport.port, { hello: { protocol: BRIDGE_PROTOCOL + 1 } });
    await until('an answer', () => end.closed.length > 0);
    expect(end.closed[0]).toEqual({ refusal: 'refused-by-peer', detail: 'protocol-version' });
    const versions = `protocol ${BRIDGE_PROTOCOL + 1}, this host speaks ${BRIDGE_PROTOCOL}`;
    expect(b.refusals).toEqual([`protocol-version: ${versions}`]);
  });

  it('refuses a second host of an id that is linked, and leaves the first alone', async () => {
    const b = await startNode('b');
    const first = await startNode('a', { peers: [b.address] });
    await until('a link', () => b.linked.length === 1);
    const second = await startNode('a', {
      peers: [b.address],
      self: { hostId: 'a', incarnation: 9 },
    });
    await until('a refusal', () => second.refusals.length > 0);
    expect(b.refusals).toEqual(['duplicate-id: host "a"']);
    expect([first.downs, b.downs, second.ups]).toEqual([[], [], []]);
  });

  it('refuses a handshake that was recorded, while its host is linked and after', async () => {
    const { a, b, wire } = await linkedPair();
    const recording = Buffer.concat(wire.said);
    const replay = async (): Promise<void> => {
      const socket = await connectRaw(b.transport.port);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(recording);
      await closed;
    };
    await replay();
    await a.transport.close();
    await until('a down', () => b.downs.length === 1);
    await replay();
    expect(b.transport.refusals('wrong-secret')).toBe(2);
    expect(b.ups).toHaveLength(1);
  });

  it('reports a clock that is off', async () => {
    const b = await startNode('b');
    const wallMs = systemClock.wallMs() - 90_000;
    const { end } = await dialAs(b.transport.port, { wallMs });
    await until('a link', () => end.opened.length === 1);
    expect(b.skews).toHaveLength(1);
    expect(b.skews[0]?.skewMs).toBeLessThan(-89_000);
    expect(b.skews[0]?.skewMs).toBeGreaterThan(-95_000);
  });

  it('tells of a peer that is not there, but not at once', async () => {
    const scout = await startNode('x');
    const { address } = scout;
    await endAll();
    const a = await startNode('a', { peers: [address] });
    await sleep(500);
    expect(a.refusals).toEqual([]);
    await until('a report', () => a.refusals.length > 0);
    expect(a.refusals[0]).toMatch(/^unreachable: "127\.0\.0\.1:\d+": .*ECONNREFUSED/);
  });

  it('closes who sends rubbish, and lets links be', async () => {
    const { a, b } = await linkedPair();
    for (const rubbish of ['GET / HTTP/1.1\r\n\r\n', '\0'.repeat(64), 'x'.repeat(100_000)]) {
      const socket = await connectRaw(b.transport.port);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.write(rubbish);
      await closed;
    }
    expect(b.transport.refusals('bad-frame')).toBe(3);
    // A peer that has proved itself and then sends rubbish is down.
    const { end, socket } = await dialAs(b.transport.port, { hello: { hostId: 'c' } });
    await until('a link', () => end.opened.length === 1);
    socket.write(encodeFrame(LINK_CHANNEL, LinkFrame.addresses, Buffer.from('{}')));
    await until('a down', () => b.downs.length === 1);
    expect(b.downs[0]?.peer.hostId).toBe('c');
    expect(a.downs).toEqual([]);
  });

  it('lets a host in though strangers hold every place, and drops them in time', async () => {
    const b = await startNode('b');
    const strangers = [];
    for (let index = 0; index < 100; index += 1) {
      strangers.push(await connectRaw(b.transport.port, `127.0.0.${2 + (index % 2)}`));
    }
    const others = [];
    for (let index = 0; index < 40; index += 1) others.push(await connectRaw(b.transport.port));
    const a = await startNode('a', { peers: [b.address] });
    await until('a link', () => a.linked.length + b.linked.length === 2);
    // At most 64 of 140 could stay; those go after the handshake's time.
    expect(b.transport.refusals('crowded')).toBeGreaterThan(70);
    const all = [...strangers, ...others];
    await until('the strangers gone', () => all.every(({ destroyed }) => destroyed));
    expect([a.downs, b.downs]).toEqual([[], []]);
  });
});
