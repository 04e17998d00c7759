/**
 * The `bridge-traffic` bench: what hosts say to each other while all players are logged in on one of them and nobody looks for a
 * match. The bench's parent process. Counted by the hosts themselves, frames with their headers, without TCP's own.
 *
 *   start hosts -> log all players in on the first -> settle -> /metrics of each host, twice -> bytes a link and second
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { HostNetwork, type NetworkHost } from '../servers/host-network.ts';
import { LoadFleet } from '../load/load-fleet.ts';
import { Progress } from '../progress.ts';
import { freePortOffset } from '../servers/targets.ts';
import { median, rounded, textTable } from '../text-table.ts';

export interface BridgeTrafficOptions {
  readonly hosts: number;
  readonly players: number;
  readonly connectsPerSecond: number;
  readonly processes: number;
  /** Between the last login and the first look. */
  readonly settleSeconds: number;
  readonly seconds: number;
}

export interface BridgeTrafficResults {
  readonly hosts: number;
  readonly bytesPerSecond: {
    readonly loadedHostSentMax: number;
    readonly bothWaysMedian: number;
    readonly bothWaysMax: number;
  };
  readonly channels: Readonly<Record<string, number>>;
}

/** Each host's end of each link, and each host's channels: bytes since its start. */
interface Look {
  readonly atMs: number;
  readonly links: ReadonlyMap<string, number>;
  readonly channels: ReadonlyMap<string, number>;
}

interface LinkRate {
  readonly from: string;
  readonly to: string;
  readonly sentPerSecond: number;
  readonly receivedPerSecond: number;
}

const LINK_SAMPLE =
  /^longhouse_bridge_link_bytes_total\{peer="([^"]+)",direction="(sent|received)"\} (\d+)$/gm;
const CHANNEL_SAMPLE =
  /^longhouse_bridge_bytes_total\{direction="(sent|received)",channel="([^"]+)"\} (\d+)$/gm;
/** Hosts ask their bridge for its counts once a second. */
const COUNTS_MS = 1_500;
const CONNECT_SPARE_MS = 60_000;
const SECOND_MS = 1_000;

export async function bridgeTrafficBench(
  options: BridgeTrafficOptions,
): Promise<BridgeTrafficResults> {
  const folder = mkdtempSync(join(tmpdir(), 'longhouse-bridge-traffic-'));
  const network = new HostNetwork({
    hosts: options.hosts,
    portOffset: await freePortOffset(options.hosts),
    folder,
    flags: ['--bench', '--bots', '0'],
  });
  const progress = new Progress();
  try {
    await network.ready();
    return await measure(options, network.hosts, progress);
  } finally {
    await network.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  options: BridgeTrafficOptions,
  hosts: readonly NetworkHost[],
  progress: Progress,
): Promise<BridgeTrafficResults> {
  const { players, processes, connectsPerSecond, settleSeconds, seconds } = options;
  const [first] = hosts;
  if (first === undefined) throw new Error('Cannot measure: no host');
  const target = { kind: 'host', port: first.framePort, alive: () => first.alive() };
  const fleet = new LoadFleet({ players, processes, target });
  try {
    await fleet.ready();
    const limitMs = (players / connectsPerSecond) * 2 * SECOND_MS + CONNECT_SPARE_MS;
    await progress.step('log in', fleet.connect(connectsPerSecond, limitMs), () => {
      const { inLobby } = fleet.status();
      return { share: inLobby / players, text: `${inLobby} of ${players} in lobbies` };
    });
    const settleMs = settleSeconds * SECOND_MS + COUNTS_MS;
    await progress.timed('settle', sleep(settleMs), settleMs);
    const before = await Promise.all(hosts.map((host) => look(host)));
    await progress.timed('idle', sleep(seconds * SECOND_MS), seconds * SECOND_MS);
    const after = await Promise.all(hosts.map((host) => look(host)));
    const { inLobby, closed } = fleet.status();
    if (inLobby < players || closed > 0) {
      throw new Error(`Cannot measure: ${inLobby} of ${players} in lobbies, ${closed} closed`);
    }
    return results(hosts, before, after);
  } finally {
    await fleet.stop();
  }
}

async function look({ opsPort }: NetworkHost): Promise<Look> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  const page = await response.text();
  const links = Array.from(page.matchAll(LINK_SAMPLE), ([, peer, direction, bytes]) => {
    return [`${peer} ${direction}`, Number(bytes)] as const;
  });
  const channels = Array.from(page.matchAll(CHANNEL_SAMPLE), ([, direction, channel, bytes]) => {
    return [`${channel} ${direction}`, Number(bytes)] as const;
  });
  return { atMs: systemClock.nowMs(), links: new Map(links), channels: new Map(channels) };
}

