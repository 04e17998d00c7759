#!/usr/bin/env node
/** The `longhouse` program: `longhouse start`, `longhouse status`, ... Main thread. */

import { reportError } from './cli/report-error.ts';
import { runProgram } from './cli/program.ts';
import type { StartedHost } from './cli/program-world.ts';
import { systemClock } from '../shared/clock.ts';
import type { HostConfig } from './config/host-config.ts';

const writeError = (text: string): void => {
  process.stderr.write(text);
};

process.on('uncaughtException', (error) => process.exit(reportError(error, writeError)));
// A reader that has gone (`longhouse status | head -1`, a closed terminal) is no fault of the program.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const code = await runProgram(process.argv.slice(2), {
  env: process.env,
  workingDir: process.cwd(),
  write: (text) => {
    process.stdout.write(text);
  },
  writeError,
  ...(process.stdout.isTTY && process.stdin.isTTY
    ? {
        terminal: {
          input: process.stdin,
          output: process.stdout,
          hasColor: (process.env['NO_COLOR'] ?? '') === '',
        },
      }
    : {}),
  onSignal: (signal, listener) => process.on(signal, listener),
  stopsAtHangup: process.stdin.isTTY,
  exit: (exitCode) => process.exit(exitCode),
  nowMs: () => systemClock.nowMs(),
  startHost,
});
process.exit(code);

/** Loaded only when a host starts, so that the other commands answer at once. */
async function startHost(config: HostConfig): Promise<StartedHost> {
  const host = await import('./host.ts');
  return host.startHost(config);
}
