/** The parts that a host is made of, built from its configuration; host.ts starts and stops them in order. Main thread. */

import { randomBytes } from 'node:crypto';
import { systemClock } from '../shared/clock.ts';
import { viewTables, type HostMemory, type HostTables } from '../shared/host-memory.ts';
import { HostState } from '../shared/host-table.ts';
import { freshSeed } from '../shared/random.ts';
import { allocateHostMemory } from './allocate-memory.ts';
import type { BanDesk } from './bans/ban-desk.ts';
import type { HostConfig } from './config/host-config.ts';
import { DirectoryShell } from './directory-shell.ts';
import { HostDrain } from './drain/host-drain.ts';
import { createBridge } from './federation/create-bridge.ts';
import type { HostBridge } from './federation/host-bridge.ts';
import { HandlerRows } from './handler-rows.ts';
import { happeningListeners } from './host-happenings.ts';
import { HostView } from './host-view.ts';
import { LifeBook } from './life/life-book.ts';
import { createHostLogins } from './logins/host-logins.ts';
import type { LoginDesk } from './logins/login-desk.ts';
import { createLog, type HostLog } from './log.ts';
import { MatchCounts } from './match-counts.ts';
import { MatchPool } from './match-pool.ts';
import type { MatchPoolOptions } from './match-pool-options.ts';
import { ModeRows } from './mode-rows.ts';
import { MatchWatchDesk } from './ops/match-watch.ts';
import type { ConfigDesk } from './network-config/config-desk.ts';
import { createSettings } from './network-config/create-settings.ts';
import type { SettingsSpread } from './network-config/settings-spread.ts';
import { EventFeed } from './ops/event-feed.ts';
import { PracticeBots } from './practice-bots.ts';
import { HostStore } from './store/host-store.ts';
import { hostTicketLog, type HostTicketLog } from './ticket-log/host-ticket-log.ts';
import { readVersion } from './version.ts';

export interface HostParts {
  readonly config: HostConfig;
  readonly log: HostLog;
  readonly memory: HostMemory;
  readonly tables: HostTables;
  readonly rows: HandlerRows;
  readonly modeRows: ModeRows;
  readonly shell: DirectoryShell;
  readonly view: HostView;
  readonly spread: SettingsSpread;
  /** The configuration in force; `config` above is what the host started with. */
  readonly desk: ConfigDesk;
  readonly store: HostStore;
  readonly events: EventFeed;
  readonly matchCounts: MatchCounts;
  readonly watch: MatchWatchDesk;
  readonly life: LifeBook;
  readonly bans: BanDesk;
  readonly logins: LoginDesk;
  readonly drain: HostDrain;
  /** Undefined on a host that is alone. */
  readonly bridge: HostBridge | undefined;
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
    addresses: config.log.addresses,
  });
  const memory = allocateHostMemory(config);
  const tables = viewTables(memory);
  const rows = new HandlerRows(tables.handlers, tables.workers);
  const modeRows = new ModeRows(tables.queues, Object.keys(config.modes));
  const seed = freshSeed();
  const practiceToken = randomBytes(16).toString('hex');
  const ticketLog = hostTicketLog(config, seed, log);
  const shared = { config, memory, tables, rows, modeRows, log, practiceToken, ticketLog };
  const store = new HostStore(config, log);
  const events = new EventFeed(config.host.id);
  const matchCounts = new MatchCounts();
  const watch = new MatchWatchDesk((handler, isOn) => shell.watchHandler(handler, isOn));
  const happenings = happeningListeners({ log, watch, store, events, matchCounts });
  const life = new LifeBook();
  const { bans, logins } = createHostLogins({
    config,
    log,
    practiceToken,
    store: store.calls,
    shell: () => shell,
    onAccount: (account) => store.ratings.load(account),
  });
  const { ratings } = store;
  const heard = { life, logins, happenings, onWatched: watch.onWatched.bind(watch) };
  const shell = new DirectoryShell({ ...shared, ...heard, seed, ratings });
  const startedMs = systemClock.nowMs();
  const view = new HostView({ ...shared, version: readVersion(), startedMs });
  tables.hosts.state[0] = HostState.up;
  tables.hosts.playersMax[0] = config.players.capacity;
  const drain = new HostDrain({ shell, view, hosts: tables.hosts, clock: systemClock, log });
  const settings = createSettings(config, { memory, tables, modeRows, shell, view, store, log });
  const bridge = createBridge({ ...shared, ...settings, shell, view, events, seed, bans, store });
  const desks = { bridge, store, events, matchCounts, watch, life, bans, logins, drain };
  return { ...shared, ...settings, ...desks, shell, view };
}

export type PoolEvents = Pick<MatchPoolOptions, 'onUp' | 'onLost' | 'onExit'>;

export function createMatchPool(parts: HostParts, events: PoolEvents): MatchPool {
  const { memory, tables, shell, log, modeRows } = parts;
  const { threads, modes } = parts.config;
  return new MatchPool({
    data: {
      memory,
      settings: { modes: modeRows.listings(modes) },
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

/** Starts the practice bots that the configuration in force wants, now and after each change of it. */
export function startBots(
  { config, desk, memory, modeRows, log, practiceToken: token }: HostParts,
  ports: readonly { readonly name: string; readonly port: number }[],
): PracticeBots {
  const listener = config.listeners.find(({ protocol }) => protocol === 'frame');
  const port = ports.find(({ name }) => name === listener?.name)?.port;
  const bots = new PracticeBots({ memory, modeRows, log, token, port });
  bots.use(desk.config);
  desk.onChange((change) => bots.use(change.config));
  return bots;
}
