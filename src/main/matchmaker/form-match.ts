/**
 * Divides tickets that were chosen for a match into teams, and makes the match of them if it is even enough. Main thread.
 * Ties between equally close divisions, and which team gets which side, are drawn by seed.
 *
 * A search tries many selections for the one that it takes: until a match is certain nothing is allocated for it.
 */

import assert from 'node:assert/strict';
import type { Random } from '../../shared/random.ts';
import { EXACT_SIDE_MAX, EXACT_TICKETS_MAX, ExactSplit, type SplitTask } from './exact-split.ts';
import { foundMatch, unevenness } from './found-match.ts';
import { splitLarge } from './large-split.ts';
import type { Selection } from './match-selection.ts';
import type { MatchFound } from './matchmaker.ts';
import type { ModeRules } from './mode-rules.ts';
import type { QueueEntry } from './queue-entry.ts';
import { pairChance, winProbabilities } from './rating.ts';

/** Tickets for which the scratch arrays have room at first; they grow with the largest selection. */
const TICKETS_AT_FIRST = 64;

export interface FormRequest {
  readonly nowMs: number;
  /** How far the favorite's chance may be above an even share. */
  readonly unevenMax: number;
}

export class MatchFormer {
  /** How far the favorite's chance was above an even share in the last selection. */
  uneven: number = 0;
  readonly #random: Random;
  readonly #exact = new ExactSplit();
  // Scratch of one selection.
  readonly #entries: QueueEntry[] = [];
  #sizes = new Int32Array(TICKETS_AT_FIRST);
  #strengths = new Int32Array(TICKETS_AT_FIRST);
  #teams = new Int32Array(TICKETS_AT_FIRST);

  constructor(random: Random) {
    this.#random = random;
  }

  /** The match of a selection; undefined where it would be too uneven. */
  tryForm(rules: ModeRules, selection: Selection, request: FormRequest): MatchFound | undefined {
    const isExact = this.#divide(rules.teams, selection);
    this.uneven = this.#unevenness(rules.teams);
    if (this.uneven > request.unevenMax) return undefined;
    const entries = [...this.#entries];
    const teams = this.#teams.slice(0, entries.length);
    return foundMatch(rules, { entries, teams, isExact }, request.nowMs);
  }

  /** Teams of least difference; by a bound only where there are more than two, or too many tickets: then it is false. */
  #divide(teams: number, selection: Selection): boolean {
    const { sideSize, hasPartyEach, profile } = selection;
    const task = this.#begin(selection.entries, sideSize);
    if (teams === 1) {
      this.#teams.fill(0, 0, task.count);
      return true;
    }
    const isExact = teams === 2 && task.count <= EXACT_TICKETS_MAX && sideSize <= EXACT_SIDE_MAX;
    if (isExact) this.#divideExactly(task, hasPartyEach);
    else this.#teams.set(splitLarge({ ...task, profile, hasPartyEach }, this.#exact));
    const first = this.#random.below(teams);
    for (let at = 0; at < task.count; at += 1) {
      this.#teams[at] = ((this.#teams[at] ?? 0) + first) % teams;
    }
    return isExact;
  }

  #divideExactly(task: SplitTask, hasPartyEach: boolean): void {
    const exact = this.#exact;
    const isFound = hasPartyEach ? exact.findWithPartyEach(task) : exact.find(task);
    assert(isFound, 'the tickets of a selection fill its sides');
    const { mask } = exact;
    for (let at = 0; at < task.count; at += 1) this.#teams[at] = (mask >> at) & 1 ? 0 : 1;
  }

  #begin(selected: readonly QueueEntry[], sideSize: number): SplitTask {
    const entries = this.#entries;
    const count = selected.length;
    if (count > this.#sizes.length) this.#grow(count);
    entries.length = 0;
    for (const entry of selected) entries.push(entry);
    shuffle(entries, this.#random);
    for (let at = 0; at < count; at += 1) {
      this.#sizes[at] = entries[at]?.size ?? 0;
      this.#strengths[at] = entries[at]?.strength ?? 0;
    }
    return { sizes: this.#sizes, strengths: this.#strengths, count, sideSize };
  }

  #grow(count: number): void {
    this.#sizes = new Int32Array(count);
    this.#strengths = new Int32Array(count);
    this.#teams = new Int32Array(count);
  }

  #unevenness(teams: number): number {
    if (teams === 1) return 0;
    if (teams > 2) return unevenness(winProbabilities(this.#sides(teams)));
    let ahead = 0;
    let variance = 0;
    for (let at = 0; at < this.#entries.length; at += 1) {
      const entry = this.#entries[at];
      if (entry === undefined) continue;
      ahead += this.#teams[at] === 0 ? entry.mu : -entry.mu;
      variance += entry.variance;
    }
    return pairChance({ teams, ahead: Math.abs(ahead), variance }) - 0.5;
  }

  #sides(teams: number): readonly { mu: number; variance: number }[] {
    const sides = Array.from({ length: teams }, () => ({ mu: 0, variance: 0 }));
    for (const [at, entry] of this.#entries.entries()) {
      const side = sides[this.#teams[at] ?? 0];
      if (side === undefined) continue;
      side.mu += entry.mu;
      side.variance += entry.variance;
    }
    return sides;
  }
}

function shuffle(entries: QueueEntry[], random: Random): void {
  for (let last = entries.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const entry = entries[other];
    const moved = entries[last];
    if (entry === undefined || moved === undefined) continue;
    entries[last] = entry;
    entries[other] = moved;
  }
}
