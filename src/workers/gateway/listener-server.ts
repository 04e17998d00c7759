/**
 * One listening port of a gateway thread: accepts, counts per address, reads a trusted proxy's header, and starts
 * connections. Gateway threads; all gateways listen on the same port (reusePort), the kernel spreads the clients.
 */

import { BlockList, createServer, isIPv6, type Server, type Socket } from 'node:net';
import { AddressVerdict, NO_ADDRESS_ROW, type AddressTable } from '../../shared/address-table.ts';
import type { ClientProtocol } from '../../shared/client-protocol.ts';
import type { Clock } from '../../shared/clock.ts';
import { Reason } from '../../shared/reason.ts';
import type { BanCheck } from './ban-check.ts';
import { Connection } from './connection.ts';
import type { ListenerSettings } from './gateway-settings.ts';
import type { Gateway } from './gateway.ts';
import { ProxyParser } from './proxy-protocol.ts';
import { socketOfSharedRead, type ReadSocket } from './shared-read.ts';

const KEEP_ALIVE_MS = 60_000;
/**
 * Connections that the kernel makes and keeps while the gateway is late; it gives no more than net.core.somaxconn. A
 * client beyond it believes that it is connected and hears nothing. A longer queue makes no turn longer: libuv accepts
 * one connection a turn.
 */
const BACKLOG = 4_096;
/** Sockets of this server beyond its limit: those that gave way and are not quite closed yet. */
const CLOSING_MAX = 32;

/** A socket and what serves it; a property costs less memory than three closures. */
interface ServedSocket extends ReadSocket<Connection> {
  failure?: Reason;
}

/** What a new connection meets, by the settings in force. */
export interface ListenerDoor {
  readonly protocol: ClientProtocol;
  readonly unlimited: BlockList;
  readonly trustedProxies: BlockList;
}

export interface ListenerServerOptions {
  readonly settings: ListenerSettings;
  readonly door: ListenerDoor;
  readonly gateway: Gateway;
  readonly addresses: AddressTable;
  /** Shared with main: a ban is seen here at the next accept. */
  readonly banned: BanCheck;
  readonly clock: Clock;
}

export class ListenerServer {
  readonly settings: ListenerSettings;
  /** Replaced as a whole, between two turns; connections keep the one through which they came. */
  door: ListenerDoor;
  readonly #options: ListenerServerOptions;
  readonly #server: Server;
  #isRefusing = false;

