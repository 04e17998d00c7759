/**
 * A running host: starts its threads in order, supervises them, stops them. Main thread.
 *
 *   start: memory, match pool -> ports checked -> gateways -> workers up -> gateways listen -> lobbies open -> ops ready -> bots
 *   stop:  not ready -> no new matches -> matches end or the deadline comes -> everyone told -> threads ended
 */

import type { MessagePort } from 'node:worker_threads';
import { every, sleep, systemClock, type Timer } from '../shared/clock.ts';
import { HostError } from '../shared/errors.ts';
import type { HostMemory, HostTables } from '../shared/host-memory.ts';
import { HostState } from '../shared/host-table.ts';
import { Reason, reasonWord } from '../shared/reason.ts';
import type { BotThread } from './bot-thread.ts';
import { claimListeners } from './claim-ports.ts';
import type { HostConfig } from './config/host-config.ts';
import type { DirectoryShell } from './directory-shell.ts';
import type { GatewayThread } from './gateway-thread.ts';
import {
  createHostParts,
  createMatchPool,
  startBots,
  startOps,
  type HostParts,
} from './host-parts.ts';
import type { MatchPool } from './match-pool.ts';
import type { HostStatus } from './ops/host-status.ts';
import type { OpsServer } from './ops/ops-server.ts';
import type { HostTestOptions, RunningHost } from './running-host.ts';
import { startGateways } from './start-gateways.ts';

const WATCH_MS = 100;
const POLL_MS = 20;
/** How long threads and the first lobby may take to start. */
const START_MS_MAX = 20_000;
/** How long orders and records on their way to the gateways may take. */
const SETTLE_MS = 100;
/** How long clients may take to read their goodbye when the host stops. */
const GOODBYE_MS = 2_000;

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
  readonly inside: { shell: DirectoryShell; pool: MatchPool; gateways: GatewayThread[] } & {
    tables: HostTables;
    memory: HostMemory;
  };
  readonly #parts: HostParts;
  readonly #testOptions: HostTestOptions;
  #ops: OpsServer | undefined;
  #bots: BotThread | undefined;
  #watch: Timer | undefined;
  #isStopping = false;

  constructor(config: HostConfig, testOptions: HostTestOptions) {
    this.#testOptions = testOptions;
    this.#parts = createHostParts(config);
    const { shell, tables, memory } = this.#parts;
    const pool = createMatchPool(this.#parts, {
      onUp: (row, bells) => void this.#onWorkerUp(row, bells),
      onLost: (row, reason, error) => this.#onWorkerLost(row, reason, error),
      onExit: (row) => void this.#onWorkerExit(row),
    });
    this.inside = { shell, pool, gateways: [], tables, memory };
  }

  async start(): Promise<void> {
    const { config } = this.#parts;
    const { shell, pool, gateways, memory } = this.inside;
    const listeners = await claimListeners(config.listeners);
    this.ports.push(...listeners.map(({ name, port }) => ({ name, port })));
    gateways.push(
      ...startGateways(config, {
        memory,
        listeners,
        ledger: this.#testOptions.ledger ?? false,
        host: { report: (_gateway, reports) => shell.onGatewayReports(reports) },
        onLost: (index, error) => this.#onGatewayLost(index, error),
      }),
    );
    shell.attach(gateways, pool);
    this.#watch = every(() => this.#onWatch(), WATCH_MS);
    await until('match workers', () => pool.rows().length >= config.threads.matchWorkers);
    await until('a lobby', () => shell.directory.counts().lobbies > 0);
    await Promise.all(gateways.map((gateway) => gateway.listen()));
    this.#ops = await startOps(this.#parts);
    this.ports.push({ name: 'ops', port: this.#ops.port });
    this.#parts.view.notReady = undefined;
    this.#bots = startBots(this.#parts, this.ports);
  }

  status(): HostStatus {
    return this.#parts.view.status();
  }

  async stop(reason: 'sigterm' | 'test', deadlineMs: number): Promise<void> {
    this.#isStopping = true;
    const { shell, gateways, tables } = this.inside;
    const untilMs = systemClock.nowMs() + deadlineMs;
    this.#parts.view.notReady = 'draining';
    tables.hosts.state[0] = HostState.draining;
    this.#parts.log.info('stopping', { why: reason });
    await this.#bots?.stop();
    await quietly(gateways.map((gateway) => gateway.refuseConnections()));
    shell.enter((directory, nowMs) => directory.startDraining(nowMs));
    while (!shell.directory.isIdle() && systemClock.nowMs() < untilMs) await sleep(POLL_MS);
    shell.enter((directory) => directory.endMatches(Reason.shutdown));
    const endedMs = systemClock.nowMs() + GOODBYE_MS;
    while (!shell.directory.isIdle() && systemClock.nowMs() < endedMs) await sleep(POLL_MS);
    // What was said last (the drain's notice, results, the way to the lobby) goes out before the goodbye.
    await sleep(SETTLE_MS);
    await quietly(
      gateways.map((gateway) =>
        gateway.closeAll('The host is going down; come back soon', GOODBYE_MS),
      ),
    );
    await this.#end();
  }

  kill(): void {
    this.#parts.log.close();
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
    await quietly(gateways.map((gateway) => gateway.terminate()));
    const isEnded = await pool.close();
    await this.#ops?.close();
    await this.#parts.ticketLog?.close();
    this.#parts.log.close();
    // process.exit() would wait for the stuck thread for ever.
    if (!isEnded) process.kill(process.pid, 'SIGKILL');
  }

  async #onWorkerUp(row: number, bells: readonly MessagePort[]): Promise<void> {
    const { gateways, pool, shell } = this.inside;
    await quietly(
      gateways.map((gateway) => {
        const bell = bells[gateway.index];
        return bell === undefined ? Promise.resolve() : gateway.workerUp(row, bell);
      }),
    );
    pool.ready(row);
    // Lobbies and matches may be waiting for a worker.
    shell.enter(() => {});
  }

  /** The gateways are told before the directory moves the players: order on their ports does the rest. */
  #onWorkerLost(row: number, reason: Reason, error: Error): void {
    this.#parts.log.error(`match worker ${row} is lost: ${reasonWord(reason)}`, {
      error: error.message,
    });
    void quietly(this.inside.gateways.map((gateway) => gateway.workerLost(row)));
  }

  async #onWorkerExit(row: number): Promise<void> {
    await quietly(this.inside.gateways.map((gateway) => gateway.emptyRings(row)));
    this.inside.pool.release(row);
  }

  #onGatewayLost(index: number, cause: Error): void {
    if (this.#isStopping) return;
    const detail = `Cannot go on: gateway ${index} died, ${cause.message}`;
    this.#parts.log.error(detail, { error: cause.stack });
    this.#parts.log.close();
    // Its clients are gone, its rows and rings are in an unknown state: let the supervisor start the host again.
    throw new HostError('thread-lost', detail, { cause });
  }

  #onWatch(): void {
    this.#parts.rows.sample(systemClock.nowMs());
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
