/**
 * The simulated world: true time, what happens when, one stream of chance, and a trace whose hash two runs of one seed
 * share. Test files only.
 */

import { seededRandom, type Random } from '../../src/shared/random.ts';

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class World {
  readonly random: Random;
  /** What was reached, and how often. */
  readonly marks: Record<string, number> = {};
  /** Lines of the trace; kept only when asked for. */
  readonly lines: string[] | undefined;
  #nowMs = 0;
  #order = 0;
  #hash = 0x811c9dc5;
  readonly #heap: Due[] = [];

  constructor(seed: number, isTraced = false) {
    this.random = seededRandom(seed);
    this.lines = isTraced ? [] : undefined;
  }

  /** True time, that no host knows. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** Things due at one time happen in the order in which they were asked for. */
  at(atMs: number, run: () => void): void {
    this.#order += 1;
    const due = { atMs: Math.max(atMs, this.#nowMs), order: this.#order, run };
    const heap = this.#heap;
    let index = heap.length;
    heap.push(due);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(due, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = due;
  }

  after(delayMs: number, run: () => void): void {
    this.at(this.#nowMs + delayMs, run);
  }

  /** Runs all that is due until then. */
  runUntil(untilMs: number): void {
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= untilMs;) {
      this.#pop();
      this.#nowMs = next.atMs;
      next.run();
      next = this.#heap[0];
    }
    this.#nowMs = untilMs;
  }

  /** A number between the two. */
  between(least: number, most: number): number {
    return least + this.random.next() * (most - least);
  }

  /** True with that probability. */
  chance(probability: number): boolean {
    return this.random.next() < probability;
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[this.random.below(Math.max(1, items.length))];
  }

  mark(name: string): void {
    this.marks[name] = (this.marks[name] ?? 0) + 1;
  }

  trace(text: string): void {
    const line = `${this.#nowMs.toFixed(2)} ${text}`;
    this.lines?.push(line);
    let hash = this.#hash;
    for (let index = 0; index < line.length; index += 1) {
      hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193);
    }
    this.#hash = hash;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const one = heap[left];
      if (one === undefined) break;
      const other = heap[left + 1];
      const [child, childIndex] =
        other !== undefined && isBefore(other, one) ? [other, left + 1] : [one, left];
      if (!isBefore(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

/** A way on which nothing overtakes: a thread's port, one direction of a link. */
export class Lane {
  readonly #world: World;
  #lastMs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** When the last of what was sent arrives. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** Runs after the delay, and after all that was sent before. */
  send(delayMs: number, run: () => void): void {
    this.#lastMs = Math.max(this.#lastMs, this.#world.nowMs + delayMs);
    this.#world.at(this.#lastMs, run);
  }
}
