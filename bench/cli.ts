/**
 * The entry of `npm run bench -- NAME [flags] [--json FILE]`: flags in, one report out. The bench's parent process.
 * stdout holds the result, stderr the progress. Exit codes: 0 done, 1 the bench could not be run, 2 bad arguments.
 */

import { writeFileSync } from 'node:fs';

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { connectionsBench } from './connections.ts';
import { descriptorShortage } from './descriptor-budget.ts';
import { commitName, describeMachine } from './machine.ts';
import { relayBench } from './relay.ts';
import type { TargetKind } from './targets.ts';
import { MATCH_PLAYERS } from './wire.ts';

const PLAYERS_MAX = 200_000;
const RATE_HZ_MAX = 120;
const SECONDS_MAX = 3600;
const RUNS_MAX = 50;
const CONNECTS_PER_SECOND_MAX = 20_000;
const PROCESSES_MAX = 16;
const SEED_MAX = 2 ** 31 - 1;

interface LoadFlags {
  readonly players: number;
  readonly connectsPerSecond: number;
  readonly processes: number;
  readonly json?: string;
}

interface RelayFlags extends LoadFlags {
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly runs: number;
  readonly hostOnly?: true;
  readonly bareOnly?: true;
}

interface SlowReadersFlags extends LoadFlags {
  readonly stalled: number;
  readonly floodBytes: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
}

interface ConnectionsFlags extends LoadFlags {
  readonly hold: number;
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
  process.exit(0);
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  console.error(error instanceof Error ? error.message : String(error));
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
  program.addCommand(slowReadersCommand().exitOverride());
  return program;
}

function connectionsCommand(): Command {
  const command = new Command('connections')
    .description('memory of each connected player, and how fast they can come')
    .addOption(numberOption('--hold <seconds>', { min: 0, max: SECONDS_MAX, initial: 5 }))
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
      const { ringsBench } = await import('./rings.ts');
      report('rings', await ringsBench(), flags.json);
    });
}

function slowReadersCommand(): Command {
  const command = new Command('slow-readers')
    .description('what players who stop reading cost those who play on')
    .addOption(numberOption('--stalled <n>', { min: 20, max: PLAYERS_MAX, initial: 1000 }))
    .addOption(numberOption('--flood-bytes <n>', { min: 64, max: 65_534, initial: 2_048 }))
    .addOption(numberOption('--rate <hz>', { min: 1, max: RATE_HZ_MAX, initial: 10 }))
    .addOption(numberOption('--seconds <n>', { min: 1, max: SECONDS_MAX, initial: 25 }))
    .addOption(numberOption('--warmup <seconds>', { min: 0, max: SECONDS_MAX, initial: 3 }))
    .action(async (flags: SlowReadersFlags) => {
      const { slowReadersBench, FLOOD_MATCH_PLAYERS } = await import('./slow-readers.ts');
      const sizes = [flags.players / MATCH_PLAYERS, flags.stalled / FLOOD_MATCH_PLAYERS];
      if (!sizes.every(Number.isInteger)) {
        const found = `"${flags.players}" players and "${flags.stalled}" stalled do not fill matches`;
        command.error(
          `Cannot run slow-readers: ${found} of ${MATCH_PLAYERS} and ${FLOOD_MATCH_PLAYERS}`,
        );
      }
      checkDescriptors(command, { ...flags, players: flags.players + flags.stalled });
      const { rate: rateHz, warmup: warmupSeconds } = flags;
      const results = await slowReadersBench({ ...flags, rateHz, warmupSeconds });
      report('slow-readers', results, flags.json);
    });
  return withLoadFlags(command, 800);
}

function matchmakerCommand(): Command {
  return new Command('matchmaker')
    .description('speed, memory and fairness of the matchmaker, beside first-come and the optimum')
    .addOption(numberOption('--runs <n>', { min: 1, max: RUNS_MAX, initial: 5 }))
    .addOption(numberOption('--seed <n>', { min: 0, max: SEED_MAX, initial: 1 }))
    .option('--plot <file>', 'draw fairness against wait as an SVG')
    .option('--json <file>', 'write the result there too')
    .action(async (flags: MatchmakerFlags) => {
      const { matchmakerBench } = await import('./matchmaker.ts');
      report('matchmaker', await matchmakerBench({ ...flags, plot: flags.plot }), flags.json);
    });
}

function withLoadFlags(command: Command, players: number): Command {
  return command
    .addOption(numberOption('--players <n>', { min: 1, max: PLAYERS_MAX, initial: players }))
    .addOption(
      numberOption('--connects-per-second <n>', {
        min: 1,
        max: CONNECTS_PER_SECOND_MAX,
        initial: 2000,
      }),
    )
    .addOption(
      numberOption('--processes <n>', { min: 0, max: PROCESSES_MAX, initial: 0 }).argParser(
        wholeNumber(0, PROCESSES_MAX),
      ),
    )
    .option('--json <file>', 'write the result there too');
}

function numberOption(
  flags: string,
  limits: { readonly min: number; readonly max: number; readonly initial: number },
): Option {
  return new Option(flags, `${limits.min} to ${limits.max}`)
    .default(limits.initial)
    .argParser(wholeNumber(limits.min, limits.max));
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`Allowed: a whole number from ${min} to ${max}`);
    }
    return value;
  };
}

function checkDescriptors(command: Command, flags: LoadFlags): void {
  const shortage = descriptorShortage(flags);
  if (shortage !== undefined) command.error(shortage);
}

function report(name: string, results: Record<string, unknown>, path: string | undefined): void {
  const machine = describeMachine();
  const { version: node } = process;
  const commit = commitName();
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}; Node ${node}; commit ${commit}`,
  );
  if (path !== undefined) {
    writeFileSync(
      path,
      `${JSON.stringify({ name, machine, node, commit, results }, undefined, 2)}\n`,
    );
  }
}
