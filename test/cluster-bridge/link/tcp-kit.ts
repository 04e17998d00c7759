/** Real transports on loopback with all that they report, strangers with raw sockets, and a wire that can be cut. Test files only. */

import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { TcpTransportOptions } from '../../../src/cluster-bridge/link/link-options.ts';
import { TcpTransport } from '../../../src/cluster-bridge/link/tcp-transport.ts';
import type { Channel, Peer, TransportEvents } from '../../../src/cluster-bridge/transport.ts';
import { sleep, systemClock } from '../../../src/shared/clock.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { LinkEnd, SECRET, type EndOptions } from './link-kit.ts';

const WAIT_MS = 10_000;
const POLL_MS = 5;

export async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = systemClock.nowMs() + WAIT_MS;
  while (!isSo()) {
    if (systemClock.nowMs() > endMs) throw new Error(`waited in vain for: ${what}`);
    await sleep(POLL_MS);
  }
}

/** Two hosts with a wire between them; `a` has dialed. */
export async function linkedPair(): Promise<{ a: TestNode; b: TestNode; wire: TestWire }> {
  const b = await startNode('b', { advertise: '127.0.0.1:1' });
  const wire = await new TestWire(() => b.transport.port).open();
  const a = await startNode('a', { peers: [wire.address], advertise: '127.0.0.1:1' });
  await until('a link', () => a.linked.length + b.linked.length === 2);
  return { a, b, wire };
}

/** What a test started, ended in afterEach with endAll(). */
const running = new Set<{ close(): Promise<void> }>();

export async function endAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.close()));
  running.clear();
}

/** A transport and everything it told. */
export class TestNode implements TransportEvents {
  readonly transport: TcpTransport;
  readonly ups: Peer[] = [];
  readonly downs: { readonly peer: Peer; readonly why: string }[] = [];
  readonly messages: { readonly from: string; readonly channel: Channel; readonly text: string }[] =
    [];
  readonly refusals: string[] = [];
  readonly skews: { readonly hostId: string; readonly skewMs: number }[] = [];
  writable = 0;

  constructor(hostId: string, options: Partial<TcpTransportOptions> = {}) {
    this.transport = new TcpTransport({
      self: { hostId, incarnation: 1 },
      network: 'longhouse',
      secret: SECRET,
      bindAddress: '127.0.0.1',
      port: 0,
      advertise: undefined,
      peers: [],
      tls: undefined,
      random: seededRandom(7),
      onRefusal: (refusal, detail) => this.refusals.push(`${refusal}: ${detail}`),
      onClockSkew: (of, skewMs) => this.skews.push({ hostId: of, skewMs }),
      ...options,
    });
  }

  get address(): string {
    return `127.0.0.1:${this.transport.port}`;
  }

  /** Ids of the hosts it is linked with. */
  get linked(): readonly string[] {
    const ids = this.transport.peers().map(({ hostId }) => hostId);
    return ids.toSorted((one, other) => (one < other ? -1 : 1));
  }

  peer(hostId: string): Peer {
    const peer = this.transport.peers().find((one) => one.hostId === hostId);
    if (peer === undefined) throw new Error(`no link to "${hostId}"`);
    return peer;
  }

  onUp(peer: Peer): void {
    this.ups.push(peer);
  }

  onDown(peer: Peer, why: string): void {
    this.downs.push({ peer, why });
  }

  onMessage(peer: Peer, channel: Channel, bytes: Uint8Array): void {
    const text = Buffer.from(bytes.subarray(0, 100)).toString('utf8');
    this.messages.push({ from: peer.hostId, channel, text });
  }

  onWritable(): void {
    this.writable += 1;
  }
}

export async function startNode(
  hostId: string,
  options: Partial<TcpTransportOptions> = {},
): Promise<TestNode> {
  const node = new TestNode(hostId, options);
  await node.transport.start(node);
  running.add(node.transport);
  return node;
}

/** Connects a raw socket, from any address of 127.0.0.0/8. */
export async function connectRaw(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port, localAddress });
  socket.on('error', () => {});
  await once(socket, 'connect');
  // Else the end of what it never reads would not be seen.
  socket.resume();
  running.add({
    close: async () => {
      socket.destroy();
      await Promise.resolve();
    },
  });
  return socket;
}

/** A host made of one session: says what the test wants it to say of itself. */
export async function dialAs(
  port: number,
  options: EndOptions,
): Promise<{ readonly end: LinkEnd; readonly socket: Socket; readonly pump: () => void }> {
  const socket = await connectRaw(port);
  const end = new LinkEnd('dialer', options);
  const pump = (): void => {
    const bytes = end.take();
    if (bytes.length > 0) socket.write(bytes);
  };
  socket.on('data', (chunk: Buffer) => {
    end.session.receive(chunk);
    pump();
  });
  socket.on('close', () => end.session.lost('closed'));
  end.session.connected();
  pump();
  return { end, socket, pump };
}

/** A wire between two hosts: forwards to one address, and can be cut or fall silent. */
export class TestWire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isSilent = false;
  port = 0;
  /** All that dialers have said. */
  readonly said: Buffer[] = [];
  /** How often somebody has dialed through it. */
  dials = 0;

  constructor(target: () => number) {
    this.#server = createServer((from) => {
      this.dials += 1;
      const to = createConnection({ host: '127.0.0.1', port: target() });
      from.on('data', (chunk: Buffer) => this.said.push(Buffer.from(chunk)));
      this.#join(from, to);
      this.#join(to, from);
    });
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
    running.add(this);
    return this;
  }

  /** Kills the sockets; new ones may come. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Takes bytes no more, and lets none through, until false. */
  set isSilent(isSilent: boolean) {
    this.#isSilent = isSilent;
    for (const socket of this.#sockets) {
      if (isSilent) socket.pause();
      else socket.resume();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (!this.#isSilent) from.resume();
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    if (this.#isSilent) from.pause();
  }
}
