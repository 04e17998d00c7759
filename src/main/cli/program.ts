/**
 * The commands of the `longhouse` program and their flags. Main thread.
 *
 * Exit codes are the same for all: 0 done, 1 cannot go on, 2 the command line or the configuration is wrong.
 */

import os from 'node:os';
import { Command, CommanderError } from 'commander';
import type { HostConfig } from '../config/host-config.ts';
import { exampleConfig } from '../config/config-reference.ts';
import { connectionBudget, readDescriptorLimit } from '../descriptor-limit.ts';
import { startBanner, type BannerInputs } from '../start-banner.ts';
import { readVersion } from '../version.ts';
import { byteText, worstCaseMemory } from '../worst-case-memory.ts';
import {
  configFromFlags,
  ExitCode,
  type CommandContext,
  type ConfigFlags,
} from './command-context.ts';
import { addReplayCommand } from './replay-command.ts';
import { reportError } from './report-error.ts';
import { refusePeers, runUntilStopped, type HostProcess, type StoppableHost } from './run-host.ts';
import { fetchStatus, statusText } from './status-command.ts';

/** A started host, as far as the program needs to know it. */
export interface StartedHost extends StoppableHost {
  readonly ports: BannerInputs['ports'];
}

/** What the program runs in: the real process, or a test. */
export interface ProgramWorld extends CommandContext, HostProcess {
  /** Starts the threads and listens; startHost() of host.ts. */
  readonly startHost: (config: HostConfig) => Promise<StartedHost>;
}

/** Runs one command line (without `node` and the file) and resolves with its exit code. */
export async function runProgram(argv: readonly string[], world: ProgramWorld): Promise<number> {
  let exitCode: number = ExitCode.ok;
  const program = buildProgram(world, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already written what it has to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
    return reportError(error, world.writeError);
  }
}

function buildProgram(world: ProgramWorld, setExitCode: (code: number) => void): Command {
  const program = new Command('longhouse')
    .description('A game server for tens of thousands of players on one machine.')
    .exitOverride()
    .configureOutput({ writeOut: world.write, writeErr: world.writeError })
    .showHelpAfterError('(longhouse --help lists commands and flags)')
    .version(readVersion(), '--version', 'print the version');

  withConfigFlags(program.command('start').description('run a host')).action(
    async (flags: ConfigFlags) => setExitCode(await start(configFromFlags(flags, world), world)),
  );
  withConfigFlags(program.command('check-config'))
    .description('check the configuration and show what it comes to')
    .option('--json', 'the whole configuration as JSON')
    .action((flags: ConfigFlags & { json?: true }) => {
      const config = configFromFlags(flags, world);
      refusePeers(config);
      world.write(flags.json === true ? json(config) : checkText(config));
    });
  withConfigFlags(program.command('status'))
    .description('show what a running host does')
    .option('--json', 'as JSON')
    .action(async (flags: ConfigFlags & { json?: true }) => {
      const status = await fetchStatus(configFromFlags(flags, world));
      world.write(flags.json === true ? json(status) : statusText(status));
    });
  addReplayCommand(program, world);
  program
    .command('example-config')
    .description('print a longhouse.toml that explains every setting')
    .action(() => world.write(exampleConfig()));
  program
    .command('version')
    .description('print the version')
    .option('--json', 'as JSON')
    .action((flags: { json?: true }) => {
      const version = readVersion();
      world.write(flags.json === true ? json({ version, node: process.version }) : `${version}\n`);
    });
  return program;
}

/** The flags of every command that reads the configuration. */
function withConfigFlags(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: longhouse.toml, if there is one)')
    .option('--data <dir>', 'folder for what the host keeps')
    .option('--host-id <id>', 'name of this host on its network')
    .option('--port-offset <n>', 'added to every port: several hosts on one machine')
    .option('--peer <host:port...>', 'another host to join; repeatable (not in this version)')
    .option('--bots <n>', 'practice players that fill matches; 0 for none')
    .option('--bench', 'add the relay mode for load tests')
    .option('--bench-rate <hz>', 'ticks a second of the relay mode')
    .option('--bench-match-seconds <n>', 'when relay matches end; 0 for never');
}

async function start(config: HostConfig, world: ProgramWorld): Promise<number> {
  refusePeers(config);
  // Fails before anything is opened where the process may not have enough descriptors.
  connectionBudget(budgetOptions(config));
  return runUntilStopped(
    async () => {
      const host = await world.startHost(config);
      // Whoever asks for JSON alone gets JSON alone; host.ts has logged the ports.
      if (config.log.format !== 'json') world.write(bannerText(config, host));
      return host;
    },
    config,
    world,
  );
}

function bannerText(config: HostConfig, host: StartedHost): string {
  return startBanner({
    config,
    version: readVersion(),
    ports: host.ports,
    worstCase: worstCaseMemory(config),
    machineBytes: os.totalmem(),
    connectionsMax: connectionBudget(budgetOptions(config)).connectionsMax,
  });
}

/** What `check-config` says when all is well. */
function checkText(config: HostConfig): string {
  const { capacity } = config.players;
  const worstCase = worstCaseMemory(config);
  const budget = connectionBudget(budgetOptions(config));
  const lines = [
    'the configuration is good',
    `  host       ${config.host.id}`,
    ...config.listeners.map(({ name, port }) => `  listener   ${name} on port ${port}`),
    `  ops        port ${config.ops.port}`,
    `  threads    ${config.threads.gateways} gateways, ${config.threads.matchWorkers} match workers`,
    `  modes      ${Object.keys(config.modes).join(', ')}`,
    `  players    ${capacity}, at most ${budget.connectionsMax} connections`,
    `  memory     ${byteText(worstCase.bytes)} at the very worst:`,
    ...worstCase.terms.map(({ name, bytes, how }) => {
      return `    ${name.padEnd(12)} ${byteText(bytes).padStart(9)}   ${how}`;
    }),
  ];
  if (budget.warning !== undefined) lines.push(`  warning    ${budget.warning}`);
  return `${lines.join('\n')}\n`;
}

function budgetOptions(config: HostConfig): Parameters<typeof connectionBudget>[0] {
  return {
    descriptorLimit: readDescriptorLimit(),
    capacity: config.players.capacity,
    gateways: config.threads.gateways,
    matchWorkers: config.threads.matchWorkers,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
