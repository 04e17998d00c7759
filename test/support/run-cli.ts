/**
 * The `longhouse` program as a process of its own, as operators and scripts run it. Runs in test processes.
 *
 *   const { code, output } = await runCli(['players', '--json'], host);
 */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environmentWithoutSettings, type SpawnedHost } from './spawn-host.ts';

const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));
const OPS_PORT = 7780;

export interface CliRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A command that still runs. */
export interface CliProcess {
  /** What it has printed, errors too. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<CliRun>;
}

/** The flags by which a command finds the host, as the host itself got them. */
export function hostFlags(host: SpawnedHost): readonly string[] {
  return ['--port-offset', String(host.ports.ops - OPS_PORT), '--data', host.dataDir];
}

/** The command line as a shell would be given it. */
export function cliLine(words: readonly string[], host: SpawnedHost): string {
  return [process.execPath, CLI, ...words, ...hostFlags(host)].join(' ');
}

export function startCli(words: readonly string[], flags: readonly string[]): CliProcess {
  const child = spawn(process.execPath, [CLI, ...words, ...flags], {
    env: environmentWithoutSettings(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  const ended = new Promise<CliRun>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output, errors }));
  });
  return { output: () => output + errors, kill: (signal) => void child.kill(signal), ended };
}

/** Runs a command to its end. */
export function runCli(words: readonly string[], host: SpawnedHost): Promise<CliRun> {
  return startCli(words, hostFlags(host)).ended;
}
