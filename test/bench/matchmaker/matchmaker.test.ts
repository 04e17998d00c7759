/**
 * Goal: the matchmaker bench writes the keys that the contract promises and a plot that can be looked at, and its players
 * come as it says. Method: the real command once; the generator's numbers against what they are drawn from.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  MIXED_PARTIES,
  normal,
  realisticArrivals,
} from '../../../bench/matchmaker/matchmaker-arrivals.ts';
import { fairnessSvg } from '../../../bench/matchmaker/matchmaker-plot.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';

const ROOT = new URL('../../../', import.meta.url);
const seed = runSeed('matchmaker bench');

describe('npm run bench -- matchmaker', () => {
  it("writes the contract's keys, first-come's figures beside them, and the plot", () => {
    const folder = mkdtempSync(join(tmpdir(), 'longhouse-bench-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const json = join(folder, 'matchmaker.json');
    const plot = join(folder, 'plots', 'fairness.svg');
    const argv = ['bench/cli.ts', 'matchmaker', '--runs', '1', '--json', json, '--plot', plot];
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: 'utf8' });
    expect(status, stderr).toBe(0);
    // Our own file, written just now.
    const { results } = JSON.parse(readFileSync(json, 'utf8')) as { results: object };
    const chance = { median: expect.any(Number), p95: expect.any(Number) };
    expect(results).toMatchObject({
      passMs: { '18000': expect.any(Number), '200000': expect.any(Number) },
      splitMsP99: expect.any(Number),
      winProbability: chance,
      firstCome: { winProbability: chance },
      ticketsPerSecond: expect.any(Number),
      bytesPerTicket: expect.any(Number),
      evening: { regretPercentMean: expect.any(Number) },
    });
    const svg = readFileSync(plot, 'utf8');
    expect(svg).toMatch(/^<svg [^>]+>\n/);
    expect(svg.match(/<circle/g)?.length).toBeGreaterThan(500);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  }, 60_000);
});

describe('realisticArrivals()', () => {
  const options = { seed, mode: 'ctf', tickets: 20_000, perSecond: 5, partyShares: MIXED_PARTIES };

  it('gives the same players for the same seed, others for another', () => {
    const make = (from: number): unknown =>
      realisticArrivals({ ...options, seed: from, tickets: 50, dayMs: 60_000, patienceMsMean: 1 });
    expect(make(seed)).toEqual(make(seed));
    expect(make(seed)).not.toEqual(make(seed + 1));
  });

  it('lets them come at the rate, in the parties and with the patience that it was given', () => {
    const arrivals = realisticArrivals({ ...options, dayMs: Infinity, patienceMsMean: 30_000 });
    const spanSeconds = (arrivals.at(-1)?.atMs ?? 0) / 1000;
    expect(arrivals.length / spanSeconds).toBeCloseTo(5, 0);
    for (const [index, share] of MIXED_PARTIES.entries()) {
      const count = arrivals.filter(({ ticket }) => ticket.members.length === index + 1).length;
      expect(Math.abs(count / arrivals.length - share)).toBeLessThan(0.02);
    }
    const patience = arrivals.reduce((sum, { patienceMs }) => sum + patienceMs, 0);
    expect(Math.abs(patience / arrivals.length - 32_000)).toBeLessThan(2_000);
  });

  it('breathes with the day', () => {
    const dayMs = 1_000_000;
    const arrivals = realisticArrivals({ ...options, dayMs, patienceMsMean: 30_000 });
    const within = (from: number, to: number): number =>
      arrivals.filter(({ atMs }) => atMs >= from * dayMs && atMs < to * dayMs).length;
    expect(within(0, 0.5)).toBeGreaterThan(within(0.5, 1) * 2);
  });

  it('gives ratings as a season of games leaves them', () => {
    const arrivals = realisticArrivals({ ...options, dayMs: Infinity, patienceMsMean: 30_000 });
    const ratings = arrivals.flatMap(({ ticket }) => ticket.members.map(({ rating }) => rating));
    const mean = ratings.reduce((sum, { mu }) => sum + mu, 0) / ratings.length;
    expect(Math.abs(mean - 25)).toBeLessThan(0.3);
    expect(Math.min(...ratings.map(({ sigma }) => sigma))).toBeGreaterThanOrEqual(1.5);
    expect(Math.max(...ratings.map(({ sigma }) => sigma))).toBeLessThanOrEqual(25 / 3);
  });

  it('draws normal numbers of mean 0 and deviation 1', () => {
    const random = seededRandom(seed);
    const draws = Array.from({ length: 50_000 }, () => normal(random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + draw * draw, 0) / draws.length;
    expect(Math.abs(mean)).toBeLessThan(0.03);
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });
});

describe('fairnessSvg()', () => {
  it('escapes what it is given and stays within its frame', () => {
    const far = { waitMs: 1e9, spread: 0.5, label: '<wide> & far' };
    const svg = fairnessSvg({ title: 'a < b', clouds: [], line: [far, { ...far, waitMs: 0 }] });
    expect(svg).toContain('&lt;wide&gt; &amp; far');
    expect(svg).toContain('a &lt; b');
    const places = [...svg.matchAll(/c[xy]="([\d.-]+)"/g)].map(([, place]) => Number(place));
    expect(places.length).toBeGreaterThan(3);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(840);
  });
});
