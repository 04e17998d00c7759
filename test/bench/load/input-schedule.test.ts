/**
 * Goal: inputs are spread evenly, each player has one per round, and a stamp compares exactly with its due time.
 * Method: a whole round of several sizes, small enough to look at all of it.
 */

import { describe, expect, it } from 'vitest';

import { InputSchedule } from '../../../bench/load/input-schedule.ts';

describe.each([1, 2, 16, 100, 1600, 9001])('InputSchedule of %i players', (players) => {
  const schedule = new InputSchedule({ players, rateHz: 10, baseMs: 1_234_567.891 });

  it('gives each player one position of a round', () => {
    const seen = new Set<number>();
    for (let position = 0; position < players; position += 1) seen.add(schedule.playerAt(position));
    expect(seen.size).toBe(players);
    expect(Math.min(...seen)).toBe(0);
    expect(Math.max(...seen)).toBe(players - 1);
  });

  it('comes back to a player after exactly one interval', () => {
    for (const round of [0, 1, 999]) {
      const apartMs = schedule.dueMs(0, round + 1) - schedule.dueMs(0, round);
      expect(apartMs).toBeCloseTo(100, 6);
      expect(schedule.dueMs(players - 1, round)).toBeLessThan(schedule.dueMs(0, round + 1));
    }
  });
});

it('InputSchedule.playerAt() sends neighbors, who share a match, far apart', () => {
  const players = 1600;
  const schedule = new InputSchedule({ players, rateHz: 10, baseMs: 0 });
  const positions = Array.from({ length: players }, () => 0);
  for (let position = 0; position < players; position += 1) {
    positions[schedule.playerAt(position)] = position;
  }
  const firstMatch = positions.slice(0, 16).toSorted((left, right) => left - right);
  const gaps = firstMatch.map((position, index) => {
    const next = firstMatch[index + 1] ?? (firstMatch[0] ?? 0) + players;
    return next - position;
  });
  // 16 even gaps would be 100 positions each; by the golden ratio the widest is 0.0902 of the round.
  expect(Math.max(...gaps)).toBeLessThan(150);
});
