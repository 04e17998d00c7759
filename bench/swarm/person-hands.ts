/** What a person of the swarm can do and hear: the seam between its script and a socket. The swarm's processes. */

import type { LatencyKind } from './swarm-messages.ts';

export const WAKES = ['script', 'chat', 'ping', 'stall'] as const;
export type Wake = (typeof WAKES)[number];

/** What a person can do. The shell does it on a socket, a test writes it down. */
export interface PersonHands {
  dial(): void;
  command(text: string): void;
  say(dueMs: number): void;
  ping(dueMs: number): void;
  /** Inputs flow from now on, or no longer. */
  play(isPlaying: boolean): void;
  stall(isStalled: boolean): void;
  /** Ends the connection; `lost` does not follow. `politely` says quit first. */
  hangUp(politely: boolean): void;
  /** Calls onWake() at `dueMs`; Infinity: never. */
  wake(kind: Wake, dueMs: number): void;
  took(kind: LatencyKind, startMs: number, nowMs: number): void;
  count(what: PersonCount): void;
  error(name: string): void;
}

export type PersonCount = 'dials' | 'asks' | 'says' | 'pings' | 'drops' | 'matches' | 'gaveUp';

/** An event of the host, as much of it as a person reads. */
export interface HostEvent {
  readonly event: string;
  readonly code?: string;
  readonly action?: string;
  readonly leader?: string;
  readonly members?: readonly string[];
}
