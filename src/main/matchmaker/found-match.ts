/** A match of tickets whose teams are decided, with all that is known of its fairness. Pure. Main thread, matchmaker only. */

import type { MatchQuality, RelaxedRule } from '../../shared/match-quality.ts';
import { matchingRules, type MatchingRules } from './matching-rules.ts';
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

/** The match of these tickets on these teams, with all that is known of it. */
export function foundMatch(rules: ModeRules, placed: Placed, nowMs: number): MatchFound {
  const { entries, teams } = placed;
  const tickets: Ticket[] = [];
  const seats: MatchSeat[] = [];
  const waitsMs: number[] = [];
  let waitMsMax = 0;
  let at = 0;
  for (const { enqueuedMs, ticket } of entries) {
    const team = teams[at] ?? 0;
    const waitMs = Math.max(0, nowMs - enqueuedMs);
    waitMsMax = Math.max(waitMsMax, waitMs);
    waitsMs.push(waitMs);
    tickets.push(ticket);
    for (const { name } of ticket.members) seats.push({ name, team });
    at += 1;
  }
  const quality = qualityOf(rules, placed, waitsMs);
  return { mode: rules.name, tickets, seats, waitMsMax, quality };
}

function qualityOf(
  rules: ModeRules,
  { entries, teams, isExact }: Placed,
  waitsMs: readonly number[],
): MatchQuality {
  const matching = matchingRules(rules);
  const sides = newSides(rules.teams);
  let low = Infinity;
  let high = -Infinity;
  let at = 0;
  for (const entry of entries) {
    const side = sides[teams[at] ?? 0];
    at += 1;
    if (side === undefined) continue;
    side.players += entry.size;
    side.largest = Math.max(side.largest, entry.size);
    side.mu += entry.mu;
    side.variance += entry.variance;
    low = Math.min(low, entry.muMin);
    high = Math.max(high, entry.muMax);
  }
  const range = rangeOf(sides);
  const chances = winProbabilities(sides);
  const relaxed: RelaxedRule[] = [];
  if (!isWithinFirstWindow(matching, entries)) relaxed.push('ratingWindow');
  if (unevenness(chances) > matching.unevenMax) relaxed.push('evenTeams');
  if (range.playersMin < rules.teamSize) relaxed.push('fullSides');
  if (range.largestMax > 1 && range.largestMin === 1) relaxed.push('partyAgainstParty');
  return {
    winProbabilities: chances,
    strengthDifference: range.muMax - range.muMin,
    spread: high - low,
    partyAsymmetry: range.largestMax - range.largestMin,
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

function newSides(teams: number): Side[] {
  const sides: Side[] = [];
  for (let team = 0; team < teams; team += 1) {
    sides.push({ mu: 0, variance: 0, players: 0, largest: 0 });
  }
  return sides;
}

interface SideRange {
  muMin: number;
  muMax: number;
  playersMin: number;
  largestMin: number;
  largestMax: number;
}

function rangeOf(sides: readonly Side[]): SideRange {
  const range: SideRange = {
    muMin: Infinity,
    muMax: -Infinity,
    playersMin: Infinity,
    largestMin: Infinity,
    largestMax: -Infinity,
  };
  for (const { mu, players, largest } of sides) {
    range.muMin = Math.min(range.muMin, mu);
    range.muMax = Math.max(range.muMax, mu);
    range.playersMin = Math.min(range.playersMin, players);
    range.largestMin = Math.min(range.largestMin, largest);
    range.largestMax = Math.max(range.largestMax, largest);
  }
  return range;
}

/** Whether the oldest ticket could have met all others when it came. */
function isWithinFirstWindow(
  { ratingWindow }: MatchingRules,
  entries: readonly QueueEntry[],
): boolean {
  if (ratingWindow === Infinity) return true;
  let oldest: QueueEntry | undefined;
  for (const entry of entries) {
    if (oldest === undefined || entry.enqueuedMs < oldest.enqueuedMs) oldest = entry;
  }
  const center = oldest?.mean ?? 0;
  return entries.every(({ mean }) => Math.abs(mean - center) <= ratingWindow);
}
