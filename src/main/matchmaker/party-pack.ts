/**
 * Which party sizes fill the sides of a match: counts in, one packing out. Pure. Main thread, matchmaker only.
 *
 *   available   alone: 5   pairs: 2   fours: 1          sides of 4    | 4 |   | 2 1 1 |
 *
 * Side after side, large parties first, in a bounded number of tries.
 */

/** Tries of one packing; all partitions of a side of 8 are 22, so sides of 8 need far fewer. */
const TRIES_MAX = 512;

export interface PackTask {
  /** How many tickets of each size there are; index is the size. Changed during the search, restored after it. */
  readonly available: Int32Array;
  /** The ticket that must be in: on side 0, not counted in `available`. */
  readonly lead: number;
  readonly teams: number;
  readonly sideSize: number;
  /** Every side has a party, or none has. */
  readonly hasPartyEach: boolean;
}

export class PartyPack {
  /** Sizes of the tickets of each side, after a tryPack() that was true. */
  readonly sides: number[][] = [];
  #tries = 0;

  /** Finds sizes that fill all sides. */
  tryPack(task: PackTask): boolean {
    const { lead, sideSize } = task;
    if (lead > sideSize) return false;
    this.#tries = 0;
    this.sides.length = 0;
    this.sides.push([lead]);
    return this.#fill(task, sideSize - lead, sideSize);
  }

  /** Fills what the last side has left, and all after it; sizes of a side do not grow. */
  #fill(task: PackTask, room: number, sizeMax: number): boolean {
    if (room === 0) return this.#nextSide(task);
    const side = this.sides.at(-1) ?? [];
    for (let size = Math.min(room, sizeMax); size >= 1; size -= 1) {
      const left = task.available[size] ?? 0;
      if (left === 0) continue;
      if (this.#tries >= TRIES_MAX) return false;
      this.#tries += 1;
      task.available[size] = left - 1;
      side.push(size);
      const isFull = this.#fill(task, room - size, size);
      task.available[size] = left;
      if (isFull) return true;
      side.pop();
    }
    return false;
  }

  #nextSide(task: PackTask): boolean {
    const { sides } = this;
    if (task.hasPartyEach && sides.length > 1 && !agree(sides[0], sides.at(-1))) return false;
    if (sides.length === task.teams) return true;
    sides.push([]);
    if (this.#fill(task, task.sideSize, task.sideSize)) return true;
    sides.pop();
    return false;
  }
}

function agree(first: readonly number[] = [], other: readonly number[] = []): boolean {
  return hasParty(first) === hasParty(other);
}

function hasParty(sizes: readonly number[]): boolean {
  return sizes.some((size) => size > 1);
}
