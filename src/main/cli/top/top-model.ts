/** What `longhouse top` knows: what it asked for last, and what the keys have chosen. Pure. Main thread. */

import type { HostStatus } from '../../ops/host-status.ts';
import type { MatchView, PlayerView } from '../../ops/ops-views.ts';

export const PANES = ['overview', 'matches', 'players', 'threads', 'events'] as const;
export type Pane = (typeof PANES)[number];

/** Seconds of load in the sparkline. */
const HISTORY_MAX = 60;
const EVENTS_MAX = 200;

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

export class TopModel {
  pane: Pane = 'overview';
  isPaused = false;
  status: HostStatus | undefined;
  matches: Rows<MatchView> = { rows: [], total: 0 };
  players: Rows<PlayerView> = { rows: [], total: 0 };
  /** Why the newest numbers are missing. */
  problem: string | undefined;
  /** When `status` came, in milliseconds since 1970-01-01 UTC. */
  atMs = 0;
  /** Load of the busiest worker, newest last. */
  readonly loads: number[] = [];
  /** In words, newest last. */
  readonly events: string[] = [];

  onStatus(status: HostStatus, atMs: number): void {
    this.status = status;
    this.atMs = atMs;
    this.problem = undefined;
    this.loads.push(busiest(status));
    if (this.loads.length > HISTORY_MAX) this.loads.shift();
  }

  onEvent(text: string): void {
    this.events.push(text);
    if (this.events.length > EVENTS_MAX) this.events.shift();
  }

  /** What a key does; true when it ends the program. */
  onKey(key: string): boolean {
    if (key === 'q' || key === 'Q' || key === '\x03' || key === '\x04') return true;
    if (key === 'p' || key === ' ') this.isPaused = !this.isPaused;
    else if (key === '\t' || key === '\x1b[C') this.#turn(1);
    else if (key === '\x1b[Z' || key === '\x1b[D') this.#turn(-1);
    else this.pane = PANES[Number(key) - 1] ?? this.pane;
    return false;
  }

  #turn(by: number): void {
    const next = (PANES.indexOf(this.pane) + by + PANES.length) % PANES.length;
    this.pane = PANES[next] ?? this.pane;
  }
}

export function busiest({ workers }: HostStatus): number {
  return workers.reduce((most, { load }) => Math.max(most, load), 0);
}

export function waiting({ queues }: HostStatus): number {
  return Object.values(queues).reduce((sum, { host }) => sum + host, 0);
}
