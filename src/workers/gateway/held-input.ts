/**
 * Input that may not go to a ring yet: during a hand-off, before the login is answered, while a ring is full. A queue
 * of copies; its owner pauses the socket when it grows past the configured bytes. Gateway threads.
 */

import type { InputChannel } from '../../shared/record-layout.ts';

interface Item {
  readonly channel: InputChannel;
  readonly bytes: Uint8Array;
}

export class HeldInput {
  byteLength = 0;
  #items: Item[] | undefined;
  #head = 0;

  get first(): Item | undefined {
    return this.#items?.[this.#head];
  }

  /** Keeps a copy of `bytes[start, end)`. Each counts ITEM_BYTES more, so byteLength is 0 only when empty. */
  add(channel: InputChannel, bytes: Uint8Array, start: number, end: number): void {
    this.#items ??= [];
    this.#items.push({ channel, bytes: new Uint8Array(bytes.subarray(start, end)) });
    this.byteLength += end - start + ITEM_BYTES;
  }

  shift(): void {
    const item = this.first;
    if (item === undefined) return;
    this.byteLength -= item.bytes.byteLength + ITEM_BYTES;
    this.#head += 1;
    if (this.byteLength === 0) this.clear();
    else if (this.#head >= COMPACT_ITEMS) this.#compact();
  }

  clear(): void {
    this.#items = undefined;
    this.#head = 0;
    this.byteLength = 0;
  }

  /** Lets go of what was shifted: a queue that never runs empty would keep all of it. */
  #compact(): void {
    const items = this.#items;
    // Half of the array at a time, so that an item is moved once on average.
    if (items === undefined || this.#head * 2 < items.length) return;
    items.splice(0, this.#head);
    this.#head = 0;
  }
}

/** What an item costs beside its bytes, so that a flood of empty ones is bounded too. */
const ITEM_BYTES = 64;
/** Fewer shifted items than this are not worth a move. */
const COMPACT_ITEMS = 32;
