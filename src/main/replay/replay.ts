/**
 * The time machine: the same players under the rules of their time and under others. Pure; main thread, `longhouse
 * replay`.
 *
 *   log files --by start of the host--> runs --history--> arrivals --+--> the run's own rules --> before
 *                                                                    +--> the new rules --------> after
 *
 * A run's own rules are those of its files' headers: where an operator changed the modes meanwhile, one after the other.
 */

import { isDeepStrictEqual } from 'node:util';
import type { Ticket } from '../matchmaker/matchmaker.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';
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

/** One start of a host. */
interface Run {
  readonly stages: Stages;
  readonly history: TicketHistory;
}

/** Rules and when they came into force: the first from the beginning, others as an operator changed the configuration. */
type Stages = readonly [Stage, ...Stage[]];

interface Stage {
  readonly fromMs: number;
  readonly rules: readonly ModeRules[];
}

export function replay({ files, newRules, seed }: ReplayOptions): ReplayReport {
  const runs = runsOf(files);
  const before = runs.map((run) => replayRun(run, run.stages, seed));
  const after = runs.map((run) => replayRun(run, [{ fromMs: 0, rules: newRules }], seed));
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

function replayRun(run: Run, [first, ...later]: Stages, seed: number): ReplayOutcome {
  return runReplay({
    matchmaker: rulesMatchmaker(first.rules, seed),
    arrivals: run.history.arrivals,
    endMs: run.history.endMs,
    isKnown: placeIn(first.rules),
    changes: later.map(({ fromMs, rules }) => ({ atMs: fromMs, rules, isKnown: placeIn(rules) })),
  });
}

/** A party that is larger than a side of the rules cannot queue under them. */
function placeIn(rules: readonly ModeRules[]): (ticket: Ticket) => boolean {
  const sizes = new Map(rules.map(({ name, teamSize }) => [name, teamSize]));
  return ({ mode, members }) => members.length <= (sizes.get(mode) ?? 0);
}

/** Files of one start of a host, together. */
function runsOf(files: readonly TicketLogFile[]): readonly Run[] {
  const groups = new Map<string, TicketLogFile[]>();
  for (const file of files) {
    const key = `${file.header.hostId} ${file.startedWallMs}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  return [...groups.values()].map((group) => {
    const history = ticketHistory(group.flatMap(({ entries }) => entries));
    return { stages: stagesOf(group), history };
  });
}

/** Rules that changed came into force with the first event that stands under them: nothing had happened since. */
function stagesOf(files: readonly TicketLogFile[]): Stages {
  const stages: [Stage, ...Stage[]] = [{ fromMs: 0, rules: files[0]?.header.modes ?? [] }];
  for (const { header, entries } of files) {
    const first = entries.find((entry) => entry.kind !== 'gap');
    if (first === undefined || isDeepStrictEqual(stages.at(-1)?.rules, header.modes)) continue;
    stages.push({ fromMs: first.atMs, rules: header.modes });
  }
  return stages;
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
