/** `longhouse replay`: runs a ticket log through its own rules and through others, and prints both. Main thread. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { HostError, messageOf } from '../../shared/errors.ts';
import { loadConfig } from '../config/load-config.ts';
import { configuredRules } from '../matchmaker/configured-rules.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
import { replay } from '../replay/replay.ts';
import { replayText } from '../replay/replay-text.ts';
import { decodeTicketLogFile, type TicketLogFile } from '../ticket-log/ticket-log-file.ts';
import type { CommandContext } from './command-context.ts';

interface ReplayFlags {
  readonly rules: string;
  readonly seed?: string;
  readonly salvage?: true;
  readonly json?: true;
}

const LOG_FILE = /\.log$/;
const SEED_MAX = 2 ** 32 - 1;

export function addReplayCommand(program: Command, context: CommandContext): void {
  program
    .command('replay')
    .description('run a ticket log through other rules: docs/replay.md')
    .argument('<file...>', 'ticket logs, or the folder that a host wrote them to')
    .requiredOption('--rules <file>', 'a longhouse.toml with the new rules')
    .option('--seed <n>', 'for the draws of both runs (default: that of the log)')
    .option('--salvage', 'take what stands before damage in a file')
    .option('--json', 'as JSON')
    .action((names: readonly string[], flags: ReplayFlags) => {
      context.write(replayOutput(names, flags, context));
    });
}

function replayOutput(
  names: readonly string[],
  flags: ReplayFlags,
  { workingDir }: CommandContext,
): string {
  const newRules = rulesFrom(flags.rules, workingDir);
  const files = names
    .flatMap((name) => logNames(name, workingDir))
    .map((name) => readLog(name, { workingDir, salvage: flags.salvage ?? false }));
  const seed = flags.seed === undefined ? (files[0]?.header.seed ?? 0) : seedFrom(flags.seed);
  const report = replay({ files, newRules, seed });
  return flags.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : replayText(report);
}

/** The file alone counts: the environment of whoever replays says nothing about the rules that are tried. */
function rulesFrom(configFile: string, workingDir: string): readonly ModeRules[] {
  const config = loadConfig({
    configFile,
    flags: [],
    env: {},
    readFile: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    workingDir,
    machine: { hostname: 'replay', cores: 2 },
  });
  return Object.entries(config.modes).map(([name, mode]) => configuredRules(name, mode));
}

function seedFrom(text: string): number {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isInteger(seed) || seed < 0 || seed > SEED_MAX) {
    const allowed = `allowed is a whole number from 0 to ${SEED_MAX}`;
    throw new HostError('usage', `Cannot use flag --seed: found "${text}", ${allowed}`);
  }
  return seed;
}

/** A folder stands for its logs, in the order of their numbers. */
function logNames(name: string, workingDir: string): readonly string[] {
  const file = path.resolve(workingDir, name);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new HostError('ticket-log', `Cannot read "${name}": there is none`);
  if (!stats.isDirectory()) return [name];
  const logs = readdirSync(file).filter((one) => LOG_FILE.test(one));
  if (logs.length === 0) {
    throw new HostError('ticket-log', `Cannot read folder "${name}": found no ticket log in it`);
  }
  return logs.toSorted(byNumber).map((one) => path.join(name, one));
}

/** A longer number is a larger one: all have at least the same number of digits. */
function byNumber(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}

function readLog(
  name: string,
  { workingDir, salvage }: { workingDir: string; salvage: boolean },
): TicketLogFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path.resolve(workingDir, name));
  } catch (error) {
    const detail = `Cannot read ticket log "${name}": ${messageOf(error)}`;
    throw new HostError('ticket-log', detail, { cause: error });
  }
  return decodeTicketLogFile(bytes, { name, salvage });
}
