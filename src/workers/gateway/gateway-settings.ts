/** What main tells a gateway thread at start, and the calls between the two. Types only. */

import type { BannedRanges } from './ban-check.ts';
import type { MessagePort } from 'node:worker_threads';
import type { HostMemory } from '../../shared/host-memory.ts';
import type { GatewayOrder, GatewayReport, WorkerReport } from '../../shared/thread-messages.ts';

export interface ListenerSettings {
  readonly name: string;
  /** `line`, `frame`, `raw`, or the file URL of an adapter. */
  readonly protocol: string;
  readonly port: number;
  readonly bindAddress: string;
  readonly nameFrom: 'address' | 'firstLine';
  /** Expect a PROXY protocol v2 header from `trustedProxies`. */
  readonly proxyProtocol: boolean;
}

export interface GatewayLimits {
  readonly connectionsMax: number;
  /** Of those, how many may not have given a name yet. */
  readonly unnamedMax: number;
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

/** What may change while the gateway runs. */
export interface GatewaySettings {
  readonly limits: GatewayLimits;
}

export interface GatewayData {
  readonly index: number;
  readonly memory: HostMemory;
  readonly listeners: readonly ListenerSettings[];
  readonly settings: GatewaySettings;
  /** Which ones they are: config-cell.ts. */
  readonly settingsVersion: number;
  /** Addresses that are banned now: shared with main, which changes it. */
  readonly banned: BannedRanges;
  /** Ask people who give a name alone for a password (`line`). */
  readonly asksPassword: boolean;
  /** Count every byte of every connection in both directions (tests). */
  readonly ledger: boolean;
  /** Main's end answers HostControl calls; ours exposes GatewayControl. */
  readonly toMain: MessagePort;
  readonly fromMain: MessagePort;
}

/** What main calls on a gateway. */
export interface GatewayControl {
  /** All adapters are there; throws with the first that cannot be loaded. */
  load(): void;
  /** Listens on all listeners; rejects with the first failure. */
  listen(): Promise<void>;
  /** Keeps settings until the cell says their version: config-cell.ts. */
  prepare(version: number, settings: GatewaySettings): void;
  /** Takes a turn, which takes over what the cell has put in force. */
  adopt(): void;
  /** Carries out the orders in their order. */
  apply(orders: readonly GatewayOrder[]): void;
  /** A match worker in this row is ready; `bell` wakes it. */
  workerUp(row: number, bell: MessagePort): void;
  /** The worker in this row is dead or condemned: what it has said is delivered, nothing after that. */
  workerLost(row: number): void;
  /** Its thread has exited: the rings are made new for the next worker. */
  emptyRings(row: number): void;
  /** Tells and closes all connections from an address or range that was banned, practice bots aside. */
  closeAddresses(range: string, message: string): void;
  /** Refuses new connections from now on (with a reason), keeps the others. */
  refuseConnections(): void;
  /** Tells everyone, flushes and closes all sockets; resolves when all are gone or after `deadlineMs`. */
  closeAll(message: string, deadlineMs: number): Promise<void>;
  /** The ledger of every open connection, when it is switched on. */
  readLedger(): readonly LedgerEntry[];
}

/** A line of the host's log. */
export type LogLine = Omit<Extract<WorkerReport, { kind: 'log' }>, 'kind'>;

/** What a gateway calls on main. */
export interface GatewayHost {
  log(line: LogLine): void;
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
