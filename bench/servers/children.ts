/**
 * The processes a bench starts: none outlives it, none can hold it up for ever. The bench's parent process.
 * Invariant: a child is in `running` until it has exited; whatever is left there dies with this process.
 */

import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';

import { sleep, systemClock } from '../../src/shared/clock.ts';

const running = new Set<ChildProcess>();
const LOG_TAIL_LINES = 15;

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => process.exit(128 + (signal === 'SIGINT' ? 2 : 15)));
}

/** Starts a script of the bench with an IPC channel. */
export function forkScript(script: URL, args: readonly string[]): ChildProcess {
  return track(fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
}

/** Starts Node on `args`; what it prints goes to the file `logPath`. */
export function spawnNode(args: readonly string[], cwd: URL, logPath: string): ChildProcess {
  const log = openSync(logPath, 'w');
  return track(spawn(process.execPath, args, { cwd, stdio: ['ignore', log, log] }));
}

/** Starts any program that is installed; what it prints goes to the file `logPath`. */
export function spawnProgram(
  program: string,
  args: readonly string[],
  logPath: string,
): ChildProcess {
  const log = openSync(logPath, 'w');
  return track(spawn(program, args, { stdio: ['ignore', log, log] }));
}

/** Asks a child to stop, waits, and kills it when it does not. Resolves to false where it had to be killed. */
export async function stopChild(child: ChildProcess, waitMs: number): Promise<boolean> {
  if (!running.has(child)) return true;
  child.kill('SIGTERM');
  if (await exitedWithin(child, waitMs)) return true;
  child.kill('SIGKILL');
  await exitedWithin(child, waitMs);
  return false;
}

export function isRunning(child: ChildProcess): boolean {
  return running.has(child);
}

/** Resolves to true once the child has exited, to false after `waitMs`. */
export async function exitedWithin(child: ChildProcess, waitMs: number): Promise<boolean> {
  const deadlineMs = systemClock.nowMs() + waitMs;
  while (running.has(child) && systemClock.nowMs() < deadlineMs) await sleep(20);
  return !running.has(child);
}

/** The last lines that a child wrote to its log. */
export function logTail(logPath: string): string {
  return readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}

/** `promise`, or an error once `limitMs` is over. */
export function withDeadline<T>(promise: Promise<T>, limitMs: number, action: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = systemClock.setTimer(() => {
      reject(new Error(`Cannot ${action}: not done within ${Math.round(limitMs / 1000)} s`));
    }, limitMs);
    promise.then(resolve, reject).finally(() => timer.cancel());
  });
}

function track(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}
