/**
 * `npm run network`: several hosts on this machine as one network, to play with, until Ctrl-C. The bench's parent process.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command, CommanderError } from 'commander';

import { messageOf } from '../src/shared/errors.ts';
import { numberOption } from './cli-flags.ts';
import { HOST_PORT_STEP, HostNetwork, logEnd, type NetworkHost } from './servers/host-network.ts';

const HOSTS_MAX = 20;
const BOTS_MAX = 1_000;
const PORT_OFFSET_MAX = 50_000;

/** People who try it want to meet; on a real network players of one host meet each other first. */
const MEET_AT_ONCE = {
  LONGHOUSE_MODES_CTF_FEDERATE_AFTER_SECONDS: '0',
  LONGHOUSE_MODES_DUEL_FEDERATE_AFTER_SECONDS: '0',
};

interface NetworkFlags {
  readonly hosts: number;
  readonly playersPerHost: number;
  readonly portOffset: number;
  readonly data?: string;
}

const command = new Command('network')
  .description('Several hosts on this machine as one network; see docs/federation.md')
  .addOption(numberOption('--hosts <n>', { min: 1, max: HOSTS_MAX, initial: 3 }))
  .addOption(numberOption('--players-per-host <bots>', { min: 0, max: BOTS_MAX, initial: 7 }))
  .addOption(numberOption('--port-offset <n>', { min: 0, max: PORT_OFFSET_MAX, initial: 0 }))
  .option('--data <dir>', 'where the hosts keep their data (default: a folder that is removed)')
  .action(runNetwork)
  .exitOverride();

try {
  await command.parseAsync();
  process.exit(0);
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  console.error(messageOf(error));
  process.exit(1);
}

async function runNetwork(flags: NetworkFlags): Promise<void> {
  const folder = flags.data ?? mkdtempSync(join(tmpdir(), 'longhouse-network-'));
  // A signal that comes while the hosts start must find the listener.
  const stopAsked = untilSignal();
  const network = new HostNetwork({
    hosts: flags.hosts,
    portOffset: flags.portOffset,
    folder,
    flags: ['--bots', String(flags.playersPerHost)],
    environment: MEET_AT_ONCE,
  });
  try {
    const early = await Promise.race([network.ready(), stopAsked]);
    if (early === undefined) {
      console.log(screen(network, flags, folder));
      await untilOver(network, stopAsked);
    }
    console.log('stopping all hosts');
  } finally {
    await network.stop();
    if (flags.data === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Names each host that ends and lets the others play on; rejects when none is left. */
async function untilOver(network: HostNetwork, stopAsked: Promise<'stop'>): Promise<void> {
  const gone = new Set<NetworkHost>();
  for (;;) {
    const lost = await Promise.race([network.lost(gone), stopAsked]);
    if (lost === 'stop') return;
    gone.add(lost);
    if (gone.size === network.hosts.length) {
      throw new Error(`Cannot go on: no host is left; ${lost.id} said last:\n${logEnd(lost)}`);
    }
    console.log(`${lost.id} has ended, the others go on; its log: ${lost.logPath}`);
  }
}

/** One screen: where to play, where to look, how to stop. */
function screen({ hosts }: HostNetwork, flags: NetworkFlags, folder: string): string {
  const rows = hosts.map(
    ({ id, pid, linePort }) => `  ${id.padEnd(10)}telnet localhost ${linePort}    process ${pid}`,
  );
  const [first] = hosts;
  const watch = `http://127.0.0.1:${first?.opsPort ?? 0}/`;
  return [
    `\nLonghouse: a network of ${hosts.length} hosts on this machine`,
    '',
    ...rows,
    '',
    '  play      type a name, then /queue duel; on two hosts at once you meet in one match',
    `  watch     ${watch}  (all hosts; each has its own page, ports ${HOST_PORT_STEP} apart)`,
    `  practice  ${flags.playersPerHost} practice players a host fill its matches`,
    `  try       kill -9 one of the processes: its players' matches end, all others play on`,
    `  data      ${folder}`,
    '  stop      Ctrl-C',
    '',
  ].join('\n');
}

/** SIGHUP too: the hosts have no terminal of their own, and would outlive the one that is closed. */
function untilSignal(): Promise<'stop'> {
  // What is said to a terminal that has gone must not end the process before its hosts.
  process.stdout.on('error', () => {});
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve('stop'));
    }
  });
}
