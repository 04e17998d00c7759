/** What main tells a gateway thread at start, and the calls between the two. Types only. */

import type { MessagePort } from 'node:worker_threads';
import type { HostMemory } from '../../shared/host-memory.ts';
import type { GatewayOrder, GatewayReport } from '../../shared/thread-messages.ts';

export interface ListenerSettings {
  readonly name: string;
  readonly protocol: 'line' | 'frame' | 'raw';
  readonly port: number;
  readonly bindAddress: string;
  readonly nameFrom: 'address' | 'firstLine';
  /** Expect a PROXY protocol v2 header from `trustedProxies`. */
  readonly proxyProtocol: boolean;
}

export interface GatewayLimits {
  readonly connectionsMax: number;
  readonly connectionsPerAddress: number;
  readonly connectsPerSecondPerAddress: number;
  readonly connectBurstPerAddress: number;
  readonly unlimitedAddresses: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly loginSeconds: number;
  /** 0: never. */
  readonly idleSeconds: number;
  readonly inputsPerSecond: number;
  readonly inputBytesPerSecond: number;
  readonly frameBytesMax: number;
  readonly lineBytesMax: number;
  readonly outputBytesMax: number;
  readonly heldBytesMax: number;
}

export interface GatewayData {
  readonly index: number;
  readonly memory: HostMemory;
  readonly listeners: readonly ListenerSettings[];
  readonly limits: GatewayLimits;
  /** Count every byte of every connection in both directions (tests). */
  readonly ledger: boolean;
  /** Main's end answers HostControl calls; ours exposes GatewayControl. */
  readonly toMain: MessagePort;
  readonly fromMain: MessagePort;
}

/** What main calls on a gateway. */
export interface GatewayControl {
  /** Listens on all listeners; rejects with the first failure. */
  listen(): Promise<void>;
  /** Carries out the orders in their order. */
  apply(orders: readonly GatewayOrder[]): void;
  /** A match worker in this row is ready; `bell` wakes it. */
  workerUp(row: number, bell: MessagePort): void;
  /** The worker in this row is dead or condemned: what it has said is delivered, nothing after that. */
  workerLost(row: number): void;
  /** Its thread has exited: the rings are made new for the next worker. */
  emptyRings(row: number): void;
  /** Refuses new connections from now on (with a reason), keeps the others. */
  refuseConnections(): void;
  /** Tells everyone, flushes and closes all sockets; resolves when all are gone or after `deadlineMs`. */
  closeAll(message: string, deadlineMs: number): Promise<void>;
  /** The ledger of every open connection, when it is switched on. */
  readLedger(): readonly LedgerEntry[];
}

/** What a gateway calls on main. */
export interface GatewayHost {
  report(gateway: number, reports: readonly GatewayReport[]): void;
}

/** Bytes of one connection, client to handler and back. */
export interface LedgerEntry {
  readonly player: number;
  /** Read from the socket as input (after the adapter). */
  readonly bytesIn: number;
  /** Written into rings, bytes handed on between handlers not counted again. */
  readonly bytesForwarded: number;
  /** Taken from rings for this client. */
  readonly bytesDelivered: number;
  /** Given to the socket. */
  readonly bytesOut: number;
}
