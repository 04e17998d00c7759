/**
 * Goal: the table of peers says plainly where a peer is better, what is doubtful and what is missing.
 * Method: rows made by hand, one figure turned at a time.
 */

import { describe, expect, it } from 'vitest';

import { PEER_NOTES, peersResults, peersText } from '../../../bench/peer-runs/peers-report.ts';
import type { PeerRow } from '../../../bench/peer-runs/peers-report.ts';
import { PEER_NAMES } from '../../../bench/peer-runs/peer-targets.ts';

const OWN: PeerRow = {
  peer: 'longhouse',
  version: '0.1.0',
  players: 1600,
  rateHz: 10,
  cpuMicrosPerMessage: 12,
  proxyMicrosPerMessage: null,
  cpuMicrosEach: [12],
  kibPerPlayer: 6,
  rssMib: 300,
  cpuMicrosPerConnect: 200,
  p50Ms: 50,
  p99Ms: 101,
  ageMs: { p50: 4, p99: 12 },
  beyondTickP99Ms: 3,
  sendLagP99Ms: 1,
  serverCpuPercent: 20,
  loadCpuPercent: 20,
  otherCpuPercent: 2,
  delivered: 240_000,
  expected: 240_000,
  closed: 0,
  errors: 0,
  kneePerSecond: 48_000,
  knee: { perSecond: 48_000, rateHz: 30, isAtLeast: true, steps: [] },
};
const WORSE: PeerRow = {
  ...OWN,
  peer: 'colyseus',
  cpuMicrosPerMessage: 40,
  kibPerPlayer: 13,
  rssMib: 500,
  cpuMicrosPerConnect: 700,
  beyondTickP99Ms: 500,
  kneePerSecond: null,
  knee: { perSecond: null, rateHz: null, isAtLeast: false, steps: [] },
};
const OPTIONS = { seconds: 5, runs: 3 };

function textOf(...rows: readonly PeerRow[]): string {
  return peersText(peersResults(OPTIONS, rows, []));
}

describe('peersText()', () => {
  it('compares CPU with each peer, and a knee that is only a lower bound says so', () => {
    const text = textOf(OWN, WORSE);
    expect(peersResults(OPTIONS, [OWN, WORSE], []).cpuRatios).toEqual({ colyseus: 0.3 });
    expect(text).toContain('CPU per state, longhouse: 0.3 x colyseus');
    expect(text).toContain('>= 48,000');
    expect(text).toContain('none');
    expect(text).not.toContain('better than longhouse');
    expect(text).not.toContain('Doubtful');
  });

  it.each([
    ['CPU per state', { cpuMicrosPerMessage: 11.9 }],
    ['memory per player', { kibPerPlayer: 5 }],
    ['memory in all', { rssMib: 299 }],
    ['CPU per connect', { cpuMicrosPerConnect: 100 }],
    ['p99 beyond the tick', { beyondTickP99Ms: 2 }],
    ['knee', { kneePerSecond: 48_001 }],
  ])('says that a peer is better in %s', (figure, better) => {
    const text = textOf(OWN, { ...WORSE, ...better });
    expect(text).toContain(`better than longhouse in ${figure}: colyseus`);
    expect(text.match(/better than/g)).toHaveLength(1);
  });

  it.each([
    ['the machine did other work beside: colyseus', { otherCpuPercent: 60 }],
    ['were the limit, beside: colyseus', { sendLagP99Ms: 80 }],
  ])('doubts a row: %s', (words, doubtful) => {
    expect(textOf(OWN, { ...WORSE, ...doubtful })).toContain(words);
  });

  it('names what was left out and why, also without any row', () => {
    const skipped = [{ peer: 'nginx', why: 'not installed' } as const];
    expect(peersText(peersResults(OPTIONS, [], skipped))).toBe('Left out: nginx: not installed');
  });

  it('has words for every peer', () => {
    expect(Object.keys(PEER_NOTES).toSorted()).toEqual(PEER_NAMES.toSorted());
  });
});
