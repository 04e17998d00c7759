/** Goal: hosts become one mesh over real sockets, stay it through cuts, and keep others out. Method: transports on loopback. */

import { afterEach, describe, expect, it } from 'vitest';
import {
  LINK_CHANNEL,
  LinkFrame,
  encodeFrame,
} from '../../../src/cluster-bridge/link/link-frame-codec.ts';
import { BACKLOG_BYTES_MAX } from '../../../src/cluster-bridge/link/tcp-peer.ts';
import { TcpTransport } from '../../../src/cluster-bridge/link/tcp-transport.ts';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { sleep, systemClock } from '../../../src/shared/clock.ts';
import { HostError } from '../../../src/shared/errors.ts';
import { TestNode, TestWire, connectRaw, dialAs, endAll, startNode, until } from './tcp-kit.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'];

afterEach(endAll);

async function linkedPair(): Promise<{ a: TestNode; b: TestNode; wire: TestWire }> {
  const b = await startNode('b', { advertise: '127.0.0.1:1' });
  const wire = await new TestWire(() => b.transport.port).open();
  const a = await startNode('a', { peers: [wire.address], advertise: '127.0.0.1:1' });
  await until('a link', () => a.linked.length + b.linked.length === 2);
  return { a, b, wire };
}

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
    expect(() => peer.trySend(Channel.replica, Buffer.alloc(1024 * 1024 + 1))).toThrow('1048577');
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
    const { end } = await dialAs(b.transport.port, { hello: { protocol: 2 } });
    await until('an answer', () => end.closed.length > 0);
    expect(end.closed[0]).toEqual({ refusal: 'refused-by-peer', detail: 'protocol-version' });
    expect(b.refusals).toEqual(['protocol-version: protocol 2, this host speaks 1']);
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
