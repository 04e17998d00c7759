/** Entry of the bridge thread: a gateway to the match workers, a worker to the gateways, a peer to the other hosts. */

import { workerData, type MessagePort } from 'node:worker_threads';
import { every, systemClock, type Timer } from '../shared/clock.ts';
import { Doorbell, DoorbellRinger } from '../shared/doorbell.ts';
import { GatewayLink } from '../shared/gateway-link.ts';
import {
  bridgeGateway,
  bridgeRow,
  gatewayBell,
  viewTables,
  workerBell,
} from '../shared/host-memory.ts';
import { seededRandom } from '../shared/random.ts';
import { resetRing } from '../shared/spsc-ring.ts';
import { RemoteThread, exposeApi } from '../shared/thread-call.ts';
import { TurnLoop } from '../shared/turn-loop.ts';
import type { BridgeControl, BridgeData, BridgeHost, BridgeReport } from './bridge-messages.ts';
import { Bridge } from './bridge.ts';
import { TcpTransport } from './link/tcp-transport.ts';
import { HomeProxy } from './proxy/home-proxy.ts';
import { MatchProxy } from './proxy/match-proxy.ts';
import { WorkerCorridor } from './proxy/worker-corridor.ts';

/** How often summaries, stalled links and full rings are looked at. */
const STEP_MS = 5;
/** How often input is looked for that no gateway rings for: as long as it may wait here. */
const LOOK_MS = 1;

// Main made this object for this file: see BridgeData.
const { memory, settings, toMain, fromMain } = workerData as BridgeData;
const { sizes, rings, doorbells } = memory;
const tables = viewTables(memory);
const ownGateway = bridgeGateway(sizes);
const ownRow = bridgeRow(sizes);
const host = new RemoteThread<BridgeHost>(toMain);
let reports: BridgeReport[] = [];
let looking: Timer | undefined;

const gatewayPorts = new Map<number, MessagePort>();
const gateways = Array.from({ length: sizes.gateways }, (_, gateway) => {
  const ringer = new DoorbellRinger(doorbells, gatewayBell(gateway), () =>
    gatewayPorts.get(gateway)?.postMessage(0),
  );
  const { up, down } = ringsOf(gateway, ownRow);
  return new GatewayLink({ up, down, bell: ringer, playersMax: sizes.slotsPerGateway });
});
const nowMs = (): number => systemClock.nowMs();
const home = new HomeProxy({
  players: tables.players,
  handlers: tables.handlers,
  gateways,
  slotsPerGateway: sizes.slotsPerGateway,
});
const match = new MatchProxy({
  players: tables.players,
  handlers: tables.handlers,
  firstSlot: ownGateway * sizes.slotsPerGateway,
  slots: sizes.slotsPerGateway,
  nowMs,
});
const ownBell = new Doorbell(doorbells, gatewayBell(ownGateway));
const bridge = new Bridge({ home, match, nowMs, report, look, request: () => loop.request() });
const loop: TurnLoop = new TurnLoop(ownBell, bridge);
const transport = new TcpTransport({
  ...settings,
  random: seededRandom(settings.seed),
  onRefusal: (refusal, detail) => report({ kind: 'refused', refusal, detail }),
  onClockSkew: (hostId, skewMs) => report({ kind: 'clockSkew', hostId, skewMs }),
});

const control: BridgeControl = {
  async listen() {
    await transport.start(bridge);
    every(() => bridge.step(), STEP_MS);
    return { port: transport.port };
  },
  gatewayUp(gateway, bell) {
    gatewayPorts.set(gateway, bell);
    bell.on('message', () => loop.runNow());
  },
  apply: (orders) => bridge.apply(orders),
  workerUp(row, bell) {
    // One channel carries the rings of both directions: any message is a ring.
    bell.on('message', () => loop.runNow());
    const ringer = new DoorbellRinger(doorbells, workerBell(sizes, row), () => bell.postMessage(0));
    match.addCorridor(new WorkerCorridor({ row, ...ringsOf(ownGateway, row), bell: ringer }));
    loop.request();
  },
  workerLost(row) {
    match.dropCorridor(row);
    loop.request();
  },
  emptyRings(row) {
    const { up, down } = ringsOf(ownGateway, row);
    resetRing(up);
    resetRing(down);
  },
  counts: () => ({
    ...bridge.counts(),
    refusals: { ...transport.refusalCounts, ...bridge.refusals },
    traffic: transport.traffic(),
    links: transport.linkCounts(),
  }),
  close: () => transport.close(),
};
exposeApi(control, fromMain);
loop.runNow();

function ringsOf(gateway: number, row: number): { up: SharedArrayBuffer; down: SharedArrayBuffer } {
  const up = rings.up[gateway]?.[row];
  const down = rings.down[gateway]?.[row];
  if (up === undefined || down === undefined) {
    throw new Error(`Cannot find the rings of gateway "${gateway}" and worker "${row}"`);
  }
  return { up, down };
}

function look(isOn: boolean): void {
  ownBell.look(isOn);
  looking?.cancel();
  looking = isOn ? every(takeInput, LOOK_MS) : undefined;
  // Whoever had seen the word before it changed has rung nobody.
  loop.request();
}

function takeInput(): void {
  if (home.hasWork()) loop.runNow();
}

/** All of one turn in one call. */
function report(one: BridgeReport): void {
  reports.push(one);
  if (reports.length > 1) return;
  queueMicrotask(() => {
    const batch = reports;
    reports = [];
    // A rejection means that main is gone, and this thread with it.
    void host.call((main) => main.report(batch)).catch(() => {});
  });
}
