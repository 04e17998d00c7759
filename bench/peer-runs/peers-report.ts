/**
 * What the `peers` bench says: one table, the comparison in words, and what each peer does that the others do not. Pure.
 */

import {
  KNEE_BEYOND_TICK_MS,
  KNEE_DELIVERED_SHARE,
  OTHER_CPU_PERCENT_DOUBTFUL,
  SEND_LAG_MS_DOUBTFUL,
} from './peers-knee.ts';
import type { Knee } from './peers-knee.ts';
import type { PeerName } from './peer-targets.ts';
import { rounded, textTable } from '../text-table.ts';
import type { Cell } from '../text-table.ts';

export interface PeerRow {
  readonly peer: PeerName;
  readonly version: string;
  readonly players: number;
  readonly rateHz: number;
  readonly cpuMicrosPerMessage: number;
  /** Of that, the proxy's; null where there is none. */
  readonly proxyMicrosPerMessage: number | null;
  readonly cpuMicrosEach: readonly number[];
  readonly kibPerPlayer: number;
  readonly rssMib: number;
  readonly cpuMicrosPerConnect: number;
  /** Input to state; the wait for the tick is in it. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Without most of the wait for the tick. */
  readonly ageMs: { readonly p50: number; readonly p99: number };
  /** Without any of it, so never more than the truth. */
  readonly beyondTickP99Ms: number;
  readonly sendLagP99Ms: number;
  readonly serverCpuPercent: number;
  readonly loadCpuPercent: number;
  readonly otherCpuPercent: number;
  readonly delivered: number;
  readonly expected: number;
  readonly closed: number;
  readonly errors: number;
  readonly kneePerSecond: number | null;
  readonly knee: Knee | null;
}

export interface SkippedPeer {
  readonly peer: PeerName;
  readonly why: string;
}

export interface PeersResults {
  readonly rows: readonly PeerRow[];
  readonly skipped: readonly SkippedPeer[];
  /** Longhouse's CPU per message over each other's. */
  readonly cpuRatios: Readonly<Partial<Record<PeerName, number>>>;
  readonly seconds: number;
  readonly runs: number;
}

/** Where a peer does something else than the host; printed below every table. */
export const PEER_NOTES: Readonly<Record<PeerName, string>> = {
  longhouse:
    'logins, limits, lobbies, matchmaking, containment of crashes; threads, so several cores',
  bare: 'nothing but sockets and matches on one thread: the floor for node:net, not a product',
  ws: 'as `bare`, over WebSocket, which browsers speak and `frame` does not; no accounts, limits or rooms',
  colyseus: 'rooms, reconnection, schema state (not used here); WebSocket, which browsers speak',
  'socket.io':
    'rooms, reconnection, fallback to long polling (off here); a message is two WebSocket frames',
  haproxy:
    'a TCP hop in front of `bare`, one thread: health checks, TLS and balancing; it never re-routes a player',
  nginx: 'a TCP hop in front of `bare`, one process: the same, without active health checks',
};

export function peersResults(
  options: { readonly seconds: number; readonly runs: number },
  rows: readonly PeerRow[],
  skipped: readonly SkippedPeer[],
): PeersResults {
  const own = rows.find((row) => row.peer === 'longhouse');
  const others = own === undefined ? [] : rows.filter((row) => row !== own);
  const ratios = others.map((row): [PeerName, number] => [
    row.peer,
    rounded((own?.cpuMicrosPerMessage ?? Number.NaN) / row.cpuMicrosPerMessage, 3),
  ]);
  return {
    rows,
    skipped,
    cpuRatios: Object.fromEntries(ratios),
    seconds: options.seconds,
    runs: options.runs,
  };
}

export function peersText(results: PeersResults): string {
  const { rows, skipped } = results;
  const [first] = rows;
  const lines: string[] = [];
  if (first !== undefined) {
    const size = `${first.players.toLocaleString('en-US')} players in matches of 16, ${first.rateHz} Hz, one tick is ${rounded(1000 / first.rateHz, 1)} ms`;
    lines.push(
      `${size}; medians of ${results.runs} ${results.runs === 1 ? 'run' : 'runs'} of ${results.seconds} s`,
      '',
    );
    lines.push(...tables(rows), '', ...LEGEND, '', ...comparison(results), '');
    lines.push('What else they do or leave out:');
    lines.push(...rows.map((row) => `  ${row.peer.padEnd(10)} ${PEER_NOTES[row.peer]}`));
  }
  lines.push(...skipped.map(({ peer, why }) => `Left out: ${peer}: ${why}`));
  return lines.join('\n');
}

