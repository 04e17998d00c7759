/** `longhouse start | check-config | example-config | version`: what needs no running host. Main thread. */

import os from 'node:os';
import type { Command } from 'commander';
import { exampleConfig } from '../../config/config-reference.ts';
import { withoutSecrets } from '../../config/hidden-secrets.ts';
import type { HostConfig } from '../../config/host-config.ts';
import { connectionBudget, readDescriptorLimit } from '../../descriptor-limit.ts';
import { keepHeapFlagFromThreads } from '../../main-heap.ts';
import { startBanner } from '../../start-banner.ts';
import { readVersion } from '../../version.ts';
import { byteText, worstCaseMemory } from '../../worst-case-memory.ts';
import { configFromFlags, type ConfigFlags } from '../command-context.ts';
import { jsonText, type CommandRegistry } from '../host-command.ts';
import type { ProgramWorld, StartedHost } from '../program-world.ts';
import { runUntilStopped } from '../run-host.ts';

/** First in the help: what a new user needs. */
export function addStartCommands(
  { program, setExitCode }: CommandRegistry,
  world: ProgramWorld,
): void {
  withConfigFlags(program.command('start').description('run a host')).action(
    async (flags: ConfigFlags) => setExitCode(await start(configFromFlags(flags, world), world)),
  );
  withConfigFlags(program.command('check-config'))
    .description('check the configuration and show what it comes to')
    .option('--json', 'the whole configuration as JSON')
    .action((flags: ConfigFlags & { json?: true }) => {
      const config = configFromFlags(flags, world);
      world.write(flags.json === true ? jsonText(withoutSecrets(config)) : checkText(config));
    });
}

/** Last in the help. */
export function addOwnCommands({ program, context }: CommandRegistry): void {
  program
    .command('example-config')
    .description('print a longhouse.toml that explains every setting')
    .action(() => context.write(exampleConfig()));
  program
    .command('version')
    .description('print the version')
    .option('--json', 'as JSON')
    .action((flags: { json?: true }) => {
      const version = readVersion();
      const node = process.version;
      context.write(flags.json === true ? jsonText({ version, node }) : `${version}\n`);
    });
}

/** The flags of every command that reads the configuration. */
function withConfigFlags(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (default: longhouse.toml, if there is one)')
    .option('--data <dir>', 'folder for what the host keeps')
    .option('--host-id <id>', 'name of this host on its network')
    .option('--port-offset <n>', 'added to every port: several hosts on one machine')
    .option('--peer <host:port...>', 'another host to join; repeatable')
    .option('--bots <n>', 'practice players that fill matches; 0 for none')
    .option('--bench', 'add the relay mode for load tests')
    .option('--bench-rate <hz>', 'ticks a second of the relay mode')
    .option('--bench-match-seconds <n>', 'when relay matches end; 0 for never');
}

async function start(config: HostConfig, world: ProgramWorld): Promise<number> {
  // Fails before anything is opened where the process may not have enough descriptors.
  connectionBudget(budgetOptions(config));
  keepHeapFlagFromThreads();
  return runUntilStopped(async () => {
    const host = await world.startHost(config);
    // Whoever asks for JSON alone gets JSON alone; host.ts has logged the ports.
    if (config.log.format !== 'json') world.write(bannerText(config, host));
    return host;
  }, world);
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
