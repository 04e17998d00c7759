/**
 * Goal: a row of `npm run bench -- peers` comes from a real server and real players, for each way they connect.
 * Method: 32 players, one short run each. The bare relay runs everywhere; the peers of bench/peers where they are
 * installed (`npm ci` in bench/peers, which the bench itself does), the proxies where their Debian packages are.
 */

import { describe, expect, it } from 'vitest';

import { arePeersInstalled } from '../../../bench/peer-runs/peers-install.ts';
import {
  INSTALLED_PEERS,
  PEER_NAMES,
  peerShortage,
} from '../../../bench/peer-runs/peer-targets.ts';
import type { PeerName } from '../../../bench/peer-runs/peer-targets.ts';
import { rowOf } from '../../../bench/peer-runs/peers-row.ts';
import { runPeer } from '../../../bench/peer-runs/peers-run.ts';
import { Progress } from '../../../bench/progress.ts';

const LOAD = {
  players: 32,
  rateHz: 4,
  seconds: 2,
  warmupSeconds: 0,
  connectsPerSecond: 1000,
  processes: 1,
  settleMs: 0,
};
const SILENT = new Progress({ write: () => true });
const LIMIT_MS = 60_000;

/** The host has a bench and an end-to-end test of its own. */
const peers = PEER_NAMES.filter((peer) => peer !== 'longhouse');

describe('one run of a peer', () => {
  for (const peer of peers) {
    it.skipIf(!isHere(peer))(
      `of ${peer} delivers every state and counts each input${isHere(peer) ? '' : ' (not installed)'}`,
      async () => {
        const run = await runPeer(peer, LOAD, { progress: SILENT, label: peer });
        const { report } = run;
        expect(report.status.errors).toEqual({});
        expect(report.status.closed).toBe(0);
        expect(report.expected).toBe(LOAD.players * LOAD.rateHz * LOAD.seconds);
        // A stall of this machine may swallow ticks: a state is never repeated, made up, or lost without one.
        expect(report.delivered).toBeGreaterThan(report.expected / 4);
        expect(report.delivered).toBeLessThanOrEqual(report.expected);
        expect(report.repeated).toBe(0);
        expect(report.inputToState.count).toBe(report.expected);
        expect(report.stateAge.count).toBeGreaterThan(0);
        expect(run.rssMib).toBeGreaterThan(10);
        const row = rowOf(LOAD, [run], { knee: undefined, version: 'tested' });
        expect(row.proxyMicrosPerMessage !== null).toBe(peer === 'haproxy' || peer === 'nginx');
        expect(row.p99Ms).toBeGreaterThan(row.ageMs.p50);
      },
      LIMIT_MS,
    );
  }
});

function isHere(peer: PeerName): boolean {
  if (INSTALLED_PEERS.has(peer)) return arePeersInstalled();
  return peerShortage(peer, LOAD.players) === undefined;
}
