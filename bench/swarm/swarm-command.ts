/** The command `swarm` and its flags. The bench's parent process. */

import { Command, InvalidArgumentError } from 'commander';

import { numberOption, PLAYERS_MAX } from '../cli-flags.ts';
import type { SwarmFlags } from './swarm-bench.ts';
import type { Address } from './swarm-messages.ts';

const PROCESSES_MAX = 64;
const SECONDS_MAX = 86_400;
const PID_MAX = 2 ** 22;
const PORT_MAX = 65_535;
const EXIT_BROKEN = 3;

export function swarmCommand(): Command {
  const command = new Command('swarm')
    .description('persons who come, chat, queue, play and go, as a scenario file says')
    .argument('<scenario>', 'a TOML file; bench/scenarios has some')
    .option(
      '--against <host:port>',
      'a host that runs elsewhere, its frame port; again for more',
      address,
      [],
    )
    .addOption(numberOption('--players <n>', { min: 1, max: PLAYERS_MAX }))
    .addOption(numberOption('--seconds <n>', { min: 1, max: SECONDS_MAX }))
    .addOption(numberOption('--processes <n>', { min: 0, max: PROCESSES_MAX, initial: 0 }))
    .addOption(numberOption('--host-pid <n>', { min: 0, max: PID_MAX, initial: 0 }))
    .option('--out <folder>', 'where the report, CSV and JSON go', 'bench/out')
    .option('--json <file>', 'the JSON goes there instead')
    .action(async (file: string, flags: SwarmFlags) => {
      const { swarmBench } = await import('./swarm-bench.ts');
      const isKept = await swarmBench(file, flags, (message) => command.error(message));
      if (!isKept) process.exitCode = EXIT_BROKEN;
    });
  return command;
}

function address(text: string, others: readonly Address[]): readonly Address[] {
  const { host, port } = /^(?<host>.+):(?<port>\d+)$/.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) < 1 || Number(port) > PORT_MAX) {
    throw new InvalidArgumentError('Allowed: HOST:PORT, such as game.example:7778');
  }
  return [...others, { host: host.replaceAll(/^\[|\]$/g, ''), port: Number(port) }];
}
