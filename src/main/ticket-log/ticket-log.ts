/**
 * Main's side of the ticket log: gathers lines, hands them in batches to the thread that writes. Main thread.
 *
 *   record(line) -> batch --(64 KiB, a second)--> thread -> disk
 *                     \__ at most waitingMax characters here and on the way; beyond it lines are dropped and counted
 *
 * The log never slows a match: it has no say in what the host does, and a disk that is full or slow costs events, not
 * players. The first line after a drop says how many are missing, so that a replay knows.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { every, type Timer } from '../../shared/clock.ts';
import type {
  TicketLogOrder,
  TicketLogReport,
  TicketLogTask,
} from '../../shared/ticket-log-messages.ts';
import { threadEntry } from '../thread-entry.ts';

const BATCH_CHARACTERS = 65_536;
const FLUSH_MS = 1_000;
const WAITING_CHARACTERS_MAX = 8 * 2 ** 20;
/** How long the thread may take to write what it has been given when the host ends. */
const CLOSE_MS_MAX = 2_000;

export interface TicketLogOptions extends TicketLogTask {
  /** The line that stands for lines that were dropped. */
  readonly gapLine: (dropped: number) => string;
  /** The disk does not take the log, or its thread died; called once for each such case. */
  readonly onTrouble: (error: string, droppedEvents: number) => void;
  /** Instead of WAITING_CHARACTERS_MAX. */
  readonly waitingMax?: number;
}

export interface TicketLogCounts {
  readonly written: number;
  readonly dropped: number;
  readonly fileBytes: number;
}

export class TicketLog {
  readonly #options: TicketLogOptions;
  readonly #thread: Worker;
  readonly #flushing: Timer;
  #lines: string[] = [];
  #batchLength = 0;
  /** Characters that were posted and not reported on. */
  #postedLength = 0;
  #posted: number[] = [];
  #gap = 0;
  #written = 0;
  #dropped = 0;
  #fileBytes = 0;
  #isOver = false;

  constructor(options: TicketLogOptions) {
    this.#options = options;
    const { folder, fileBytesMax, filesMax, header } = options;
    const workerData: TicketLogTask = { folder, fileBytesMax, filesMax, header };
    this.#thread = new Worker(threadEntry('ticket-log'), { workerData, name: 'ticket-log' });
    this.#thread.on('message', (report: TicketLogReport) => this.#onReport(report));
    this.#thread.on('error', (error: Error) => this.#onLost(error.message));
    this.#flushing = every(() => this.flush(), FLUSH_MS);
  }

  counts(): TicketLogCounts {
    return { written: this.#written, dropped: this.#dropped, fileBytes: this.#fileBytes };
  }

  /** Takes one line, without its end. */
  record(line: string): void {
    const waiting = this.#batchLength + this.#postedLength;
    const waitingMax = this.#options.waitingMax ?? WAITING_CHARACTERS_MAX;
    if (this.#isOver || waiting + line.length > waitingMax) {
      this.#dropped += 1;
      this.#gap += 1;
      return;
    }
    if (this.#gap > 0) {
      this.#add(this.#options.gapLine(this.#gap));
      this.#gap = 0;
    }
    this.#add(line);
    if (this.#batchLength >= BATCH_CHARACTERS) this.flush();
  }

  /** What is recorded from here on stands in files that begin with this text. */
  useHeader(header: string): void {
    if (this.#isOver) return;
    this.flush();
    this.#post({ kind: 'header', header });
  }

  /** Hands over what has been gathered. */
  flush(): void {
    if (this.#lines.length === 0) return;
    const text = this.#lines.join('\n');
    this.#post({ kind: 'append', text, events: this.#lines.length });
    this.#postedLength += text.length;
    this.#posted.push(this.#lines.length);
    this.#lines = [];
    this.#batchLength = 0;
  }

  /** Writes what waits, within a limit, and ends the thread. */
  async close(): Promise<void> {
    this.#flushing.cancel();
    if (this.#isOver) return;
    this.flush();
    this.#isOver = true;
    const ended = once(this.#thread, 'exit', { signal: AbortSignal.timeout(CLOSE_MS_MAX) });
    this.#post({ kind: 'stop' });
    try {
      await ended;
    } catch {
      // The disk hangs: what it has taken by now can be read all the same.
      await this.#thread.terminate();
    }
  }

  #add(line: string): void {
    this.#lines.push(line);
    this.#batchLength += line.length + 1;
  }

  #post(order: TicketLogOrder): void {
    this.#thread.postMessage(order);
  }

  #onReport(report: TicketLogReport): void {
    this.#postedLength -= report.textLength;
    const events = this.#posted.shift() ?? 0;
    if (report.kind === 'written') {
      this.#written += events;
      this.#fileBytes += report.fileBytes;
      return;
    }
    this.#dropped += report.events;
    this.#gap += report.events;
    this.#options.onTrouble(report.error, report.events);
  }

  /** The host plays on without a log; what was on its way is counted as dropped. */
  #onLost(error: string): void {
    const onTheWay = this.#posted.reduce((sum, events) => sum + events, 0) + this.#lines.length;
    this.#flushing.cancel();
    this.#isOver = true;
    this.#posted = [];
    this.#lines = [];
    this.#dropped += onTheWay;
    this.#options.onTrouble(error, onTheWay);
  }
}
