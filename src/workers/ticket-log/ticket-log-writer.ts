/**
 * Appends blocks to the ticket log's files: starts a new one when one is full, removes the oldest. Ticket log thread.
 *
 *   FOLDER/tickets-000007.log   closed      tickets-000008.log   open: header block, block, block, ...
 *
 * A file is only ever appended to by the process that made it: after a crash, and after a write that failed, the next
 * block opens the next file, so a torn block can only stand at the end of a file.
 */

import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { blockFileHeader, encodeBlock } from '../../shared/block-file-codec.ts';
import type { TicketLogTask } from '../../shared/ticket-log-messages.ts';

const FILE_NAME = /^tickets-(\d{6,})\.log$/;
const NUMBER_DIGITS = 6;

interface OpenFile {
  readonly descriptor: number;
  byteLength: number;
}

export class TicketLogWriter {
  readonly #task: TicketLogTask;
  #header: string;
  #file: OpenFile | undefined;

  constructor(task: TicketLogTask) {
    this.#task = task;
    this.#header = task.header;
  }

  /** Appends one text and returns how many bytes the file took. Throws what the file system throws. */
  append(text: string): number {
    const block = encodeBlock(text);
    const open = this.#file;
    if (open !== undefined && open.byteLength + block.length > this.#task.fileBytesMax)
      this.close();
    this.#file ??= this.#openNext();
    try {
      this.#write(this.#file, block);
    } catch (error) {
      this.#abandon();
      throw error;
    }
    return block.length;
  }

  /** The next text opens a file that begins with this header. */
  useHeader(header: string): void {
    this.#header = header;
    try {
      this.close();
    } catch {
      // The disk may not have all of the old file. Whether it takes the new one, the next text will tell.
    }
  }

  /** Ends the open file, on the disk. */
  close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    try {
      fdatasyncSync(file.descriptor);
    } finally {
      closeSync(file.descriptor);
    }
  }

  #openNext(): OpenFile {
    const { folder } = this.#task;
    mkdirSync(folder, { recursive: true });
    const numbers = fileNumbers(folder);
    const name = fileName((numbers.at(-1) ?? 0) + 1);
    // 'ax': a file that another process has made meanwhile is not shared with it.
    const file = { descriptor: openSync(path.join(folder, name), 'ax', 0o640), byteLength: 0 };
    try {
      this.#write(file, blockFileHeader());
      this.#write(file, encodeBlock(this.#header));
    } catch (error) {
      closeSync(file.descriptor);
      throw error;
    }
    this.#removeOldest(numbers);
    return file;
  }

  /** One file more has just been made beside those of `numbers`. */
  #removeOldest(numbers: readonly number[]): void {
    const surplus = Math.max(0, numbers.length + 1 - this.#task.filesMax);
    for (const number of numbers.slice(0, surplus)) {
      rmSync(path.join(this.#task.folder, fileName(number)), { force: true });
    }
  }

  #write(file: OpenFile, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      done += writeSync(file.descriptor, bytes, done, bytes.length - done);
    }
    file.byteLength += bytes.length;
  }

  #abandon(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file.descriptor);
  }
}

function fileName(number: number): string {
  return `tickets-${String(number).padStart(NUMBER_DIGITS, '0')}.log`;
}

/** Smallest first. */
function fileNumbers(folder: string): readonly number[] {
  const numbers = readdirSync(folder).flatMap((name) => {
    const [, digits] = FILE_NAME.exec(name) ?? [];
    return digits === undefined ? [] : [Number(digits)];
  });
  return numbers.sort((left, right) => left - right);
}
