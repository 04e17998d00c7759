/** What falls due first comes out first; what falls due together, in the order in which it went in. Pure; main thread. */

interface Entry<T> {
  readonly dueMs: number;
  readonly order: number;
  readonly value: T;
}

/** A binary heap. */
export class DueQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #order = 0;

  /** Infinity when it is empty. */
  get nextMs(): number {
    return this.#heap[0]?.dueMs ?? Infinity;
  }

  add(value: T, dueMs: number): void {
    this.#order += 1;
    this.#heap.push({ dueMs, order: this.#order, value });
    this.#rise(this.#heap.length - 1);
  }

  /** Takes what is due at `nowMs`, one a call. */
  takeDue(nowMs: number): T | undefined {
    const [first] = this.#heap;
    if (first === undefined || first.dueMs > nowMs) return undefined;
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    return first.value;
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, index)) return;
      this.#swap(index, child);
      index = child;
    }
  }

  #isBefore(index: number, other: number): boolean {
    const one = this.#heap[index];
    const two = this.#heap[other];
    if (one === undefined || two === undefined) return false;
    return one.dueMs < two.dueMs || (one.dueMs === two.dueMs && one.order < two.order);
  }

  #swap(index: number, other: number): void {
    const one = this.#heap[index];
    const two = this.#heap[other];
    if (one === undefined || two === undefined) return;
    this.#heap[index] = two;
    this.#heap[other] = one;
  }
}
