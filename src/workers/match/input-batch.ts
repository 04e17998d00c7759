/**
 * Inputs of a handler that wants them at its tick: copied out of the ring as they come, handed over in order just before the
 * tick. Match workers. Hot: nothing is allocated for an input once the buffers have grown, if sizes repeat.
 */

import type { Seat } from './seat.ts';

const INITIAL_BYTES = 1_024;
const WORD_BYTES = 4;
/** A batch that would grow beyond this is handed over early. */
export const BATCH_BYTES_MAX: number = 256 * 1024;

export class InputBatch {
  count = 0;
  #words = new Int32Array(INITIAL_BYTES / WORD_BYTES);
  /** Words in use: every input starts on a word. */
  #wordCount = 0;
  readonly #seats: Seat[] = [];
  /** Windows on #words; kept from tick to tick, since most games send inputs of one size. */
  readonly #windows: Uint8Array[] = [];

  /**
   * Keeps a copy of the `byteLength` bytes that start at word `from` of `source`; false when the batch is full and has to be
   * taken first. Whole words are copied, four times fewer steps than bytes: a record is padded, so the last is there.
   * An empty input takes a word too, so that the number of inputs is bounded.
   */
  tryAdd(seat: Seat, source: Int32Array, from: number, byteLength: number): boolean {
    const start = this.#wordCount;
    const end = start + Math.max(1, Math.ceil(byteLength / WORD_BYTES));
    if (end > this.#words.length && !this.#tryGrow(end)) return false;
    const target = this.#words;
    const shift = from - start;
    for (let word = start; word < end; word += 1) target[word] = source[word + shift] ?? 0;
    this.#wordCount = end;
    this.#seats[this.count] = seat;
    const window = this.#windows[this.count];
    if (window?.byteOffset !== start * WORD_BYTES || window.byteLength !== byteLength) {
      this.#windows[this.count] = new Uint8Array(target.buffer, start * WORD_BYTES, byteLength);
    }
    this.count += 1;
    return true;
  }

  /** Hands every input over, in the order in which they came, and empties the batch; `onInput` may not add. */
  take(onInput: (seat: Seat, bytes: Uint8Array) => void): void {
    const { count } = this;
    this.count = 0;
    this.#wordCount = 0;
    for (let index = 0; index < count; index += 1) {
      const seat = this.#seats[index];
      const window = this.#windows[index];
      if (seat !== undefined && window !== undefined) onInput(seat, window);
    }
  }

  #tryGrow(wordCount: number): boolean {
    if (wordCount * WORD_BYTES > BATCH_BYTES_MAX) return false;
    let size = this.#words.length;
    while (size < wordCount) size *= 2;
    const grown = new Int32Array(size);
    grown.set(this.#words);
    this.#words = grown;
    // The old windows look at the old buffer.
    for (const [index, window] of this.#windows.entries()) {
      this.#windows[index] = new Uint8Array(grown.buffer, window.byteOffset, window.byteLength);
    }
    return true;
  }
}
