/**
 * The commands of the benches that put something beside those who play: stalled readers, floods, operators, another store.
 * The bench's parent process.
 */

import { Command } from 'commander';

import {
  checkDescriptors,
  CONNECTS_PER_SECOND_MAX,
  numberOption,
  PLAYERS_MAX,
  RATE_HZ_MAX,
  report,
  RUNS_MAX,
  SECONDS_MAX,
  withLoadFlags,
  type LoadFlags,
} from './cli-flags.ts';
import { MATCH_PLAYERS } from './load/wire.ts';

interface SlowReadersFlags extends LoadFlags {
  readonly stalled: number;
  readonly floodBytes: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
}

interface FloodsFlags extends LoadFlags {
  readonly oneRate: number;
  readonly manyRate: number;
  readonly addresses: number;
  readonly holdMs: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
}

interface MetadataFlags {
  readonly rounds: number;
  readonly sharedReads: number;
  readonly redisReads: number;
  readonly json?: string;
}

interface OpsFlags extends LoadFlags {
  readonly pairs: number;
  readonly requestsPerSecond: number;
  readonly connections: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
}

export function besideCommands(): readonly Command[] {
  return [slowReadersCommand(), floodsCommand(), opsCommand(), metadataCommand()];
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
      const { slowReadersBench, FLOOD_MATCH_PLAYERS } =
        await import('./slow-readers/slow-readers.ts');
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

function floodsCommand(): Command {
  const rates = { min: 1, max: CONNECTS_PER_SECOND_MAX };
  const command = new Command('floods')
    .description('what players notice while others connect without end')
    .addOption(numberOption('--one-rate <n>', { ...rates, initial: 10_000 }))
    .addOption(numberOption('--many-rate <n>', { ...rates, initial: 4_000 }))
    .addOption(numberOption('--addresses <n>', { min: 1, max: 60_000, initial: 10_000 }))
    .addOption(numberOption('--hold-ms <n>', { min: 0, max: 60_000, initial: 500 }))
    .addOption(numberOption('--rate <hz>', { min: 1, max: RATE_HZ_MAX, initial: 10 }))
    .addOption(numberOption('--seconds <n>', { min: 1, max: SECONDS_MAX, initial: 15 }))
    .addOption(numberOption('--warmup <seconds>', { min: 0, max: SECONDS_MAX, initial: 3 }))
    .action(async (flags: FloodsFlags) => {
      checkMatches(command, flags.players);
      checkDescriptors(command, flags);
      const { floodsBench } = await import('./floods/floods.ts');
      const { rate: rateHz, warmup: warmupSeconds } = flags;
      report('floods', await floodsBench({ ...flags, rateHz, warmupSeconds }), flags.json);
    });
  return withLoadFlags(command, 1_008);
}

function metadataCommand(): Command {
  const reads = { min: 100, max: 100_000_000 };
  return new Command('metadata')
    .description('metadata in shared memory beside the same in a Redis on this machine')
    .addOption(numberOption('--rounds <n>', { min: 1, max: RUNS_MAX, initial: 7 }))
    .addOption(numberOption('--shared-reads <n>', { ...reads, initial: 1_000_000 }))
    .addOption(numberOption('--redis-reads <n>', { ...reads, initial: 10_000 }))
    .option('--json <file>', 'write the result there too')
    .action(async (flags: MetadataFlags) => {
      const { metadataBench } = await import('./metadata/metadata.ts');
      const { rounds, sharedReads, redisReads } = flags;
      report('metadata', await metadataBench({ rounds, sharedReads, redisReads }), flags.json);
    });
}

function opsCommand(): Command {
  const command = new Command('ops')
    .description('whether players notice that operators ask the API')
    .addOption(numberOption('--pairs <n>', { min: 1, max: RUNS_MAX, initial: 4 }))
    .addOption(numberOption('--requests-per-second <n>', { min: 1, max: 10_000, initial: 200 }))
    .addOption(numberOption('--connections <n>', { min: 1, max: 1_000, initial: 10 }))
    .addOption(numberOption('--rate <hz>', { min: 1, max: RATE_HZ_MAX, initial: 10 }))
    .addOption(numberOption('--seconds <n>', { min: 1, max: SECONDS_MAX, initial: 10 }))
    .addOption(numberOption('--warmup <seconds>', { min: 0, max: SECONDS_MAX, initial: 3 }))
    .action(async (flags: OpsFlags) => {
      checkMatches(command, flags.players);
      checkDescriptors(command, flags);
      const { opsBench } = await import('./ops/ops.ts');
      const { rate: rateHz, warmup: warmupSeconds } = flags;
      report('ops', await opsBench({ ...flags, rateHz, warmupSeconds }), flags.json);
    });
  return withLoadFlags(command, 1_008);
}

function checkMatches(command: Command, players: number): void {
  if (players % MATCH_PLAYERS === 0) return;
  const name = command.name();
  command.error(`Cannot run ${name}: "${players}" players do not fill matches of ${MATCH_PLAYERS}`);
}
