/**
 * What the `matchmaker` bench measures, case by case: passes, splits, memory, fairness. The bench's parent process, which
 * is a single thread here as main is: nothing else runs meanwhile.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { loadConfig } from '../../src/main/config/load-config.ts';
import { configuredRules } from '../../src/main/matchmaker/configured-rules.ts';
import { FairMatchmaker } from '../../src/main/matchmaker/fair-matchmaker.ts';
import { FirstComeMatchmaker } from '../../src/main/matchmaker/first-come-matchmaker.ts';
import type { MatchingRules } from '../../src/main/matchmaker/matching-rules.ts';
import type { Matchmaker, Ticket } from '../../src/main/matchmaker/matchmaker.ts';
import type { ModeRules } from '../../src/main/matchmaker/mode-rules.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { MIXED_PARTIES, realisticArrivals, SOLO } from './matchmaker-arrivals.ts';

export const MODE = 'bench';
/** Long after the last arrival of a case that is one pass: no rule but size holds anything back. */
const LATER_MS = 100_000_000;
const WAITING_PLAYERS = 500;

export type MatchmakerKind = 'fair' | 'firstCome';

/** What the configuration gives a mode of two sides of `teamSize` that says nothing else. */
export function defaultRules(teamSize: number, matching: Partial<MatchingRules> = {}): ModeRules {
  const file = `[modes.${MODE}]\nhandler = "relay"\nteams = 2\nteamSize = ${teamSize}\n`;
  const { modes } = loadConfig({
    configFile: 'bench.toml',
    flags: [],
    env: {},
    readFile: () => file,
    workingDir: '.',
    machine: { hostname: 'bench', cores: 2 },
  });
  const mode = modes[MODE];
  if (mode === undefined) throw new Error(`Cannot configure mode "${MODE}": it is not there`);
  const rules = configuredRules(MODE, mode);
  return { ...rules, matching: { ...rules.matching, ...matching } };
}

/** Everybody may meet everybody: what "all matchable" means. */
function openRules(teamSize: number): ModeRules {
  return { name: MODE, teams: 2, teamSize, minTeamSize: teamSize, tickHz: 10, graceMs: 0 };
}

export function matchmakerOf(kind: MatchmakerKind, rules: ModeRules, seed: number): Matchmaker {
  const random = seededRandom(seed);
  return kind === 'fair'
    ? new FairMatchmaker([rules], random)
    : new FirstComeMatchmaker([rules], random);
}

/** Milliseconds of one pass over that many solo tickets of a 2 x 8 mode, all of which it matches. */
export function passMs(tickets: number, seed: number): number {
  const matchmaker = matchmakerOf('fair', openRules(8), seed);
  for (const ticket of waitingTickets(tickets, { seed, partyShares: SOLO })) matchmaker.add(ticket);
  // What making the tickets has left behind is not the pass's to clear away.
  collectGarbage();
  const startMs = systemClock.nowMs();
  const { matches } = matchmaker.run(LATER_MS);
  const ms = systemClock.nowMs() - startMs;
  if (matches.length !== Math.floor(tickets / 16)) {
    throw new Error(`Cannot measure a pass: found ${matches.length} matches of ${tickets} tickets`);
  }
  return ms;
}

/** Milliseconds of each pass that forms one match of 2 x 8 out of mixed parties, choice of players and split. */
export function splitTimes(matches: number, seed: number): readonly number[] {
  const matchmaker = matchmakerOf('fair', openRules(8), seed);
  const times: number[] = [];
  let nowMs = LATER_MS;
  for (const ticket of waitingTickets(matches * 10, { seed, partyShares: MIXED_PARTIES })) {
    matchmaker.add(ticket);
    if (matchmaker.queue(MODE).waiting < 16) continue;
    nowMs += 1;
    const startMs = systemClock.nowMs();
    const found = matchmaker.run(nowMs).matches.length;
    // The time of a pass that forms nothing is no time of a match.
    if (found === 1) times.push(systemClock.nowMs() - startMs);
  }
  return times;
}

/** Bytes that the matchmaker keeps for a waiting ticket, beside the ticket itself. */
export function bytesPerTicket(tickets: number, seed: number): number {
  const waiting = waitingTickets(tickets, { seed, partyShares: SOLO });
  const matchmaker = matchmakerOf('fair', defaultRules(8), seed);
  collectGarbage();
  const before = usedBytes();
  for (const ticket of waiting) matchmaker.add(ticket);
  collectGarbage();
  const bytes = (usedBytes() - before) / waiting.length;
  // Read after the measurement, so that nothing of it was collected before.
  if (matchmaker.queue(MODE).waiting < tickets) throw new Error('Cannot measure: tickets are lost');
  return bytes;
}

/** The favorite's chance in each match of one pass over about 500 waiting players, for several such queues. */
export function favoriteChances(
  kind: MatchmakerKind,
  { queues, seed, partyShares }: { queues: number; seed: number; partyShares: readonly number[] },
): readonly number[] {
  return Array.from({ length: queues }, (_, index) => {
    const matchmaker = matchmakerOf(kind, defaultRules(8), seed);
    for (const ticket of waitingTickets(WAITING_PLAYERS, { seed: seed + index, partyShares })) {
      if (matchmaker.queue(MODE).waiting < WAITING_PLAYERS) matchmaker.add(ticket);
    }
    return matchmaker.run(LATER_MS).matches;
  })
    .flat()
    .map(({ quality }) => Math.max(...quality.winProbabilities));
}

function waitingTickets(
  tickets: number,
  { seed, partyShares }: { seed: number; partyShares: readonly number[] },
): readonly Ticket[] {
  const options = { mode: MODE, tickets, perSecond: 100, dayMs: Infinity, seed, partyShares };
  return realisticArrivals({ ...options, patienceMsMean: Infinity }).map(({ ticket }) => ticket);
}

function usedBytes(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  // The flag puts gc() into contexts that are made after it.
  const collect = runInNewContext('gc') as () => void;
  collect();
}
