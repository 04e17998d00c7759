/** The command `soak` and its flags. The bench's parent process. */

import { Command, Option } from 'commander';

import { numberOption, report } from '../cli-flags.ts';
import type { SoakFlags } from './soak.ts';

const HOSTS_MAX = 10;
const PLAYERS_MAX = 5_000;
const CYCLE_SECONDS_MIN = 30;
const CYCLE_SECONDS_MAX = 3_600;
const EXIT_BROKEN = 3;

export function soakCommand(): Command {
  return new Command('soak')
    .description(
      'hours of coming and going on several hosts, with workers that hang and hosts that die',
    )
    .addOption(new Option('--hours <h>', 'such as 2 or 0.1').default(2).argParser(Number))
    .addOption(numberOption('--hosts <n>', { min: 2, max: HOSTS_MAX, initial: 3 }))
    .addOption(numberOption('--players <n>', { min: 10, max: PLAYERS_MAX, initial: 300 }))
    .addOption(
      numberOption('--cycle-seconds <n>', {
        min: CYCLE_SECONDS_MIN,
        max: CYCLE_SECONDS_MAX,
        initial: 240,
      }),
    )
    .option('--json <file>', 'write the result there too')
    .action(async (flags: SoakFlags & { readonly json?: string }) => {
      const { soak, soakText } = await import('./soak.ts');
      const result = await soak(flags, (line) => console.log(line));
      console.log(soakText(result));
      report('soak', { ...result }, flags.json);
      if (result.faults.length > 0) process.exitCode = EXIT_BROKEN;
    });
}
