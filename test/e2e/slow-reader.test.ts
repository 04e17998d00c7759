/**
 * Goal: a client that does not read costs a bounded amount of memory, then its own connection, and its neighbors nothing; what
 * a newer snapshot makes worthless is not kept for it. Method: a real host, 1,000 clients that stop reading, first in matches
 * with volatile states, until their kernels are full, then in matches whose states the host must keep; and beside
 * them other matches whose every state is counted.
 */

import { afterEach, describe, expect, it } from 'vitest';
import { LoadFleet } from '../../bench/load/load-fleet.ts';
import { readProcess } from '../../bench/servers/process-meter.ts';
import { StalledPlayers, type OutputCounts } from '../../bench/slow-readers/stalled-players.ts';
import { every, sleep, type Timer } from '../../src/shared/clock.ts';
import { decodeState, StateType } from '../../src/workers/games/capture-the-flag/ctf-codec.ts';
import { FrameClient } from '../support/frame-client.ts';
import { closedByReason, eventually, metricSum, statusOf } from '../support/host-facts.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const STALLED = 1_000;
const NEIGHBORS = 160;
const RELAY_HZ = 10;
const MEASURE_SECONDS = 8;
const OUTPUT_BYTES_MAX = 524_288;
const FLOOD_BYTES = 16_384;
/** A second's worth stays below the cap, so that a gateway that is late does not close anyone yet. */
const MIST_BYTES = 20_000;
const FIREHOSE = new URL('../support/handlers/firehose.ts', import.meta.url).pathname;
/** What a host's memory may move by of itself: garbage not yet collected, a thousand sockets. */
const SLACK_MIB = 96;
const SUPERSEDED = 'longhouse_gateway_superseded_total';

const CONFIG = `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = 0 }
shutdown = { deadlineSeconds = 0 }
limits = { outputBytesMax = ${OUTPUT_BYTES_MAX} }
bench = { enabled = true, relayHz = ${RELAY_HZ} }
[modes.flood]
handler = "${FIREHOSE}"
teams = 1
teamSize = 20
tickHz = 10
settings = { bytes = ${FLOOD_BYTES} }
[modes.mist]
handler = "${FIREHOSE}"
teams = 1
teamSize = 20
tickHz = 20
settings = { bytes = ${MIST_BYTES}, volatile = true }
[modes.haze]
handler = "${FIREHOSE}"
teams = 1
teamSize = 1
tickHz = 100
settings = { bytes = ${MIST_BYTES}, volatile = true }
[modes.duel]
handler = "capture-the-flag"
teams = 2
teamSize = 1
tickHz = 30
settings = { joinSeconds = 1, countdownSeconds = 0 }
`;

let host: SpawnedHost;
let fleet: LoadFleet | undefined;
let meter: Timer | undefined;

afterEach(async () => {
  meter?.cancel();
  await fleet?.stop();
  fleet = undefined;
  await host.stop();
});

describe('1,000 clients that stop reading', () => {
  it('are closed at the cap, with a reason, while their neighbors lose nothing', async () => {
    host = await spawnHost({ config: CONFIG });
    fleet = await neighborsAtPlay();
    const stalled = new StalledPlayers({
      port: host.ports.frame,
      players: STALLED,
      limitMs: 30_000,
    });
    await stalled.connect();
    await stalled.stallUntilFull('mist', readOutput, NEIGHBORS * RELAY_HZ);
    const beforeMib = rssMib();
    let peakMib = beforeMib;
    meter = every(() => {
      peakMib = Math.max(peakMib, rssMib());
    }, 50);
    expect([stalled.stalled, stalled.lost]).toEqual([STALLED, 0]);
    expect(await closedByReason(host)).toEqual({});

    const measuring = fleet.measure({
      seconds: MEASURE_SECONDS,
      rateHz: RELAY_HZ,
      onStart: () => {},
      onEnd: () => {},
    });
    stalled.command('queue flood');
    await eventually(
      () => closedByReason(host),
      (closed) => closed['slow-reader'] === STALLED,
      30_000,
    );
    const report = await measuring;
    meter.cancel();
    const p99Ms = report.inputToState.percentileMs(99);
    console.log(
      `slow readers: ${STALLED} closed, RSS ${beforeMib.toFixed(0)} MiB before, ${peakMib.toFixed(0)} at most, ` +
        `neighbors ${report.delivered} of ${report.expected}, p99 ${p99Ms.toFixed(0)} ms`,
    );

    expect(await closedByReason(host)).toEqual({ 'slow-reader': STALLED });
    expect(report.expected).toBe(NEIGHBORS * RELAY_HZ * MEASURE_SECONDS);
    expect(report.delivered).toBe(report.expected);
    expect([report.repeated, report.unanswered, report.status.closed]).toEqual([0, 0, 0]);
    expect(report.status.errors).toEqual({});
    const boundMib = (STALLED * (OUTPUT_BYTES_MAX + FLOOD_BYTES)) / 2 ** 20 + SLACK_MIB;
    expect(peakMib - beforeMib).toBeLessThan(boundMib);
    expect((await statusOf(host)).players.host).toBe(NEIGHBORS);
    stalled.close();
  });
});

