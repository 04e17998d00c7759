/** What this host tells the others of itself, read from its tables and its directory. Main thread. */

import type { HostSummary } from '../../cluster-bridge/federation/host-summary.ts';
import type { FederatedMode } from '../../cluster-bridge/federation/coordinator.ts';
import type { HostIdentity } from '../../cluster-bridge/transport.ts';
import type { HostTables } from '../../shared/host-memory.ts';
import { HostState } from '../../shared/host-table.ts';
import { WorkerState } from '../../shared/worker-table.ts';
import type { HostConfig } from '../config/host-config.ts';
import type { Directory } from '../directory/directory.ts';
import type { HandlerRows } from '../handler-rows.ts';
import { fullSize, type ModeRules } from '../matchmaker/mode-rules.ts';

/** How often a summary is made. */
export const SUMMARY_MS = 100;
/** A change of this many players is told at once. */
const URGENT_PLAYERS = 50;

export interface SummaryParts {
  readonly self: HostIdentity;
  readonly config: Pick<HostConfig, 'players'>;
  readonly tables: HostTables;
  readonly rows: Pick<HandlerRows, 'load'>;
  readonly directory: Directory;
  readonly rules: () => ReadonlyMap<string, ModeRules>;
  readonly configVersion: () => number;
  readonly modeRowOf: (mode: string) => number | undefined;
}

/** The one that was made last, and when the next one is due. */
export class OwnSummary {
  readonly #parts: SummaryParts;
  #last: HostSummary;
  #told: HostSummary;
  #atMs = -Infinity;

  constructor(parts: SummaryParts, nowMs: number) {
    this.#parts = parts;
    this.#last = ownSummary(parts, nowMs);
    this.#told = this.#last;
  }

  get last(): HostSummary {
    return this.#last;
  }

  /** A new one to be told; undefined: not yet. */
  step(nowMs: number): { readonly summary: HostSummary; readonly isUrgent: boolean } | undefined {
    if (nowMs - this.#atMs < SUMMARY_MS) return undefined;
    const summary = ownSummary(this.#parts, nowMs);
    const isUrgent = isNews(summary, this.#told);
    if (isUrgent) this.#told = summary;
    this.#last = summary;
    this.#atMs = nowMs;
    return { summary, isUrgent };
  }
}

function ownSummary(parts: SummaryParts, nowMs: number): HostSummary {
  const { self, config, tables, directory, rules, configVersion, modeRowOf } = parts;
  const { hosts, queues } = tables;
  const modes = [...rules().keys()].map((mode) => {
    const row = modeRowOf(mode) ?? -1;
    const sinceMs = queues.oldestSinceMs[row] ?? 0;
    const waiting = queues.waiting[row] ?? 0;
    // Whole seconds, so that a queue that only gets older is not news four times a second.
    const oldestMs = sinceMs === 0 ? 0 : Math.floor((nowMs - sinceMs) / 1000) * 1000;
    const federatable = directory.federation.federatable(mode, nowMs);
    return [mode, { waiting, oldestMs, federatable }] as const;
  });
  return {
    ...self,
    state: hosts.state[0] === HostState.draining ? 'draining' : 'up',
    players: hosts.players[0] ?? 0,
    bots: hosts.bots[0] ?? 0,
    playersMax: config.players.capacity,
    matches: hosts.matches[0] ?? 0,
    lobbies: hosts.lobbies[0] ?? 0,
    load: hostLoad(parts),
    configVersion: configVersion(),
    modes: Object.fromEntries(modes),
  };
}

/** Of the match workers, in steps of five percent: less is noise. */
export function hostLoad({ tables, rows }: Pick<SummaryParts, 'tables' | 'rows'>): number {
  const { workers } = tables;
  let sum = 0;
  let count = 0;
  for (let row = 0; row < workers.capacity; row += 1) {
    if (workers.state[row] === WorkerState.free) continue;
    sum += rows.load(row);
    count += 1;
  }
  return count === 0 ? 0 : Math.round((sum / count) * 20) / 20;
}

export function federatedMode(rules: ModeRules): FederatedMode {
  const { name, teams, minTeamSize } = rules;
  return { mode: name, playersMin: teams * minTeamSize, playersMax: fullSize(rules) };
}

/**
 * Whether what a host says of itself is to be told at once: whoever brings matches together should not wait for it, and a host
 * that stops should be known to have left.
 */
export function isNews(summary: HostSummary, told: HostSummary): boolean {
  const isOffered = Object.entries(summary.modes).some(
    ([mode, { federatable }]) => federatable.players !== told.modes[mode]?.federatable.players,
  );
  const isOther = summary.state !== told.state;
  return isOffered || isOther || Math.abs(summary.players - told.players) >= URGENT_PLAYERS;
}
