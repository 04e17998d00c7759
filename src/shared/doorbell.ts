/**
 * Wakes a thread that sleeps on its rings, and costs next to nothing while it is awake.
 * The consumer thread holds the Doorbell, each producer thread a DoorbellRinger for the same index.
 *
 *   byte       field   type  written by            meaning
 *   64 * i     sleep   i32   consumer, producers   0 awake, 1 asleep; one line per consumer thread
 *   64 * i+4   looks   i32   consumer              1 while it looks at its rings by itself, every millisecond
 *
 *   consumer                               producer
 *   drain rings                            write records
 *   fallAsleep()      stores 1             publish()       stores the tail
 *   isEmpty()?        loads the tail       ringIfAsleep()  loads the word
 *     no:  wakeUp(), drain again             1: compareExchange 1 -> 0, the winner rings
 *     yes: wait for the ring                 0: nothing
 *
 * Invariant: no wake-up is lost. All Atomics calls are in one total order: when the consumer's second look misses the
 * tail, its store of 1 came before the producer's store of the tail, so the producer's load sees it.
 * Contended: only the consumer stores 1 and it alone stores 0 unasked; the producers move 1 to 0 by compareExchange, so
 * one sleep is rung once. A ring that was on its way when the consumer woke by itself is one turn for nothing.
 */

import assert from 'node:assert/strict';
import { LINE_BYTES } from './table.ts';

const AWAKE = 0;
const ASLEEP = 1;
const LOOKS_WORD = 1;
const WORDS_PER_BELL: number = LINE_BYTES / Int32Array.BYTES_PER_ELEMENT;

/** Bytes for `count` consumer threads. */
export function doorbellByteLength(count: number): number {
  return count * LINE_BYTES;
}

/** The consumer's side. */
export class Doorbell {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #word: number;

  constructor(buffer: SharedArrayBuffer, index: number) {
    this.#words = new Int32Array(buffer);
    this.#word = wordOf(buffer, index);
  }

  /** Asks for a ring. The caller must look at its rings once more before it waits. */
  fallAsleep(): void {
    // Pairs with DoorbellRinger.ringIfAsleep(); must come before the second look.
    Atomics.store(this.#words, this.#word, ASLEEP);
  }

  /** Looks at its rings by itself from now on, or no longer: then the caller must look at them once more. */
  look(isOn: boolean): void {
    // Pairs with DoorbellRinger.isLooking: whoever reads the old word has published before this store.
    Atomics.store(this.#words, this.#word + LOOKS_WORD, isOn ? 1 : 0);
  }

  /** Wants no ring: it has work, or was woken by something else. */
  wakeUp(): void {
    // Pairs with DoorbellRinger.ringIfAsleep(): from here on its exchange fails.
    Atomics.store(this.#words, this.#word, AWAKE);
  }
}

/** A producer's side. `ring` wakes the consumer's event loop: a MessagePort's postMessage. */
export class DoorbellRinger {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #word: number;
  readonly #ring: () => void;

  constructor(buffer: SharedArrayBuffer, index: number, ring: () => void) {
    this.#words = new Int32Array(buffer);
    this.#word = wordOf(buffer, index);
    this.#ring = ring;
  }

  /** The consumer will soon see what is published, without a ring. Ask after publish(). */
  get isLooking(): boolean {
    // Pairs with Doorbell.look().
    return Atomics.load(this.#words, this.#word + LOOKS_WORD) === 1;
  }

  /** Rings when the consumer sleeps and nobody else has rung; true when it did. Call it after publish(). */
  ringIfAsleep(): boolean {
    // Pairs with Doorbell.fallAsleep(). The load is the cheap way out: the consumer is mostly awake under load.
    if (Atomics.load(this.#words, this.#word) === AWAKE) return false;
    if (Atomics.compareExchange(this.#words, this.#word, ASLEEP, AWAKE) !== ASLEEP) return false;
    this.#ring();
    return true;
  }
}

function wordOf(buffer: SharedArrayBuffer, index: number): number {
  assert(
    index >= 0 && doorbellByteLength(index + 1) <= buffer.byteLength,
    'the doorbell is in the buffer',
  );
  return index * WORDS_PER_BELL;
}