function results(
  hosts: readonly NetworkHost[],
  before: readonly Look[],
  after: readonly Look[],
): BridgeTrafficResults {
  const rates = hosts.flatMap((host, index) => ratesOf(host.id, before[index], after[index]));
  const expected = hosts.length * (hosts.length - 1);
  if (rates.length !== expected) {
    throw new Error(`Cannot measure: ${rates.length} ends of links, not ${expected}`);
  }
  const [first] = hosts;
  const loaded = rates.filter(({ from }) => from === first?.id);
  const both = rates.map((rate) => rate.sentPerSecond + rate.receivedPerSecond);
  const channels = channelRates(before[0], after[0], hosts.length - 1);
  const rows = loaded.map(({ to, sentPerSecond, receivedPerSecond }) => [
    `${first?.id} to ${to}`,
    rounded(sentPerSecond, 0),
    rounded(receivedPerSecond, 0),
  ]);
  console.log(textTable(['link', 'sent B/s', 'received B/s'], rows));
  const channelRows = Object.entries(channels).map(([name, rate]) => [name, rate]);
  console.log(`\n${textTable(['channel, a link', 'B/s'], channelRows)}`);
  const bytesPerSecond = {
    loadedHostSentMax: rounded(Math.max(...loaded.map((rate) => rate.sentPerSecond)), 0),
    bothWaysMedian: rounded(median(both), 0),
    bothWaysMax: rounded(Math.max(...both), 0),
  };
  const { bothWaysMedian, bothWaysMax } = bytesPerSecond;
  const ends = `median ${bothWaysMedian} B/s, at most ${bothWaysMax}, of ${rates.length} ends of links`;
  console.log(`\nboth ways together: ${ends}`);
  return { hosts: hosts.length, bytesPerSecond, channels };
}

function ratesOf(from: string, before: Look | undefined, after: Look | undefined): LinkRate[] {
  if (before === undefined || after === undefined) return [];
  const seconds = (after.atMs - before.atMs) / SECOND_MS;
  const rate = (key: string): number =>
    ((after.links.get(key) ?? 0) - (before.links.get(key) ?? 0)) / seconds;
  const peers = [...after.links.keys()]
    .filter((key) => key.endsWith(' sent'))
    .map((key) => key.slice(0, -' sent'.length));
  return peers.map((to) => ({
    from,
    to,
    sentPerSecond: rate(`${to} sent`),
    receivedPerSecond: rate(`${to} received`),
  }));
}

/** Of the first host, a link: what the bytes are for. */
function channelRates(
  before: Look | undefined,
  after: Look | undefined,
  links: number,
): Record<string, number> {
  if (before === undefined || after === undefined) return {};
  const seconds = (after.atMs - before.atMs) / SECOND_MS;
  const rates = Array.from(after.channels, ([key, bytes]) => {
    return [key, rounded((bytes - (before.channels.get(key) ?? 0)) / seconds / links, 1)] as const;
  });
  return Object.fromEntries(rates.filter(([, rate]) => rate > 0));
}
