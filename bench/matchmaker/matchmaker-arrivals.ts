/**
 * Players as they come to a real queue, from a seed: for the matchmaker's bench and tests. The bench's parent process.
 *
 *   skill     N(25, 25/6); what the host knows of it grows with the games played (exponential, mean `gamesMean`)
 *   rate      perSecond * (1 + 0.8 * sin(day)): Poisson arrivals that breathe with the day
 *   parties   by `partyShares`; friends are of similar skill (half of the variance is the party's own)
 *   patience  at least 2 s, then exponential with `patienceMsMean`
 */

import assert from 'node:assert/strict';

import type { Ticket, TicketMember } from '../../src/main/matchmaker/matchmaker.ts';
import type { Arrival } from '../../src/main/replay/ticket-history.ts';
import { seededRandom, type Random } from '../../src/shared/random.ts';

const MU = 25;
const SIGMA_START = 25 / 3;
/** Openskill's sigma comes down to about this after some hundred games and stays there. */
const SIGMA_END = 1.5;
const SKILL_DEVIATION = 25 / 6;
const PATIENCE_MS_MIN = 2_000;
const DAY_SWING = 0.8;

export interface ArrivalOptions {
  readonly seed: number;
  readonly mode: string;
  readonly tickets: number;
  /** Tickets a second, averaged over the day. */
  readonly perSecond: number;
  /** Share of tickets with 1, 2, ... players; they add up to 1. */
  readonly partyShares: readonly number[];
  /** Length of the day; Infinity: the rate stays as it is. */
  readonly dayMs: number;
  /** Infinity: nobody ever gives up. */
  readonly patienceMsMean: number;
  readonly gamesMean?: number;
  /** Id of the first ticket; names are made of ids. */
  readonly firstId?: number;
}

export const SOLO: readonly number[] = [1];
/** Two thirds come alone. */
export const MIXED_PARTIES: readonly number[] = [0.66, 0.18, 0.08, 0.08];

/** In the order in which they come, from 0 ms on. */
export function realisticArrivals(options: ArrivalOptions): readonly Arrival[] {
  const random = seededRandom(options.seed);
  const { tickets, firstId = 1, patienceMsMean } = options;
  let atMs = 0;
  return Array.from({ length: tickets }, (_, index): Arrival => {
    atMs += (exponential(random) / rateAt(options, atMs)) * 1000;
    const enqueuedMs = Math.round(atMs);
    const ticket = ticketAt(options, random, { id: firstId + index, enqueuedMs });
    const patience = exponential(random);
    const patienceMs =
      patienceMsMean === Infinity
        ? Infinity
        : PATIENCE_MS_MIN + Math.round(patience * patienceMsMean);
    return { ticket, atMs: enqueuedMs, patienceMs };
  });
}

/** A normally distributed number of mean 0 and deviation 1 (Box and Muller, 1958). */
export function normal(random: Random): number {
  const radius = Math.sqrt(2 * exponential(random));
  return radius * Math.cos(2 * Math.PI * random.next());
}

function ticketAt(
  options: ArrivalOptions,
  random: Random,
  { id, enqueuedMs }: { id: number; enqueuedMs: number },
): Ticket {
  const size = drawSize(options.partyShares, random.next());
  const partySkill = normal(random);
  const members = Array.from({ length: size }, (_, index): TicketMember => {
    const own = normal(random);
    // A party's skill and a player's own add up to the same variance as a single player's.
    const skill = size === 1 ? own : (partySkill + own) * Math.SQRT1_2;
    const games = exponential(random) * (options.gamesMean ?? 60);
    return { name: `p${id}-${index}`, rating: ratingAfter(skill * SKILL_DEVIATION, games) };
  });
  return { id, mode: options.mode, members, enqueuedMs, hasPriority: false };
}

/** Sigma falls with the games, and mu goes from the start toward the skill by what has been learned. */
function ratingAfter(skill: number, games: number): TicketMember['rating'] {
  const sigma = Math.max(SIGMA_END, SIGMA_START / Math.sqrt(1 + games / 4));
  const learned = 1 - (sigma / SIGMA_START) ** 2;
  return { mu: MU + skill * learned, sigma };
}

function drawSize(shares: readonly number[], draw: number): number {
  let below = 0;
  for (const [index, share] of shares.entries()) {
    below += share;
    if (draw < below) return index + 1;
  }
  return shares.length;
}

function rateAt({ perSecond, dayMs }: ArrivalOptions, atMs: number): number {
  assert(perSecond > 0, 'somebody comes');
  return perSecond * (1 + DAY_SWING * Math.sin((2 * Math.PI * atMs) / dayMs));
}

function exponential(random: Random): number {
  return -Math.log(1 - random.next());
}
