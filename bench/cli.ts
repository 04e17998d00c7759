/**
 * The entry of `npm run bench -- NAME [flags] [--json FILE]`: flags in, one report out. The bench's parent process.
 * stdout holds the result, stderr the progress. Exit codes: 0 done, 1 the bench could not be run, 2 bad arguments, 3 a
 * service level of the swarm broke.
 */

import { Command, CommanderError, Option } from 'commander';

import { messageOf } from '../src/shared/errors.ts';
import { besideCommands } from './beside-commands.ts';
import { bridgeTrafficCommand } from './bridge-traffic/bridge-traffic-command.ts';
import { capacityCommand } from './capacity/capacity-command.ts';
import {
  checkDescriptors,
  numberOption,
  RATE_HZ_MAX,
  report,
  RUNS_MAX,
  SECONDS_MAX,
  withLoadFlags,
  type LoadFlags,
} from './cli-flags.ts';
import { connectionsBench } from './connections/connections.ts';
import { documentCommand } from './document/document-command.ts';
import { growthCommand } from './growth/growth-command.ts';
import { hopCommand } from './hop/hop-command.ts';
import { peersCommand } from './peer-runs/peers-command.ts';
import { relayBench } from './relay/relay.ts';
import { soakCommand } from './soak/soak-command.ts';
import { swarmCommand } from './swarm/swarm-command.ts';
import type { TargetKind } from './servers/targets.ts';
import { MATCH_PLAYERS } from './load/wire.ts';

const SEED_MAX = 2 ** 31 - 1;

interface RelayFlags extends LoadFlags {
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly runs: number;
  readonly hostOnly?: true;
  readonly bareOnly?: true;
}

interface ConnectionsFlags extends LoadFlags {
  readonly hold: number;
  readonly rest: boolean;
  readonly bare?: true;
  readonly bareOnly?: true;
}

interface MatchmakerFlags {
  readonly runs: number;
  readonly seed: number;
  readonly plot?: string;
  readonly json?: string;
}

try {
  await benchProgram().parseAsync();
  process.exit();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  console.error(messageOf(error));
  process.exit(1);
}

function benchProgram(): Command {
  const program = new Command('bench')
    .description('Load tests of a Longhouse host; see docs/load-testing.md')
    .exitOverride();
  program.addCommand(connectionsCommand().exitOverride());
  program.addCommand(relayCommand().exitOverride());
  program.addCommand(ringsCommand().exitOverride());
  program.addCommand(matchmakerCommand().exitOverride());
  program.addCommand(hopCommand().exitOverride());
  program.addCommand(bridgeTrafficCommand().exitOverride());
  program.addCommand(peersCommand().exitOverride());
  program.addCommand(swarmCommand().exitOverride());
  program.addCommand(soakCommand().exitOverride());
  program.addCommand(capacityCommand().exitOverride());
  program.addCommand(growthCommand().exitOverride());
  program.addCommand(documentCommand().exitOverride());
  for (const command of besideCommands()) program.addCommand(command.exitOverride());
  return program;
}

function connectionsCommand(): Command {
  const command = new Command('connections')
    .description('memory of each connected player, and how fast they can come')
    .addOption(numberOption('--hold <seconds>', { min: 0, max: SECONDS_MAX, initial: 5 }))
    .option('--rest', 'read memory once more when its garbage is collected', false)
    .option('--bare', 'measure the bare node:net relay too')
    .option('--bare-only', 'measure the bare node:net relay alone')
    .action(async (flags: ConnectionsFlags) => {
      const kinds: TargetKind[] = flags.bareOnly
        ? ['bare']
        : flags.bare
          ? ['host', 'bare']
          : ['host'];
      checkDescriptors(command, flags);
      const results = await connectionsBench({ ...flags, holdSeconds: flags.hold, kinds });
      report('connections', results, flags.json);
    });
  return withLoadFlags(command, 18_000);
}

function relayCommand(): Command {
  const command = new Command('relay')
    .description('CPU per delivered state and latency, beside a bare node:net relay')
    .addOption(numberOption('--rate <hz>', { min: 1, max: RATE_HZ_MAX, initial: 10 }))
    .addOption(numberOption('--seconds <n>', { min: 1, max: SECONDS_MAX, initial: 15 }))
    .addOption(numberOption('--warmup <seconds>', { min: 0, max: SECONDS_MAX, initial: 3 }))
    .addOption(numberOption('--runs <n>', { min: 1, max: RUNS_MAX, initial: 5 }))
    .addOption(new Option('--host-only', 'one run of the host alone, unless --runs says more'))
    .addOption(new Option('--bare-only', 'the bare relay alone').conflicts('hostOnly'))
    .action(async (flags: RelayFlags) => {
      if (flags.players % MATCH_PLAYERS !== 0) {
        command.error(
          `Cannot run relay: "${flags.players}" players do not fill matches of ${MATCH_PLAYERS}`,
        );
      }
      checkDescriptors(command, flags);
      const alone = flags.hostOnly ?? flags.bareOnly ?? false;
      const kinds: TargetKind[] = flags.hostOnly
        ? ['host']
        : flags.bareOnly
          ? ['bare']
          : ['host', 'bare'];
      const results = await relayBench({
        ...flags,
        kinds,
        rateHz: flags.rate,
        warmupSeconds: flags.warmup,
        runs: alone && command.getOptionValueSource('runs') === 'default' ? 1 : flags.runs,
      });
      report('relay', results, flags.json);
    });
  return withLoadFlags(command, 1600);
}

function ringsCommand(): Command {
  return new Command('rings')
    .description('records a second through one ring between two threads')
    .option('--json <file>', 'write the result there too')
    .action(async (flags: { readonly json?: string }) => {
      const { ringsBench } = await import('./rings/rings.ts');
      report('rings', await ringsBench(), flags.json);
    });
}

function matchmakerCommand(): Command {
  return new Command('matchmaker')
    .description('speed, memory and fairness of the matchmaker, beside first-come and the optimum')
    .addOption(numberOption('--runs <n>', { min: 1, max: RUNS_MAX, initial: 5 }))
    .addOption(numberOption('--seed <n>', { min: 0, max: SEED_MAX, initial: 1 }))
    .option('--plot <file>', 'draw fairness against wait as an SVG')
    .option('--json <file>', 'write the result there too')
    .action(async (flags: MatchmakerFlags) => {
      const { matchmakerBench } = await import('./matchmaker/matchmaker.ts');
      report('matchmaker', await matchmakerBench({ ...flags, plot: flags.plot }), flags.json);
    });
}
