/** Goal: the cost of a proxied message is what the arithmetic of mixed matches says. Method: made-up loads. */

import { describe, expect, it } from 'vitest';
import { sumReports, type FleetReport } from '../../../bench/load/fleet-report.ts';
import { costOf, hopResults, type HopLoad, type HopRun } from '../../../bench/hop/hop-report.ts';
import { LatencyHistogram } from '../../../bench/load/latency-histogram.ts';

const PLAYERS = 64;
const OPTIONS = {
  players: PLAYERS,
  rateHz: 10,
  seconds: 10,
  warmupSeconds: 1,
  runs: 2,
  connectsPerSecond: 100,
};

function report(counts: { arrived?: number; players?: number; answerMs?: number }): FleetReport {
  const { arrived = 0, players = 0, answerMs = 0 } = counts;
  const inputToState = new LatencyHistogram();
  for (let count = 0; count < 100; count += 1) inputToState.record(answerMs + count / 100);
  const answers = inputToState.export();
  const none = new LatencyHistogram().export();
  const status = { connected: players, inLobby: players, inMatch: players, closed: 0, errors: {} };
  return sumReports([
    {
      status: { ...status, proxied: 0 },
      arrived,
      delivered: arrived,
      expected: arrived,
      repeated: 0,
      unanswered: 0,
      cpuMicros: 0,
      inputToState: answers,
      stateAge: none,
      queueToFirstState: none,
      sendLag: none,
    },
  ]);
}

/** Half of the states arrive at each host. */
function load(kind: HopLoad['kind'], microsPerMessage: number): HopLoad {
  const half = report({ arrived: 3_200, players: PLAYERS / 2 });
  return {
    kind,
    proxied: kind === 'local' ? 0 : PLAYERS / 2,
    cpuMicros: microsPerMessage * 6_400,
    busyMicros: 0,
    reports: [half, half],
  };
}

function run(local: number, mixed: number): HopRun {
  const answers = { local: report({ answerMs: 1 }), proxied: report({ answerMs: 1.25 }) };
  const beside = { local: report({ answerMs: 2 }), proxied: report({ answerMs: 3 }) };
  return {
    quiet: answers,
    local: load('local', local),
    mixed: load('mixed', mixed),
    loaded: beside,
  };
}

describe('the hop report', () => {
  it('takes the local half of mixed matches out of their cost', () => {
    // Half of 10 and half of 16 make 13.
    expect(costOf(run(10, 13))).toEqual({ local: 10, mixed: 13, proxied: 16, ratio: 1.6 });
    expect(costOf(run(10, 10)).ratio).toBe(1);
  });

  it('takes the ratio of the medians, so that one run that was disturbed does not decide', () => {
    const results = hopResults(OPTIONS, [run(10, 13), run(10, 13), run(10, 40)]);
    expect(results).toMatchObject({
      cpuRatio: 1.6,
      runRatios: [1.6, 1.6, 7],
      cpuMicrosPerMessage: { local: 10, mixed: 13, proxied: 16 },
      delivered: 3 * 2 * 6_400,
      expected: 3 * 2 * 6_400,
      closed: 0,
    });
  });

  it('compares answers of the same seconds, percentile by percentile', () => {
    const { addedMs, loaded } = hopResults(OPTIONS, [run(10, 13)]) as {
      addedMs: { p50: number; p99: number };
      loaded: { addedMs: { p50: number; p99: number } };
    };
    // A bucket of the histogram is at most 0.8 % wide.
    for (const { p50, p99 } of [addedMs]) {
      expect(Math.abs(p50 - 0.25)).toBeLessThan(0.02);
      expect(Math.abs(p99 - 0.25)).toBeLessThan(0.03);
    }
    expect(Math.abs(loaded.addedMs.p50 - 1)).toBeLessThan(0.04);
  });
});
