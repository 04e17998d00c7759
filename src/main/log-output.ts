/**
 * Lines to standard output, in their order, one write at a time: the log's way out. Main thread.
 *
 *   write(line) --> waiting --fs.write()--> the pipe       more than WAITING_BYTES_MAX wait: the newest are dropped
 *                      |
 *   process 'exit' ----+--fs.writeSync(), STALLED_MS at most for a pipe that is full
 *
 * A reader that has gone ends the log, not the host. pino's own destination tries such a write again for ever when the process
 * exits (sonic-boom 4.2, flushSync()): a host behind `| tee` stayed there and kept its ports.
 */

import { write, writeSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import { systemClock } from '../shared/clock.ts';

const WAITING_BYTES_MAX = 4 * 2 ** 20;
/** For a reader who reads no more. */
const FLUSH_MS_MAX = 1_000;
/** How soon a full pipe is tried again. */
const RETRY_MS = 20;
/** Who has taken nothing for so long is not waited for when the process exits. */
const STALLED_MS = 500;
const STANDARD_OUTPUT = 1;

export interface LogOutputOptions {
  /** A terminal: a line is there when write() returns, between those that others write. */
  readonly isSync: boolean;
}

export class LogOutput implements DestinationStream {
  readonly #options: LogOutputOptions;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** When the write that is under way began; 0: there is none. */
  #writingSinceMs = 0;
  #isBroken = false;
  readonly #onIdle: (() => void)[] = [];
  readonly #onExit = (): void => this.#writeRest();

  constructor(options: LogOutputOptions) {
    this.#options = options;
    process.once('exit', this.#onExit);
  }

  write(line: string): void {
    const bytes = Buffer.from(line, 'utf8');
    if (this.#isBroken || this.#waitingBytes + bytes.length > WAITING_BYTES_MAX) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#options.isSync) this.#writeRest();
    else this.#writeNext();
  }

  /** Resolves when nothing waits, nobody reads any more, or FLUSH_MS_MAX are over. */
  async close(): Promise<void> {
    const idle = Promise.withResolvers<void>();
    this.#onIdle.push(() => {
      process.off('exit', this.#onExit);
      idle.resolve();
    });
    const timer = systemClock.setTimer(idle.resolve, FLUSH_MS_MAX);
    this.#writeNext();
    await idle.promise;
    timer.cancel();
  }

  #writeNext(): void {
    if (this.#writingSinceMs !== 0) return;
    const bytes = this.#takeAll();
    if (bytes.length === 0) {
      for (const onIdle of this.#onIdle.splice(0)) onIdle();
      return;
    }
    this.#writingSinceMs = systemClock.nowMs();
    write(STANDARD_OUTPUT, bytes, (error, written) => {
      this.#writingSinceMs = 0;
      this.#putBack(bytes.subarray(error === null ? written : 0));
      if (isFull(error)) systemClock.setTimer(() => this.#writeNext(), RETRY_MS);
      else {
        if (error !== null) this.#giveUp();
        this.#writeNext();
      }
    });
  }

  /** What waits, without the event loop. What is under way is the kernel's already. */
  #writeRest(): void {
    const startMs = systemClock.nowMs();
    const isStalled = (sinceMs: number): boolean =>
      sinceMs !== 0 && systemClock.nowMs() - sinceMs > STALLED_MS;
    let rest = this.#takeAll();
    while (rest.length > 0 && !isStalled(this.#writingSinceMs) && !isStalled(startMs)) {
      try {
        rest = rest.subarray(writeSync(STANDARD_OUTPUT, rest));
      } catch (error) {
        if (!isFull(error)) {
          this.#giveUp();
          return;
        }
        Atomics.wait(NEVER_WOKEN, 0, 0, RETRY_MS);
      }
    }
  }

  #takeAll(): Buffer {
    const [first = NOTHING] = this.#waiting;
    const bytes = this.#waiting.length > 1 ? Buffer.concat(this.#waiting) : first;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    return bytes;
  }

  #putBack(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#waiting.unshift(bytes);
    this.#waitingBytes += bytes.length;
  }

  #giveUp(): void {
    this.#isBroken = true;
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }
}

const NOTHING = Buffer.alloc(0);
const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** The pipe takes nothing now. */
function isFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'EAGAIN' || code === 'EBUSY';
}
