/**
 * Listens for other hosts and dials them, TLS where it is configured; keeps those few who have not proved themselves, and
 * lets the last words of a link that is over leave. Bridge thread.
 *
 *   connection --StrangerGate--> (TLS: certificate of the network's authority) --onSocket--> transport --proved()--> out of the gate
 */

import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { HostError, messageOf } from '../../shared/errors.ts';
import { addressText, type HostAddress } from './host-address.ts';
import type { TcpTransportOptions, TlsFiles } from './link-options.ts';
import { LinkRefusal } from './link-refusal.ts';
import { HANDSHAKE_MS } from './link-times.ts';
import { StrangerGate } from './stranger-gate.ts';

/** What was said last (why a host is refused) has this long to leave. */
const LAST_WORDS_MS = 500;
const TLS_VERSION = 'TLSv1.3';
const WILDCARDS = new Set(['0.0.0.0', '::']);

type ServerOptions = Pick<TcpTransportOptions, 'bindAddress' | 'port' | 'advertise' | 'tls'>;

export interface LinkServerEvents {
  /** A connection of another host, which has proved nothing yet. */
  onSocket(socket: Socket): void;
  onRefusal(refusal: LinkRefusal, detail: string): void;
}

export class LinkServer {
  /** The port that was opened. */
  port = 0;
  readonly #options: ServerOptions;
  readonly #events: LinkServerEvents;
  readonly #server: Server;
  readonly #gate = new StrangerGate();
  readonly #sockets = new Map<string, Socket>();
  /** Sockets whose last words are on their way, and until when. */
  readonly #parting = new Map<Socket, number>();
  #closeAtMs = Infinity;

  constructor(options: ServerOptions, events: LinkServerEvents) {
    this.#options = options;
    this.#events = events;
    const { tls } = options;
    const onSocket = (socket: Socket): void => this.#events.onSocket(socket);
    this.#server =
      tls === undefined ? createServer() : createTlsServer(tlsServerOptions(tls), onSocket);
    this.#server.on('connection', (socket: Socket) => this.#onConnection(socket));
    this.#server.on('tlsClientError', (error: Error, socket: Socket) => {
      this.#events.onRefusal(LinkRefusal.badFrame, `TLS: ${error.message}`);
      // Node leaves it open where the handshake took too long.
      socket.destroy();
    });
  }

  /** Throws `listen`. */
  async listen(): Promise<void> {
    const { bindAddress, port } = this.#options;
    const server = this.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => {
        const found = `Cannot open the bridge on "${bindAddress}" port ${port}: ${messageOf(cause)}`;
        reject(new HostError('listen', found, { cause }));
      });
      server.listen({ host: bindAddress, port }, () => {
        server.removeAllListeners('error');
        // What fails later is one connection that could not be accepted.
        server.on('error', (error) => this.#events.onRefusal(LinkRefusal.lost, error.message));
        resolve();
      });
    });
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  dial({ host, port }: HostAddress, onOpen: (socket: Socket) => void): Socket {
    const { tls } = this.#options;
    const socket =
      tls === undefined
        ? createConnection({ host, port, noDelay: true })
        : connectTls({
            host,
            port,
            ...tls,
            minVersion: TLS_VERSION,
            // Any host of the network's authority: who it is says its hello, which the proof covers.
            checkServerIdentity: () => undefined,
          });
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      socket.setNoDelay(true);
      onOpen(socket);
    });
    return socket;
  }

  /** Where the host at the other end of `socket` can dial this one. */
  addressFor(socket: Socket): string {
    const { advertise, bindAddress } = this.#options;
    if (advertise !== undefined) return advertise;
    const isEverywhere = WILDCARDS.has(bindAddress) && socket.localAddress !== undefined;
    return addressText(isEverywhere ? plainAddress(socket.localAddress) : bindAddress, this.port);
  }

  /** The other side of this connection has proved itself. */
  proved(socket: Socket): void {
    this.#gate.leave(connectionKey(socket));
  }

  /** Lets what was written leave, but waits for nobody. */
  part(socket: Socket, nowMs: number): void {
    if (socket.destroyed) return;
    this.#parting.set(socket, nowMs + LAST_WORDS_MS);
    socket.once('close', () => this.#parting.delete(socket));
    socket.destroySoon();
  }

  step(nowMs: number): void {
    for (const [socket, untilMs] of this.#parting) {
      if (nowMs >= untilMs) socket.destroy();
    }
    if (nowMs < this.#closeAtMs) return;
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  /** Takes no more; resolves when all sockets are gone: step() has to go on. */
  async close(nowMs: number): Promise<void> {
    this.#closeAtMs = nowMs + LAST_WORDS_MS;
    const isListening = this.#server.listening;
    if (isListening) await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#parting.keys()) socket.destroy();
  }

  /** TCP is there; TLS, if any, is not yet: its handshake counts as a stranger's time. */
  #onConnection(socket: Socket): void {
    const key = connectionKey(socket);
    this.#sockets.set(key, socket);
    socket.once('close', () => {
      this.#sockets.delete(key);
      this.#gate.leave(key);
    });
    const evicted = this.#gate.enter(key, socket.remoteAddress ?? '');
    if (evicted !== undefined) {
      this.#sockets.get(evicted)?.destroy();
      this.#events.onRefusal(LinkRefusal.crowded, 'it had not proved itself when others came');
    }
    if (this.#options.tls !== undefined) return;
    socket.setNoDelay(true);
    this.#events.onSocket(socket);
  }
}

function tlsServerOptions(tls: TlsFiles): TlsOptions {
  return {
    ...tls,
    minVersion: TLS_VERSION,
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: HANDSHAKE_MS,
    noDelay: true,
  };
}

/** The same for a TLS socket and the one beneath it. */
function connectionKey(socket: Socket): string {
  return `${socket.remoteAddress ?? ''}|${socket.remotePort ?? 0}`;
}

/** IPv4 that came through an IPv6 socket, as people write it. */
function plainAddress(address = ''): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
