/**
 * Entry of a match worker: a thread of the Piscina pool. Claims a row, says hello to main, and runs handlers; each task
 * is one handler and lasts as long as it does.
 */

import {
  MessageChannel,
  parentPort,
  threadId,
  workerData,
  type MessagePort,
} from 'node:worker_threads';
import { every, sleep, systemClock } from '../../shared/clock.ts';
import { ConfigCell, PreparedSettings } from '../../shared/config-cell.ts';
import { Doorbell, DoorbellRinger } from '../../shared/doorbell.ts';
import {
  gatewayBell,
  gatewayPlaces,
  viewTables,
  workerBell,
  workerTimings,
} from '../../shared/host-memory.ts';
import { RemoteThread, exposeApi } from '../../shared/thread-call.ts';
import type { HandlerOutcome, OpenTask } from '../../shared/thread-messages.ts';
import { SettingsTurns } from '../../shared/settings-turns.ts';
import { TimedTurns } from '../../shared/timed-turns.ts';
import { TurnLoop } from '../../shared/turn-loop.ts';
import { WorkerState } from '../../shared/worker-table.ts';
import { loadHandler } from '../games/registry.ts';
import { containThread } from './containment.ts';
import { GatewayLink } from '../../shared/gateway-link.ts';
import { HandlerInstance } from './handler-instance.ts';
import { MatchRuntime } from './match-runtime.ts';
import type {
  MatchControl,
  MatchHost,
  MatchWorkerData,
  MatchWorkerHello,
} from './match-settings.ts';
import { PlayerCommands } from './player-commands.ts';
import { systemThreadId } from './system-thread-id.ts';

const CLAIM_RETRY_MS = 10;
const LOAD_MS = 100;

// Main made this object for this file: see MatchWorkerData.
const { memory, settings: startSettings, turnMs } = workerData as MatchWorkerData;
// What is in force by now, main sends with its answer to the hello.
const settings = new PreparedSettings(new ConfigCell(memory.configCell), {
  version: 0,
  settings: startSettings,
});
const tables = viewTables(memory);
const row = await claimRow();

const bells: MessagePort[] = [];
const links = Array.from({ length: gatewayPlaces(memory.sizes) }, (_, gateway) =>
  openLink(gateway),
);
const control = new MessageChannel();
const hostCalls = new MessageChannel();
const host = new RemoteThread<MatchHost>(hostCalls.port1);

const commands = new PlayerCommands(tables, settings.current.modes);
const runtime = new MatchRuntime({
  row,
  hostId: memory.hostId,
  tables,
  links,
  commands,
  clock: systemClock,
  turnMs,
  // A rejection means that main is gone, and this thread with it.
  sendReports: (reports) => void host.call((main) => main.reportWorker(row, reports)).catch(ignore),
});
const bell = new Doorbell(memory.doorbells, workerBell(memory.sizes, row));
const turns = new SettingsTurns(runtime, settings, ({ modes }, version) => {
  commands.modes = modes;
  tables.workers.settingsVersion[row] = version;
});
const timed = new TimedTurns(turns, {
  table: tables.timings,
  row: workerTimings(tables, row),
  clock: systemClock,
});
const loop = new TurnLoop(bell, timed);
runtime.attachLoop(loop);

const api: MatchControl = {
  prepare: (version, next) => settings.prepare(version, next),
  adopt: () => loop.runNow(),
  apply: (orders) => runtime.apply(orders),
};
exposeApi(api, control.port1);
tables.workers.settingsVersion[row] = 0;
containThread();
every(publishLoad, LOAD_MS);
publishLoad();
loop.runNow();
sayHello();

/** Opens a handler; resolves when it is over. */
export default async function openHandler(task: OpenTask): Promise<HandlerOutcome> {
  const handlerClass = await loadHandler(task.module);
  const instance = new HandlerInstance(runtime, task);
  runtime.add(instance);
  instance.open(handlerClass);
  return instance.outcome;
}

/** Takes a free row of the worker table; main frees those of dead workers. */
async function claimRow(): Promise<number> {
  for (;;) {
    for (let candidate = 0; candidate < memory.sizes.workerRows; candidate += 1) {
      const { state } = tables.workers;
      // Claims the row against other starting workers. Main alone makes rows free again.
      const found = Atomics.compareExchange(
        state,
        candidate,
        WorkerState.free,
        WorkerState.claimed,
      );
      if (found !== WorkerState.free) continue;
      // At once, so that main finds whose row it is if this thread dies before its hello.
      tables.workers.threadId[candidate] = threadId;
      return candidate;
    }
    await sleep(CLAIM_RETRY_MS);
  }
}

function openLink(gateway: number): GatewayLink {
  const up = memory.rings.up[gateway]?.[row];
  const down = memory.rings.down[gateway]?.[row];
  if (up === undefined || down === undefined) {
    throw new Error(`Cannot find the rings of gateway "${gateway}"`);
  }
  // One channel carries the rings of both directions: any message is a ring.
  const { port1, port2 } = new MessageChannel();
  bells.push(port2);
  port1.on('message', () => loop.runNow());
  const ringer = new DoorbellRinger(memory.doorbells, gatewayBell(gateway), () =>
    port1.postMessage(0),
  );
  return new GatewayLink({ up, down, bell: ringer, playersMax: memory.sizes.slotsPerGateway });
}

function sayHello(): void {
  const hello: MatchWorkerHello = {
    kind: 'hello',
    row,
    threadId,
    systemThreadId: systemThreadId(),
    control: control.port2,
    host: hostCalls.port2,
    bells,
  };
  parentPort?.postMessage(hello, [control.port2, hostCalls.port2, ...bells]);
  tables.workers.state[row] = WorkerState.running;
}

function publishLoad(): void {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  tables.workers.heapUsedBytes[row] = heapUsed;
  tables.workers.externalBytes[row] = external + arrayBuffers;
  runtime.publishLoad();
}

function ignore(): void {
  // Main is gone; so is this thread, soon.
}
