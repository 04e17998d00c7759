/**
 * Many fixed-rate ticks on one thread: a binary heap by due time, drift-free, phases spread. Match workers; pure.
 *
 * Tick n of an entry is due at startMs + n * intervalMs, whatever happened before. The start phases follow the golden
 * ratio sequence, which spreads any number of entries evenly (Weyl 1916; Knuth, TAOCP 6.4), so that matches write as a
 * stream and not as a salvo. A thread that stalled runs one late tick and skips the others: the numbers show the gap.
 */

const GOLDEN_RATIO = 0.618_033_988_749_895;
const GRID_SHARE = 0.2;

/** Something that ticks. */
export interface Ticking {
  onTickDue(number: number, dueMs: number, intervalMs: number): void;
}

interface Entry {
  readonly ticking: Ticking;
  readonly startMs: number;
  readonly intervalMs: number;
  number: number;
  dueMs: number;
  isRemoved: boolean;
}

export class TickScheduler {
  /** Ticks that ran more than half an interval late, and ticks that were never run. */
  late = 0;
  skipped = 0;
  #worstLateMs = -1;
  readonly #heap: Entry[] = [];
  readonly #entries = new Map<Ticking, Entry>();
  #phase = 0;
  #intervalMsMin = Infinity;

  /** Starts ticking `hz` times a second; the first tick comes within one interval. */
  add(ticking: Ticking, hz: number, nowMs: number): void {
    const intervalMs = 1000 / hz;
    this.#phase = (this.#phase + GOLDEN_RATIO) % 1;
    const startMs = nowMs - intervalMs * (1 - this.#phase);
    const entry: Entry = {
      ticking,
      startMs,
      intervalMs,
      number: 1,
      dueMs: startMs + intervalMs,
      isRemoved: false,
    };
    this.#entries.set(ticking, entry);
    // Only ever shrinks: a worker that ran a fast mode once keeps the fine grid, which costs little.
    this.#intervalMsMin = Math.min(this.#intervalMsMin, intervalMs);
    this.#push(entry);
  }

  remove(ticking: Ticking): void {
    const entry = this.#entries.get(ticking);
    if (entry === undefined) return;
    // Left in the heap until it is due: a match ends once, a heap removal would search.
    entry.isRemoved = true;
    this.#entries.delete(ticking);
  }

  /**
   * How far wake-ups may be put on a grid, so that ticks of one cell leave in one batch: a fifth of the shortest interval,
   * at most `gridMsMax`.
   */
  gridMs(gridMsMax: number): number {
    return Math.min(gridMsMax, this.#intervalMsMin * GRID_SHARE);
  }

  /** When the next tick is due, Infinity without any. */
  nextDueMs(): number {
    return this.#heap[0]?.dueMs ?? Infinity;
  }

  /** Runs every tick that is due at `nowMs`, oldest first, at most `limit`; true when some are left. */
  runDue(nowMs: number, limit: number): boolean {
    for (let count = 0; count < limit; count += 1) {
      const entry = this.#heap[0];
      if (entry === undefined || entry.dueMs > nowMs) return false;
      if (entry.isRemoved) {
        this.#dropFirst();
        continue;
      }
      const { number, dueMs, intervalMs } = entry;
      this.#reschedule(entry, nowMs);
      entry.ticking.onTickDue(number, dueMs, intervalMs);
    }
    return this.nextDueMs() <= nowMs;
  }

  /** How late the latest tick since the last call was; -1 when none ran. */
  takeWorstLateMs(): number {
    const worstMs = this.#worstLateMs;
    this.#worstLateMs = -1;
    return worstMs;
  }

  #reschedule(entry: Entry, nowMs: number): void {
    const lateMs = nowMs - entry.dueMs;
    if (lateMs > this.#worstLateMs) this.#worstLateMs = lateMs;
    if (lateMs > entry.intervalMs / 2) this.late += 1;
    const missed = Math.floor(lateMs / entry.intervalMs);
    this.skipped += missed;
    entry.number += missed + 1;
    entry.dueMs = entry.startMs + entry.number * entry.intervalMs;
    this.#siftDown(0);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || parent.dueMs <= entry.dueMs) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  #dropFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftDown(start: number): void {
    const heap = this.#heap;
    const entry = heap[start];
    if (entry === undefined) return;
    let index = start;
    for (;;) {
      let childIndex = 2 * index + 1;
      let child = heap[childIndex];
      if (child === undefined) break;
      const right = heap[childIndex + 1];
      if (right !== undefined && right.dueMs < child.dueMs) {
        child = right;
        childIndex += 1;
      }
      if (child.dueMs >= entry.dueMs) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = entry;
  }
}
