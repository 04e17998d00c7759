/**
 * What the bench's parent and its load client processes say to each other over Node's IPC channel. Both sides.
 *
 *   parent --connect, queue, play, measure, stop--> load client
 *   parent <--ready, status (10 a second), report--- load client
 *
 * Times are milliseconds of systemClock.nowMs(): CLOCK_MONOTONIC, the same in all processes of a machine.
 */

import type { HistogramExport } from './latency-histogram.ts';
import type { Transport } from '../transports/player-connection.ts';

export type LoadOrder =
  | {
      kind: 'connect';
      port: number;
      transport: Transport;
      /** Players of this process are `firstIndex` to `firstIndex + players - 1` of the whole load. */
      firstIndex: number;
      players: number;
      connectsPerSecond: number;
      /** Source addresses in 127.0.0.0/8 over which the whole load is spread. */
      addressCount: number;
    }
  /** All players ask for their mode at `atMs`; queueToFirstState counts from then. */
  | { kind: 'queue'; atMs: number; modes: LoadModes }
  /** Inputs start: see InputSchedule. */
  | { kind: 'play'; rateHz: number; baseMs: number }
  /** Count what belongs to [startMs, endMs), wait for stragglers until closeMs, then report. */
  | { kind: 'measure'; startMs: number; endMs: number; closeMs: number; ticks: number }
  | { kind: 'stop' };

/** Which mode a player queues for: one for all, or one a match, so that who plays with whom is known beforehand. */
export type LoadModes =
  | { readonly kind: 'one'; readonly mode: string }
  /** Player n of the load queues for `prefix` + (first + n / playersEach, rounded down). */
  | {
      readonly kind: 'each';
      readonly prefix: string;
      readonly first: number;
      readonly playersEach: number;
    };

export type LoadReply =
  | { kind: 'ready' }
  | { kind: 'status'; status: LoadStatus }
  | { kind: 'report'; report: LoadReport };

/** Where the players of one process are, and what went wrong so far. */
export interface LoadStatus {
  /** TCP connections made. */
  readonly connected: number;
  /** WELCOME and a lobby event seen. */
  readonly inLobby: number;
  /** First state of the match seen. */
  readonly inMatch: number;
  /** Told of a match that runs on another host than their own. */
  readonly proxied: number;
  /** Connections that ended without being asked to. */
  readonly closed: number;
  /** Socket errors, BYE codes, error events and broken frames, by name. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface LoadReport {
  readonly status: LoadStatus;
  /** States that arrived in [startMs, endMs), by clock: the divisor of CPU time. */
  readonly arrived: number;
  /** Of the next `ticks` ticks of each player's match, those that arrived by closeMs. */
  readonly delivered: number;
  readonly expected: number;
  /** States whose tick was not newer than the one before it. */
  readonly repeated: number;
  /** Inputs due in the window for which no state had come by closeMs. */
  readonly unanswered: number;
  /** Intended send of each input to the first state that shows it or a later one. */
  readonly inputToState: HistogramExport;
  /** Intended send of the newest input to the arrival of each state that shows it. */
  readonly stateAge: HistogramExport;
  readonly queueToFirstState: HistogramExport;
  /** How late the load client itself sent its inputs. */
  readonly sendLag: HistogramExport;
  /** CPU time of this load client in the window. */
  readonly cpuMicros: number;
}
