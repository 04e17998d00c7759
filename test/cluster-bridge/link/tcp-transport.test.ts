/** Goal: hosts become one mesh over real sockets and stay it through cuts. Method: transports on loopback. */

import { afterEach, describe, expect, it } from 'vitest';
import { FRAME_BYTES_MAX } from '../../../src/cluster-bridge/link/link-frame-codec.ts';
import { BACKLOG_BYTES_MAX } from '../../../src/cluster-bridge/link/tcp-peer.ts';
import { TcpTransport } from '../../../src/cluster-bridge/link/tcp-transport.ts';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { sleep } from '../../../src/shared/clock.ts';
import { HostError } from '../../../src/shared/errors.ts';
import { TestNode, TestWire, endAll, linkedPair, startNode, until } from './tcp-kit.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];

afterEach(endAll);

describe('TcpTransport', () => {
  it('makes a full mesh of hosts that each know one of them', async () => {
    const first = await startNode('a');
    const rest = IDS.slice(1).map((id) => startNode(id, { peers: [first.address] }));
    const nodes = [first, ...(await Promise.all(rest))];
    await until('a mesh', () => nodes.every(({ linked }) => linked.length === 4));
    for (const [index, node] of nodes.entries()) {
      expect(node.linked).toEqual(IDS.filter((id) => id !== IDS[index]));
      for (const peer of node.transport.peers()) {
        expect(peer.trySend(Channel.control, Buffer.from(`to ${peer.hostId}`))).toBe(true);
      }
    }
    await until('all messages', () => nodes.every(({ messages }) => messages.length === 4));
    for (const [index, node] of nodes.entries()) {
      expect(new Set(node.messages.map(({ text }) => text))).toEqual(new Set([`to ${IDS[index]}`]));
    }
    expect(nodes.flatMap(({ refusals }) => refusals)).toEqual([]);
  });

  it('finds the others where hosts listen everywhere and say no address of their own', async () => {
    const everywhere = { bindAddress: '0.0.0.0' };
    const a = await startNode('a', everywhere);
    const b = await startNode('b', { ...everywhere, peers: [a.address] });
    const c = await startNode('c', { ...everywhere, peers: [a.address] });
    await until('a mesh', () => [a, b, c].every(({ linked }) => linked.length === 2));
    expect(c.linked).toEqual(['a', 'b']);
  });

  it('keeps one link of two hosts under several names, and dials no name again while it is up', async () => {
    const a = await startNode('a');
    const wires = [1, 2, 3].map(() => new TestWire(() => a.transport.port).open());
    const names = await Promise.all(wires);
    const b = await startNode('b', { peers: names.map(({ address }) => address) });
    await until('a link', () => a.linked.length + b.linked.length === 2);
    await sleep(300);
    // Dials that crossed may have replaced a link at the very start; then there is peace.
    const seen = [a.downs.length + b.downs.length, ...names.map(({ dials }) => dials)];
    await sleep(1_000);
    expect([a.downs.length + b.downs.length, ...names.map(({ dials }) => dials)]).toEqual(seen);
    expect([a.linked, b.linked, a.refusals, b.refusals]).toEqual([['b'], ['a'], [], []]);
    // Each name is tried again once the link is down.
    b.peer('a').close('a test');
    await until('all names dialed', () =>
      names.every(({ dials }, index) => dials > (seen[index + 1] ?? 0)),
    );
  });

  it('notices that it has dialed itself, and does not do so again', async () => {
    const target = { port: 0 };
    const wire = await new TestWire(() => target.port).open();
    const node = await startNode('a', { peers: [wire.address] });
    target.port = node.transport.port;
    await until('a dial', () => wire.dials > 0);
    await sleep(300);
    const dials = wire.dials;
    await sleep(700);
    expect([wire.dials, node.ups, node.refusals]).toEqual([dials, [], []]);
  });

  it('delivers in order and exactly once, whole megabytes and nothing alike', async () => {
    const { a, b } = await linkedPair();
    const peer = a.peer('b');
    const big = Buffer.alloc(1024 * 1024, 'x');
    for (let index = 0; index < 1_000; index += 1) {
      const isBig = index % 200 === 0;
      const text = Buffer.from(String(index));
      const bytes = isBig ? Buffer.concat([text, big.subarray(text.length)]) : text;
      while (!peer.trySend(Channel.replica, bytes)) await sleep(1);
    }
    peer.trySend(Channel.summary, Buffer.of());
    await until('all of it', () => b.messages.length === 1_001);
    expect(b.messages.slice(0, 1_000).map(({ text }) => Number.parseInt(text, 10))).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index),
    );
    expect(b.messages.at(-1)).toEqual({ from: 'a', channel: Channel.summary, text: '' });
    expect(() => peer.trySend(Channel.replica, Buffer.alloc(FRAME_BYTES_MAX + 1))).toThrow(
      'too long',
    );
  });

  it('takes no more than its backlog for a peer that does not read, and tells when there is room', async () => {
    const { a, b, wire } = await linkedPair();
    wire.isSilent = true;
    const peer = a.peer('b');
    const chunk = Buffer.alloc(256 * 1024);
    let sent = 0;
    while (peer.trySend(Channel.recordsUp, chunk)) {
      sent += 1;
      await sleep(0);
      expect(peer.backlogBytes).toBeLessThanOrEqual(BACKLOG_BYTES_MAX + 1_024);
      expect(sent).toBeLessThan(1_000);
    }
    expect(a.writable).toBe(0);
    wire.isSilent = false;
    await until('room again', () => a.writable === 1);
    await until('all that was taken', () => b.messages.length === sent);
    expect(peer.trySend(Channel.recordsUp, chunk)).toBe(true);
    expect([a.downs, b.downs]).toEqual([[], []]);
  });

  it('is down on both sides when the wire is cut, and up again as another Peer', async () => {
    const { a, b, wire } = await linkedPair();
    const before = a.peer('b');
    wire.cut();
    await until('both down', () => a.downs.length + b.downs.length === 2);
    expect(before.trySend(Channel.control, Buffer.from('late'))).toBe(false);
    await until('both up', () => a.ups.length + b.ups.length === 4);
    expect(a.peer('b')).not.toBe(before);
    a.peer('b').trySend(Channel.control, Buffer.from('again'));
    await until('a message', () => b.messages.length > 0);
    expect(b.messages.map(({ text }) => text)).toEqual(['again']);
  });

  it('is down when a wire falls silent, and up when it speaks again', async () => {
    const { a, b, wire } = await linkedPair();
    await sleep(1_000);
    expect([a.downs, b.downs]).toEqual([[], []]);
    wire.isSilent = true;
    await until('both down', () => a.downs.length + b.downs.length === 2);
    expect(a.downs[0]?.why).toContain('nothing heard');
    wire.isSilent = false;
    await until('both up', () => a.ups.length + b.ups.length === 4);
  });

  it('knows a host that was started again as another run of it', async () => {
    const b = await startNode('b');
    const a = await startNode('a', { peers: [b.address] });
    await until('a link', () => a.linked.length === 1);
    const { port } = b.transport;
    await b.transport.close();
    await until('a down', () => a.downs.length === 1);
    await startNode('b', { port, self: { hostId: 'b', incarnation: 2 } });
    await until('a link', () => a.linked.length === 1);
    expect(a.ups.map(({ incarnation }) => incarnation)).toEqual([1, 2]);
  });

  it('says where it cannot listen', async () => {
    const a = await startNode('a');
    const taken = new TestNode('b', { port: a.transport.port }).transport;
    const error: unknown = await taken.start(a).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(HostError);
    expect(error).toMatchObject({ code: 'listen' });
    expect(String(error)).toContain(`port ${a.transport.port}`);
  });

  it('closes within its last words though a peer takes nothing', async () => {
    const { a, b, wire } = await linkedPair();
    wire.isSilent = true;
    const chunk = Buffer.alloc(1024 * 1024);
    while (b.peer('a').trySend(Channel.control, chunk)) await sleep(0);
    await b.transport.close();
    expect(b.downs.map(({ why }) => why)).toEqual(['this host stops']);
    expect(a.transport).toBeInstanceOf(TcpTransport);
  });
});
