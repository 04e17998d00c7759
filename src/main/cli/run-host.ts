/**
 * `longhouse start`: runs a host until a signal stops it. Main thread.
 *
 *   starting --started--> running --SIGTERM, SIGINT,--> stopping --stopped--> exit 0
 *       |                           `longhouse drain`     |
 *       +--any signal: exit at once, 128 + its number     +--second signal: exit at once, 128 + its number
 *                                                            (within ECHO_MS of the first: ignored)
 *
 * SIGHUP means one of two things. Of a host that was started in a terminal it is a stop signal as the others: the terminal
 * has gone. Of any other it means that the configuration file is to be read again.
 */

import os from 'node:os';
import type { HostConfig } from '../config/host-config.ts';

/** What a signal needs of a host: RunningHost of host.ts is one. */
export interface StoppableHost {
  stop(reason: 'sigterm' | 'drained', deadlineMs: number): Promise<void>;
  /** Resolves when an operator's drain is over. */
  readonly drained: Promise<void>;
  /** Reads the configuration file again; what came of it is in the log. */
  reloadConfig(): Promise<void>;
  /** The configuration in force. */
  readonly config: { readonly config: Pick<HostConfig, 'shutdown'> };
  kill(): void;
}

/** The process around the host. */
export interface HostProcess {
  readonly onSignal: (signal: StopSignal, listener: () => void) => void;
  /** Standard input is a terminal: its end is the host's. */
  readonly stopsAtHangup: boolean;
  readonly exit: (code: number) => void;
  /** Milliseconds of any clock that does not go back. */
  readonly nowMs: () => number;
  readonly writeError: (text: string) => void;
}

export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

const SIGNALS: readonly StopSignal[] = ['SIGTERM', 'SIGINT'];
const SIGNALS_OF_TERMINAL: readonly StopSignal[] = [...SIGNALS, 'SIGHUP'];

/** npm passes a signal on to a program that the terminal has signalled already: the same one twice, milliseconds apart. */
const ECHO_MS = 500;

/** Starts the host and resolves with the exit code of a graceful stop. A second signal ends the process at once. */
export async function runUntilStopped(
  start: () => Promise<StoppableHost>,
  process: HostProcess,
): Promise<number> {
  const running: { host: StoppableHost | undefined; firstSignalMs: number | undefined } = {
    host: undefined,
    firstSignalMs: undefined,
  };
  const stopRequested = Promise.withResolvers<void>();
  for (const signal of process.stopsAtHangup ? SIGNALS_OF_TERMINAL : SIGNALS) {
    process.onSignal(signal, () => {
      const nowMs = process.nowMs();
      running.firstSignalMs ??= nowMs;
      const sinceFirstMs = nowMs - running.firstSignalMs;
      const isEcho = sinceFirstMs > 0 && sinceFirstMs < ECHO_MS;
      if (isEcho) return;
      if (sinceFirstMs > 0 || running.host === undefined) {
        running.host?.kill();
        process.exit(128 + os.constants.signals[signal]);
        return;
      }
      stopRequested.resolve();
    });
  }
  // Before the host is up there is nothing to read again; without a listener the signal would end it.
  if (!process.stopsAtHangup) {
    process.onSignal('SIGHUP', () => void running.host?.reloadConfig());
  }
  const host = await start();
  running.host = host;
  const isSignal = await Promise.race([
    stopRequested.promise.then(() => true),
    host.drained.then(() => false),
  ]);
  const { deadlineSeconds } = host.config.config.shutdown;
  if (isSignal) {
    process.writeError(
      `stopping: matches may end for up to ${deadlineSeconds} s; again: at once\n`,
    );
  }
  await host.stop(isSignal ? 'sigterm' : 'drained', deadlineSeconds * 1000);
  return 0;
}
