/** The command of the `bridge-traffic` bench: its flags and their limits. The bench's parent process. */

import { Command } from 'commander';

import {
  checkDescriptors,
  numberOption,
  report,
  SECONDS_MAX,
  withLoadFlags,
  type LoadFlags,
} from '../cli-flags.ts';

const HOSTS_MAX = 20;

interface BridgeTrafficFlags extends LoadFlags {
  readonly hosts: number;
  readonly settle: number;
  readonly seconds: number;
}

export function bridgeTrafficCommand(): Command {
  const command = new Command('bridge-traffic')
    .description('what linked hosts say to each other while nobody looks for a match')
    .addOption(numberOption('--hosts <n>', { min: 2, max: HOSTS_MAX, initial: 10 }))
    .addOption(numberOption('--settle <seconds>', { min: 0, max: SECONDS_MAX, initial: 10 }))
    .addOption(numberOption('--seconds <n>', { min: 5, max: SECONDS_MAX, initial: 30 }))
    .action(async (flags: BridgeTrafficFlags) => {
      checkDescriptors(command, flags);
      const { bridgeTrafficBench } = await import('./bridge-traffic.ts');
      const results = await bridgeTrafficBench({ ...flags, settleSeconds: flags.settle });
      report('bridge-traffic', { ...results }, flags.json);
    });
  return withLoadFlags(command, 18_000);
}
