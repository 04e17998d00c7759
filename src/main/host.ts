/**
 * A running host: starts its threads in order, supervises them, stops them. Main thread.
 *
 *   start: memory, match pool -> ports checked -> gateways -> workers up -> gateways listen -> lobbies open -> ops ready -> bots
 *   stop:  not ready -> no new matches -> matches end or the deadline comes -> everyone told -> threads ended
 */

import type { MessagePort } from 'node:worker_threads';
import { every, sleep, systemClock, type Timer } from '../shared/clock.ts';
import { HostError } from '../shared/errors.ts';
import { type Reason, reasonWord } from '../shared/reason.ts';
import type { PracticeBots } from './practice-bots.ts';
import { startBridge } from './federation/create-bridge.ts';
import type { BridgeThread } from './federation/bridge-thread.ts';
import { bridgeGateway } from '../shared/host-memory.ts';
import { claimListeners } from './claim-ports.ts';
import type { HostConfig } from './config/host-config.ts';
import type { GatewayThread } from './gateway-thread.ts';
import { HostOps } from './host-ops.ts';
import { createHostParts, createMatchPool, startBots, type HostParts } from './host-parts.ts';
import type { ConfigDesk } from './network-config/config-desk.ts';
import { loadNetworkConfig, reloadConfig } from './network-config/create-config-desk.ts';
import type { HostStatus } from './ops/host-status.ts';
import type { HostInside, HostTestOptions, RunningHost, StopReason } from './running-host.ts';
import { RefusalLog } from './refusal-log.ts';
import { startGateways } from './start-gateways.ts';

const WATCH_MS = 100;
const POLL_MS = 20;
/** How long threads and the first lobby may take to start. */
const START_MS_MAX = 20_000;
/** How long orders and records on their way to the gateways may take. */
const SETTLE_MS = 100;
/** How long clients may take to read their goodbye when the host stops. */
const GOODBYE_MS = 2_000;
/** A host that lost a thread ends within this. */
const FALL_MS = 1_000;
const GOING_DOWN = 'The host is going down; come back soon';

/** Starts a host; resolves when players can play. Throws HostError, with everything that was started stopped again. */
export async function startHost(
  config: HostConfig,
  testOptions: HostTestOptions = {},
): Promise<RunningHost> {
  const host = new Host(config, testOptions);
  try {
    await host.start();
    return host;
  } catch (error) {
    await host.abandon();
    throw error;
  }
}

class Host implements RunningHost {
  ports: { name: string; port: number }[] = [];
  readonly inside: HostInside & { readonly gateways: GatewayThread[] };
  readonly #parts: HostParts;
  readonly #refusals: RefusalLog;
  readonly #testOptions: HostTestOptions;
  /** Workers may be up before: whoever links them with the gateways waits for it. */
  readonly #gatewaysStarted: PromiseWithResolvers<void> = Promise.withResolvers();
  #ops: HostOps | undefined;
  #bots: PracticeBots | undefined;
  #watch: Timer | undefined;
  #bridge: BridgeThread | undefined;
  readonly #bridgeStarted = Promise.withResolvers<void>();
  #isStopping = false;
  #stopped: Promise<void> | undefined;

