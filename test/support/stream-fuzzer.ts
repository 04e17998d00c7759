/**
 * Hostile byte streams from a seed, lean enough for millions in a test run. One thread.
 *
 *   kind      share   what
 *   random    1/8     up to 32 bytes of anything
 *   special   2/8     up to 32 bytes of those that the protocol gives a meaning
 *   mutated   4/8     a real conversation with 1 to 4 bytes changed, inserted, removed, repeated, or its end cut off
 *   real      1/8     a real conversation as it is
 *   overlong  1/512   a real conversation, then one byte over and over
 *
 * Streams are delivered in lent chunks that are wiped after the call: a parser that keeps a chunk is found out.
 */

import type { Random } from '../../src/shared/random.ts';

const STREAM_BYTES_MAX = 4096;

export class StreamFuzzer {
  readonly #random: Random;
  readonly #corpus: readonly Uint8Array[];
  readonly #special: Uint8Array;
  readonly #stream = new Uint8Array(STREAM_BYTES_MAX);
  readonly #lent = new Uint8Array(STREAM_BYTES_MAX);
  #length = 0;

  constructor(random: Random, corpus: readonly Uint8Array[], special: Uint8Array) {
    this.#random = random;
    this.#corpus = corpus;
    this.#special = special;
  }

  /** The next stream; valid until the next call. */
  next(): Uint8Array {
    const random = this.#random;
    const kind = random.below(8);
    if (random.below(512) === 0) this.#overlong();
    else if (kind === 0) this.#fill(undefined);
    else if (kind <= 2) this.#fill(this.#special);
    else {
      this.#real();
      for (let left = kind === 3 ? 0 : 1 + random.below(4); left > 0; left -= 1) this.#mutate();
    }
    return this.#stream.subarray(0, this.#length);
  }

  /** Lends `stream[start, end)` to `take` in chunks: whole, at random cuts, or byte by byte. */
  deliver(
    range: { stream: Uint8Array; start: number; end: number },
    cut: 'whole' | 'random' | 'bytes',
    take: (chunk: Uint8Array) => void,
  ): void {
    let { start } = range;
    while (start < range.end) {
      const left = range.end - start;
      const length = cut === 'whole' ? left : cut === 'bytes' ? 1 : 1 + this.#random.below(left);
      const chunk = this.#lent.subarray(0, length);
      chunk.set(range.stream.subarray(start, start + length));
      take(chunk);
      chunk.fill(0xee);
      start += length;
    }
  }

  #fill(alphabet: Uint8Array | undefined): void {
    this.#length = this.#random.below(33);
    for (let at = 0; at < this.#length; at += 1) this.#stream[at] = this.#byte(alphabet);
  }

  #byte(alphabet: Uint8Array | undefined): number {
    if (alphabet === undefined) return this.#random.below(256);
    return alphabet[this.#random.below(alphabet.length)] ?? 0;
  }

  #real(): void {
    const conversation = this.#corpus[this.#random.below(this.#corpus.length)];
    if (conversation === undefined) return;
    this.#stream.set(conversation);
    this.#length = conversation.length;
  }

  #overlong(): void {
    this.#real();
    const end = STREAM_BYTES_MAX - this.#random.below(1024);
    this.#stream.fill(this.#byte(this.#special), this.#length, end);
    this.#length = end;
  }

  #mutate(): void {
    const random = this.#random;
    const stream = this.#stream;
    const at = random.below(this.#length + 1);
    const byte = this.#byte(random.below(2) === 0 ? undefined : this.#special);
    switch (random.below(5)) {
      case 0:
        stream[at] = byte;
        this.#length = Math.max(this.#length, Math.min(at + 1, 512));
        break;
      case 1:
        stream.copyWithin(at + 1, at, this.#length);
        stream[at] = byte;
        this.#length = Math.min(this.#length + 1, 512);
        break;
      case 2:
        stream.copyWithin(at, at + 1, this.#length);
        this.#length = Math.max(0, this.#length - 1);
        break;
      case 3: {
        const repeatedBytes = Math.min(random.below(16), this.#length - at, 512 - this.#length);
        if (repeatedBytes <= 0) break;
        stream.copyWithin(at + repeatedBytes, at, this.#length);
        this.#length += repeatedBytes;
        break;
      }
      case 4:
        this.#length = at;
        break;
    }
  }
}
