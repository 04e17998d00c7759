/**
 * Everything that the host's threads share, as it travels in workerData: main allocates it once at start, each thread
 * makes its own views. Any thread.
 *
 *   rings.up[gateway][row]    gateway -> match worker        rings.down[gateway][row]   match worker -> gateway
 *   doorbells                 one word a consumer: gateways first, then worker rows
 */

import { gatewayTable, type GatewayTable } from './gateway-table.ts';
import { handlerTable, type HandlerTable } from './handler-table.ts';
import { hostTable, type HostTable } from './host-table.ts';
import { playerTable, type PlayerTable } from './player-table.ts';
import { queueTable, type QueueTable } from './queue-table.ts';
import { timingTable, type TimingTable } from './timing-table.ts';
import { workerTable, type WorkerTable } from './worker-table.ts';

/** How many rows each table has. Threads outlive none of them: all is sized at start. */
export interface HostSizes {
  readonly gateways: number;
  /** Player rows of one gateway; gateway g owns slots [g * this, (g + 1) * this). */
  readonly slotsPerGateway: number;
  readonly handlers: number;
  /** Worker rows: twice the pool, so that a replacement starts while the dead one's rings are emptied. */
  readonly workerRows: number;
  /** The bridge has a gateway's and a worker's place in the corridors, behind all others: see bridgeGateway(). */
  readonly hasBridge: boolean;
  readonly queues: number;
  readonly hosts: number;
}

export interface HostMemory {
  readonly hostId: string;
  readonly sizes: HostSizes;
  readonly players: SharedArrayBuffer;
  readonly handlers: SharedArrayBuffer;
  readonly workers: SharedArrayBuffer;
  readonly gateways: SharedArrayBuffer;
  readonly queues: SharedArrayBuffer;
  readonly hosts: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly addresses: SharedArrayBuffer;
  readonly doorbells: SharedArrayBuffer;
  /** Which settings are in force: config-cell.ts. */
  readonly timings: SharedArrayBuffer;
  readonly configCell: SharedArrayBuffer;
  readonly rings: {
    readonly up: readonly (readonly SharedArrayBuffer[])[];
    readonly down: readonly (readonly SharedArrayBuffer[])[];
  };
}

/** The views of one thread. */
export interface HostTables {
  readonly players: PlayerTable;
  readonly handlers: HandlerTable;
  readonly workers: WorkerTable;
  readonly gateways: GatewayTable;
  readonly queues: QueueTable;
  readonly hosts: HostTable;
  readonly timings: TimingTable;
}

export function viewTables(memory: HostMemory): HostTables {
  const { sizes } = memory;
  return {
    players: playerTable.view(memory.players, gatewayPlaces(sizes) * sizes.slotsPerGateway),
    handlers: handlerTable.view(memory.handlers, sizes.handlers),
    workers: workerTable.view(memory.workers, sizes.workerRows),
    gateways: gatewayTable.view(memory.gateways, sizes.gateways),
    queues: queueTable.view(memory.queues, sizes.queues),
    hosts: hostTable.view(memory.hosts, sizes.hosts),
    timings: timingTable.view(memory.timings, sizes.gateways + sizes.workerRows),
  };
}

/** Threads that hold players' rows and have rings to each worker: the gateways, and the bridge. */
export function gatewayPlaces(sizes: HostSizes): number {
  return sizes.gateways + (sizes.hasBridge ? 1 : 0);
}

/** Threads that gateways have rings to: the rows of the worker table, and the bridge. */
export function workerPlaces(sizes: HostSizes): number {
  return sizes.workerRows + (sizes.hasBridge ? 1 : 0);
}

/** The row of a match worker in the timing table; those of the gateways come first. */
export function workerTimings({ gateways }: HostTables, row: number): number {
  return gateways.capacity + row;
}

/** The bridge's place among the gateways: its rows of the player table are guests, players of other hosts. */
export function bridgeGateway(sizes: HostSizes): number {
  return sizes.gateways;
}

/** The bridge's place among the workers: `worker` of handlers that stand for a match on another host. */
export function bridgeRow(sizes: HostSizes): number {
  return sizes.workerRows;
}

/** The doorbell of a gateway thread. */
export function gatewayBell(gateway: number): number {
  return gateway;
}

/** The doorbell of the match worker in a row of the worker table. */
export function workerBell(sizes: HostSizes, row: number): number {
  // The bridge is one thread: who rings it as a worker and who as a gateway ring one bell.
  return row === bridgeRow(sizes) ? bridgeGateway(sizes) : gatewayPlaces(sizes) + row;
}
