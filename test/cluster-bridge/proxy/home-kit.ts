/** A real HomeProxy with one gateway's rings, of which the test holds the gateway's ends. Test files only. */

import { HomeProxy } from '../../../src/cluster-bridge/proxy/home-proxy.ts';
import { DoorbellRinger, doorbellByteLength } from '../../../src/shared/doorbell.ts';
import { GatewayLink } from '../../../src/shared/gateway-link.ts';
import type { HandlerTable } from '../../../src/shared/handler-table.ts';
import { viewTables } from '../../../src/shared/host-memory.ts';
import { RingReader, RingWriter, ringByteLength } from '../../../src/shared/spsc-ring.ts';
import { tinyMemory } from '../../support/tiny-memory.ts';

const SIZES = { gateways: 1, workerRows: 1, slotsPerGateway: 16, handlers: 8, hasBridge: true };

export interface HomeKit {
  readonly home: HomeProxy;
  readonly handlers: HandlerTable;
  readonly gatewayUp: RingWriter;
  readonly gatewayDown: RingReader;
}

/** `ringBytes`: the capacity of each ring, a power of two. */
export function homeKit(ringBytes = 16_384): HomeKit {
  const tables = viewTables(tinyMemory(SIZES, 8_192));
  const up = new SharedArrayBuffer(ringByteLength(ringBytes));
  const down = new SharedArrayBuffer(ringByteLength(ringBytes));
  const bell = new DoorbellRinger(new SharedArrayBuffer(doorbellByteLength(1)), 0, () => {});
  const link = new GatewayLink({ up, down, bell, playersMax: SIZES.slotsPerGateway });
  const { slotsPerGateway } = SIZES;
  return {
    home: new HomeProxy({ ...tables, gateways: [link], slotsPerGateway }),
    handlers: tables.handlers,
    gatewayUp: new RingWriter(up),
    gatewayDown: new RingReader(down),
  };
}
