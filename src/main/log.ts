/**
 * The host's log: one writer for all threads, since several on one pipe tear each other's lines. Main thread.
 *
 *   main, WorkerReport 'log' --> sampler (by reason) --> pino --> pretty (terminal) or JSON lines --> standard output
 *
 * Of lines with the same reason at most LINES_PER_SECOND_MAX are written in a second; one line then says how many were
 * left out. A line from a thread that gives no reason is sampled by its message. With `addresses` false no line shows the
 * address of a client.
 */

import { pino, type DestinationStream } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { systemClock, type Clock, type Timer } from '../shared/clock.ts';
import { AddressMask } from './log-addresses.ts';
import { LogOutput } from './log-output.ts';
import type { WorkerReport } from '../shared/thread-messages.ts';
import type { LogFormat, LogLevel } from './config/host-config.ts';

export type LogFields = Readonly<Record<string, unknown>>;

export interface HostLog {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Writes what a thread reported. */
  fromThread(line: Omit<Extract<WorkerReport, { kind: 'log' }>, 'kind'>): void;
  /** Lines below it are not written from now on. */
  setLevel(level: LogLevel): void;
  /** Says what was left out and writes everything that waits; nothing is logged after it. */
  /** Resolves when all is written, nobody reads any more, or a second is over. Whoever exits without waiting loses nothing either. */
  close(): Promise<void>;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly hostId: string;
  readonly isTerminal: boolean;
  /** False: marks instead of addresses. Left out: true. */
  readonly addresses?: boolean;
  readonly clock?: Clock;
  /** Instead of standard output. */
  readonly destination?: DestinationStream;
}

export const LINES_PER_SECOND_MAX = 10;
const WINDOW_MS = 1_000;
/** Distinct reasons counted in one window; further ones share a count, so that a peer cannot grow the table. */
const REASONS_MAX = 1_000;
const OTHER_REASONS = 'other reasons';

export function createLog(options: LogOptions): HostLog {
  const output = options.destination === undefined ? standardOutput(options) : undefined;
  const stream = options.destination ?? output?.stream ?? process.stdout;
  const logger = pino(
    {
      level: options.level,
      base: { host: options.hostId },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    stream,
  );
  const mask = options.addresses === false ? new AddressMask() : undefined;
  let isClosed = false;
  const write = (level: LogLevel, message: string, fields: LogFields): void => {
    if (isClosed) return;
    if (mask === undefined) logger[level](fields, message);
    else logger[level](mask.fields(fields), mask.text(message));
  };
  const sampler = new LogSampler(options.clock ?? systemClock, (reason, count) => {
    const text = `${count} more of reason "${reason}" in the last second`;
    write('warn', text, { reason, leftOut: count });
  });
  const sampled = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (!logger.isLevelEnabled(level)) return;
    const reason = fields['reason'];
    if (typeof reason !== 'string' || sampler.tryPass(reason)) write(level, message, fields);
  };
  return {
    debug: (message, fields) => sampled('debug', message, fields),
    info: (message, fields) => sampled('info', message, fields),
    warn: (message, fields) => sampled('warn', message, fields),
    error: (message, fields) => sampled('error', message, fields),
    fromThread: ({ level, message, fields }) => {
      if (!logger.isLevelEnabled(level)) return;
      // Fields come from a handler, through the thread's structured clone: a plain object.
      const plain = fields as LogFields;
      const reason = plain['reason'];
      if (sampler.tryPass(typeof reason === 'string' ? reason : message))
        write(level, message, plain);
    },
    setLevel: (level) => {
      logger.level = level;
    },
    close: async () => {
      sampler.close();
      isClosed = true;
      await output?.close();
    },
  };
}

/** Counts lines by reason within a window of a second. */
class LogSampler {
  readonly #clock: Clock;
  readonly #onLeftOut: (reason: string, count: number) => void;
  readonly #counts = new Map<string, number>();
  #windowEndMs = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, onLeftOut: (reason: string, count: number) => void) {
    this.#clock = clock;
    this.#onLeftOut = onLeftOut;
  }

  tryPass(reason: string): boolean {
    const nowMs = this.#clock.nowMs();
    if (nowMs >= this.#windowEndMs) {
      this.#endWindow();
      this.#windowEndMs = nowMs + WINDOW_MS;
    }
    const isKnown = this.#counts.has(reason) || this.#counts.size < REASONS_MAX;
    const key = isKnown ? reason : OTHER_REASONS;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (count <= LINES_PER_SECOND_MAX) return true;
    // The next line may never come: the end of the window is announced all the same.
    this.#timer ??= this.#clock.setTimer(() => this.#endWindow(), this.#windowEndMs - nowMs);
    return false;
  }

  close(): void {
    this.#endWindow();
  }

  #endWindow(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const [reason, count] of this.#counts) {
      if (count > LINES_PER_SECOND_MAX) this.#onLeftOut(reason, count - LINES_PER_SECOND_MAX);
    }
    this.#counts.clear();
  }
}

interface Output {
  readonly stream: DestinationStream;
  close(): Promise<void>;
}

/** Written without a thread of its own: lines before a crash are then never lost with that thread. */
function standardOutput({ format, isTerminal }: LogOptions): Output {
  const output = new LogOutput({ isSync: isTerminal });
  const isPretty = format === 'pretty' || (format === 'auto' && isTerminal);
  const close = (): Promise<void> => output.close();
  if (!isPretty) return { stream: output, close };
  const pretty = prettyFactory({
    colorize: isTerminal,
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: 'pid,hostname,host',
  });
  return { stream: { write: (line: string) => output.write(pretty(line)) }, close };
}
