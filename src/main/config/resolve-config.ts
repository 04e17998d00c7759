/** Turns checked settings into a HostConfig: works out what depends on the machine, on other keys and on paths. Main thread. */

import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveBridge } from './bridge-schema.ts';
import { BUILT_IN_HANDLERS } from './config-schema.ts';
import { BUILT_IN_PROTOCOLS } from './listener-schema.ts';
import type { HostConfig, ListenerConfig, ModeConfig } from './host-config.ts';
import type { LoginsConfig } from './logins-schema.ts';
import { RELAY_MATCHING } from './matching-schema.ts';

/** The tree as the schema gives it: a HostConfig except for what a mode may leave out. */
export interface CompleteTree extends Omit<HostConfig, 'modes'> {
  readonly modes: Readonly<Record<string, ModeSettings>>;
}

type ModeSettings = Omit<ModeConfig, 'minTeamSize' | 'graceSeconds'> &
  Partial<Pick<ModeConfig, 'minTeamSize' | 'graceSeconds'>>;

/** What the configuration asks of its surroundings. */
export interface Surroundings {
  readonly hostname: string;
  readonly cores: number;
  readonly workingDir: string;
  /** Folder of the configuration file: paths of handlers and adapters start here. */
  readonly configDir: string;
  readonly hasFile: (file: string) => boolean;
}

/** Above this many of each, rings between all pairs cost more memory than the threads bring. */
const THREADS_FROM_CORES_MAX = 16;
/** Two, so that the lobbies of one go on while the other is replaced. */
const MATCH_WORKERS_MIN = 2;
const RELAY_MODE = 'relay';
const RELAY_TEAM_SIZE = 16;

export function resolveConfig(tree: CompleteTree, around: Surroundings): HostConfig {
  const { portOffset } = tree.host;
  return {
    ...tree,
    host: {
      id: tree.host.id === '' ? safeHostId(around.hostname) : tree.host.id,
      dataDir: path.resolve(around.workingDir, tree.host.dataDir),
      portOffset,
    },
    listeners: tree.listeners.map((listener): ListenerConfig => {
      const protocol = moduleOf(listener.protocol, BUILT_IN_PROTOCOLS, around);
      return { ...listener, protocol, port: movedPort(listener.port, portOffset) };
    }),
    ops: { ...tree.ops, port: movedPort(tree.ops.port, portOffset) },
    bridge: resolveBridge(tree.bridge, {
      port: movedPort(tree.bridge.port, portOffset),
      configDir: around.configDir,
    }),
    threads: {
      ...tree.threads,
      gateways: tree.threads.gateways || threadsFromCores(around.cores / 2, 1),
      matchWorkers:
        tree.threads.matchWorkers || threadsFromCores(around.cores / 2, MATCH_WORKERS_MIN),
    },
    modes: resolveModes(tree, around),
    logins: resolveLogins(tree.logins, around),
  };
}

/** A host id made from a machine's name: small letters, digits, dots and dashes. */
function safeHostId(hostname: string): string {
  const id = hostname
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 63)
    .replace(/[.-]+$/, '');
  return id === '' ? 'host' : id;
}

/** Port 0 stays 0: the system chooses. */
function movedPort(port: number, portOffset: number): number {
  return port === 0 ? 0 : port + portOffset;
}

function threadsFromCores(share: number, min: number): number {
  return Math.min(Math.max(Math.floor(share), min), THREADS_FROM_CORES_MAX);
}

function resolveModes(tree: CompleteTree, around: Surroundings): Record<string, ModeConfig> {
  const modes: Record<string, ModeConfig> = {};
  for (const [name, mode] of Object.entries(tree.modes)) {
    modes[name] = {
      ...mode,
      handler: moduleOf(mode.handler, BUILT_IN_HANDLERS, around),
      minTeamSize: mode.minTeamSize ?? mode.teamSize,
      graceSeconds: mode.graceSeconds ?? tree.players.graceSeconds,
    };
  }
  if (tree.bench.enabled) modes[RELAY_MODE] ??= relayMode(tree);
  return modes;
}

function relayMode(tree: CompleteTree): ModeConfig {
  return {
    handler: 'relay',
    teams: 1,
    teamSize: RELAY_TEAM_SIZE,
    minTeamSize: RELAY_TEAM_SIZE,
    tickHz: tree.bench.relayHz,
    graceSeconds: tree.players.graceSeconds,
    ...RELAY_MATCHING,
    settings: { matchSeconds: tree.bench.relaySeconds },
  };
}

/** Paths start at the configuration file; a module that is not there keeps its path, and is refused later. */
function resolveLogins(logins: LoginsConfig, around: Surroundings): LoginsConfig {
  const { tokenKeyFile, checkModule } = logins;
  const module = path.resolve(around.configDir, checkModule);
  const isThere = checkModule !== '' && around.hasFile(module);
  return {
    ...logins,
    tokenKeyFile: tokenKeyFile === '' ? '' : path.resolve(around.configDir, tokenKeyFile),
    checkModule: isThere ? pathToFileURL(module).href : checkModule,
  };
}

/** A built-in keeps its name; a file becomes a URL if it is there, and stays a path (refused later) if not. */
function moduleOf(name: string, builtIn: readonly string[], around: Surroundings): string {
  if (builtIn.includes(name)) return name;
  const file = path.resolve(around.configDir, name);
  return around.hasFile(file) ? pathToFileURL(file).href : name;
}