  constructor(options: ListenerServerOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.door = options.door;
    this.#server = createServer(
      // A flood's sockets are never read and never tuned: whoever is let in is, in #serve().
      { pauseOnConnect: true },
      (socket) => this.#onSocket(socket),
    );
    this.#server.maxConnections = options.gateway.limits.connectionsMax + CLOSING_MAX;
    this.#server.on('drop', () => options.gateway.countReason(Reason.hostFull));
  }

  /** Listens beside the other gateways' servers on the same port. Rejects when the port cannot be had. */
  listen(): Promise<void> {
    const { port, bindAddress } = this.settings;
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port, host: bindAddress, reusePort: true, backlog: BACKLOG }, () => {
        this.#server.removeListener('error', reject);
        this.#server.on('error', () => this.#options.gateway.countReason(Reason.unavailable));
        resolve();
      });
    });
  }

  /** New connections are told that the host is going, then closed. */
  refuse(): void {
    this.#isRefusing = true;
  }

  /** Stops listening; open sockets stay. */
  close(): void {
    this.#server.close();
  }

  #onSocket(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress);
    // The client is gone already, before its address could be read.
    if (address === undefined) {
      this.#options.gateway.countReason(Reason.socketError);
      socket.destroy();
      return;
    }
    const { settings, door } = this;
    if (settings.proxyProtocol && contains(door.trustedProxies, address)) {
      this.#readProxyHeader(socket, address);
    } else {
      this.#serve(socket, address);
    }
  }

  /** The connection that reads from now on; undefined when the client was turned away. */
  #serve(accepted: Socket, address: string): Connection | undefined {
    const { gateway, addresses, banned, clock } = this.#options;
    const { unlimited, protocol } = this.door;
    const nowMs = clock.nowMs();
    // Behind a trusted proxy this is the player's own address, so the ban cannot hit the proxy.
    if (banned.has(address)) {
      this.#turnAway(accepted, Reason.banned);
      return undefined;
    }
    const oldest = this.#isFull() ? gateway.unnamed.oldest(nowMs) : undefined;
    if (oldest === undefined && this.#isFull()) {
      this.#turnAway(accepted, Reason.hostFull);
      return undefined;
    }
    let addressRow = NO_ADDRESS_ROW;
    if (!contains(unlimited, address)) {
      const verdict = addresses.tryEnter(address, addressLimits(gateway.limits), nowMs);
      if (verdict !== AddressVerdict.admitted) {
        const isTooMany = verdict === AddressVerdict.tooMany;
        this.#turnAway(accepted, isTooMany ? Reason.addressLimit : Reason.connectRate);
        return undefined;
      }
      addressRow = addresses.row;
    }
    if (oldest !== undefined) crowdOut(oldest);
    const socket: ServedSocket = socketOfSharedRead(accepted);
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    const listener = this.settings.name;
    const connection = new Connection(gateway, socket, {
      protocol,
      listener,
      address,
      addressRow,
      nowMs,
    });
    gateway.connections.add(connection);
    gateway.unnamed.add(connection);
    socket.reader = connection;
    socket.on('error', onError).on('close', onClose).resume();
    if (this.#isRefusing) connection.close(Reason.draining, 'This host is going down');
    return connection;
  }

  /** The server's own maxConnections knows only of its port; the descriptors are shared by all of them. */
  #isFull(): boolean {
    const { connections, unnamed, limits } = this.#options.gateway;
    return connections.size >= limits.connectionsMax || unnamed.size >= limits.unnamedMax;
  }

  /** Cheaply, without a word: this door is where floods knock. */
  #turnAway(socket: Socket, reason: Reason): void {
    this.#options.gateway.countReason(reason);
    socket.on('error', ignore);
    socket.resetAndDestroy();
  }

  #readProxyHeader(socket: Socket, proxyAddress: string): void {
    const { gateway } = this.#options;
    const parser = new ProxyParser();
    const timer = this.#options.clock.setTimer(() => {
      gateway.countReason(Reason.loginTimeout);
      socket.destroy();
    }, gateway.limits.loginSeconds * 1_000);
    const onHeaderData = (chunk: Buffer): void => {
      const result = parser.push(chunk);
      if (result.state === 'more') return;
      timer.cancel();
      socket.off('data', onHeaderData);
      if (result.state === 'bad') {
        gateway.countReason(Reason.badProxyHeader);
        socket.resetAndDestroy();
        return;
      }
      const connection = this.#serve(socket, result.source?.address ?? proxyAddress);
      if (result.consumed < chunk.byteLength) {
        connection?.onBytes(chunk.subarray(result.consumed));
      }
    };
    socket.on('data', onHeaderData).resume();
    socket.on('error', ignore);
    socket.once('close', () => timer.cancel());
  }
}

/** At once, so that its place is free: the socket's own `close` event would come after the next accepts. */
function crowdOut(connection: Connection): void {
  connection.socket.off('close', onClose);
  connection.onSocketClosed(Reason.crowdedOut);
  connection.socket.resetAndDestroy();
}

function addressLimits(limits: Gateway['limits']): Parameters<AddressTable['tryEnter']>[1] {
  return {
    connectionsMax: limits.connectionsPerAddress,
    connectsPerSecond: limits.connectsPerSecondPerAddress,
    connectBurst: limits.connectBurstPerAddress,
  };
}

/** Makes a list of addresses and CIDR ranges; a bad one is refused by the configuration. */
export function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    const family = isIPv6(network) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(network, family);
    else list.addSubnet(network, Number(prefix), family);
  }
  return list;
}

/** An IPv4 client of a dual-stack socket has an address like ::ffff:1.2.3.4, a neighbor one like fe80::1%eth0. */
function plainAddress(remoteAddress: string | undefined): string | undefined {
  const [address] = remoteAddress?.split('%', 1) ?? [];
  return address?.startsWith('::ffff:') === true && address.includes('.')
    ? address.slice('::ffff:'.length)
    : address;
}

/** True where the list has the address or a range that holds it. */
export function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function onError(this: ServedSocket): void {
  this.failure = Reason.socketError;
}

function onClose(this: ServedSocket): void {
  this.reader?.onSocketClosed(this.failure ?? Reason.disconnected);
}

function ignore(): void {
  // A refused socket's errors are its own affair.
}
