/**
 * Makes a match of tickets that were chosen for it: divides them into teams, and says how fair that is. Main thread.
 * Ties between equally close divisions, and which team gets which side, are drawn by seed.
 */

import assert from 'node:assert/strict';
import type { MatchQuality, RelaxedRule } from '../../shared/match-quality.ts';
import type { Random } from '../../shared/random.ts';
import { EXACT_SIDE_MAX, EXACT_TICKETS_MAX, ExactSplit, type SplitTask } from './exact-split.ts';
import { splitLarge } from './large-split.ts';
import type { Selection } from './match-selection.ts';
import { matchingRules } from './matching-rules.ts';
import type { MatchFound, MatchSeat, Ticket } from './matchmaker.ts';
import type { ModeRules } from './mode-rules.ts';
import type { QueueEntry } from './queue-entry.ts';
import { winProbabilities } from './rating.ts';

/** Tickets and the team of each. */
export interface Placed {
  readonly entries: readonly QueueEntry[];
  readonly teams: Int32Array;
  readonly isExact: boolean;
}

export class MatchFormer {
  readonly #random: Random;
  readonly #exact = new ExactSplit();

  constructor(random: Random) {
    this.#random = random;
  }

  form(rules: ModeRules, selection: Selection, nowMs: number): MatchFound {
    return foundMatch(rules, this.#divide(rules.teams, selection), nowMs);
  }

  /** Teams of least difference; by a bound only where there are more than two, or too many tickets. */
  #divide(teams: number, selection: Selection): Placed {
    const { sideSize, hasPartyEach } = selection;
    const entries = [...selection.entries];
    shuffle(entries, this.#random);
    if (teams === 1) return { entries, teams: new Int32Array(entries.length), isExact: true };
    const task = splitTask(entries, sideSize);
    const isExact = teams === 2 && task.count <= EXACT_TICKETS_MAX && sideSize <= EXACT_SIDE_MAX;
    const sides = isExact
      ? this.#divideExactly(task, hasPartyEach)
      : splitLarge({ ...task, profile: selection.profile, hasPartyEach }, this.#exact);
    const first = this.#random.below(teams);
    for (let at = 0; at < sides.length; at += 1) sides[at] = ((sides[at] ?? 0) + first) % teams;
    return { entries, teams: sides, isExact };
  }

  #divideExactly(task: SplitTask, hasPartyEach: boolean): Int32Array {
    const exact = this.#exact;
    const isFound = hasPartyEach ? exact.findWithPartyEach(task) : exact.find(task);
    assert(isFound, 'the tickets of a selection fill its sides');
    const { mask } = exact;
    const sides = new Int32Array(task.count);
    for (let at = 0; at < task.count; at += 1) sides[at] = (mask >> at) & 1 ? 0 : 1;
    return sides;
  }
}

/** The match of these tickets on these teams, with all that is known of it. */
export function foundMatch(rules: ModeRules, placed: Placed, nowMs: number): MatchFound {
  const { entries, teams } = placed;
  const tickets: Ticket[] = [];
  const seats: MatchSeat[] = [];
  const waitsMs: number[] = [];
  let waitMsMax = 0;
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at];
    if (entry === undefined) continue;
    const team = teams[at] ?? 0;
    const waitMs = Math.max(0, nowMs - entry.enqueuedMs);
    waitMsMax = Math.max(waitMsMax, waitMs);
    waitsMs.push(waitMs);
    tickets.push(entry.ticket);
    for (const { name } of entry.ticket.members) seats.push({ name, team });
  }
  const quality = qualityOf(rules, placed, waitsMs);
  return { mode: rules.name, tickets, seats, waitMsMax, quality };
}

function qualityOf(
  rules: ModeRules,
  { entries, teams, isExact }: Placed,
  waitsMs: readonly number[],
): MatchQuality {
  const sides = Array.from({ length: rules.teams }, newSide);
  let low = Infinity;
  let high = -Infinity;
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at];
    const side = sides[teams[at] ?? 0];
    if (entry === undefined || side === undefined) continue;
    side.players += entry.size;
    side.largest = Math.max(side.largest, entry.size);
    side.mu += entry.mu;
    side.variance += entry.variance;
    low = Math.min(low, entry.muMin);
    high = Math.max(high, entry.muMax);
  }
  const strengths = range(sides, ({ mu }) => mu);
  const parties = range(sides, ({ largest }) => largest);
  const chances = winProbabilities(sides);
  const relaxed: RelaxedRule[] = [];
  if (!isWithinFirstWindow(rules, entries)) relaxed.push('ratingWindow');
  if (unevenness(chances) > matchingRules(rules).unevenMax) relaxed.push('evenTeams');
  if (sides.some(({ players }) => players < rules.teamSize)) relaxed.push('fullSides');
  if (parties.high > 1 && parties.low === 1) relaxed.push('partyAgainstParty');
  return {
    winProbabilities: chances,
    strengthDifference: strengths.high - strengths.low,
    spread: high - low,
    partyAsymmetry: parties.high - parties.low,
    waitsMs,
    relaxed,
    isExact,
  };
}

/** How far the favorite's chance is above an even share. */
export function unevenness(winChances: readonly number[]): number {
  let high = 0;
  for (const chance of winChances) high = Math.max(high, chance);
  return high - 1 / winChances.length;
}

interface Side {
  mu: number;
  variance: number;
  players: number;
  /** Size of its largest party, 1 for players who came alone. */
  largest: number;
}

function newSide(): Side {
  return { mu: 0, variance: 0, players: 0, largest: 0 };
}

function range(
  sides: readonly Side[],
  value: (side: Side) => number,
): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const side of sides) {
    low = Math.min(low, value(side));
    high = Math.max(high, value(side));
  }
  return { low, high };
}

/** Whether the oldest ticket could have met all others when it came. */
function isWithinFirstWindow(rules: ModeRules, entries: readonly QueueEntry[]): boolean {
  const { ratingWindow } = matchingRules(rules);
  if (ratingWindow === Infinity) return true;
  let oldest: QueueEntry | undefined;
  for (const entry of entries) {
    if (oldest === undefined || entry.enqueuedMs < oldest.enqueuedMs) oldest = entry;
  }
  const center = oldest?.mean ?? 0;
  return entries.every(({ mean }) => Math.abs(mean - center) <= ratingWindow);
}

function splitTask(entries: readonly QueueEntry[], sideSize: number): SplitTask {
  const count = entries.length;
  const sizes = new Int32Array(count);
  const strengths = new Int32Array(count);
  for (let at = 0; at < count; at += 1) {
    sizes[at] = entries[at]?.size ?? 0;
    strengths[at] = entries[at]?.strength ?? 0;
  }
  return { sizes, strengths, count, sideSize };
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
