/**
 * The cables between host processes, for tests that cut them: all that others dial (`bridge.advertise`) is a port here. Runs in
 * test processes.
 *
 *   dialer --hello--> port of host B --+-- who dials stands in the hello: each way of each pair has its own state
 *                                      +--> bridge of B
 *
 *   open    bytes and ends pass
 *   held    nothing passes, not even an end, and nothing is lost: what was on its way arrives when the way is opened again. A
 *           dial that is held is taken and hears nothing
 */

import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { decodeHello } from '../../src/cluster-bridge/link/link-hello.ts';

const HEADER_BYTES = 8;
const HELLO_BYTES_MAX = 2_048;

export class CutProxy {
  readonly #ports = new Map<string, { readonly server: Server; targetPort: number }>();
  readonly #cables = new Set<Cable>();
  /** `from to` of each way that is held. */
  readonly #held = new Set<string>();

  /** A port for each host; nothing passes to one before connect(). */
  static async open(hostIds: readonly string[]): Promise<CutProxy> {
    const proxy = new CutProxy();
    await Promise.all(hostIds.map((hostId) => proxy.#listen(hostId)));
    return proxy;
  }

  /** Where others reach that host: its `bridge.advertise`, and a peer of theirs. */
  address(hostId: string): string {
    // A server that listens on TCP has an address of this kind.
    const { port } = this.#portOf(hostId).server.address() as AddressInfo;
    return `127.0.0.1:${port}`;
  }

  /** Where the bridge of that host really listens. */
  connect(hostId: string, bridgePort: number): void {
    this.#portOf(hostId).targetPort = bridgePort;
  }

  /** From now on nothing passes that way; what is held is kept. */
  hold(from: string, to: string): void {
    this.#held.add(`${from} ${to}`);
    this.#settle();
  }

  /** All ways are open again. */
  heal(): void {
    this.#held.clear();
    this.#settle();
  }

  /** Resets what is connected between the two now; returns how many connections that were. */
  tear(one: string, other: string): number {
    const between = [...this.#cables].filter((cable) => cable.isBetween(one, other));
    for (const cable of between) cable.tear();
    return between.length;
  }

  close(): void {
    for (const { server } of this.#ports.values()) server.close();
    for (const cable of this.#cables) cable.tear();
  }

  async #listen(hostId: string): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const cable = new Cable(socket, {
        acceptor: hostId,
        targetPort: () => this.#portOf(hostId).targetPort,
        isHeld: (from, to) => this.#held.has(`${from} ${to}`),
        onClosed: () => this.#cables.delete(cable),
      });
      this.#cables.add(cable);
    });
    this.#ports.set(hostId, { server, targetPort: 0 });
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  }

  #settle(): void {
    for (const cable of this.#cables) cable.settle();
  }

  #portOf(hostId: string): { readonly server: Server; targetPort: number } {
    const found = this.#ports.get(hostId);
    if (found === undefined) throw new Error(`Cannot find the port of "${hostId}"`);
    return found;
  }
}

interface CableOptions {
  readonly acceptor: string;
  readonly targetPort: () => number;
  readonly isHeld: (from: string, to: string) => boolean;
  readonly onClosed: () => void;
}

/** One connection of a dialer, and the one to the bridge that it dialed. */
class Cable {
  readonly #options: CableOptions;
  readonly #near: Socket;
  #far: Socket | undefined;
  /** Undefined until its hello is here. */
  #dialer: string | undefined;
  #head: Buffer = Buffer.alloc(0);

  constructor(near: Socket, options: CableOptions) {
    this.#near = near;
    this.#options = options;
    this.#watch(near);
    near.on('data', (chunk: Buffer) => {
      if (this.#far !== undefined) this.#pass(chunk, near, this.#far);
      else this.#greet(chunk);
    });
    near.on('end', () => this.#far?.end());
  }

  isBetween(one: string, other: string): boolean {
    const { acceptor } = this.#options;
    return (
      (this.#dialer === one && acceptor === other) || (this.#dialer === other && acceptor === one)
    );
  }

  /** The ways have changed. */
  settle(): void {
    const { acceptor, isHeld } = this.#options;
    if (this.#dialer === undefined) return;
    const isForthHeld = isHeld(this.#dialer, acceptor);
    if (this.#far === undefined && !isForthHeld) this.#dial();
    flow(this.#near, this.#far, isForthHeld);
    if (this.#far !== undefined) flow(this.#far, this.#near, isHeld(acceptor, this.#dialer));
  }

  tear(): void {
    this.#near.resetAndDestroy();
    this.#far?.resetAndDestroy();
    this.#options.onClosed();
  }

  #greet(chunk: Buffer): void {
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length < HEADER_BYTES) return;
    const end = HEADER_BYTES + this.#head.readUInt32LE(0);
    if (this.#head.length < end && end <= HELLO_BYTES_MAX) return;
    const hello = decodeHello(this.#head.subarray(HEADER_BYTES, end));
    if (hello?.nonce === undefined) {
      this.tear();
      return;
    }
    this.#dialer = hello.hostId;
    this.settle();
  }

  #dial(): void {
    const near = this.#near;
    const port = this.#options.targetPort();
    const far = createConnection({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
    this.#far = far;
    this.#watch(far);
    far.on('data', (chunk: Buffer) => this.#pass(chunk, far, near));
    far.on('end', () => near.end());
    far.write(this.#head);
    if (near.readableEnded) far.end();
  }

  #pass(chunk: Buffer, source: Socket, sink: Socket): void {
    if (sink.destroyed || sink.write(chunk)) return;
    source.pause();
    sink.once('drain', () => this.settle());
  }

  /** An end that is no last word: it passes as a reset, unless its way is held; then whoever waits for it times out. */
  #watch(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      const { acceptor, isHeld } = this.#options;
      const isNear = socket === this.#near;
      const other = isNear ? this.#far : this.#near;
      const dialer = this.#dialer ?? '';
      const isHeldBack = isNear ? isHeld(dialer, acceptor) : isHeld(acceptor, dialer);
      if (other === undefined || other.destroyed) this.#options.onClosed();
      else if (!isHeldBack) other.destroySoon();
    });
  }
}

function flow(source: Socket, sink: Socket | undefined, isHeld: boolean): void {
  if (isHeld || sink?.writableNeedDrain === true) source.pause();
  else {
    source.resume();
    // It went while its way was held.
    if (source.destroyed) sink?.destroySoon();
  }
}
