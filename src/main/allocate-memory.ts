/** Allocates everything that the host's threads share, once, at start. Main thread; nothing is allocated later. */

import { addressTableByteLength } from '../shared/address-table.ts';
import { CONFIG_CELL_BYTES } from '../shared/config-cell.ts';
import { counterTable } from '../shared/counter-table.ts';
import { doorbellByteLength } from '../shared/doorbell.ts';
import { gatewayTable } from '../shared/gateway-table.ts';
import { handlerTable } from '../shared/handler-table.ts';
import {
  gatewayPlaces,
  workerPlaces,
  type HostMemory,
  type HostSizes,
} from '../shared/host-memory.ts';
import { hostTable } from '../shared/host-table.ts';
import { HANDLER_CAPACITY_MAX, PLAYER_CAPACITY_MAX } from '../shared/ids.ts';
import { playerTable } from '../shared/player-table.ts';
import { queueTable } from '../shared/queue-table.ts';
import { ringByteLength } from '../shared/spsc-ring.ts';
import { timingTable } from '../shared/timing-table.ts';
import { workerTable } from '../shared/worker-table.ts';
import { MODES_MAX } from './config/config-checks.ts';
import type { HostConfig } from './config/host-config.ts';

/** Addresses counted at once; beyond it new ones are let in uncounted. */
const ADDRESS_ROWS = 65_536;
/** Rows for other hosts of the network. */
const HOST_ROWS = 64;
/** Modes that may be configured, and as many again that are no more but still have matches running. */
const MODE_ROWS = 2 * MODES_MAX;
/** Handlers beside one match per two players: lobbies, and rows whose players are still leaving. */
const HANDLER_ROWS_SPARE = 256;
/** Slots beyond the capacity's even share: the kernel's spread over gateways is a few percent off. */
const SLOT_MARGIN = 1.1;
const SLOT_SPARE = 64;

/** The row counts that a configuration asks for. */
export function hostSizes(config: HostConfig): HostSizes {
  const { gateways, matchWorkers } = config.threads;
  const share = Math.ceil((config.players.capacity * SLOT_MARGIN) / gateways) + SLOT_SPARE;
  return {
    gateways,
    slotsPerGateway: Math.min(share, Math.floor(PLAYER_CAPACITY_MAX / (gateways + 1))),
    handlers: Math.min(
      Math.ceil(config.players.capacity / 2) + HANDLER_ROWS_SPARE,
      HANDLER_CAPACITY_MAX,
    ),
    workerRows: matchWorkers * 2,
    hasBridge: config.bridge.enabled,
    queues: MODE_ROWS,
    hosts: HOST_ROWS,
  };
}

export function allocateHostMemory(config: HostConfig): HostMemory {
  const sizes = hostSizes(config);
  const rings = (bytes: number): SharedArrayBuffer[][] =>
    Array.from({ length: gatewayPlaces(sizes) }, () =>
      Array.from(
        { length: workerPlaces(sizes) },
        () => new SharedArrayBuffer(ringByteLength(bytes)),
      ),
    );
  return {
    hostId: config.host.id,
    sizes,
    players: new SharedArrayBuffer(
      playerTable.byteLength(gatewayPlaces(sizes) * sizes.slotsPerGateway),
    ),
    handlers: new SharedArrayBuffer(handlerTable.byteLength(sizes.handlers)),
    workers: new SharedArrayBuffer(workerTable.byteLength(sizes.workerRows)),
    gateways: new SharedArrayBuffer(gatewayTable.byteLength(sizes.gateways)),
    queues: new SharedArrayBuffer(queueTable.byteLength(sizes.queues)),
    hosts: new SharedArrayBuffer(hostTable.byteLength(sizes.hosts)),
    counters: new SharedArrayBuffer(counterTable.byteLength(sizes.gateways)),
    addresses: new SharedArrayBuffer(addressTableByteLength(ADDRESS_ROWS)),
    doorbells: new SharedArrayBuffer(
      doorbellByteLength(gatewayPlaces(sizes) + workerPlaces(sizes)),
    ),
    timings: new SharedArrayBuffer(timingTable.byteLength(sizes.gateways + sizes.workerRows)),
    configCell: new SharedArrayBuffer(CONFIG_CELL_BYTES),
    rings: { up: rings(config.rings.upBytes), down: rings(config.rings.downBytes) },
  };
}
