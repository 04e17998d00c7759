/** What the metadata bench and its thread say to each other. The bench's parent process and its worker thread. */

import type { BannedRanges } from '../../src/workers/gateway/ban-check.ts';

/** The questions, asked of both stores. */
export const QUESTIONS = ['networkPlayers', 'playerState', 'isBanned'] as const;
export type Question = (typeof QUESTIONS)[number];

export interface MetadataTask {
  readonly hosts: SharedArrayBuffer;
  readonly hostRows: number;
  readonly players: SharedArrayBuffer;
  readonly playerRows: number;
  /** Shared live with main, as in a gateway. */
  readonly banned: BannedRanges;
  readonly redisPort: number;
  readonly rounds: number;
  readonly sharedReads: number;
  readonly redisReads: number;
}

/** Nanoseconds a question took, each round's mean. */
export interface MetadataReport {
  readonly shared: Readonly<Record<Question, readonly number[]>>;
  readonly redis: Readonly<Record<Question, readonly number[]>>;
}

/** Asked for and not asked for in turn, so that neither store can answer by habit. */
export function bannedAddress(index: number): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
}

export function freeAddress(index: number): string {
  return `192.168.${(index >> 8) & 255}.${index & 255}`;
}

export function playerName(slot: number): string {
  return `player${slot}`;
}
