/** Entry of a gateway thread: puts its parts together from workerData and lets main call it. */

import assert from 'node:assert/strict';
import { threadId, workerData } from 'node:worker_threads';
import { AddressTable } from '../../shared/address-table.ts';
import type { ClientProtocol } from '../../shared/client-protocol.ts';
import { every, systemClock } from '../../shared/clock.ts';
import { ConfigCell, PreparedSettings } from '../../shared/config-cell.ts';
import { counterTable } from '../../shared/counter-table.ts';
import { Doorbell, DoorbellRinger } from '../../shared/doorbell.ts';
import { GatewayState } from '../../shared/gateway-table.ts';
import { bridgeRow, gatewayBell, viewTables, workerBell } from '../../shared/host-memory.ts';
import { Reason } from '../../shared/reason.ts';
import { RemoteThread, exposeApi } from '../../shared/thread-call.ts';
import { SettingsTurns } from '../../shared/settings-turns.ts';
import { TimedTurns } from '../../shared/timed-turns.ts';
import { recordTiming } from '../../shared/timing-table.ts';
import { TurnLoop } from '../../shared/turn-loop.ts';
import { resetRing } from '../../shared/spsc-ring.ts';
import type { Connection } from './connection.ts';
import type {
  GatewayControl,
  GatewayData,
  GatewayHost,
  GatewayLimits,
  GatewaySettings,
  LedgerEntry,
  ListenerSettings,
} from './gateway-settings.ts';
import { Gateway } from './gateway.ts';
import { BanCheck } from './ban-check.ts';
import { ListenerServer, blockListOf, type ListenerDoor, contains } from './listener-server.ts';
import { PlayerRows } from './player-rows.ts';
import { FrameProtocol } from './protocols/frame-protocol.ts';
import { LineProtocol } from './protocols/line-protocol.ts';
import { loadOwnProtocols } from './protocols/own-protocols.ts';
import { RawProtocol } from './protocols/raw-protocol.ts';
import { WorkerLink } from './worker-link.ts';

const SWEEP_MS = 250;
const LEAVE_DEADLINE_MS = 2_000;
const CLOSE_POLL_MS = 10;

// Main made this object for this file: see GatewayData.
const data = workerData as GatewayData;
const { index, memory } = data;
const settings = new PreparedSettings(new ConfigCell(memory.configCell), {
  version: data.settingsVersion,
  settings: data.settings,
});
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
  limits: settings.current.limits,
  clock: systemClock,
  leaveDeadlineMs: LEAVE_DEADLINE_MS,
  countHandOff: (ms) => recordTiming(tables.timings, index, 'handOffs', ms),
  // A rejection means that main is gone, and this thread with it.
  sendReports: (reports) => void host.call((main) => main.report(index, reports)).catch(ignore),
  onClosed: (connection) => addresses.leave(connection.addressRow),
});
const turns = new SettingsTurns(gateway, settings, useSettings);
const timed = new TimedTurns(turns, { table: tables.timings, row: index, clock: systemClock });
const loop = new TurnLoop(new Doorbell(memory.doorbells, gatewayBell(index)), timed);
gateway.attachLoop(loop);

const own = await loadOwnProtocols(
  data.listeners.map(({ protocol }) => protocol),
  (line) => void host.call((main) => main.log(line)).catch(ignore),
);
// Without its adapters the host does not start: main asks for load() first.
const served = own.failure === undefined ? data.listeners : [];
const banned = new BanCheck(data.banned);
const servers = served.map(
  (listener) =>
    new ListenerServer({
      settings: listener,
      door: doorOf(listener, settings.current),
      gateway,
      addresses,
      banned,
      clock: systemClock,
    }),
);

const control: GatewayControl = {
  load() {
    if (own.failure !== undefined) throw new Error(own.failure);
  },
  async listen() {
    await Promise.all(servers.map((server) => server.listen()));
    tables.gateways.state[index] = GatewayState.listening;
  },
  prepare: (version, next) => settings.prepare(version, next),
  adopt: () => loop.runNow(),
  apply: (orders) => gateway.apply(orders),
  workerUp(row, bell) {
    // One channel carries the rings of both directions: any message is a ring.
    bell.on('message', () => loop.runNow());
    gateway.addLink(
      new WorkerLink({
        row,
        holds: row === bridgeRow(memory.sizes) ? tables.handlers.holds : undefined,
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
  closeAddresses(range, message) {
    const list = blockListOf([range]);
    gateway.closeWhere(({ address }) => contains(list, address), message);
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
tables.gateways.settingsVersion[index] = settings.version;
exposeApi(control, data.fromMain);
every(() => gateway.sweep(), SWEEP_MS);

/** Between two turns: everything that depends on the settings gets the new ones. */
function useSettings(next: GatewaySettings, version: number): void {
  gateway.limits = next.limits;
  for (const server of servers) server.door = doorOf(server.settings, next, server.door.protocol);
  tables.gateways.settingsVersion[index] = version;
}

/** What new connections of a listener meet. `old` is its protocol until now. */
function doorOf(
  listener: ListenerSettings,
  { limits }: GatewaySettings,
  old?: ClientProtocol,
): ListenerDoor {
  return {
    // A raw protocol counts the names that it gives, and has no limits.
    protocol: listener.protocol === 'raw' && old !== undefined ? old : protocolOf(listener, limits),
    unlimited: blockListOf(limits.unlimitedAddresses),
    trustedProxies: blockListOf(limits.trustedProxies),
  };
}

function protocolOf(listener: ListenerSettings, limits: GatewayLimits): ClientProtocol {
  switch (listener.protocol) {
    case 'line':
      return new LineProtocol({
        lineBytesMax: limits.lineBytesMax,
        asksPassword: data.asksPassword,
      });
    case 'frame':
      return new FrameProtocol({ frameBytesMax: limits.frameBytesMax });
    case 'raw':
      return new RawProtocol({
        nameFrom: listener.nameFrom,
        namePrefix: `${listener.name.slice(0, 12)}-${index}`,
      });
    default: {
      const protocol = own.protocols.get(listener.protocol);
      assert(protocol !== undefined, 'all adapters are loaded before a listener is served');
      return protocol;
    }
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
