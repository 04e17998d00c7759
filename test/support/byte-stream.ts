/** An endless stream of `length u8, bytes` messages, the same for the same seed: what one end sends, the other checks. */

import { seededRandom, type Random } from '../../src/shared/random.ts';

export class ByteStream {
  /** Bytes taken so far. */
  position = 0;
  readonly #random: Random;
  #left = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** The next `count` bytes. */
  take(count: number): Buffer {
    const bytes = Buffer.allocUnsafe(count);
    for (let index = 0; index < count; index += 1) bytes[index] = this.#next();
    this.position += count;
    return bytes;
  }

  #next(): number {
    if (this.#left > 0) {
      this.#left -= 1;
      return this.#random.below(256);
    }
    this.#left = this.#random.below(200);
    return this.#left;
  }
}
