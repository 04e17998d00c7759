/**
 * One line of text while it is typed: a bounded, growing buffer of UTF-8 bytes. Pure; runs in gateway threads.
 * Invariant: holds no control bytes (its user strips them) and at most `bytesMax` bytes.
 */

import { isUtf8 } from 'node:buffer';

const FIRST_BYTES = 32;

export class LineEditor {
  readonly #bytesMax: number;
  #bytes: Uint8Array = NO_BYTES;
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds one byte; false when the line is full. */
  tryPush(byte: number): boolean {
    if (this.#length === this.#bytesMax) return false;
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length] = byte;
    this.#length += 1;
    return true;
  }

  /** Takes the last character away, all bytes of it. */
  erase(): void {
    while (this.#length > 0) {
      this.#length -= 1;
      if (((this.#bytes[this.#length] ?? 0) & 0xc0) !== 0x80) return;
    }
  }

  clear(): void {
    this.#length = 0;
  }

  /**
   * Returns the line and starts a new one. The bytes are valid until the next tryPush(). What was not UTF-8 is
   * replaced by U+FFFD, so the result may be up to three times as long.
   */
  take(): Uint8Array {
    const line = this.peek();
    this.#length = 0;
    return line;
  }

  peek(): Uint8Array {
    const line = this.#bytes.subarray(0, this.#length);
    return isUtf8(line) ? line : Buffer.from(UTF8.decode(line));
  }

  #grow(): void {
    const grown = new Uint8Array(Math.min(this.#bytesMax, Math.max(FIRST_BYTES, this.#length * 2)));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

const UTF8 = new TextDecoder();
const NO_BYTES = new Uint8Array(0);
