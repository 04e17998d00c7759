/** The panes of `longhouse top`: each a table of at most as many lines as there are rows. Pure. Main thread. */

import type { HostStatus, WorkerStatus } from '../../ops/host-status.ts';
import type { MatchView, PlayerView } from '../../ops/ops-views.ts';
import { byteText } from '../../worst-case-memory.ts';
import { durationText } from '../time-text.ts';
import { bar, piece, type Line, type Style } from './styled-line.ts';
import type { TopModel } from './top-model.ts';
import type { ScreenSize } from './top-view.ts';

const BAR_COLUMNS = 12;
const GAP = '  ';

interface Cell {
  readonly text: string;
  readonly style?: Style;
}

/** A title above each column; numbers, that is columns whose title starts with `>`, to the right. */
function table(
  titles: readonly string[],
  rows: readonly (readonly Cell[])[],
  rowsMax: number,
): readonly Line[] {
  if (rowsMax < 2) return [];
  const shown = rows.slice(0, rowsMax - 1);
  const widths = titles.map((title, index) =>
    Math.max(
      title.replace('>', '').length,
      ...shown.map((cells) => cells[index]?.text.length ?? 0),
    ),
  );
  const line = (cells: readonly Cell[]): Line =>
    cells.map(({ text, style }, index) => {
      const width = widths[index] ?? 0;
      const isRight = titles[index]?.startsWith('>') === true;
      if (index === titles.length - 1 && !isRight) return piece(text, style ?? 'plain');
      return piece((isRight ? text.padStart(width) : text.padEnd(width)) + GAP, style ?? 'plain');
    });
  const head = titles.map((title): Cell => ({ text: title.replace('>', ''), style: 'dim' }));
  return [line(head), ...shown.map(line)];
}

export function queueLines({ queues }: HostStatus, { rows }: ScreenSize): readonly Line[] {
  const cells = Object.entries(queues).map(([mode, queue]): Cell[] => [
    { text: mode },
    { text: String(queue.host), style: queue.host > 0 ? 'bold' : 'dim' },
    { text: String(queue.network) },
    {
      text: queue.host === 0 ? '-' : durationText(queue.oldestMs),
      style: queue.oldestMs > 60_000 ? 'warn' : 'plain',
    },
  ]);
  return table(['QUEUE', '>WAITING', '>NETWORK', '>OLDEST'], cells, rows);
}

export function threadLines(status: HostStatus, { rows }: ScreenSize): readonly Line[] {
  const cells = [
    ...status.workers.map(workerCells),
    ...status.gateways.map((gateway): Cell[] => [
      { text: `gateway ${gateway.gateway}` },
      { text: gateway.state, style: stateStyle(gateway.state) },
      { text: '' },
      { text: '' },
      { text: String(gateway.players) },
      { text: `${gateway.connections} connections` },
    ]),
  ];
  return table(['THREAD', 'IS', 'BUSY', '>HANDLERS', '>PLAYERS', ''], cells, rows);
}

function workerCells(worker: WorkerStatus): Cell[] {
  const { load, heapBytes, externalBytes } = worker;
  const share = `${String(Math.round(load * 100)).padStart(3)} %`;
  return [
    { text: `worker ${worker.worker}` },
    { text: worker.state, style: stateStyle(worker.state) },
    { text: `${bar(load, BAR_COLUMNS)} ${share}`, style: load > 0.9 ? 'bad' : 'bar' },
    { text: String(worker.handlers) },
    { text: String(worker.players) },
    { text: `${byteText(heapBytes)} + ${byteText(externalBytes)}` },
  ];
}

function stateStyle(state: string): Style {
  return state === 'running' || state === 'listening' ? 'good' : 'warn';
}

export function matchLines({ matches, atMs }: TopModel, { rows }: ScreenSize): readonly Line[] {
  const cells = matches.rows.map((match: MatchView): Cell[] => [
    { text: match.id },
    { text: match.startedMs === null ? 'opens' : durationText(atMs - match.startedMs) },
    { text: String(match.players.length) },
    { text: String(match.worker ?? match.hostId) },
    { text: match.players.map(({ name }) => name).join(' ') },
  ]);
  return table([titled('MATCH', matches), '>FOR', '>PLAYERS', '>WORKER', 'WHO'], cells, rows);
}

export function playerLines({ players }: TopModel, { rows }: ScreenSize): readonly Line[] {
  const cells = players.rows.map((player: PlayerView): Cell[] => [
    { text: player.name, style: player.practice ? 'dim' : 'plain' },
    { text: player.state },
    { text: player.connectedMs === null ? '-' : durationText(player.connectedMs) },
    { text: player.match ?? player.mode ?? '' },
  ]);
  return table([titled('PLAYER', players), 'IS', '>CONNECTED', 'PLAYS'], cells, rows);
}

export function eventLines({ events }: TopModel, { rows }: ScreenSize): readonly Line[] {
  if (rows < 2) return [];
  const shown = events.slice(-(rows - 1)).reverse();
  const none = [[piece('nothing since the start of this program', 'dim')]];
  return [
    [piece('EVENTS, newest first', 'dim')],
    ...(shown.length === 0 ? none : shown.map((text) => [piece(text)])),
  ];
}

/** `MATCH (40 of 512)` where not all are shown. */
function titled(
  title: string,
  { rows, total }: { rows: readonly unknown[]; total: number },
): string {
  return rows.length < total ? `${title} (${rows.length} of ${total})` : title;
}
