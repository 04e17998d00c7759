/**
 * The subsets of up to eight tickets, by heads and in ascending order, made row by row as they are asked for. Main thread,
 * matchmaker only.
 *
 *   heads        0     1        2            row(tickets, heads) = row(tickets - 1, heads), merged with
 *   0 tickets   [0]   []       []                  row(tickets - 1, heads - size of the last) + that ticket
 *   1           [0]   [a]      []
 *   2           [0]   [a b]    [a+b]
 *
 * A ticket is one number, a subset the sum of its tickets' numbers.
 */

const TICKETS_MAX = 8;
/** Of subsets with equal heads none contains another, so they are at most this many, by tickets (Sperner, 1928). */
const ROW_SUBSETS_MAX = [1, 1, 2, 3, 6, 10, 20, 35, 70] as const;
const NONE = -1;

export class SubsetTable {
  /** Rows begin at first() and end where build() said. */
  readonly subsets: Float64Array;
  /** All tickets as one subset, and their heads. */
  all: number = 0;
  heads: number = 0;
  readonly #rows: number;
  /** Room of each row. */
  readonly #rooms: Int32Array;
  /** Where rows begin and end; one that is as with a ticket fewer is that one. */
  readonly #firsts: Int32Array;
  readonly #ends: Int32Array;
  readonly #sizes = new Int32Array(TICKETS_MAX);
  readonly #tickets = new Float64Array(TICKETS_MAX);
  #count = 0;
  /** Rows of more heads are still to be made. */
  #builtHeads = NONE;

  constructor(headsMax: number) {
    this.#rows = headsMax + 1;
    const rows = (TICKETS_MAX + 1) * this.#rows;
    this.#rooms = new Int32Array(rows);
    let room = 0;
    for (let row = 0; row < rows; row += 1) {
      this.#rooms[row] = room;
      room += ROW_SUBSETS_MAX[Math.floor(row / this.#rows)] ?? 0;
    }
    this.subsets = new Float64Array(room);
    this.#firsts = new Int32Array(rows);
    this.#ends = new Int32Array(rows);
    // Without any ticket there is the empty subset.
    this.#ends[0] = 1;
  }

  clear(): void {
    this.all = 0;
    this.heads = 0;
    this.#count = 0;
    this.#builtHeads = NONE;
  }

  /** Before the first build(). */
  add(size: number, ticket: number): void {
    this.#sizes[this.#count] = size;
    this.#tickets[this.#count] = ticket;
    this.#count += 1;
    this.heads += size;
    this.all += ticket;
  }

  /** Makes the subsets of that many heads, and of fewer; returns the index after the last of them. */
  build(heads: number): number {
    while (this.#builtHeads < heads) {
      this.#builtHeads += 1;
      for (let count = 1; count <= this.#count; count += 1) this.#merge(count, this.#builtHeads);
    }
    return this.#ends[this.#count * this.#rows + heads] ?? 0;
  }

  /** Index of the first subset of that many heads. */
  first(heads: number): number {
    return this.#firsts[this.#count * this.#rows + heads] ?? 0;
  }

  /** The subsets of `heads` among the first `count` tickets: those without the last ticket, and those with it. */
  #merge(count: number, heads: number): void {
    const { subsets } = this;
    const row = count * this.#rows + heads;
    const without = row - this.#rows;
    const size = this.#sizes[count - 1] ?? 0;
    let plain = this.#firsts[without] ?? 0;
    const plainEnd = this.#ends[without] ?? 0;
    let added = size > heads ? 0 : (this.#firsts[without - size] ?? 0);
    const addedEnd = size > heads ? 0 : (this.#ends[without - size] ?? 0);
    if (added === addedEnd) {
      this.#firsts[row] = plain;
      this.#ends[row] = plainEnd;
      return;
    }
    const ticket = this.#tickets[count - 1] ?? 0;
    let target = this.#rooms[row] ?? 0;
    this.#firsts[row] = target;
    while (plain < plainEnd && added < addedEnd) {
      const old = subsets[plain] ?? 0;
      const fresh = (subsets[added] ?? 0) + ticket;
      if (old < fresh) {
        subsets[target] = old;
        plain += 1;
      } else {
        subsets[target] = fresh;
        added += 1;
      }
      target += 1;
    }
    for (; plain < plainEnd; plain += 1, target += 1) subsets[target] = subsets[plain] ?? 0;
    for (; added < addedEnd; added += 1, target += 1) {
      subsets[target] = (subsets[added] ?? 0) + ticket;
    }
    this.#ends[row] = target;
  }
}
