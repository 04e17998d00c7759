/**
 * The picture of `longhouse top` for a terminal of any size. Pure. Main thread.
 *
 *   host, state, clock
 *   players, matches
 *   busiest worker, as a line of the last minute
 *   the panes' names
 *   the chosen pane; `overview` shares its rows among queues, threads, matches and events
 *   keys
 */

import type { HostStatus } from '../../ops/host-status.ts';
import { clockText, durationText } from '../time-text.ts';
import { eventLines, matchLines, playerLines, queueLines, threadLines } from './top-panes.ts';
import { piece, sparkline, spread, type Line } from './styled-line.ts';
import { busiest, PANES, waiting, type Pane, type TopModel } from './top-model.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const HEAD_ROWS = 4;
const FOOT_ROWS = 1;
const LOAD_LABEL_COLUMNS = 26;

/** Exactly `rows` lines. */
export function topLines(model: TopModel, size: ScreenSize): readonly Line[] {
  const { status } = model;
  const rows = Math.max(0, size.rows - HEAD_ROWS - FOOT_ROWS);
  const head =
    status === undefined ? [[piece('waiting for the host ...')]] : headLines(model, status, size);
  const body = status === undefined ? [] : paneLines(model, status, { ...size, rows });
  const all = [...head, ...fill(body, rows), footLine(model)];
  // A very low terminal shows what fits from the top, keys aside.
  return all.slice(0, size.rows);
}

function headLines(model: TopModel, status: HostStatus, { columns }: ScreenSize): readonly Line[] {
  const { players, matches } = status;
  const { hostsHeard, hostsKnown, ageMs } = players;
  const uptime = durationText(status.uptimeSeconds * 1_000);
  const title = [
    piece('longhouse ', 'dim'),
    piece(status.hostId, 'bold'),
    piece(`  ${status.version}  up ${uptime}  `),
    stateOf(model, status),
  ];
  const hosts = `${hostsHeard} of ${hostsKnown} hosts, ${Math.round(ageMs)} ms old`;
  return [
    spread(title, [piece(clockText(model.atMs), 'dim')], columns),
    [
      piece('players ', 'dim'),
      piece(`${players.host}`, 'bold'),
      piece(` of ${status.capacity} here, ${players.network} on the network (${hosts})`),
      piece(status.practicePlayers === 0 ? '' : `, ${status.practicePlayers} practice`, 'dim'),
    ],
    [
      piece('matches ', 'dim'),
      piece(`${matches.host}`, 'bold'),
      piece(` here, ${matches.network} on the network   `),
      piece('lobbies ', 'dim'),
      piece(`${status.lobbies}   `),
      piece('waiting ', 'dim'),
      piece(`${waiting(status)}`),
    ],
    loadLine(model, status, columns),
  ];
}

function stateOf({ problem, isPaused }: TopModel, { notReady }: HostStatus): Line[number] {
  if (problem !== undefined) return piece(`NO ANSWER: ${problem}`, 'bad');
  if (isPaused) return piece('paused', 'warn');
  return notReady === null ? piece('● ready', 'good') : piece(`● not ready: ${notReady}`, 'warn');
}

function loadLine({ loads }: TopModel, status: HostStatus, columns: number): Line {
  const load = busiest(status);
  const style = load > 0.9 ? 'bad' : load > 0.7 ? 'warn' : 'plain';
  const label = [piece('busiest worker ', 'dim'), piece(`${percent(load)} `, style)];
  const width = Math.max(0, columns - LOAD_LABEL_COLUMNS);
  return [...label, piece(sparkline(loads.slice(-width)), 'bar')];
}

function paneLines(model: TopModel, status: HostStatus, size: ScreenSize): readonly Line[] {
  const lines = [tabLine(model.pane)];
  const room = { ...size, rows: Math.max(0, size.rows - 1) };
  switch (model.pane) {
    case 'overview':
      return [...lines, ...overview(model, status, room)];
    case 'matches':
      return [...lines, ...matchLines(model, room)];
    case 'players':
      return [...lines, ...playerLines(model, room)];
    case 'threads':
      return [...lines, ...threadLines(status, room)];
    case 'events':
      return [...lines, ...eventLines(model, room)];
  }
}

/** Queues and threads get what they need, as far as it goes; matches and events share the rest. */
function overview(model: TopModel, status: HostStatus, { columns, rows }: ScreenSize): Line[] {
  const queues = queueLines(status, { columns, rows: Math.min(rows, 8) });
  const threads = threadLines(status, { columns, rows: Math.max(0, Math.min(rows - 12, 12)) });
  const rest = Math.max(0, rows - queues.length - threads.length - 3);
  const matches = matchLines(model, { columns, rows: Math.max(2, Math.floor(rest / 2)) });
  const events = eventLines(model, { columns, rows: rest - Math.min(rest, matches.length) });
  const blank: Line = [];
  const sections = [queues, threads, matches, events].filter((lines) => lines.length > 0);
  return sections.reduce<Line[]>(
    (all, lines) => all.concat(all.length > 0 ? [blank] : [], lines),
    [],
  );
}

function tabLine(chosen: Pane): Line {
  return PANES.flatMap((pane, index) => [
    piece(` ${index + 1} ${pane} `, pane === chosen ? 'chosen' : 'dim'),
    piece(' '),
  ]);
}

function footLine({ isPaused }: TopModel): Line {
  const pause = isPaused ? 'p go on' : 'p pause';
  return [piece(`q quit   ${pause}   tab, 1-${PANES.length} panes`, 'dim')];
}

function fill(lines: readonly Line[], rows: number): readonly Line[] {
  const missing = Math.max(0, rows - lines.length);
  return [...lines.slice(0, rows), ...Array.from({ length: missing }, (): Line => [])];
}

function percent(share: number): string {
  return `${String(Math.round(share * 100)).padStart(3)} %`;
}
