/** What every command of the CLI is given: the outside world, so that tests can give another one. Main thread. */

import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { loadConfig, type FlagSetting } from '../config/load-config.ts';
import type { HostConfig } from '../config/host-config.ts';

/** Exit codes, the same for all commands. */
export const ExitCode = {
  ok: 0,
  /** It cannot go on: a port is taken, the host does not answer. */
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDir: string;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** Left out: output goes to a file or a program, nobody can be asked. */
  readonly terminal?: CommandTerminal;
}

/** The terminal of the person at the keyboard. */
export interface CommandTerminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly hasColor: boolean;
}

/** Flags of all commands that read the configuration, as commander gives them. */
export interface ConfigFlags {
  readonly config?: string;
  readonly data?: string;
  readonly hostId?: string;
  readonly portOffset?: string;
  readonly peer?: readonly string[];
  readonly bots?: string;
  readonly bench?: boolean;
  readonly benchRate?: string;
  readonly benchMatchSeconds?: string;
}

const FLAGS: readonly {
  readonly flag: string;
  readonly option: keyof ConfigFlags;
  readonly path: readonly string[];
}[] = [
  { flag: '--data', option: 'data', path: ['host', 'dataDir'] },
  { flag: '--host-id', option: 'hostId', path: ['host', 'id'] },
  { flag: '--port-offset', option: 'portOffset', path: ['host', 'portOffset'] },
  { flag: '--peer', option: 'peer', path: ['bridge', 'peers'] },
  { flag: '--bots', option: 'bots', path: ['practice', 'bots'] },
  { flag: '--bench', option: 'bench', path: ['bench', 'enabled'] },
  { flag: '--bench-rate', option: 'benchRate', path: ['bench', 'relayHz'] },
  { flag: '--bench-match-seconds', option: 'benchMatchSeconds', path: ['bench', 'relaySeconds'] },
];

/** The configuration that these flags, this environment and this machine come to. */
export function configFromFlags(flags: ConfigFlags, context: CommandContext): HostConfig {
  return loadConfig({
    configFile: flags.config,
    flags: flagSettings(flags),
    env: context.env,
    readFile: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    workingDir: context.workingDir,
    machine: { hostname: os.hostname(), cores: os.availableParallelism() },
  });
}

function flagSettings(flags: ConfigFlags): readonly FlagSetting[] {
  return FLAGS.flatMap(({ flag, option, path }) => {
    const value = flags[option];
    return value === undefined ? [] : [{ flag, path, text: String(value) }];
  });
}
