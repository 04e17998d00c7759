/** The last ten minutes that the page keeps, and the curves made of them. Pure; browser, not a thread of the host. */

import type { HistoryColumns, OpsStatus } from './api-types.ts';

export const PLOT_SECONDS = 600;
/** Curves of one plot: the colors of style.css. */
const CURVES_MAX = 4;

export interface PlotRow {
  readonly atSeconds: number;
  readonly players: number;
  readonly practicePlayers: number;
  readonly networkPlayers: number;
  readonly matches: number;
  readonly messagesOut: number | null;
  readonly waits: Readonly<Record<string, number | null>>;
  readonly loads: Readonly<Record<string, number | null>>;
}

export interface Curve {
  readonly label: string;
  readonly valueOf: (row: PlotRow) => number | null;
}

export interface PlotSpec {
  readonly title: string;
  readonly unit: 'count' | 'seconds' | 'share';
  readonly curvesOf: (rows: readonly PlotRow[]) => readonly Curve[];
}

export const PLOTS: readonly PlotSpec[] = [
  {
    title: 'Players',
    unit: 'count',
    curvesOf: (rows) => [
      { label: 'here', valueOf: ({ players }) => players },
      ...(rows.some(({ players, networkPlayers }) => players !== networkPlayers)
        ? [{ label: 'network', valueOf: ({ networkPlayers }: PlotRow) => networkPlayers }]
        : []),
      ...(rows.some(({ practicePlayers }) => practicePlayers > 0)
        ? [{ label: 'bots', valueOf: ({ practicePlayers }: PlotRow) => practicePlayers }]
        : []),
    ],
  },
  {
    title: 'Matches',
    unit: 'count',
    curvesOf: () => [{ label: 'here', valueOf: ({ matches }) => matches }],
  },
  {
    title: 'Oldest wait',
    unit: 'seconds',
    curvesOf: (rows) =>
      busiest(
        rows,
        ({ waits }) => waits,
        (mode) => mode,
      ),
  },
  {
    title: 'Worker load',
    unit: 'share',
    curvesOf: (rows) =>
      busiest(
        rows,
        ({ loads }) => loads,
        (worker) => `${worker}:`,
      ),
  },
  {
    title: 'Messages to clients, a second',
    unit: 'count',
    curvesOf: () => [{ label: 'sent', valueOf: ({ messagesOut }) => messagesOut }],
  },
];

export class PlotRows {
  #rows: PlotRow[] = [];
  #lastMessages: { readonly atMs: number; readonly count: number } | undefined;

  get rows(): readonly PlotRow[] {
    return this.#rows;
  }

  /** What the host remembers takes the place of what the page has. */
  seed(history: HistoryColumns): void {
    this.#rows = history.atSeconds.map((atSeconds, index) => ({
      atSeconds,
      players: history.players[index] ?? 0,
      practicePlayers: history.practicePlayers[index] ?? 0,
      networkPlayers: history.networkPlayers[index] ?? 0,
      matches: history.matches[index] ?? 0,
      messagesOut: history.messagesOut[index] ?? null,
      waits: pick(history.waits, index),
      loads: pick(history.workerLoads, index),
    }));
  }

  add(atMs: number, status: OpsStatus): void {
    const { players, practicePlayers, matches, queues, workers } = status;
    const atSeconds = Math.floor(atMs / 1000);
    const rate = this.#messageRate(
      atMs,
      status.gateways.reduce((sum, { messagesOut }) => sum + messagesOut, 0),
    );
    // A rate needs two answers; after a seed the first of them would leave a hole.
    if (rate === null && this.#rows.length > 0) return;
    if ((this.#rows.at(-1)?.atSeconds ?? 0) >= atSeconds) return;
    this.#rows.push({
      atSeconds,
      players: players.host,
      practicePlayers,
      networkPlayers: players.network,
      matches: matches.host,
      messagesOut: rate,
      waits: Object.fromEntries(
        Object.entries(queues).map(([mode, { oldestMs }]) => [mode, oldestMs / 1000]),
      ),
      loads: Object.fromEntries(workers.map(({ worker, load }) => [String(worker), load])),
    });
    const from = atSeconds - PLOT_SECONDS;
    while ((this.#rows[0]?.atSeconds ?? Infinity) < from) this.#rows.shift();
  }

  #messageRate(atMs: number, count: number): number | null {
    const last = this.#lastMessages;
    this.#lastMessages = { atMs, count };
    if (last === undefined || count < last.count || atMs <= last.atMs) return null;
    return Math.round(((count - last.count) * 1000) / (atMs - last.atMs));
  }
}

/** The few that had the highest values: more curves than colors would tell nothing. */
function busiest(
  rows: readonly PlotRow[],
  valuesOf: (row: PlotRow) => Readonly<Record<string, number | null>>,
  labelOf: (key: string) => string,
): readonly Curve[] {
  const peaks = new Map<string, number>();
  for (const row of rows) {
    for (const [key, value] of Object.entries(valuesOf(row))) {
      peaks.set(key, Math.max(peaks.get(key) ?? 0, value ?? 0));
    }
  }
  return [...peaks]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, CURVES_MAX)
    .map(([key]) => key)
    .toSorted()
    .map((key) => ({ label: labelOf(key), valueOf: (row) => valuesOf(row)[key] ?? null }));
}

function pick(
  columns: Readonly<Record<string, readonly (number | null)[]>>,
  index: number,
): Readonly<Record<string, number | null>> {
  return Object.fromEntries(
    Object.entries(columns).map(([key, values]) => [key, values[index] ?? null]),
  );
}
