/**
 * The time machine: the same players under the rules of their time and under others. Pure; main thread, `longhouse
 * replay`.
 *
 *   log files --by start of the host--> runs --history--> arrivals --+--> the run's own rules --> before
 *                                                                    +--> the new rules --------> after
 */

import type { ModeRules } from '../matchmaker/mode-rules.ts';
import type { TicketLogEntry } from '../ticket-log/ticket-event-codec.ts';
import type { TicketLogFile } from '../ticket-log/ticket-log-file.ts';
import { measureMode, type ReplayMeasures } from './replay-measures.ts';
import { runReplay, type ReplayOutcome } from './replay-run.ts';
import { rulesMatchmaker } from './rules-matchmaker.ts';
import { ticketHistory, type TicketHistory } from './ticket-history.ts';

export interface ReplayOptions {
  /** In the order in which they were written. */
  readonly files: readonly TicketLogFile[];
  readonly newRules: readonly ModeRules[];
  readonly seed: number;
}

export interface ModeReplay {
  readonly mode: string;
  readonly before: ReplayMeasures;
  readonly after: ReplayMeasures;
}

/** What the log itself holds. */
export interface LogSummary {
  /** Starts of a host. */
  readonly runs: number;
  readonly files: number;
  readonly tickets: number;
  /** Matches that the hosts really made, and free seats that they really filled. */
  readonly matches: number;
  readonly backfills: number;
  readonly missingEvents: number;
  readonly strayEvents: number;
  /** From the first to the last event, all runs together. */
  readonly spanMs: number;
  /** Files whose last block was cut off. */
  readonly cutFiles: number;
  readonly damagedFiles: number;
}

export interface ReplayReport {
  readonly seed: number;
  readonly log: LogSummary;
  /** Modes of the log that the new rules have too, in the order of their names. */
  readonly modes: readonly ModeReplay[];
  /** Modes of the log that the new rules do not have: nothing can be said of them. */
  readonly leftOut: readonly { readonly mode: string; readonly tickets: number }[];
}

interface Run {
  readonly rules: readonly ModeRules[];
  readonly history: TicketHistory;
}

export function replay({ files, newRules, seed }: ReplayOptions): ReplayReport {
  const runs = runsOf(files);
  const before = runs.map((run) => replayRun(run, run.rules, seed));
  const after = runs.map((run) => replayRun(run, newRules, seed));
  const tickets = ticketsByMode(runs);
  const isNew = ([mode]: readonly [string, number]): boolean =>
    newRules.some(({ name }) => name === mode);
  return {
    seed,
    log: logSummary(files, runs),
    modes: tickets.filter(isNew).map(([mode]) => {
      return { mode, before: measureMode(before, mode), after: measureMode(after, mode) };
    }),
    leftOut: tickets
      .filter((one) => !isNew(one))
      .map(([mode, count]) => ({ mode, tickets: count })),
  };
}

function replayRun(run: Run, rules: readonly ModeRules[], seed: number): ReplayOutcome {
  const sizes = new Map(rules.map(({ name, teamSize }) => [name, teamSize]));
  return runReplay({
    matchmaker: rulesMatchmaker(rules, seed),
    arrivals: run.history.arrivals,
    endMs: run.history.endMs,
    // A party that is larger than a side of the new rules cannot queue under them.
    isKnown: ({ mode, members }) => members.length <= (sizes.get(mode) ?? 0),
  });
}

/** Files of one start of a host, together; each run under the rules of its first file. */
function runsOf(files: readonly TicketLogFile[]): readonly Run[] {
  const groups = new Map<string, { rules: readonly ModeRules[]; entries: TicketLogEntry[][] }>();
  for (const { header, startedWallMs, entries } of files) {
    const key = `${header.hostId} ${startedWallMs}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { rules: header.modes, entries: [[...entries]] });
    else group.entries.push([...entries]);
  }
  return [...groups.values()].map(({ rules, entries }) => {
    return { rules, history: ticketHistory(entries.flat()) };
  });
}

function ticketsByMode(runs: readonly Run[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { history } of runs) {
    for (const { ticket } of history.arrivals) {
      counts.set(ticket.mode, (counts.get(ticket.mode) ?? 0) + 1);
    }
  }
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
}

function logSummary(files: readonly TicketLogFile[], runs: readonly Run[]): LogSummary {
  const histories = runs.map(({ history }) => history);
  const sum = (of: (history: TicketHistory) => number): number =>
    histories.reduce((total, history) => total + of(history), 0);
  return {
    runs: runs.length,
    files: files.length,
    tickets: sum(({ arrivals }) => arrivals.length),
    matches: sum(({ matches }) => matches),
    backfills: sum(({ backfills }) => backfills),
    missingEvents: sum(({ missing }) => missing),
    strayEvents: sum(({ strays }) => strays),
    spanMs: sum(({ arrivals, endMs }) => endMs - (arrivals[0]?.atMs ?? endMs)),
    cutFiles: files.filter(({ end }) => end.kind === 'cut').length,
    damagedFiles: files.filter(({ end }) => end.kind === 'damaged').length,
  };
}
