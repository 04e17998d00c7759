/**
 * What the swarm's parent and its processes say to each other over Node's IPC channel. Both sides.
 *
 *   parent --run, end--> process            parent <--ready, second (one a second), left-- process
 *
 * Times are milliseconds of systemClock.nowMs(): CLOCK_MONOTONIC, the same in all processes of a machine.
 */

import type { HistogramExport } from '../load/latency-histogram.ts';
import type { PersonState } from './person-moves.ts';
import type { Scenario } from './scenario.ts';

/** What is measured from its intended time; `lag` is how late the swarm itself acts. */
export const LATENCIES = [
  'login',
  'queue',
  'input',
  'stateAge',
  'stateDelay',
  'chat',
  'ping',
  'lag',
] as const;
export type LatencyKind = (typeof LATENCIES)[number];

export const COUNTS = [
  'dials',
  'asks',
  'says',
  'pings',
  'drops',
  'matches',
  'gaveUp',
  'inputs',
  'states',
  'missed',
  'heard',
  'errors',
  'closed',
] as const;
export type CountName = (typeof COUNTS)[number];

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface RunOrder {
  readonly kind: 'run';
  readonly scenario: Scenario;
  readonly targets: readonly Address[];
  /** In the names of all persons of this run. */
  readonly tag: string;
  readonly startMs: number;
  /** This process has the parties whose number leaves `process` when divided by `processes`. */
  readonly process: number;
  readonly processes: number;
}

export type SwarmOrder = RunOrder | { readonly kind: 'end' };

export type SwarmReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'second'; readonly second: SecondReport }
  /** The answer to `end`: what it still waits for. */
  | { readonly kind: 'left'; readonly waits: Readonly<Record<LatencyKind, HistogramExport>> };

/** What one process saw in one second of the run. */
export interface SecondReport {
  /** From 0; the second ends at startMs + (number + 1) * 1000. */
  readonly number: number;
  readonly places: Readonly<Record<PersonState, number>>;
  readonly counts: Readonly<Record<CountName, number>>;
  /** What ended in this second. */
  readonly latencies: Readonly<Record<LatencyKind, HistogramExport>>;
  /** Waits that go on and have passed the level already, as long as they are now. */
  readonly overdue: Readonly<Record<LatencyKind, HistogramExport>>;
  /** Errors of this second, by name. */
  readonly errors: Readonly<Record<string, number>>;
  readonly cpuMicros: number;
}
