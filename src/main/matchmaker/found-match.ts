/** A match of tickets whose teams are decided, with all that is known of its fairness. Pure. Main thread, matchmaker only. */

import type { MatchQuality, RelaxedRule } from '../../shared/match-quality.ts';
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
