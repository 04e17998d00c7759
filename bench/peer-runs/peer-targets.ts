/**
 * The servers that `peers` puts beside each other, each started alone and measured by process id. The bench's parent process.
 *
 *   longhouse, bare          `frame` over TCP
 *   haproxy, nginx           the same, through a proxy in front of the bare relay: two processes
 *   ws, socket.io, colyseus  programs of bench/peers, over WebSocket
 */

import { readFileSync } from 'node:fs';

import { forkScript, isRunning, stopChild, withDeadline } from '../servers/children.ts';
import { descriptorLimit } from '../servers/descriptor-budget.ts';
import { packageVersion } from './peers-install.ts';
import { proxyShortage, proxyVersion, startProxy } from './stream-proxy.ts';
import type { ProxyName } from './stream-proxy.ts';
import { startTarget } from '../servers/targets.ts';
import type { LoadTarget } from '../servers/targets.ts';
import { Transport } from '../transports/player-connection.ts';

export const PEER_NAMES = [
  'longhouse',
  'bare',
  'ws',
  'colyseus',
  'socket.io',
  'haproxy',
  'nginx',
] as const;
export type PeerName = (typeof PEER_NAMES)[number];

/** Those whose packages live in bench/peers. */
export const INSTALLED_PEERS: ReadonlySet<PeerName> = new Set(['ws', 'colyseus', 'socket.io']);

export interface PeerTarget extends LoadTarget {
  readonly kind: PeerName;
  /** All processes that do the serving. */
  readonly pids: readonly number[];
  /** Of those, the proxy in front; undefined where there is none. */
  readonly proxyPid: number | undefined;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5000;
/** What a proxy opens besides two sockets for each player. */
const PROXY_SPARE_DESCRIPTORS = 200;

/** Why this peer cannot run here with so many players; undefined when it can. */
export function peerShortage(name: PeerName, players: number): string | undefined {
  if (name !== 'haproxy' && name !== 'nginx') return undefined;
  const needed = players * 2 + PROXY_SPARE_DESCRIPTORS;
  const limit = descriptorLimit();
  if (needed > limit) {
    return `a proxy needs ${needed} descriptors for ${players} players, it may open ${limit} here`;
  }
  return proxyShortage(name);
}

export function peerVersion(name: PeerName): string {
  switch (name) {
    case 'longhouse':
      return ownVersion();
    case 'bare':
      return `node:net ${process.versions.node}`;
    case 'ws':
    case 'socket.io':
      return packageVersion(name);
    case 'colyseus':
      return packageVersion('@colyseus/core');
    case 'haproxy':
    case 'nginx':
      return proxyVersion(name) ?? 'none';
  }
}

export function startPeer(name: PeerName, rateHz: number, players: number): Promise<PeerTarget> {
  switch (name) {
    case 'longhouse':
    case 'bare':
      return startOwn(name, rateHz);
    case 'ws':
      return startProgram(name, 'ws-relay.js', Transport.webSocket, rateHz);
    case 'socket.io':
      return startProgram(name, 'socket-io-relay.js', Transport.socketIo, rateHz);
    case 'colyseus':
      return startProgram(name, 'colyseus-relay.js', Transport.colyseus, rateHz);
    case 'haproxy':
    case 'nginx':
      return startProxied(name, rateHz, players);
  }
}

async function startOwn(kind: 'longhouse' | 'bare', rateHz: number): Promise<PeerTarget> {
  const target = await startTarget(kind === 'bare' ? 'bare' : 'host', rateHz);
  return {
    kind,
    port: target.port,
    pids: [target.pid],
    proxyPid: undefined,
    alive: () => target.alive(),
    stop: () => target.stop(),
  };
}

async function startProxied(kind: ProxyName, rateHz: number, players: number): Promise<PeerTarget> {
  const bare = await startTarget('bare', rateHz);
  try {
    const proxy = await startProxy(kind, bare.port, players + PROXY_SPARE_DESCRIPTORS);
    return {
      kind,
      port: proxy.port,
      pids: [proxy.pid, bare.pid],
      proxyPid: proxy.pid,
      alive: () => proxy.alive() && bare.alive(),
      stop: async () => {
        await proxy.stop();
        await bare.stop();
      },
    };
  } catch (error) {
    await bare.stop();
    throw error;
  }
}

async function startProgram(
  kind: PeerName,
  program: string,
  transport: Transport,
  rateHz: number,
): Promise<PeerTarget> {
  const child = forkScript(new URL(`../peers/${program}`, import.meta.url), [String(rateHz)]);
  const listening = new Promise<number>((resolve, reject) => {
    // Our own program's one message.
    child.once('message', (message) => resolve((message as { port: number }).port));
    child.once('exit', (code) => reject(new Error(`Cannot start ${kind}: it ended with ${code}`)));
  });
  const port = await withDeadline(listening, START_LIMIT_MS, `start ${kind}`);
  return {
    kind,
    port,
    transport,
    pids: [child.pid ?? 0],
    proxyPid: undefined,
    alive: () => isRunning(child),
    stop: async () => {
      await stopChild(child, STOP_LIMIT_MS);
    },
  };
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  // Our own package.json.
  return (JSON.parse(manifest) as { version: string }).version;
}
