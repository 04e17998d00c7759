/** The command of the `hop` bench: its flags and their limits. The bench's parent process. */

import { Command } from 'commander';

import {
  checkDescriptors,
  CONNECTS_PER_SECOND_MAX,
  numberOption,
  RATE_HZ_MAX,
  report,
  RUNS_MAX,
  SECONDS_MAX,
} from '../cli-flags.ts';

/** A host holds 64 modes, and each match of this bench has one of its own. */
const PLAYERS_MAX = 992;

interface HopFlags {
  readonly players: number;
  readonly rate: number;
  readonly seconds: number;
  readonly warmup: number;
  readonly runs: number;
  readonly connectsPerSecond: number;
  readonly json?: string;
}

export function hopCommand(): Command {
  const rates = { min: 1, max: CONNECTS_PER_SECOND_MAX, initial: 2_000 };
  const command = new Command('hop')
    .description('what it costs a player that his match runs on another host')
    .addOption(numberOption('--players <n>', { min: 32, max: PLAYERS_MAX, initial: 800 }))
    .addOption(numberOption('--rate <hz>', { min: 1, max: RATE_HZ_MAX, initial: 10 }))
    .addOption(numberOption('--seconds <n>', { min: 1, max: SECONDS_MAX, initial: 15 }))
    .addOption(numberOption('--warmup <seconds>', { min: 0, max: SECONDS_MAX, initial: 3 }))
    .addOption(numberOption('--runs <n>', { min: 1, max: RUNS_MAX, initial: 5 }))
    .addOption(numberOption('--connects-per-second <n>', rates))
    .option('--json <file>', 'write the result there too')
    .action(async (flags: HopFlags) => {
      const { hopBench, HOP_PLAYERS_STEP } = await import('./hop.ts');
      if (flags.players % HOP_PLAYERS_STEP !== 0) {
        const found = `"${flags.players}" players do not fill matches of either host and of both`;
        command.error(`Cannot run hop: ${found}: allowed is a multiple of ${HOP_PLAYERS_STEP}`);
      }
      checkDescriptors(command, { ...flags, processes: 0 });
      const { players, rate: rateHz, seconds, warmup: warmupSeconds, runs } = flags;
      const { connectsPerSecond } = flags;
      const options = { players, rateHz, seconds, warmupSeconds, runs, connectsPerSecond };
      report('hop', await hopBench(options), flags.json);
    });
  return command;
}
