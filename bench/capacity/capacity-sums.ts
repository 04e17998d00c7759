/**
 * What it takes to serve so many players, computed from what was measured here. Pure; the bench's parent process.
 * Figures say whether they were measured or assumed, sums say their formula in words, so that a reader can redo them.
 */

import { rounded } from '../text-table.ts';

/** Read off this machine by the bench. */
export interface CapacityMeasured {
  /** CPU of the host for one delivered state, its input included: the dearest step from half the knee up. */
  readonly cpuMicrosPerMessage: number;
  /** States a second that the machine delivered at its knee, the load clients beside the host. */
  readonly kneePerSecond: number;
  /** Of one core, by the host, at the knee. */
  readonly kneeHostCpuPercent: number;
  /** Of whom the next three were measured. */
  readonly crowdPlayers: number;
  readonly emptyMib: number;
  readonly kibPerPlayer: number;
  readonly cpuMicrosPerConnect: number;
  /** A proxied message's CPU, of both hosts together, over a local one's. */
  readonly proxiedCpuRatio: number;
  /** Of an idle link, both ways together. */
  readonly linkBytesPerSecond: number;
}

/** Chosen by who asks; each is a flag of the command. */
export interface CapacityAssumed {
  /** States a second and player. */
  readonly rateHz: number;
  /** How busy the cores may be: the rest is for bursts. */
  readonly busyPercent: number;
  readonly playersPerHost: number;
  /** Of all players, in matches on another host than their own. */
  readonly proxiedPercent: number;
  /** All of them log in within so long, after an outage say. */
  readonly loginSeconds: number;
}

export interface FigureRow {
  readonly name: string;
  readonly origin: 'measured' | 'assumed';
  readonly value: number;
  readonly unit: string;
  readonly how: string;
}

export interface CapacityRow {
  readonly name: string;
  readonly unit: string;
  /** One a population, in its order. */
  readonly values: readonly number[];
  readonly formula: string;
}

/** One population's sums. */
export interface Capacity {
  readonly players: number;
  readonly messagesPerSecond: number;
  readonly machinesLikeThis: number;
  readonly playCores: number;
  readonly proxyCores: number;
  readonly loginCores: number;
  readonly cores: number;
  readonly hosts: number;
  readonly coresPerHost: number;
  readonly memoryGib: number;
  readonly links: number;
  readonly idleLinkKibPerHost: number;
  readonly proxiedMibPerHost: number;
  readonly bridgeMibitPerHost: number;
  readonly outMibitPerHost: number;
}

export const POPULATIONS = [18_000, 100_000, 1_000_000] as const;
/** Of the `relay` mode: docs/games.md. */
const INPUT_BYTES = 32;
const STATE_BYTES = 256;
/** Length and type of a `frame`. */
const FRAME_BYTES = 3;
/** Of a record on a link, all headers that may stand before it: more than there are. */
const BRIDGE_RECORD_BYTES = 32;
/** Rows of a host's table of hosts (src/main/allocate-memory.ts). */
const NETWORK_HOSTS_MAX = 64;
const MICROS = 1_000_000;
const KIB = 1_024;
const MIB = KIB * KIB;
const BYTE_BITS = 8;

export function capacityOf(
  players: number,
  measured: CapacityMeasured,
  assumed: CapacityAssumed,
): Capacity {
  const busy = assumed.busyPercent / 100;
  const messagesPerSecond = players * assumed.rateHz;
  const proxiedShare = assumed.proxiedPercent / 100;
  const playCores = (messagesPerSecond * measured.cpuMicrosPerMessage) / MICROS / busy;
  const proxyCores = playCores * proxiedShare * Math.max(0, measured.proxiedCpuRatio - 1);
  const loginCores =
    (players * measured.cpuMicrosPerConnect) / MICROS / assumed.loginSeconds / busy;
  const hosts = Math.max(1, Math.ceil(players / assumed.playersPerHost));
  const cores = Math.ceil(playCores + (hosts > 1 ? proxyCores : 0) + loginCores);
  const memoryKib = hosts * measured.emptyMib * KIB + players * measured.kibPerPlayer;
  const linksPerHost = hosts - 1;
  const idleLinkBytes = linksPerHost * measured.linkBytesPerSecond;
  // Both ends carry it: the home host of the player and the host of the match.
  const proxiedPerHost = hosts > 1 ? ((players * proxiedShare) / hosts) * 2 : 0;
  const proxiedBytes =
    proxiedPerHost * assumed.rateHz * (INPUT_BYTES + STATE_BYTES + 2 * BRIDGE_RECORD_BYTES);
  const outBytes = (messagesPerSecond / hosts) * (STATE_BYTES + FRAME_BYTES);
  return {
    players,
    messagesPerSecond,
    machinesLikeThis: Math.ceil(messagesPerSecond / measured.kneePerSecond),
    playCores,
    proxyCores: hosts > 1 ? proxyCores : 0,
    loginCores,
    cores,
    hosts,
    coresPerHost: Math.ceil(cores / hosts),
    memoryGib: memoryKib / MIB,
    links: (hosts * linksPerHost) / 2,
    idleLinkKibPerHost: idleLinkBytes / KIB,
    proxiedMibPerHost: proxiedBytes / MIB,
    bridgeMibitPerHost: ((idleLinkBytes + proxiedBytes) * BYTE_BITS) / MIB,
    outMibitPerHost: (outBytes * BYTE_BITS) / MIB,
  };
}

