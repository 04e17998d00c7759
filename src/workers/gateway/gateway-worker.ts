/** Entry of a gateway thread: puts its parts together from workerData and lets main call it. */

import { threadId, workerData } from 'node:worker_threads';
import { AddressTable } from '../../shared/address-table.ts';
import type { ClientProtocol } from '../../shared/client-protocol.ts';
import { every, systemClock } from '../../shared/clock.ts';
import { counterTable } from '../../shared/counter-table.ts';
import { Doorbell, DoorbellRinger } from '../../shared/doorbell.ts';
import { GatewayState } from '../../shared/gateway-table.ts';
import { gatewayBell, viewTables, workerBell } from '../../shared/host-memory.ts';
import { Reason } from '../../shared/reason.ts';
import { RemoteThread, exposeApi } from '../../shared/thread-call.ts';
import { TurnLoop } from '../../shared/turn-loop.ts';
import { resetRing } from '../../shared/spsc-ring.ts';
import type { Connection } from './connection.ts';
import type {
  GatewayControl,
  GatewayData,
  GatewayHost,
  LedgerEntry,
  ListenerSettings,
} from './gateway-settings.ts';
import { Gateway } from './gateway.ts';
import { ListenerServer, blockListOf } from './listener-server.ts';
import { PlayerRows } from './player-rows.ts';
import { FrameProtocol } from './protocols/frame-protocol.ts';
import { LineProtocol } from './protocols/line-protocol.ts';
import { RawProtocol } from './protocols/raw-protocol.ts';
import { WorkerLink } from './worker-link.ts';

const SWEEP_MS = 250;
const LEAVE_DEADLINE_MS = 2_000;
const CLOSE_POLL_MS = 10;

// Main made this object for this file: see GatewayData.
const data = workerData as GatewayData;
const { index, memory, limits } = data;
const tables = viewTables(memory);
const addresses = new AddressTable(memory.addresses);
const host = new RemoteThread<GatewayHost>(data.toMain);
const { slotsPerGateway } = memory.sizes;

const gateway = new Gateway({
  index,
  hostId: memory.hostId,
  tables,
  counters: counterTable.view(memory.counters, memory.sizes.gateways),
  rows: new PlayerRows(tables.players, {
    firstSlot: index * slotsPerGateway,
    slots: slotsPerGateway,
  }),
  limits,
  clock: systemClock,
  leaveDeadlineMs: LEAVE_DEADLINE_MS,
  // A rejection means that main is gone, and this thread with it.
  sendReports: (reports) => void host.call((main) => main.report(index, reports)).catch(ignore),
  onClosed: (connection) => addresses.leave(connection.addressRow),
});
const loop = new TurnLoop(new Doorbell(memory.doorbells, gatewayBell(index)), gateway);
gateway.attachLoop(loop);

const unlimited = blockListOf(limits.unlimitedAddresses);
const trustedProxies = blockListOf(limits.trustedProxies);
const servers = data.listeners.map(
  (settings) =>
    new ListenerServer({
      settings,
      protocol: protocolOf(settings),
      gateway,
      addresses,
      unlimited,
      trustedProxies,
      clock: systemClock,
    }),
);

const control: GatewayControl = {
  async listen() {
    await Promise.all(servers.map((server) => server.listen()));
    tables.gateways.state[index] = GatewayState.listening;
  },
  apply: (orders) => gateway.apply(orders),
  workerUp(row, bell) {
    // One channel carries the rings of both directions: any message is a ring.
    bell.on('message', () => loop.runNow());
    gateway.addLink(
      new WorkerLink({
        row,
        up: ringOf(memory.rings.up, row),
        down: ringOf(memory.rings.down, row),
        bell: new DoorbellRinger(memory.doorbells, workerBell(memory.sizes, row), () =>
          bell.postMessage(0),
        ),
      }),
    );
  },
  workerLost: (row) => gateway.dropLink(row),
  emptyRings(row) {
    resetRing(ringOf(memory.rings.up, row));
    resetRing(ringOf(memory.rings.down, row));
  },
  refuseConnections() {
    tables.gateways.state[index] = GatewayState.draining;
    for (const server of servers) server.refuse();
  },
  async closeAll(message, deadlineMs) {
    for (const server of servers) server.close();
    for (const connection of gateway.connections) connection.close(Reason.shutdown, message);
    const untilMs = systemClock.nowMs() + deadlineMs;
    while (gateway.connections.size > 0 && systemClock.nowMs() < untilMs) {
      await new Promise<void>((resolve) => {
        systemClock.setTimer(resolve, CLOSE_POLL_MS);
      });
    }
    for (const connection of gateway.connections) connection.socket.destroy();
    tables.gateways.state[index] = GatewayState.stopped;
  },
  readLedger: () => (data.ledger ? [...gateway.connections].map(ledgerEntry) : []),
};

tables.gateways.state[index] = GatewayState.starting;
tables.gateways.threadId[index] = threadId;
exposeApi(control, data.fromMain);
every(() => gateway.sweep(), SWEEP_MS);

function protocolOf(settings: ListenerSettings): ClientProtocol {
  switch (settings.protocol) {
    case 'line':
      return new LineProtocol({ lineBytesMax: limits.lineBytesMax });
    case 'frame':
      return new FrameProtocol({ frameBytesMax: limits.frameBytesMax });
    case 'raw':
      return new RawProtocol({
        nameFrom: settings.nameFrom,
        namePrefix: `${settings.name.slice(0, 12)}-${index}`,
      });
  }
}

function ringOf(rings: readonly (readonly SharedArrayBuffer[])[], row: number): SharedArrayBuffer {
  const ring = rings[index]?.[row];
  if (ring === undefined) throw new Error(`Cannot find the ring of worker row "${row}"`);
  return ring;
}

function ledgerEntry(connection: Connection): LedgerEntry {
  return {
    player: connection.player,
    bytesIn: connection.bytesIn,
    bytesForwarded: connection.bytesForwarded,
    bytesDelivered: connection.bytesDelivered,
    bytesOut: connection.output.bytesOut,
  };
}

function ignore(): void {
  // Main is gone; so is this thread, soon.
}