  constructor(config: HostConfig, testOptions: HostTestOptions) {
    this.#testOptions = testOptions;
    this.#parts = createHostParts(config);
    const { shell, tables, memory, bans, logins } = this.#parts;
    this.#refusals = new RefusalLog(memory, this.#parts.log);
    const pool = createMatchPool(this.#parts, {
      onUp: (row, bells) => void this.#onWorkerUp(row, bells),
      onLost: (row, reason, error) => this.#onWorkerLost(row, reason, error),
      onExit: (row) => void this.#onWorkerExit(row),
    });
    this.inside = { shell, pool, gateways: [], tables, memory, bans, logins };
    this.#parts.spread.attach(this.inside);
  }

  async start(): Promise<void> {
    const { config } = this.#parts;
    const { shell, pool, gateways, memory } = this.inside;
    const listeners = await claimListeners(config.listeners);
    await this.#parts.store.start();
    await loadNetworkConfig(this.#parts.desk, this.#parts.log);
    await Promise.all([this.#parts.bans.start(), this.#parts.logins.start()]);
    this.ports.push(...listeners.map(({ name, port }) => ({ name, port })));
    gateways.push(
      ...startGateways(this.config.config, {
        memory,
        settingsVersion: this.#parts.spread.version,
        listeners,
        ledger: this.#testOptions.ledger ?? false,
        banned: this.#parts.bans.ranges,
        host: {
          report: (_gateway, reports) => shell.onGatewayReports(reports),
          log: (line) => this.#parts.log.fromThread(line),
        },
        onLost: (index, error) => this.#onThreadLost(`gateway ${index}`, error),
      }),
    );
    this.#gatewaysStarted.resolve();
    shell.attach(gateways, pool);
    await this.#startBridge();
    await Promise.all(gateways.map((gateway) => gateway.load()));
    this.#watch = every(() => this.#onWatch(), WATCH_MS);
    await until('match workers', () => pool.rows().length >= config.threads.matchWorkers);
    await until('a lobby', () => shell.directory.counts().lobbies > 0);
    await Promise.all(gateways.map((gateway) => gateway.listen()));
    const ops = new HostOps(this.#parts);
    this.#ops = ops;
    this.ports.push({ name: 'ops', port: await ops.listen() });
    await this.#openBridge();
    this.#parts.view.notReady = undefined;
    this.#bots = startBots(this.#parts, this.ports);
  }

  get config(): ConfigDesk {
    return this.#parts.desk;
  }

  reloadConfig(): Promise<void> {
    return reloadConfig(this.#parts.desk, this.#parts.log);
  }

  status(): HostStatus {
    return this.#parts.view.status();
  }

  get drained(): Promise<void> {
    return this.#parts.drain.drained;
  }

  stop(reason: StopReason, deadlineMs: number): Promise<void> {
    // Ending the threads and the log twice would wait for ever for the second end.
    this.#stopped ??= this.#stop(reason, deadlineMs);
    return this.#stopped;
  }

  async #stop(reason: StopReason, deadlineMs: number): Promise<void> {
    this.#isStopping = true;
    this.#parts.log.info('stopping', { why: reason });
    await this.#parts.drain.finish(deadlineMs);
    await this.#bots?.stop();
    const { gateways } = this.inside;
    await quietly(gateways.map((gateway) => gateway.refuseConnections()));
    // What was said last (the drain's notice, results, the way to the lobby) goes out before the goodbye.
    await sleep(SETTLE_MS);
    await quietly(gateways.map((gateway) => gateway.closeAll(GOING_DOWN, GOODBYE_MS)));
    await this.#end();
  }

  kill(): void {
    void this.#parts.log.close();
  }

  /** A start that failed half-way. */
  async abandon(): Promise<void> {
    this.#isStopping = true;
    await this.#end();
  }

  async #end(): Promise<void> {
    const { shell, pool, gateways } = this.inside;
    this.#watch?.cancel();
    shell.stop();
    await this.#bots?.stop();
    await this.#bridge?.terminate();
    await quietly(gateways.map((gateway) => gateway.terminate()));
    const isEnded = await pool.close();
    await this.#ops?.close();
    this.#parts.bans.stop();
    await this.#parts.logins.close();
    await this.#parts.store.close();
    await this.#parts.ticketLog?.close();
    await this.#parts.log.close();
    // process.exit() would wait for the stuck thread for ever.
    if (!isEnded) process.kill(process.pid, 'SIGKILL');
  }

  async #onWorkerUp(row: number, bells: readonly MessagePort[]): Promise<void> {
    const { gateways, pool, shell } = this.inside;
    await this.#gatewaysStarted.promise;
    await this.#bridgeStarted.promise;
    await quietly(
      gateways.map((gateway) => {
        const bell = bells[gateway.index];
        return bell === undefined ? Promise.resolve() : gateway.workerUp(row, bell);
      }),
    );
    const bridgeBell = bells[bridgeGateway(this.inside.memory.sizes)];
    if (bridgeBell !== undefined) await this.#bridge?.workerUp(row, bridgeBell).catch(() => {});
    pool.ready(row);
    // Lobbies and matches may be waiting for a worker.
    shell.enter(() => {});
  }

  /** The gateways are told before the directory moves the players: order on their ports does the rest. */
  #onWorkerLost(row: number, reason: Reason, error: Error): void {
    this.#parts.events.publish('worker-lost', { worker: row, reason: reasonWord(reason) });
    this.#parts.log.error(`match worker ${row} is lost: ${reasonWord(reason)}`, {
      error: error.message,
    });
    void quietly(this.#corridors().map((thread) => thread.workerLost(row)));
  }

  async #onWorkerExit(row: number): Promise<void> {
    await quietly(this.#corridors().map((thread) => thread.emptyRings(row)));
    this.inside.pool.release(row);
  }

  /** All threads that have rings to the match workers. */
  #corridors(): readonly (GatewayThread | BridgeThread)[] {
    return this.#bridge === undefined
      ? this.inside.gateways
      : [...this.inside.gateways, this.#bridge];
  }

  async #startBridge(): Promise<void> {
    const { bridge } = this.#parts;
    if (bridge !== undefined) {
      const { gateways } = this.inside;
      const onLost = (error: Error): void => this.#onThreadLost('the bridge', error);
      this.#bridge = await startBridge(this.#parts, bridge, { gateways, onLost });
    }
    this.#bridgeStarted.resolve();
  }

  async #openBridge(): Promise<void> {
    if (this.#bridge !== undefined)
      this.ports.push({ name: 'bridge', port: await this.#bridge.listen() });
  }

  #onThreadLost(what: string, cause: Error): void {
    if (this.#isStopping) return;
    const detail = `Cannot go on: ${what} died, ${cause.message}`;
    this.#isStopping = true;
    this.#parts.log.error(detail, { error: cause.stack });
    void this.#fall(new HostError('thread-lost', detail, { cause }));
  }

  /**
   * Ends the process by a rejection that nobody handles: its clients are gone, its rows and rings are in an unknown state; let the
   * supervisor start the host again. Before that, and for a second at most: a word to the clients of the others, and to disk what waits.
   */
  async #fall(error: HostError): Promise<never> {
    const { store, ticketLog, log } = this.#parts;
    const told = this.inside.gateways.map((gateway) => gateway.closeAll(GOING_DOWN, FALL_MS));
    const written = [store.close(), ticketLog?.close() ?? Promise.resolve()];
    await Promise.race([quietly([...told, ...written]), sleep(FALL_MS)]);
    void log.close();
    throw error;
  }

  #onWatch(): void {
    const nowMs = systemClock.nowMs();
    this.#parts.rows.sample(nowMs);
    this.#refusals.step(nowMs);
    this.inside.pool.watch();
  }
}

/** Waits for a step of the start. Throws `thread-start` when it takes too long. */
async function until(what: string, isDone: () => boolean): Promise<void> {
  const untilMs = systemClock.nowMs() + START_MS_MAX;
  while (!isDone()) {
    if (systemClock.nowMs() > untilMs) {
      const found = `waited ${START_MS_MAX / 1000} s for ${what}`;
      throw new HostError('thread-start', `Cannot start: ${found}`);
    }
    await sleep(POLL_MS);
  }
}

/** Waits for all; a thread that has died meanwhile is handled where ends are. */
async function quietly(promises: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(promises);
}