/** The arithmetic as a table: a column a population. */
export function capacityRows(all: readonly Capacity[]): readonly CapacityRow[] {
  const row = (
    [name, unit]: readonly [string, string],
    figure: keyof Capacity,
    formula: string,
  ): CapacityRow => ({ name, unit, values: all.map((one) => rounded(one[figure])), formula });
  const record = `${INPUT_BYTES} + ${STATE_BYTES} + 2 x ${BRIDGE_RECORD_BYTES} bytes`;
  return [
    row(['messages', 'a second'], 'messagesPerSecond', 'players x rate'),
    row(
      ['machines like this one', 'machines'],
      'machinesLikeThis',
      'messages / knee, rounded up: with nothing to spare, and load clients on each',
    ),
    row(['cores to play', 'cores'], 'playCores', 'messages x CPU a message / busy share'),
    row(
      ['cores for the way between hosts', 'cores'],
      'proxyCores',
      'cores to play x proxied share x (proxied cost ratio - 1); none with one host',
    ),
    row(
      ['cores while all log in', 'cores'],
      'loginCores',
      'players x CPU a login / seconds of the log-in / busy share',
    ),
    row(['cores', 'cores'], 'cores', 'the sum of the three, rounded up'),
    row(
      ['hosts', 'hosts'],
      'hosts',
      `players / players a host, rounded up; a network has at most ${NETWORK_HOSTS_MAX}`,
    ),
    row(['cores a host', 'cores'], 'coresPerHost', 'cores / hosts, rounded up'),
    row(
      ['memory of all hosts', 'GiB'],
      'memoryGib',
      "hosts x an empty host + players x memory a player; the kernel's socket buffers are not in it",
    ),
    row(['links', 'links'], 'links', 'hosts x (hosts - 1) / 2: each knows each'),
    row(
      ['idle links of a host', 'KiB a second'],
      'idleLinkKibPerHost',
      '(hosts - 1) x bytes of an idle link, both ways',
    ),
    row(
      ['proxied play of a host', 'MiB a second'],
      'proxiedMibPerHost',
      `2 x proxied players a host x rate x (${record}): guests here and own players elsewhere, each state sent to each`,
    ),
    row(
      ['bridge of a host', 'Mibit a second'],
      'bridgeMibitPerHost',
      'idle links + proxied play, both ways together',
    ),
    row(
      ['to players, of a host', 'Mibit a second'],
      'outMibitPerHost',
      `messages / hosts x (${STATE_BYTES} + ${FRAME_BYTES} bytes), without TCP's own`,
    ),
  ];
}

/** What the arithmetic starts from. */
export function figureRows(
  measured: CapacityMeasured,
  assumed: CapacityAssumed,
): readonly FigureRow[] {
  const read = (name: string, value: number, unit: string, how: string): FigureRow => {
    return { name, origin: 'measured', value, unit, how };
  };
  const chosen = (name: string, value: number, unit: string, how: string): FigureRow => {
    return { name, origin: 'assumed', value, unit, how };
  };
  const crowd = `${measured.crowdPlayers.toLocaleString('en-US')} players`;
  return [
    read('knee', measured.kneePerSecond, 'states a second', 'the search, load clients beside'),
    read('host at the knee', measured.kneeHostCpuPercent, '% of a core', 'its CPU time there'),
    read(
      'CPU a message',
      measured.cpuMicrosPerMessage,
      'us',
      'the dearest step from half the knee up',
    ),
    read('CPU a login', measured.cpuMicrosPerConnect, 'us', `CPU time of the connects of ${crowd}`),
    read('an empty host', measured.emptyMib, 'MiB', 'RSS with nobody there'),
    read(
      'memory a player',
      measured.kibPerPlayer,
      'KiB',
      `growth of RSS with ${crowd} in play at 1 Hz`,
    ),
    read('proxied cost ratio', measured.proxiedCpuRatio, '', 'CPU of both hosts, as in hop'),
    read('an idle link', measured.linkBytesPerSecond, 'bytes a second', 'as in bridge-traffic'),
    chosen('rate', assumed.rateHz, 'Hz', '--rate'),
    chosen('busy', assumed.busyPercent, '% of all cores', '--busy-percent'),
    chosen('players a host', assumed.playersPerHost, 'players', '--players-per-host'),
    chosen('proxied', assumed.proxiedPercent, '% of players', '--proxied-percent'),
    chosen('all log in within', assumed.loginSeconds, 's', '--login-seconds'),
  ];
}
