/** The command of the `capacity` bench: its flags and their limits. The bench's parent process. */

import { Command } from 'commander';

import {
  checkDescriptors,
  CONNECTS_PER_SECOND_MAX,
  numberOption,
  PLAYERS_MAX,
  RATE_HZ_MAX,
  report,
  SECONDS_MAX,
} from '../cli-flags.ts';
import { MATCH_PLAYERS } from '../load/wire.ts';

interface CapacityFlags {
  readonly quick?: true;
  readonly players?: number;
  readonly connectsPerSecond: number;
  readonly rate: number;
  readonly busyPercent: number;
  readonly playersPerHost: number;
  readonly proxiedPercent: number;
  readonly loginSeconds: number;
  readonly json?: string;
}

const PLAYERS = 4_800;
const QUICK_PLAYERS = 1_600;

export function capacityCommand(): Command {
  const connects = { min: 1, max: CONNECTS_PER_SECOND_MAX, initial: 2_000 };
  const command = new Command('capacity')
    .description("this machine's knee, and what 18,000 to 1,000,000 players would take")
    .option('--quick', 'about two minutes instead of five')
    .addOption(numberOption('--players <n>', { min: MATCH_PLAYERS, max: PLAYERS_MAX }))
    .addOption(numberOption('--connects-per-second <n>', connects))
    .addOption(numberOption('--rate <hz>', { min: 1, max: RATE_HZ_MAX, initial: 10 }))
    .addOption(numberOption('--busy-percent <n>', { min: 1, max: 100, initial: 60 }))
    .addOption(
      numberOption('--players-per-host <n>', { min: 1, max: PLAYERS_MAX, initial: 18_000 }),
    )
    .addOption(numberOption('--proxied-percent <n>', { min: 0, max: 100, initial: 10 }))
    .addOption(numberOption('--login-seconds <n>', { min: 1, max: SECONDS_MAX, initial: 60 }))
    .option('--json <file>', 'write the result there too')
    .action(async (flags: CapacityFlags) => {
      const players = flags.players ?? (flags.quick ? QUICK_PLAYERS : PLAYERS);
      if (players % MATCH_PLAYERS !== 0) {
        const found = `"${players}" players do not fill matches of ${MATCH_PLAYERS}`;
        command.error(`Cannot run capacity: ${found}`);
      }
      const { capacityBench, FULL_SIZE, QUICK_SIZE } = await import('./capacity.ts');
      const size = flags.quick ? QUICK_SIZE : FULL_SIZE;
      const most = Math.max(players, size.crowdPlayers);
      checkDescriptors(command, { ...flags, players: most, processes: 0 });
      const { rate: rateHz, connectsPerSecond } = flags;
      const results = await capacityBench({
        players,
        connectsPerSecond,
        rateHzMax: RATE_HZ_MAX,
        size,
        assumed: { ...assumedOf(flags), rateHz },
      });
      report('capacity', results, flags.json);
    });
  return command;
}

function assumedOf(flags: CapacityFlags): {
  readonly busyPercent: number;
  readonly playersPerHost: number;
  readonly proxiedPercent: number;
  readonly loginSeconds: number;
} {
  const { busyPercent, playersPerHost, proxiedPercent, loginSeconds } = flags;
  return { busyPercent, playersPerHost, proxiedPercent, loginSeconds };
}
