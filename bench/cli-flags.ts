/** What the benches' commands share: flags with their limits, and the report. The bench's parent process. */

import { writeFileSync } from 'node:fs';

import { InvalidArgumentError, Option, type Command } from 'commander';

import { systemClock } from '../src/shared/clock.ts';
import { descriptorShortage } from './servers/descriptor-budget.ts';
import { commitName, describeMachine } from './machine.ts';

export const PLAYERS_MAX = 200_000;
export const RATE_HZ_MAX = 120;
export const SECONDS_MAX = 3600;
export const RUNS_MAX = 50;
export const CONNECTS_PER_SECOND_MAX = 20_000;
const PROCESSES_MAX = 16;

export interface LoadFlags {
  readonly players: number;
  readonly connectsPerSecond: number;
  readonly processes: number;
  readonly json?: string;
}

export function withLoadFlags(command: Command, players: number): Command {
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

export function numberOption(
  flags: string,
  limits: { readonly min: number; readonly max: number; readonly initial?: number },
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

export function checkDescriptors(command: Command, flags: LoadFlags): void {
  const shortage = descriptorShortage(flags);
  if (shortage !== undefined) command.error(shortage);
}

/** The result's machine, Node and commit, and the file that was asked for. */
export function report(
  name: string,
  results: Record<string, unknown>,
  path: string | undefined,
): void {
  const machine = describeMachine();
  const { version: node } = process;
  const commit = commitName();
  const command = commandText(process.argv.slice(2));
  const date = new Date(systemClock.wallMs()).toISOString().slice(0, 10);
  console.log(
    `\n${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}; Node ${node}; commit ${commit}`,
  );
  if (path !== undefined) {
    writeFileSync(
      path,
      `${JSON.stringify({ name, machine, node, commit, command, date, results }, undefined, 2)}\n`,
    );
  }
}

/** What a reader types to measure the same; where the result went is of no use to him. */
function commandText(args: readonly string[]): string {
  const kept = args.filter((text, index) => {
    return !text.startsWith('--json') && args[index - 1] !== '--json';
  });
  return `npm run bench -- ${kept.join(' ')}`;
}
