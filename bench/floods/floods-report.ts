/** What the `floods` bench says: a row for each flood, and whether it kept what is asked of it. The bench's parent process. */

import { textTable } from '../text-table.ts';

export interface FloodRow {
  readonly name: string;
  /** From the newest input to the state that shows it: what a player waits beside the tick. */
  readonly ageMs: { readonly p50: number; readonly p99: number };
  /** From each input to the state that shows it, the wait for the tick included. */
  readonly latencyMs: { readonly p50: number; readonly p99: number };
  readonly players: {
    readonly dropped: number;
    readonly delivered: number;
    readonly expected: number;
    readonly errors: Readonly<Record<string, number>>;
  };
  readonly flood: {
    readonly perSecond: number;
    readonly begun: number;
    readonly accepted: number;
    readonly refused: number;
    readonly failed: number;
    /** As the host counted them, by reason. */
    readonly refusals: Readonly<Record<string, number>>;
  } | null;
  /** Of one core. */
  readonly cpuPercent: {
    readonly host: number;
    readonly players: number;
    readonly attacker: number;
    /** All that the machine did, stolen time included. */
    readonly machine: number;
  };
  readonly logLinesPerSecondMax: number;
  readonly rssMib: { readonly before: number; readonly after: number };
}

/** Asked for in docs/load-testing.md. */
const AGE_P99_MS_MAX = 25;
const LOG_LINES_MAX = 10;
const RSS_GROWTH_MAX = 1.1;

export interface Verdict {
  readonly dropped: number;
  readonly ageP99MsMax: number;
  readonly logLinesPerSecondMax: number;
  /** Resident memory after the last rest over that before the first flood. */
  readonly rssGrowth: number;
  readonly isKept: boolean;
}

export function verdictOf(rows: readonly FloodRow[]): Verdict {
  const floods = rows.filter(({ flood }) => flood !== null);
  const dropped = Math.max(...rows.map(({ players }) => players.dropped));
  const ageP99MsMax = Math.max(...floods.map(({ ageMs }) => ageMs.p99));
  const logLinesPerSecondMax = Math.max(...rows.map((row) => row.logLinesPerSecondMax));
  const rssBefore = floods[0]?.rssMib.before ?? Number.NaN;
  const rssGrowth = (floods.at(-1)?.rssMib.after ?? Number.NaN) / rssBefore;
  const isKept =
    dropped === 0 &&
    ageP99MsMax <= AGE_P99_MS_MAX &&
    logLinesPerSecondMax <= LOG_LINES_MAX &&
    rssGrowth <= RSS_GROWTH_MAX;
  return { dropped, ageP99MsMax, logLinesPerSecondMax, rssGrowth, isKept };
}

export function resultText(rows: readonly FloodRow[], verdict: Verdict): string {
  const players = textTable(
    ['players', 'age p50', 'age p99', 'latency p99', 'delivered', 'expected', 'dropped'],
    rows.map(({ name, ageMs, latencyMs, players: seen }) => [
      name,
      ageMs.p50,
      ageMs.p99,
      latencyMs.p99,
      seen.delivered,
      seen.expected,
      seen.dropped,
    ]),
  );
  const cost = textTable(
    ['CPU %', 'host', 'players', 'attacker', 'machine', 'RSS before', 'after', 'log lines/s'],
    rows.map(({ name, cpuPercent: cpu, rssMib, logLinesPerSecondMax }) => [
      name,
      cpu.host,
      cpu.players,
      cpu.attacker,
      cpu.machine,
      rssMib.before,
      rssMib.after,
      logLinesPerSecondMax,
    ]),
  );
  const floods = rows.flatMap(({ name, flood }) =>
    flood === null
      ? []
      : [
          `${name}: ${flood.perSecond} connects a second, ${flood.begun} in all; accepted ${flood.accepted}, ` +
            `reset ${flood.refused}, failed ${flood.failed}; the host counted ${JSON.stringify(flood.refusals)}`,
        ],
  );
  const words = verdict.isKept ? 'kept' : 'NOT kept';
  const limits = `no player dropped, age p99 <= ${AGE_P99_MS_MAX} ms, <= ${LOG_LINES_MAX} log lines a second and reason, memory back within 10 %`;
  return `${players}\n\n${cost}\n\n${floods.join('\n')}\n\n${words}: ${limits}`;
}
