/** The parts that a host is made of, built from its configuration; host.ts starts and stops them in order. Main thread. */

import { randomBytes } from 'node:crypto';
import { systemClock } from '../shared/clock.ts';
import { counterTable } from '../shared/counter-table.ts';
import { viewTables, type HostMemory, type HostTables } from '../shared/host-memory.ts';
import { HostState } from '../shared/host-table.ts';
import { freshSeed } from '../shared/random.ts';
import { allocateHostMemory } from './allocate-memory.ts';
import { BotThread, PLAYABLE_HANDLER } from './bot-thread.ts';
import type { HostConfig } from './config/host-config.ts';
import type { Happening } from './directory/directory-effects.ts';
import { DirectoryShell } from './directory-shell.ts';
import { HandlerRows } from './handler-rows.ts';
import { logHappening } from './happening-log.ts';
import { HostView } from './host-view.ts';
import { createLog, type HostLog } from './log.ts';
import { MatchPool, type MatchPoolOptions } from './match-pool.ts';
import { startOpsServer, type OpsServer } from './ops/ops-server.ts';
import { hostTicketLog, type HostTicketLog } from './ticket-log/host-ticket-log.ts';
import { readVersion } from './version.ts';

export interface HostParts {
  readonly config: HostConfig;
  readonly log: HostLog;
  readonly memory: HostMemory;
  readonly tables: HostTables;
  readonly rows: HandlerRows;
  readonly shell: DirectoryShell;
  readonly view: HostView;
  /** Undefined where the configuration wants none. */
  readonly ticketLog: HostTicketLog | undefined;
  /** What practice bots log in with. */
  readonly practiceToken: string;
}

/** Builds what needs no other thread; nothing runs or listens yet, the ticket log's thread aside. */
export function createHostParts(config: HostConfig): HostParts {
  const log = createLog({
    level: config.log.level,
    format: config.log.format,
    hostId: config.host.id,
    isTerminal: process.stdout.isTTY,
  });
  const memory = allocateHostMemory(config);
  const tables = viewTables(memory);
  const rows = new HandlerRows(tables.handlers, tables.workers);
  const seed = freshSeed();
  const practiceToken = randomBytes(16).toString('hex');
  const ticketLog = hostTicketLog(config, seed, log);
  const shared = { config, memory, tables, rows, log, practiceToken, ticketLog };
  const happenings = [(happening: Happening): void => logHappening(log, happening)];
  const shell = new DirectoryShell({ ...shared, seed, happenings });
  const view = new HostView({
    config,
    version: readVersion(),
    tables,
    counters: counterTable.view(memory.counters, memory.sizes.gateways),
    rows,
    startedMs: systemClock.nowMs(),
  });
  tables.hosts.state[0] = HostState.up;
  tables.hosts.playersMax[0] = config.players.capacity;
  return { ...shared, shell, view };
}

export type PoolEvents = Pick<MatchPoolOptions, 'onUp' | 'onLost' | 'onExit'>;

export function createMatchPool(parts: HostParts, events: PoolEvents): MatchPool {
  const { memory, tables, shell, log } = parts;
  const { threads, modes } = parts.config;
  return new MatchPool({
    data: {
      memory,
      modes: Object.entries(modes).map(([name, { teams, teamSize }]) => ({
        name,
        teams,
        teamSize,
      })),
      turnMs: threads.turnMs,
    },
    workers: tables.workers,
    threads: threads.matchWorkers,
    heapMbMax: threads.heapMbMax,
    externalMbMax: threads.externalMbMax,
    hangMs: threads.hangMs,
    handlersMax: memory.sizes.handlers,
    host: { reportWorker: (_row, reports) => shell.onWorkerReports(reports) },
    ...events,
    onError: (error) => log.error('a match worker failed', { error: error.message }),
  });
}

/** Opens the ops port. Throws `listen`. */
export function startOps({ config, view, log }: HostParts): Promise<OpsServer> {
  return startOpsServer(view, {
    port: config.ops.port,
    bindAddress: config.ops.bindAddress,
    onFailure: (error) => log.error('the ops server failed', { error: error.message }),
  });
}

/** Undefined where the configuration wants no bots, or they would have nothing to play or no way in. */
export function startBots(
  { config, memory, log, practiceToken }: HostParts,
  ports: readonly { readonly name: string; readonly port: number }[],
): BotThread | undefined {
  const { practice, modes, listeners } = config;
  const listener = listeners.find(({ protocol }) => protocol === 'frame');
  const isPlayable = Object.values(modes).some(({ handler }) => handler === PLAYABLE_HANDLER);
  if (practice.bots === 0 || listener === undefined || !isPlayable) return undefined;
  return new BotThread({
    count: practice.bots,
    port: ports.find(({ name }) => name === listener.name)?.port ?? listener.port,
    token: practiceToken,
    patienceMs: practice.patienceMs,
    modes,
    memory,
    onLost: (error) => log.error('practice bots stopped', { error: error.message }),
  });
}
