/**
 * The fairest way in which the tickets of a few matches could have been put together, found by trying all. Pure; main
 * thread, `longhouse replay` and bench only.
 *
 *   made       (a b | c d)  (e f | g h)        spread 6 %, 2 %
 *   regrouped  (a e | b g)  (c h | d f)        spread 0 %, 1 %
 *
 * Tickets stay whole and on one side, side sizes stay, nobody is left out: only who plays whom changes. Tickets are bits
 * of a mask: first the best split of every group that can be one match, then the best way to cover all tickets.
 */

import assert from 'node:assert/strict';
import { pairSpread } from './win-spread.ts';

/** Masks have 16 bits: 65,536 groups are the most that are looked at. */
export const REGROUPING_PLAYERS_MAX = 16;

/** A ticket: its players together. */
export interface Unit {
  readonly size: number;
  readonly mu: number;
  readonly variance: number;
}

/** The least possible sum of win spreads when `units` play matches of two sides of `sideSize`; they fill them exactly. */
export function leastSpreadSum(units: readonly Unit[], sideSize: number): number {
  const players = units.reduce((sum, { size }) => sum + size, 0);
  assert(players <= REGROUPING_PLAYERS_MAX, 'a window is small');
  assert(players % (2 * sideSize) === 0, 'the tickets of a window fill whole matches');
  const sums = maskSums(units);
  const spreadOf = groupSpreads(sums, sideSize);
  return leastCover(sums, { sideSize, spreadOf });
}

/** Index is a mask of units. */
interface MaskSums {
  readonly size: Uint8Array;
  readonly muSum: Float64Array;
  readonly variance: Float64Array;
}

function maskSums(units: readonly Unit[]): MaskSums {
  const masks = 2 ** units.length;
  const sums = {
    size: new Uint8Array(masks),
    muSum: new Float64Array(masks),
    variance: new Float64Array(masks),
  };
  for (let mask = 1; mask < masks; mask += 1) {
    const rest = mask & (mask - 1);
    const unit = units[Math.log2(mask ^ rest)];
    assert(unit !== undefined, 'each bit is a unit');
    sums.size[mask] = (sums.size[rest] ?? 0) + unit.size;
    sums.muSum[mask] = (sums.muSum[rest] ?? 0) + unit.mu;
    sums.variance[mask] = (sums.variance[rest] ?? 0) + unit.variance;
  }
  return sums;
}

/** The spread of each group's best split; NaN for masks that are no match or have no even split. */
function groupSpreads(sums: MaskSums, sideSize: number): Float64Array {
  const spreadOf = new Float64Array(sums.size.length).fill(Number.NaN);
  for (let mask = 1; mask < sums.size.length; mask += 1) {
    if (sums.size[mask] !== 2 * sideSize) continue;
    const difference = leastDifference(sums, mask, sideSize);
    const variance = sums.variance[mask] ?? 0;
    if (difference < Infinity) spreadOf[mask] = pairSpread(difference, variance);
  }
  return spreadOf;
}

/** The least difference of the sides' summed mu; the variance of a match is the same for all its splits. */
function leastDifference(sums: MaskSums, mask: number, sideSize: number): number {
  const whole = sums.muSum[mask] ?? 0;
  const first = mask & -mask;
  const others = mask ^ first;
  let least = Infinity;
  // All subsets of the others, each with the first unit: so no split is seen from both sides.
  for (let subset = others; ; subset = (subset - 1) & others) {
    const side = subset | first;
    if (sums.size[side] === sideSize) {
      least = Math.min(least, Math.abs(2 * (sums.muSum[side] ?? 0) - whole));
    }
    if (subset === 0) return least;
  }
}

interface Groups {
  readonly sideSize: number;
  readonly spreadOf: Float64Array;
}

function leastCover(sums: MaskSums, groups: Groups): number {
  const all = sums.size.length - 1;
  const known = new Map<number, number>([[0, 0]]);
  const masksByFirst = groupsByFirst(groups.spreadOf);
  const cover = (left: number): number => {
    const before = known.get(left);
    if (before !== undefined) return before;
    let least = Infinity;
    for (const group of masksByFirst.get(left & -left) ?? []) {
      if ((group & left) !== group) continue;
      least = Math.min(least, (groups.spreadOf[group] ?? Infinity) + cover(left ^ group));
    }
    known.set(left, least);
    return least;
  };
  return cover(all);
}

/** Groups under their lowest unit: a cover takes exactly one with the lowest unit that is left. */
function groupsByFirst(spreadOf: Float64Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const [mask, spread] of spreadOf.entries()) {
    if (Number.isNaN(spread)) continue;
    const first = mask & -mask;
    const list = groups.get(first);
    if (list === undefined) groups.set(first, [mask]);
    else list.push(mask);
  }
  return groups;
}
