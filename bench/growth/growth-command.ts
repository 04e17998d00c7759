/** The command of the `growth` bench: its flags and their limits. The bench's parent process. */

import { Command, InvalidArgumentError, Option } from 'commander';

import {
  checkDescriptors,
  CONNECTS_PER_SECOND_MAX,
  numberOption,
  PLAYERS_MAX,
  report,
  SECONDS_MAX,
} from '../cli-flags.ts';
import { SECTIONS, type SectionName } from './growth-sections.ts';

interface GrowthFlags {
  readonly only: readonly SectionName[];
  readonly seconds: number;
  readonly sizeMax: number;
  readonly connectsPerSecond: number;
  readonly out: string;
  readonly json?: string;
}

/** Of the largest load of any section. */
const PLAYERS_PEAK = 18_000;

export function growthCommand(): Command {
  const connects = { min: 1, max: CONNECTS_PER_SECOND_MAX, initial: 2_000 };
  const command = new Command('growth')
    .description('how cost grows with players, matches, threads, hosts and tickets')
    .addOption(
      new Option('--only <sections>', `comma between them: ${SECTIONS.join(', ')}`)
        .default(SECTIONS, 'all')
        .argParser(sectionList),
    )
    .addOption(numberOption('--seconds <n>', { min: 1, max: SECONDS_MAX, initial: 8 }))
    .addOption(numberOption('--size-max <n>', { min: 1, max: PLAYERS_MAX, initial: PLAYERS_MAX }))
    .addOption(numberOption('--connects-per-second <n>', connects))
    .option('--out <folder>', 'where the plots go', 'bench/out')
    .option('--json <file>', 'write the result there too')
    .action(async (flags: GrowthFlags) => {
      const players = Math.min(PLAYERS_PEAK, flags.sizeMax);
      if (flags.only.includes('players'))
        checkDescriptors(command, { ...flags, players, processes: 0 });
      const { growthBench } = await import('./growth.ts');
      report('growth', await growthBench(flags), flags.json);
    });
  return command;
}

function sectionList(text: string): readonly SectionName[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !SECTIONS.some((section) => section === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`Allowed: ${SECTIONS.join(', ')}`);
  return SECTIONS.filter((section) => wanted.includes(section));
}
