/**
 * How far the file had come, kept beside it: transactions and the last sequence. The store's thread.
 *
 * A damaged log (`-wal`) opens without a word and with a part of its transactions only. What stands here says that
 * some are missing, and keeps this host from giving a sequence out twice. It is written after each commit, in place and without
 * waiting for the disk: never ahead of a file that is whole, but for the grouped commits that a power cut takes.
 */

import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

export interface HighWater {
  readonly commits: number;
  readonly sequence: number;
}

const LENGTH = 64;

export class HighWaterFile {
  readonly #descriptor: number;
  #last: HighWater | undefined;

  /** Throws what the file system throws. */
  constructor(file: string) {
    this.#last = readHighWater(file);
    this.#descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** What stands in it; undefined where there was none, or one that says nothing sure. */
  get last(): HighWater | undefined {
    return this.#last;
  }

  /** Never throws: it is a hint for the next start, which does without it. */
  note(mark: HighWater): void {
    this.#last = mark;
    const { commits, sequence } = mark;
    const text = `${commits} ${sequence}`;
    const line = `${text} ${crc32(text)}`.padEnd(LENGTH - 1);
    try {
      writeSync(this.#descriptor, `${line}\n`, 0);
    } catch {
      // What stands there is behind, and says less than it could.
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function readHighWater(file: string): HighWater | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    // None yet; if it cannot be read, opening it for writing says why.
    return undefined;
  }
  const [commits = '', sequence = '', sum = ''] = text.trim().split(' ');
  if (Number(sum) !== crc32(`${commits} ${sequence}`) || sum === '') return undefined;
  return { commits: Number(commits), sequence: Number(sequence) };
}
