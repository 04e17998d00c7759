/**
 * Divides the tickets of a match with more than two sides, or more tickets than the exact search takes. Main thread.
 *
 *   round:  the next strongest tickets of one size, one for each side, the strongest to the weakest side
 *   then:   pairs of sides exchange among themselves, as long as that brings the two closer: exactly where they have few
 *           tickets, else ticket for ticket of one size
 *
 * Bound, for any two sides of the result, A ahead of B by d. No exchange of a ticket of A for one of the same size of B
 * brings them closer, so none of them gains more than 0 and less than d. Take one size: if any a in A is stronger than any b
 * in B, then somewhere in the order of strength one of A stands right above one of B, and d is at most that gap. If not,
 * A is nowhere ahead in that size. Hence, with G the widest gap between neighbors of one size among the tickets of A and B:
 *
 *   sides of the same sizes            d <= G                    players who come alone: the widest gap in rating
 *   h players in tickets without       d <= max(G, h * (highest less lowest mean rating of those tickets))
 *   a counterpart of their size
 *
 * Exchanges end: each brings two sides closer and leaves their sum, so the sum of all sides' squares falls.
 */

import {
  EXACT_SIDE_MAX,
  EXACT_TICKETS_MAX,
  type ExactSplit,
  type SplitTask,
} from './exact-split.ts';

/** Rounds of exchanges between all pairs of sides; a few are enough, and beyond it the bound is not certain. */
const EXCHANGE_ROUNDS_MAX = 256;

export interface LargeSplitTask extends SplitTask {
  /** The sizes of the tickets of each side: one packing that adds up. */
  readonly profile: readonly (readonly number[])[];
  /** Exchanges leave a party on each side. */
  readonly hasPartyEach: boolean;
}

/** The side of each ticket. Without `exact` ticket for ticket only: tests show the bound so. */
export function splitLarge(task: LargeSplitTask, exact: ExactSplit | undefined): Int32Array {
  const sides = deal(task);
  const teams = task.profile.length;
  for (let round = 0; round < EXCHANGE_ROUNDS_MAX; round += 1) {
    let isBetter = false;
    for (let one = 0; one < teams; one += 1) {
      for (let other = one + 1; other < teams; other += 1) {
        if (exchange(task, sides, { one, other, exact })) isBetter = true;
      }
    }
    if (!isBetter) break;
  }
  return sides;
}

/** Strengths of the sides, and which ticket of the same size goes where. */
function deal({ sizes, strengths, count, profile }: LargeSplitTask): Int32Array {
  const sides = new Int32Array(count);
  const sums = new Float64Array(profile.length);
  const sizeMax = Math.max(...sizes.subarray(0, count));
  for (let size = sizeMax; size >= 1; size -= 1) {
    const tickets = Array.from(sizes.subarray(0, count).keys()).filter((at) => sizes[at] === size);
    tickets.sort((left, right) => (strengths[right] ?? 0) - (strengths[left] ?? 0));
    const room = profile.map((side) => side.filter((one) => one === size).length);
    let next = 0;
    while (next < tickets.length) {
      const open = Array.from(room.keys()).filter((side) => (room[side] ?? 0) > 0);
      open.sort((left, right) => (sums[left] ?? 0) - (sums[right] ?? 0) || left - right);
      for (const side of open) {
        const ticket = tickets[next];
        if (ticket === undefined) break;
        next += 1;
        sides[ticket] = side;
        sums[side] = (sums[side] ?? 0) + (strengths[ticket] ?? 0);
        room[side] = (room[side] ?? 0) - 1;
      }
    }
  }
  return sides;
}

interface Pair {
  readonly one: number;
  readonly other: number;
  readonly exact: ExactSplit | undefined;
}

/** Brings two sides closer; false when they are as close as this can make them. */
function exchange(task: LargeSplitTask, sides: Int32Array, pair: Pair): boolean {
  const { one, other } = pair;
  const members: number[] = [];
  for (let at = 0; at < task.count; at += 1) {
    if (sides[at] === one || sides[at] === other) members.push(at);
  }
  const { exact } = pair;
  const isSmall = members.length <= EXACT_TICKETS_MAX && task.sideSize <= EXACT_SIDE_MAX;
  if (exact !== undefined && isSmall) {
    return resplit(task, sides, { ...pair, members, exact });
  }
  return swapOnce(task, sides, { ...pair, members });
}

type PairMembers = Pair & { readonly members: readonly number[] };

function resplit(
  task: LargeSplitTask,
  sides: Int32Array,
  pair: PairMembers & { readonly exact: ExactSplit },
): boolean {
  const { one, other, exact, members } = pair;
  const sub = {
    sizes: Int32Array.from(members, (at) => task.sizes[at] ?? 0),
    strengths: Int32Array.from(members, (at) => task.strengths[at] ?? 0),
    count: members.length,
    sideSize: task.sideSize,
  };
  const before = Math.abs(lead(task, sides, pair));
  const isFound = task.hasPartyEach ? exact.findWithPartyEach(sub) : exact.find(sub);
  if (!isFound || exact.difference >= before) return false;
  for (const [bit, at] of members.entries()) sides[at] = (exact.mask >> bit) & 1 ? one : other;
  return true;
}

/** Exchanges the two tickets of one size that bring the sides closest. */
function swapOnce(task: LargeSplitTask, sides: Int32Array, pair: PairMembers): boolean {
  const { one, other, members } = pair;
  const ahead = lead(task, sides, pair);
  let best = Math.abs(ahead);
  let swapped: readonly [number, number] | undefined;
  for (const mine of members) {
    if (sides[mine] !== one) continue;
    for (const theirs of members) {
      if (sides[theirs] !== other || task.sizes[mine] !== task.sizes[theirs]) continue;
      const gain = (task.strengths[mine] ?? 0) - (task.strengths[theirs] ?? 0);
      const left = Math.abs(ahead - 2 * gain);
      if (left >= best) continue;
      best = left;
      swapped = [mine, theirs];
    }
  }
  if (swapped === undefined) return false;
  sides[swapped[0]] = other;
  sides[swapped[1]] = one;
  return true;
}

function lead(task: LargeSplitTask, sides: Int32Array, { one, other }: Pair): number {
  let ahead = 0;
  for (let at = 0; at < task.count; at += 1) {
    if (sides[at] === one) ahead += task.strengths[at] ?? 0;
    else if (sides[at] === other) ahead -= task.strengths[at] ?? 0;
  }
  return ahead;
}