describe('a client of Capture the Flag that does not read for a while', () => {
  it('keeps its connection and finds one snapshot instead of all that it missed', async () => {
    host = await spawnHost({ config: CONFIG });
    const slow = await loginFrame('slow');
    const quick = await loginFrame('quick');
    // Fill what the kernel holds for the slow one: volatile states, so that the host keeps but the newest of them.
    slow.command('queue haze');
    await slow.state();
    slow.socket.pause();
    const atStart = await metricSum(host, SUPERSEDED);
    await eventually(
      () => metricSum(host, SUPERSEDED),
      (superseded) => superseded > atStart,
    );
    slow.command('leave');
    slow.command('queue duel');
    quick.command('queue duel');
    await quick.event('match');
    await eventually(
      () => statusOf(host),
      ({ matches }) => matches.host === 1,
    );
    const missedFrom = await newestTick(quick);
    await sleep(3_000);
    const missedTo = await newestTick(quick);
    const superseded = await metricSum(host, SUPERSEDED);

    slow.socket.resume();
    await slow.event('match');
    const ticks: number[] = [];
    while ((ticks.at(-1) ?? 0) < missedTo + 30) {
      ticks.push(await snapshotTick(slow));
    }
    const missed = ticks.filter((tick) => tick > missedFrom && tick < missedTo);
    console.log(
      `a slow client of Capture the Flag: ${missedTo - missedFrom} ticks, ${missed.length} kept`,
    );
    expect(missedTo - missedFrom).toBeGreaterThan(60);
    expect(missed.length).toBeLessThanOrEqual(2);
    expect(superseded - atStart).toBeGreaterThan(60);
    // In order, and whole again once it reads.
    expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
    expect(ticks.filter((tick) => tick > missedTo).length).toBeGreaterThan(10);
    expect(await closedByReason(host)).toEqual({});
    await slow.close();
    await quick.close();
  });
});

async function neighborsAtPlay(): Promise<LoadFleet> {
  const target = {
    kind: 'host' as const,
    pid: host.pid,
    port: host.ports.frame,
    opsPort: host.ports.ops,
    logPath: '',
    alive: () => true,
    stop: () => Promise.resolve(),
  };
  const neighbors = new LoadFleet({ players: NEIGHBORS, processes: 1, target });
  await neighbors.ready();
  await neighbors.connect(1_000, 10_000);
  await neighbors.queue(10_000);
  neighbors.play(RELAY_HZ);
  return neighbors;
}

async function loginFrame(name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(host.ports.frame);
  await client.login(name);
  await client.event('lobby');
  return client;
}

/** The tick of the next snapshot; what the mist left behind is passed over by its length. */
async function snapshotTick(client: FrameClient): Promise<number> {
  for (;;) {
    const state = await client.states.take(({ byteLength }) => byteLength < MIST_BYTES);
    const decoded = decodeState(state);
    if (decoded?.type === StateType.snapshot) return decoded.tick;
  }
}

/** The tick of the newest snapshot there is. */
async function newestTick(client: FrameClient): Promise<number> {
  let tick = await snapshotTick(client);
  while (client.states.waiting.length > 0) tick = await snapshotTick(client);
  return tick;
}

async function readOutput(): Promise<OutputCounts> {
  const delivered = await metricSum(host, 'longhouse_gateway_messages_out_total');
  return { delivered, superseded: await metricSum(host, SUPERSEDED) };
}

function rssMib(): number {
  return readProcess(host.pid).rssKib / 1024;
}
