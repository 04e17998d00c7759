/**
 * Writes that wait for the store's thread: the newest of each account, rating and match, the oldest dropped when there
 * are too many. Pure. Main thread.
 */

import type { GroupedWrites, RatingRow, ResultRow } from '../../shared/store-messages.ts';

type SeenRow = GroupedWrites['seen'][number];

type Write =
  | { readonly kind: 'seen'; readonly row: SeenRow }
  | { readonly kind: 'rating'; readonly row: RatingRow }
  | { readonly kind: 'result'; readonly row: ResultRow };

/** A group that is on its way; its writes still wait until they are known to be written. */
export interface Group {
  readonly writes: GroupedWrites;
  readonly members: ReadonlyMap<string, Write>;
}

export class WaitingWrites {
  readonly #waitingMax: number;
  /** In the order in which they came; one that is replaced by a newer one moves to the end. */
  readonly #waiting = new Map<string, Write>();
  #dropped = 0;

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** How many were given up for newer ones. */
  get dropped(): number {
    return this.#dropped;
  }

  addSeen(row: SeenRow): void {
    this.#add(`seen ${row.key}`, { kind: 'seen', row });
  }

  addRating(row: RatingRow): void {
    this.#add(`rating ${row.key} ${row.mode}`, { kind: 'rating', row });
  }

  addResult(row: ResultRow): void {
    this.#add(`result ${row.match} ${row.startedMs}`, { kind: 'result', row });
  }

  /** The oldest ones; undefined where nothing waits. They wait until written() says that they need not. */
  group(limit: number): Group | undefined {
    if (this.#waiting.size === 0) return undefined;
    const members = new Map<string, Write>();
    for (const [id, write] of this.#waiting) {
      if (members.size === limit) break;
      members.set(id, write);
    }
    const seen: SeenRow[] = [];
    const ratings: RatingRow[] = [];
    const results: ResultRow[] = [];
    for (const write of members.values()) {
      if (write.kind === 'seen') seen.push(write.row);
      else if (write.kind === 'rating') ratings.push(write.row);
      else results.push(write.row);
    }
    return { writes: { seen, ratings, results }, members };
  }

  /** The group is in the file; what has been replaced by something newer meanwhile waits on. */
  written({ members }: Group): void {
    for (const [id, write] of members) {
      if (this.#waiting.get(id) === write) this.#waiting.delete(id);
    }
  }

  #add(id: string, write: Write): void {
    this.#waiting.delete(id);
    this.#waiting.set(id, write);
    if (this.#waiting.size <= this.#waitingMax) return;
    for (const oldest of this.#waiting.keys()) {
      this.#waiting.delete(oldest);
      this.#dropped += 1;
      return;
    }
  }
}
