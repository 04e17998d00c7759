/** The rules between settings of the bridge, each of which is allowed by itself. Pure; main thread. */

import { BlockList, isIP } from 'node:net';
import { isAddress, splitAddress } from '../../cluster-bridge/link/host-address.ts';
import { TLS_KEYS, type BridgeConfig } from './bridge-schema.ts';
import type { ConfigConflict } from './config-checks.ts';
import type { HostConfig } from './host-config.ts';

/** A record is at most a quarter of its ring, and has to travel in one frame (FRAME_BYTES_MAX) with others before it. */
const RING_BYTES_MAX: number = 8 * 1024 * 1024;
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

export function* checkBridge({ bridge, rings }: HostConfig): Iterable<ConfigConflict> {
  const bad = bridge.peers.find((peer) => !isAddress(peer));
  if (bad !== undefined) {
    yield { path: 'bridge.peers', value: bad, allowed: 'allowed is "HOST:PORT"' };
  }
  if (bridge.advertise !== '' && !isAddress(bridge.advertise)) {
    yield { path: 'bridge.advertise', value: bridge.advertise, allowed: 'allowed is "HOST:PORT"' };
  }
  const given = TLS_KEYS.filter((key) => bridge[key] !== '');
  const missing = TLS_KEYS.find((key) => bridge[key] === '');
  if (given.length > 0 && missing !== undefined) {
    const allowed = `but bridge.${given[0] ?? ''} is set: TLS needs all three files`;
    yield { path: `bridge.${missing}`, value: '', allowed };
  }
  if (!bridge.enabled) return;
  for (const key of ['upBytes', 'downBytes'] as const) {
    if (rings[key] <= RING_BYTES_MAX) continue;
    const allowed = `allowed is at most ${RING_BYTES_MAX} on a host of a network`;
    yield { path: `rings.${key}`, value: rings[key], allowed };
  }
  if (bridge.secret === '' && given.length === 0) yield* checkOpenBridge(bridge);
}

/** Whoever reaches a bridge without a secret is a host of the network: only this machine's programs may. */
function* checkOpenBridge({ bindAddress, peers }: BridgeConfig): Iterable<ConfigConflict> {
  if (!isLoopback(bindAddress)) {
    const allowed = `but bridge.bindAddress is "${bindAddress}": beyond loopback a secret of at least 16 characters or TLS is needed`;
    yield { path: 'bridge.secret', value: '', allowed };
    return;
  }
  const far = peers.find((peer) => !isLoopback(splitAddress(peer)?.host ?? 'localhost'));
  if (far === undefined) return;
  const allowed = `but bridge.peers names "${far}": beyond loopback a secret of at least 16 characters or TLS is needed`;
  yield { path: 'bridge.secret', value: '', allowed };
}

/** Of names only "localhost": what another one stands for may change. */
function isLoopback(host: string): boolean {
  const family = isIP(host);
  if (family === 0) return host === 'localhost';
  return LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
