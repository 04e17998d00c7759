/** The shared memory of a very small host, for tests of the parts that live on it. Test files only. */

import { addressTableByteLength } from '../../src/shared/address-table.ts';
import { CONFIG_CELL_BYTES } from '../../src/shared/config-cell.ts';
import { counterTable } from '../../src/shared/counter-table.ts';
import { doorbellByteLength } from '../../src/shared/doorbell.ts';
import { gatewayTable } from '../../src/shared/gateway-table.ts';
import { handlerTable } from '../../src/shared/handler-table.ts';
import {
  gatewayPlaces,
  workerPlaces,
  type HostMemory,
  type HostSizes,
} from '../../src/shared/host-memory.ts';
import { hostTable } from '../../src/shared/host-table.ts';
import { playerTable } from '../../src/shared/player-table.ts';
import { queueTable } from '../../src/shared/queue-table.ts';
import { ringByteLength } from '../../src/shared/spsc-ring.ts';
import { timingTable } from '../../src/shared/timing-table.ts';
import { workerTable } from '../../src/shared/worker-table.ts';

const ADDRESS_ROWS = 16;
const SIZES: HostSizes = {
  gateways: 1,
  slotsPerGateway: 64,
  handlers: 32,
  workerRows: 1,
  hasBridge: false,
  queues: 2,
  hosts: 4,
};

/** Allocates it; `sizes` overrides the rows, `ringBytes` is the capacity of each ring. */
export function tinyMemory(sizes: Partial<HostSizes> = {}, ringBytes = 262_144): HostMemory {
  const all = { ...SIZES, ...sizes };
  const rings = (): SharedArrayBuffer[][] =>
    Array.from({ length: gatewayPlaces(all) }, () =>
      Array.from(
        { length: workerPlaces(all) },
        () => new SharedArrayBuffer(ringByteLength(ringBytes)),
      ),
    );
  const { gateways, workerRows } = all;
  return {
    hostId: 'tiny',
    sizes: all,
    players: new SharedArrayBuffer(
      playerTable.byteLength(gatewayPlaces(all) * all.slotsPerGateway),
    ),
    handlers: new SharedArrayBuffer(handlerTable.byteLength(all.handlers)),
    workers: new SharedArrayBuffer(workerTable.byteLength(workerRows)),
    gateways: new SharedArrayBuffer(gatewayTable.byteLength(gateways)),
    queues: new SharedArrayBuffer(queueTable.byteLength(all.queues)),
    hosts: new SharedArrayBuffer(hostTable.byteLength(all.hosts)),
    counters: new SharedArrayBuffer(counterTable.byteLength(gateways)),
    addresses: new SharedArrayBuffer(addressTableByteLength(ADDRESS_ROWS)),
    doorbells: new SharedArrayBuffer(doorbellByteLength(gatewayPlaces(all) + workerPlaces(all))),
    timings: new SharedArrayBuffer(timingTable.byteLength(gateways + workerRows)),
    configCell: new SharedArrayBuffer(CONFIG_CELL_BYTES),
    rings: { up: rings(), down: rings() },
  };
}
