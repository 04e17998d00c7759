/**
 * Goal: a summary comes out as it went in, in few bytes however many players there are, and no bytes of a peer are taken for one
 * that they are not. Method: drawn summaries there and back; a hundred thousand garbled ones.
 */

import { describe, expect, it } from 'vitest';
import type { ModeSummary } from '../../../src/cluster-bridge/federation/host-summary.ts';
import { EMPTY_HISTOGRAMS } from '../../../src/cluster-bridge/federation/queue-histograms.ts';
import {
  decodeSummary,
  encodeSummary,
  SUMMARY_SAME,
  SUMMARY_WHOLE,
  summaryMessage,
  type SummaryBody,
} from '../../../src/cluster-bridge/federation/summary-codec.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';

const ROUNDS = 5_000;
const GARBLED = 100_000;
const SECOND_MS = 1_000;
const NAMES = ['ctf', 'duel', 'größe', 'a-mode-with-a-name-as-long-as-it-gets', 'four'];

const random = seededRandom(runSeed('summary codec'));

describe('a summary on its way', () => {
  it('comes out as it went in, with its age', () => {
    let sizes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const summary = drawn(random);
      const ageMs = random.below(2_000);
      const message = summaryMessage(SUMMARY_WHOLE, encodeSummary(summary), ageMs);
      const waited = Object.entries(summary.modes).filter(([, { waiting }]) => waiting > 0);
      const expected = { ...summary, modes: Object.fromEntries(waited) };
      expect(decodeSummary(message)).toEqual({ ageMs, summary: expected });
      sizes += message.length;
    }
    expect(sizes).toBeGreaterThan(0);
  });

  it('says in three bytes that nothing has changed', () => {
    const message = summaryMessage(SUMMARY_SAME, encodeSummary(drawn(random)), 70_000);
    expect(message).toHaveLength(3);
    expect(decodeSummary(message)).toEqual({ ageMs: 65_535, summary: undefined });
  });

  it('does not grow with players: 18,000 of them, 9,000 waiting in three modes, are less than 200 bytes', () => {
    const counts = { bots: 0, playersMax: 200_000, matches: 1_100, lobbies: 90, configVersion: 12 };
    const modes = { ctf: busyMode(3_000), duel: busyMode(3_000), fours: busyMode(3_000) };
    const one = encodeSummary({ state: 'up', load: 0.35, players: 18_000, ...counts, modes });
    expect(one.length).toBeLessThan(200);
    const many = encodeSummary({ state: 'up', load: 0.35, players: 200_000, ...counts, modes });
    expect(many.length).toBe(one.length);
    const idle = encodeSummary({ state: 'up', load: 0.35, players: 18_000, ...counts, modes: {} });
    expect(idle.length).toBeLessThan(20);
  });

  it('is the same bytes where it says the same: a wait that has not come to the next second is no news', () => {
    const summary = drawn(random);
    const of = (oldestMs: number): SummaryBody => ({
      ...summary,
      modes: { duel: { ...busyMode(5), oldestMs } },
    });
    expect(encodeSummary(of(4_100))).toEqual(encodeSummary(of(4_900)));
    expect(encodeSummary(of(4_100))).not.toEqual(encodeSummary(of(5_100)));
  });

  it('is refused or makes sense, whatever a peer sends', () => {
    let refused = 0;
    for (let round = 0; round < GARBLED; round += 1) {
      const bytes = garbled(random);
      const decoded = decodeSummary(bytes);
      if (decoded === undefined) refused += 1;
      else if (decoded.summary !== undefined) expectSense(decoded.summary);
    }
    expect(refused).toBeGreaterThan(GARBLED / 4);
    expect(refused).toBeLessThan(GARBLED);
  });
});

function drawn(from: Random): SummaryBody {
  const modes = NAMES.slice(0, from.below(NAMES.length + 1)).map((name) => {
    const waiting = from.below(3) === 0 ? 0 : 1 + from.below(5_000);
    return [name, waiting === 0 ? emptyMode() : drawnMode(from, waiting)] as const;
  });
  return {
    state: from.below(2) === 0 ? 'up' : 'draining',
    load: from.below(101) / 100,
    players: from.below(200_000),
    bots: from.below(1_000),
    playersMax: from.below(200_000),
    matches: from.below(10_000),
    lobbies: from.below(1_000),
    // Numbers of versions are times where two sides have made one.
    configVersion: from.below(2) === 0 ? from.below(100) : Number.MAX_SAFE_INTEGER - from.below(9),
    modes: Object.fromEntries(modes),
  };
}

function emptyMode(): ModeSummary {
  const federatable = { tickets: 0, players: 0, oldestMs: 0, ...EMPTY_HISTOGRAMS };
  return { waiting: 0, oldestMs: 0, federatable };
}

function drawnMode(from: Random, waiting: number): ModeSummary {
  const oldestMs = from.below(100_000) * SECOND_MS;
  if (from.below(2) === 0) return { ...emptyMode(), waiting, oldestMs };
  const buckets = (like: readonly number[]): number[] => like.map(() => from.below(waiting));
  const federatable = {
    tickets: 1 + from.below(waiting),
    players: waiting,
    oldestMs,
    ratings: buckets(EMPTY_HISTOGRAMS.ratings),
    waits: buckets(EMPTY_HISTOGRAMS.waits),
    parties: buckets(EMPTY_HISTOGRAMS.parties),
  };
  return { waiting, oldestMs, federatable };
}

/** Every bucket has its share. */
function busyMode(players: number): ModeSummary {
  const share = (like: readonly number[]): number[] => like.map(() => players / like.length);
  const federatable = {
    tickets: players,
    players,
    oldestMs: 400_000,
    ratings: share(EMPTY_HISTOGRAMS.ratings),
    waits: share(EMPTY_HISTOGRAMS.waits),
    parties: share(EMPTY_HISTOGRAMS.parties),
  };
  return { waiting: players, oldestMs: 400_000, federatable };
}

/** A real one with some bytes changed, cut or grown; now and then nothing but noise. */
function garbled(from: Random): Uint8Array {
  if (from.below(8) === 0)
    return Uint8Array.from({ length: from.below(80) }, () => from.below(256));
  const kind = from.below(8) === 0 ? SUMMARY_SAME : SUMMARY_WHOLE;
  const real = summaryMessage(kind, encodeSummary(drawn(from)), from.below(1_000));
  const length = from.below(3) === 0 ? from.below(real.length + 4) : real.length;
  const bytes = new Uint8Array(length);
  bytes.set(real.subarray(0, length));
  for (let flips = length === 0 ? 0 : from.below(4); flips > 0; flips -= 1) {
    bytes[from.below(length)] = from.below(4) === 0 ? 0xff : from.below(256);
  }
  return bytes;
}

function expectSense(summary: SummaryBody): void {
  const { players, bots, playersMax, matches, lobbies, configVersion, load, modes } = summary;
  const counts = [players, bots, playersMax, matches, lobbies, configVersion];
  for (const { waiting, oldestMs, federatable } of Object.values(modes)) {
    const { tickets, ratings, waits, parties } = federatable;
    counts.push(waiting, oldestMs / SECOND_MS, tickets, federatable.players);
    counts.push(...ratings, ...waits, ...parties);
    if (ratings.length !== EMPTY_HISTOGRAMS.ratings.length) expect(ratings).toHaveLength(8);
  }
  const isSense = counts.every((count) => Number.isFinite(count) && count >= 0);
  if (!isSense || load < 0 || load > 2.55) expect(summary).toBe('a summary that makes sense');
}
