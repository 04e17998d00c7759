/**
 * How a command finds the host that it talks to: `--url` and `--token`, or the same configuration that the host was started
 * with and the token in its data folder. Main thread.
 */

import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { HostError } from '../../shared/errors.ts';
import type { HostConfig } from '../config/host-config.ts';
import { OPS_TOKEN_FILE } from '../ops/ops-token.ts';
import { configFromFlags, type CommandContext, type ConfigFlags } from './command-context.ts';
import { OpsClient } from './ops-client.ts';

/** Flags of every command that talks to a running host. */
export interface HostFlags extends ConfigFlags {
  readonly url?: string;
  readonly token?: string;
  readonly by?: string;
  readonly json?: true;
}

const BY_CHARACTERS_MAX = 64;

export function withHostFlags(command: Command): Command {
  return command
    .option('--url <url>', 'ops address of the host (default: from the configuration)')
    .option('--token <token>', 'ops token (default: the setting, or the file in the data folder)')
    .option('--by <name>', 'who acts, for the audit log (default: your user name)')
    .option('--config <file>', 'configuration file of the host')
    .option('--data <dir>', 'data folder of the host')
    .option('--port-offset <n>', 'added to every port')
    .option('--json', 'as JSON');
}

export function opsClient(flags: HostFlags, context: CommandContext): OpsClient {
  const config = new LazyConfig(flags, context);
  return new OpsClient({
    url: flags.url === undefined ? configuredUrl(config.get()) : checkedUrl(flags.url),
    token: flags.token ?? configuredToken(config),
    by: (flags.by ?? userName()).replace(/[^\x20-\x7e]/g, '?').slice(0, BY_CHARACTERS_MAX),
  });
}

/** Read once, and only where a flag does not answer. */
class LazyConfig {
  readonly #flags: HostFlags;
  readonly #context: CommandContext;
  #config: HostConfig | undefined;

  constructor(flags: HostFlags, context: CommandContext) {
    this.#flags = flags;
    this.#context = context;
  }

  get(): HostConfig {
    this.#config ??= configFromFlags(this.#flags, this.#context);
    return this.#config;
  }
}

function configuredToken(config: LazyConfig): string | undefined {
  const { ops, host } = config.get();
  if (ops.token !== '') return ops.token;
  try {
    return readFileSync(path.join(host.dataDir, OPS_TOKEN_FILE), 'utf8').trim();
  } catch {
    // Not the host's machine or user: much can be read without a token, and the host says what cannot.
    return undefined;
  }
}

function configuredUrl({ ops }: HostConfig): string {
  return `http://${reachableName(ops.bindAddress)}:${ops.port}`;
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) {
    return text.replace(/\/+$/, '');
  }
  const allowed = 'allowed is an address such as http://127.0.0.1:7780';
  throw new HostError('usage', `Cannot use flag --url: found "${text}", ${allowed}`);
}

/** Where to connect to reach an address that was listened on. */
function reachableName(bindAddress: string): string {
  if (bindAddress === '0.0.0.0') return '127.0.0.1';
  if (bindAddress === '::') return '[::1]';
  return bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress;
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A user id without a name, as containers have it.
    return 'operator';
  }
}
