/**
 * Goal: a host that keeps its ticks misses no level, however slow they are; one that falls silent does, and by as much as it is late.
 * Method: states of the `relay` game made by hand, two a second.
 */

import { expect, test } from 'vitest';

import { LatencyHistogram, type HistogramExport } from '../../../bench/load/latency-histogram.ts';
import { GameTraffic } from '../../../bench/swarm/game-traffic.ts';
import { parseScenario } from '../../../bench/swarm/scenario.ts';
import { noPlaces, SwarmTally } from '../../../bench/swarm/swarm-tally.ts';
import { STATE_PAYLOAD_BYTES } from '../../../bench/load/wire.ts';
import { seededRandom } from '../../../src/shared/random.ts';

const TICK_MS = 500;
const LIMITS = { inputMs: 650, stateAgeMs: 275, stateDelayMs: Number.POSITIVE_INFINITY };
const [KIND] = parseScenario(
  `stages = [{ players = 1, seconds = 1 }]
   persons = [{ name = "a", mode = "relay", inputHz = 2 }]`,
  'game traffic',
).persons;

function playing(): { readonly traffic: GameTraffic; readonly tally: SwarmTally } {
  if (KIND === undefined) throw new Error('Cannot test: the scenario has no person');
  const tally = new SwarmTally();
  const traffic = new GameTraffic(KIND, seededRandom(1), tally);
  traffic.start(0);
  return { traffic, tally };
}

/** The state of a tick: shows the input that was due 60 ms before. */
function tickAt(traffic: GameTraffic, tick: number): void {
  while (traffic.nextDueMs <= tick * TICK_MS) traffic.nextInput();
  const view = new DataView(new ArrayBuffer(STATE_PAYLOAD_BYTES));
  view.setFloat64(0, tick * TICK_MS - 60, true);
  view.setUint32(8, tick, true);
  traffic.onState(view, 0, STATE_PAYLOAD_BYTES, tick * TICK_MS);
}

test('a state a tick is no wait, at whatever moment of the tick one looks', () => {
  const { traffic, tally } = playing();
  for (let tick = 1; tick <= 20; tick += 1) {
    tickAt(traffic, tick);
    for (const afterMs of [0, 100, 300, 499]) traffic.tellOverdue(tick * TICK_MS + afterMs, LIMITS);
  }
  const { latencies, overdue } = tally.take(0, noPlaces());
  expect(waits(latencies.stateAge)).toBe(20);
  expect(waits(overdue.stateAge)).toBe(0);
});

test('a host that falls silent is late by what goes beyond its tick', () => {
  const { traffic, tally } = playing();
  for (let tick = 1; tick <= 4; tick += 1) tickAt(traffic, tick);
  traffic.tellOverdue(4 * TICK_MS + TICK_MS + 270, LIMITS);
  expect(waits(tally.take(0, noPlaces()).overdue.stateAge)).toBe(0);
  traffic.tellOverdue(4 * TICK_MS + TICK_MS + 400, LIMITS);
  expect(waits(tally.take(1, noPlaces()).overdue.stateAge)).toBe(1);
});

function waits(from: HistogramExport): number {
  const all = new LatencyHistogram();
  all.merge(from);
  return all.count;
}
