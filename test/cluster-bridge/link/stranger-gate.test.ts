/** Goal: strangers are few, and those who hold places crowd out themselves. Method: examples at each limit, and a flood from a seed. */

import { describe, expect, it } from 'vitest';
import {
  STRANGERS_MAX,
  STRANGERS_PER_ADDRESS_MAX,
  StrangerGate,
} from '../../../src/cluster-bridge/link/stranger-gate.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';

describe('StrangerGate', () => {
  it('lets the oldest connection of an address go for its newest', () => {
    const gate = new StrangerGate();
    for (let index = 0; index < STRANGERS_PER_ADDRESS_MAX; index += 1) {
      expect(gate.enter(`x${index}`, 'x')).toBeUndefined();
    }
    expect(gate.enter('y', 'y')).toBeUndefined();
    expect(gate.enter('more', 'x')).toBe('x0');
    gate.leave('x1');
    expect(gate.enter('again', 'x')).toBeUndefined();
  });

  it('lets the address that has the most go for another one, where all places are taken', () => {
    const gate = new StrangerGate();
    const most = STRANGERS_PER_ADDRESS_MAX;
    for (let index = 0; index < most; index += 1) gate.enter(`x${index}`, 'x');
    for (let index = 0; index < STRANGERS_MAX - most; index += 1)
      gate.enter(`${index}`, `${index}`);
    expect(gate.count).toBe(STRANGERS_MAX);
    expect(gate.enter('host', 'host')).toBe('x0');
    expect(gate.count).toBe(STRANGERS_MAX);
  });

  it('keeps a host through a flood from three addresses until it has proved itself', () => {
    const random = seededRandom(runSeed('stranger gate'));
    const gate = new StrangerGate();
    let evictions = 0;
    for (let index = 0; index < 10_000; index += 1) {
      if (index === 5_000) gate.enter('host', 'host');
      const evicted = gate.enter(`${index}`, `flood${random.below(3)}`);
      if (evicted !== undefined) evictions += 1;
      expect(evicted).not.toBe('host');
      expect(gate.count).toBeLessThanOrEqual(STRANGERS_MAX);
    }
    expect(evictions).toBeGreaterThan(9_000);
  });
});
