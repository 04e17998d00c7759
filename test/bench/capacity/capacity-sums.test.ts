/**
 * Goal: what the `capacity` bench computes follows from what it measured, by the formulas that it prints.
 * Method: round figures made by hand, sums redone here; one figure turned at a time.
 */

import { describe, expect, it } from 'vitest';

import { capacityText, kneeText } from '../../../bench/capacity/capacity-report.ts';
import {
  capacityOf,
  capacityRows,
  figureRows,
  POPULATIONS,
} from '../../../bench/capacity/capacity-sums.ts';
import type { CapacityAssumed, CapacityMeasured } from '../../../bench/capacity/capacity-sums.ts';
import { kneeOf, type KneeStep } from '../../../bench/peer-runs/peers-knee.ts';

const MEASURED: CapacityMeasured = {
  cpuMicrosPerMessage: 10,
  kneePerSecond: 40_000,
  kneeHostCpuPercent: 90,
  crowdPlayers: 18_000,
  emptyMib: 256,
  kibPerPlayer: 8,
  cpuMicrosPerConnect: 300,
  proxiedCpuRatio: 1.5,
  linkBytesPerSecond: 128,
};
const ASSUMED: CapacityAssumed = {
  rateHz: 10,
  busyPercent: 50,
  playersPerHost: 10_000,
  proxiedPercent: 10,
  loginSeconds: 60,
};

describe('capacityOf()', () => {
  it('is the sum of playing, the way between hosts and all logging in', () => {
    const sums = capacityOf(100_000, MEASURED, ASSUMED);
    // 1,000,000 messages x 10 us = 10 cores, 20 at half of their time.
    expect(sums.messagesPerSecond).toBe(1_000_000);
    expect(sums.playCores).toBeCloseTo(20);
    expect(sums.proxyCores).toBeCloseTo(1);
    expect(sums.loginCores).toBeCloseTo(1);
    expect(sums.cores).toBe(22);
    expect(sums.machinesLikeThis).toBe(25);
  });

  it('counts hosts, their links and their memory', () => {
    const sums = capacityOf(100_000, MEASURED, ASSUMED);
    expect(sums).toMatchObject({ hosts: 10, coresPerHost: 3, links: 45 });
    // 10 x 256 MiB and 100,000 x 8 KiB.
    expect(sums.memoryGib).toBeCloseTo(2.5 + 800_000 / 1_048_576);
    expect(sums.idleLinkKibPerHost).toBeCloseTo((9 * 128) / 1024);
    // 1,000 own players elsewhere and 1,000 guests, 10 times a second, 352 bytes.
    expect(sums.proxiedMibPerHost).toBeCloseTo((2_000 * 10 * 352) / 1_048_576);
  });

  it('has nothing between hosts where there is one', () => {
    const sums = capacityOf(10_000, MEASURED, ASSUMED);
    expect(sums).toMatchObject({ hosts: 1, links: 0, proxyCores: 0, bridgeMibitPerHost: 0 });
    expect(capacityOf(10_001, MEASURED, ASSUMED).hosts).toBe(2);
  });

  it('does not grow cheaper where the machine measured a proxied message below a local one', () => {
    const noisy = { ...MEASURED, proxiedCpuRatio: 0.9 };
    expect(capacityOf(100_000, noisy, ASSUMED).proxyCores).toBe(0);
  });

  it('asks for more cores the less busy they may be, the more is played and the faster all log in', () => {
    const cores = (change: Partial<CapacityAssumed>): number =>
      capacityOf(100_000, MEASURED, { ...ASSUMED, ...change }).cores;
    expect(cores({ busyPercent: 25 })).toBeGreaterThan(cores({}));
    expect(cores({ rateHz: 20 })).toBeGreaterThan(cores({}));
    expect(cores({ loginSeconds: 5 })).toBeGreaterThan(cores({}));
  });
});

describe('the rows', () => {
  it('give every sum of each population a formula in words', () => {
    const all = [18_000, 1_000_000].map((players) => capacityOf(players, MEASURED, ASSUMED));
    const rows = capacityRows(all);
    // All of a Capacity but the number of players, which heads the column.
    expect(rows).toHaveLength(Object.keys(all[0] ?? {}).length - 1);
    expect(rows.every(({ values, formula }) => values.length === 2 && formula !== '')).toBe(true);
    expect(rows.find(({ name }) => name === 'hosts')?.values).toEqual([2, 100]);
  });

  it('say of every figure whether it was measured or assumed', () => {
    const rows = figureRows(MEASURED, ASSUMED);
    const count = (origin: string): number => rows.filter((row) => row.origin === origin).length;
    // All but the number of players, which is part of how others were measured.
    expect(count('measured')).toBe(Object.keys(MEASURED).length - 1);
    expect(count('assumed')).toBe(Object.keys(ASSUMED).length);
  });

  it('are printed below the search, with a knee that is only a lower bound named so', () => {
    const passed: KneeStep = {
      rateHz: 8,
      isPassed: true,
      deliveredPerSecond: 38_400,
      beyondTickP99Ms: 12.34,
      deliveredShare: 1,
      sendLagP99Ms: 1,
      otherCpuPercent: 0,
    };
    const failed = { ...passed, rateHz: 16, isPassed: false, deliveredShare: 0.5 };
    const text = kneeText(kneeOf([passed, failed]), 4_800);
    expect(text).toContain(
      'on this machine: 38,400 states a second (4,800 players at 8 Hz); too much were 76,800 (16 Hz)',
    );
    expect(text).toMatch(/^ +8 +38,400 +12\.3 +100 +1 +0 +yes$/m);
    expect(text).not.toContain('Doubtful');
    const open = kneeText(kneeOf([passed]), 4_800);
    expect(open).toContain('at least 38,400 states a second (4,800 players at 8 Hz); no rate was');
    const loud = { ...failed, sendLagP99Ms: 80, otherCpuPercent: 90 };
    const doubtful = kneeText(kneeOf([passed, loud]), 4_800);
    expect(doubtful).toContain('other work beside 16 Hz');
    expect(doubtful).toContain('at 16 Hz the load clients sent late');
  });

  it('say where each figure comes from, how it is computed, and the sum in words', () => {
    const all = POPULATIONS.map((players) => capacityOf(players, MEASURED, ASSUMED));
    const figures = figureRows(MEASURED, ASSUMED);
    const text = capacityText({ figures, rows: capacityRows(all), all, rateHz: 10 });
    expect(text).toMatch(/^CPU a message +measured +10 +us /m);
    expect(text).toMatch(/^busy +assumed +50 /m);
    expect(text).toMatch(/^hosts +2 +10 +100 +hosts$/m);
    expect(text).toMatch(/^ +hosts += players \/ players a host/m);
    expect(text).toContain('1,000,000 players: 220 cores over 100 hosts, ');
  });
});
