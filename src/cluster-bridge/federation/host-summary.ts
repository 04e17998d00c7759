/** What a host tells the others of itself a few times a second: replaced whole, never patched. Types only. Main and bridge threads. */

import type { FederatableQueue } from './federation-hosts.ts';

export interface HostSummary {
  readonly hostId: string;
  readonly incarnation: number;
  readonly state: 'up' | 'draining';
  /** Practice bots not counted. */
  readonly players: number;
  readonly bots: number;
  readonly playersMax: number;
  readonly matches: number;
  readonly lobbies: number;
  /** Of its busiest thread pool: share of the last second spent working, 0 to 1. */
  readonly load: number;
  readonly configVersion: number;
  /** By mode. */
  readonly modes: Readonly<Record<string, ModeSummary>>;
}

export interface ModeSummary {
  /** Players waiting there, whether or not they would go to a match across hosts yet. */
  readonly waiting: number;
  readonly oldestMs: number;
  readonly federatable: FederatableQueue;
}

/** A summary as it was heard. */
export interface HeardSummary extends HostSummary {
  /** On the clock of whoever heard it. */
  readonly heardMs: number;
}
