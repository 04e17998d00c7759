/** What the command `swarm` does once its flags are read: scenario in, a run, its files out. The bench's parent process. */

import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { messageOf } from '../../src/shared/errors.ts';
import { freshSeed } from '../../src/shared/random.ts';
import { report } from '../cli-flags.ts';
import { descriptorShortage } from '../servers/descriptor-budget.ts';
import { parseScenario, peakOf, scaledScenario, type Scenario } from './scenario.ts';
import type { Address } from './swarm-messages.ts';
import { writeFiles } from './swarm-files.ts';
import { runSwarm } from './swarm-run.ts';
import { summaryText } from './swarm-summary.ts';

const TAG_LETTERS = 36 ** 3;

export interface SwarmFlags {
  readonly against: readonly Address[];
  readonly players?: number;
  readonly seconds?: number;
  readonly processes: number;
  readonly hostPid: number;
  readonly out: string;
  readonly json?: string;
}

/** Resolves to whether all levels were kept. `onRefused` ends the program: what was asked for cannot be. */
export async function swarmBench(
  file: string,
  flags: SwarmFlags,
  onRefused: (message: string) => never,
): Promise<boolean> {
  const text = readText(file, onRefused);
  const scenario = readScenario(text, { file, flags, onRefused });
  const { processes, out } = flags;
  const shortage = descriptorShortage({ players: peakOf(scenario), processes });
  if (shortage !== undefined) onRefused(shortage);
  const tag = (freshSeed() % TAG_LETTERS).toString(36);
  const stem = join(out, `swarm-${basename(file, '.toml')}`);
  mkdirSync(out, { recursive: true });
  const result = await runSwarm({ ...flags, scenario, tag, logPath: `${stem}.host.log` });
  console.log(summaryText(result));
  writeFiles({ stem, result, scenario, scenarioText: text });
  const json = flags.json ?? `${stem}.json`;
  report('swarm', { ...result }, json);
  console.log(`report: ${stem}.html   rows: ${stem}.csv   all: ${json}`);
  return result.isKept;
}

function readText(file: string, onRefused: (message: string) => never): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return onRefused(`Cannot read scenario "${file}": ${messageOf(error)}`);
  }
}

interface Asked {
  readonly file: string;
  readonly flags: SwarmFlags;
  readonly onRefused: (message: string) => never;
}

function readScenario(text: string, { file, flags, onRefused }: Asked): Scenario {
  try {
    const { players, seconds } = flags;
    return scaledScenario(parseScenario(text, file), { players, seconds });
  } catch (error) {
    return onRefused(messageOf(error));
  }
}