const LEGEND = [
  'us/state: CPU of all serving processes for a delivered state, its input included; us/connect: for a player to be in a lobby',
  'input: from an input to the first state that shows it, ms; a perfect server has half a tick (p50) and a whole one (p99)',
  'age: of the newest input that a state shows, ms; beyond tick: its p99 without the wait for the tick; CPU %: of one core',
];

/** What each server cost; then what its players saw, and who used the machine meanwhile. */
function tables(rows: readonly PeerRow[]): readonly string[] {
  const cost = [
    'peer',
    'version',
    'us/state',
    'of it proxy',
    'KiB/player',
    'RSS MiB',
    'us/connect',
  ];
  const seen = ['peer', 'input p50', 'p99 ms', 'age p99', 'beyond tick', 'delivered %', 'closed'];
  const used = ['knee/s', 'server CPU %', 'load CPU %', 'other CPU %'];
  return [
    textTable(
      cost,
      rows.map((row): Cell[] => [
        row.peer,
        row.version,
        row.cpuMicrosPerMessage,
        row.proxyMicrosPerMessage ?? '',
        row.kibPerPlayer,
        row.rssMib,
        row.cpuMicrosPerConnect,
      ]),
    ),
    '',
    textTable(
      [...seen, ...used],
      rows.map((row): Cell[] => [
        row.peer,
        row.p50Ms,
        row.p99Ms,
        row.ageMs.p99,
        row.beyondTickP99Ms,
        rounded((row.delivered / row.expected) * 100, 1),
        row.closed,
        kneeCell(row.knee),
        row.serverCpuPercent,
        row.loadCpuPercent,
        row.otherCpuPercent,
      ]),
    ),
  ];
}

function kneeCell(knee: Knee | null): Cell {
  if (knee === null) return '';
  if (knee.perSecond === null) return 'none';
  return knee.isAtLeast ? `>= ${knee.perSecond.toLocaleString('en-US')}` : knee.perSecond;
}

function comparison({ rows, cpuRatios }: PeersResults): string[] {
  const own = rows.find((row) => row.peer === 'longhouse');
  const ratios = Object.entries(cpuRatios).map(([peer, ratio]) => `${ratio} x ${peer}`);
  const lines = ratios.length > 0 ? [`CPU per state, longhouse: ${ratios.join(', ')}`] : [];
  if (own !== undefined) lines.push(...betterThan(own, rows));
  lines.push(...doubts(rows));
  if (rows.some((row) => row.knee !== null)) {
    const rule = `p99 beyond the tick <= ${KNEE_BEYOND_TICK_MS} ms and ${KNEE_DELIVERED_SHARE * 100} % delivered`;
    lines.push(
      `knee: most states a second with ${rule}, on this machine, its load clients included`,
    );
  }
  return lines;
}

/** Which rows were measured on a machine that did other work, or by load clients that were late themselves. */
function doubts(rows: readonly PeerRow[]): string[] {
  const busy = rows.filter((row) => row.otherCpuPercent > OTHER_CPU_PERCENT_DOUBTFUL);
  const late = rows.filter((row) => row.sendLagP99Ms > SEND_LAG_MS_DOUBTFUL);
  const say = (why: string, doubtful: readonly PeerRow[]): string[] =>
    doubtful.length === 0
      ? []
      : [`Doubtful: ${why}: ${doubtful.map((row) => row.peer).join(', ')}`];
  return [
    ...say('the machine did other work beside', busy),
    ...say('the load clients sent late, so they or the machine were the limit, beside', late),
  ];
}

/** Says plainly where a peer is better than this host. */
function betterThan(own: PeerRow, rows: readonly PeerRow[]): string[] {
  const figures: readonly (readonly [string, (row: PeerRow) => number | null, 1 | -1])[] = [
    ['CPU per state', (row) => row.cpuMicrosPerMessage, 1],
    ['memory per player', (row) => row.kibPerPlayer, 1],
    ['memory in all', (row) => row.rssMib, 1],
    ['CPU per connect', (row) => row.cpuMicrosPerConnect, 1],
    ['p99 beyond the tick', (row) => row.beyondTickP99Ms, 1],
    ['knee', (row) => row.kneePerSecond, -1],
  ];
  return figures.flatMap(([name, figure, sign]) => {
    const mine = figure(own);
    const better = rows.filter((row) => {
      const theirs = figure(row);
      return mine !== null && theirs !== null && theirs * sign < mine * sign;
    });
    return better.length === 0
      ? []
      : [`better than longhouse in ${name}: ${better.map((row) => row.peer).join(', ')}`];
  });
}
