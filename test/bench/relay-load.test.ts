/**
 * Goal: the load client and the bare relay work against each other, and a stall on either side shows in the figures.
 * Method: real processes and sockets, 64 players; a process is stalled with SIGSTOP in the middle of the window.
 * The stall tests assert lower bounds only, so that a slow machine cannot fail them.
 */

import { afterEach, describe, expect, it } from 'vitest';

import type { FleetReport } from '../../bench/load/fleet-report.ts';
import { LoadFleet } from '../../bench/load/load-fleet.ts';
import { readProcess } from '../../bench/servers/process-meter.ts';
import { startTarget } from '../../bench/servers/targets.ts';
import type { Target } from '../../bench/servers/targets.ts';
import { sleep } from '../../src/shared/clock.ts';

const PLAYERS = 64;
/** Slow ticks: the relay skips a tick only after a stall of a whole interval, which a busy machine rarely gives. */
const RATE_HZ = 4;
const SECONDS = 2;
const LIMIT_MS = 20_000;
const STALL_MS = 600;
/** A stall hits some inputs at its very start: they wait for nearly all of it. */
const STALL_SEEN_MS = 500;

let target: Target | undefined;
let fleet: LoadFleet | undefined;

afterEach(async () => {
  await fleet?.stop();
  await target?.stop();
});

async function playAndMeasure(
  processes: number,
  midway: (pids: { server: number; client: number }) => Promise<void>,
): Promise<FleetReport> {
  target = await startTarget('bare', RATE_HZ);
  fleet = new LoadFleet({ players: PLAYERS, processes, target });
  const pids = { server: target.pid, client: fleet.pids[0] ?? 0 };
  await fleet.ready();
  await fleet.connect(1000, LIMIT_MS);
  await fleet.queue(LIMIT_MS);
  fleet.play(RATE_HZ);
  await sleep(500);
  let disturbed = Promise.resolve();
  const report = await fleet.measure({
    seconds: SECONDS,
    rateHz: RATE_HZ,
    onStart: () => {
      disturbed = midway(pids);
    },
    onEnd: () => undefined,
  });
  await disturbed;
  return report;
}

async function stall(pid: number): Promise<void> {
  await sleep(500);
  process.kill(pid, 'SIGSTOP');
  await sleep(STALL_MS);
  process.kill(pid, 'SIGCONT');
}

describe('load clients against the bare relay', () => {
  it('deliver every state of every player, from two processes, and count it', async () => {
    const report = await playAndMeasure(2, async () => undefined);
    expect(report.expected).toBe(PLAYERS * RATE_HZ * SECONDS);
    expect(report.delivered).toBe(report.expected);
    expect(report.status).toEqual({
      connected: PLAYERS,
      inLobby: PLAYERS,
      inMatch: PLAYERS,
      proxied: 0,
      closed: 0,
      errors: {},
    });
    expect(report.repeated).toBe(0);
    expect(report.unanswered).toBe(0);
    expect(report.queueToFirstState.count).toBe(PLAYERS);
    // Each player's inputs of the window, each with its latency: none is left out of the percentiles.
    expect(report.inputToState.count).toBe(PLAYERS * RATE_HZ * SECONDS);
    expect(report.arrived).toBeGreaterThan(report.expected * 0.9);
    expect(readProcess(target?.pid ?? 0).rssKib).toBeGreaterThan(10_000);
  }, 30_000);

  it('show a stall of the server as latency and as states that never came', async () => {
    const report = await playAndMeasure(1, ({ server }) => stall(server));
    expect(report.inputToState.maxMs).toBeGreaterThan(STALL_SEEN_MS);
    expect(report.inputToState.count).toBe(PLAYERS * RATE_HZ * SECONDS);
    expect(report.delivered).toBeLessThan(report.expected);
    expect(report.status.closed).toBe(0);
  }, 30_000);

  it('show a stall of the sender itself, because latency counts from the intended send time', async () => {
    const report = await playAndMeasure(1, ({ client }) => stall(client));
    expect(report.inputToState.maxMs).toBeGreaterThan(STALL_SEEN_MS);
    expect(report.sendLag.maxMs).toBeGreaterThan(STALL_SEEN_MS);
    expect(report.inputToState.count).toBe(PLAYERS * RATE_HZ * SECONDS);
    expect(report.delivered).toBe(report.expected);
  }, 30_000);

  it('count players whom the server closes, and end the wait when it dies', async () => {
    const run = playAndMeasure(1, async ({ server }) => {
      await sleep(200);
      process.kill(server, 'SIGKILL');
    });
    await expect(run).rejects.toThrow('Cannot measure: the bare ended');
    await sleep(300);
    expect(fleet?.status().closed).toBe(PLAYERS);
  }, 30_000);
});
