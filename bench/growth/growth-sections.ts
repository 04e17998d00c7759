/** What the `growth` bench varies: which sizes, which figures of each. Pure; the bench's parent process. */

import { MATCH_PLAYERS } from '../load/wire.ts';

export const SECTIONS = ['players', 'matches', 'workers', 'gateways', 'hosts', 'tickets'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** Figures of one size by name, as the table and the plot call them. */
export type Figures = Readonly<Record<string, number>>;

export interface SectionRow {
  readonly size: number;
  readonly figures: Figures;
}

export interface SkippedSize {
  readonly size: number;
  readonly why: string;
}

/** What was measured of a section, and what could not be. */
export interface SectionRows {
  readonly rows: readonly SectionRow[];
  readonly skipped: readonly SkippedSize[];
}

/** Say whether a size was served well, on a machine of its own; no costs, so they have no exponent and no plot. */
export const AGE_FIGURE = 'p99 ms beyond tick';
export const DELIVERED_FIGURE = 'delivered %';
export const OTHER_FIGURE = 'other CPU %';

export function isCost(figure: string): boolean {
  return figure !== AGE_FIGURE && figure !== DELIVERED_FIGURE && figure !== OTHER_FIGURE;
}

/** One host under the `relay` load. */
export interface HostLoad {
  readonly size: number;
  readonly players: number;
  readonly rateHz: number;
  /** Text of its longhouse.toml. */
  readonly config: string;
}

export const SIZE_LABELS: Readonly<Record<SectionName, string>> = {
  players: 'players, each at 1 Hz',
  matches: 'matches of 16, 8,000 messages a second together',
  workers: 'match workers, 1,600 players at 10 Hz',
  gateways: 'gateways, 1,600 players at 10 Hz',
  hosts: 'hosts, linked each with each, nobody there',
  tickets: 'tickets of a 2 x 8 mode, all matched in one pass',
};

const PLAYERS = [1_008, 2_000, 4_000, 8_000, 18_000] as const;
/** Rates at which 8,000 messages a second make whole matches of 16. */
const MATCH_RATES_HZ = [20, 10, 5, 2, 1] as const;
const MATCHES_MESSAGES_PER_SECOND = 8_000;
const THREADS_PLAYERS = 1_600;
const THREADS_RATE_HZ = 10;
export const HOSTS_SIZES: readonly number[] = [1, 2, 4, 7, 10];
export const TICKETS_SIZES: readonly number[] = [1_000, 3_000, 10_000, 30_000, 100_000, 200_000];

/** One host after the other for a section that is about one. */
export function hostLoads(
  section: 'players' | 'matches' | 'workers' | 'gateways',
  cores: number,
): readonly HostLoad[] {
  switch (section) {
    case 'players':
      return PLAYERS.map((players) => ({ size: players, players, rateHz: 1, config: '' }));
    case 'matches':
      return MATCH_RATES_HZ.map((rateHz) => {
        const players = MATCHES_MESSAGES_PER_SECOND / rateHz;
        return { size: players / MATCH_PLAYERS, players, rateHz, config: '' };
      });
    case 'workers':
      return threadLoads('matchWorkers', cores);
    case 'gateways':
      return threadLoads('gateways', cores);
  }
}

/** 1 to one more than there are cores, doubling where there are many. */
export function threadCounts(cores: number): readonly number[] {
  const counts: number[] = [];
  for (let count = 1; count <= cores; count += count < 4 ? 1 : count) counts.push(count);
  return [...counts, cores + 1];
}

function threadLoads(key: 'matchWorkers' | 'gateways', cores: number): readonly HostLoad[] {
  return threadCounts(cores).map((size) => ({
    size,
    players: THREADS_PLAYERS,
    rateHz: THREADS_RATE_HZ,
    config: `[threads]\n${key} = ${size}\n`,
  }));
}
