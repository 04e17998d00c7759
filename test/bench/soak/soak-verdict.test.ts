/** Goal: a soak notices what is left over and what grows, and nothing else. Method: readings and answers made for it. */

import { describe, expect, it } from 'vitest';
import { growthOf, leftOver, slopeOf, type SoakReading } from '../../../bench/soak/soak-verdict.ts';

const EMPTY = {
  players: { host: 0, network: 0, hostsHeard: 3 },
  matches: { host: 0, network: 0 },
  queues: { duel: { host: 0, network: 0 } },
};

function reading(pid: number, hours: number, rssMib: number): SoakReading {
  return { hostId: 'a', pid, hours, rssMib, descriptors: 60 + pid, threads: 20 };
}

describe('leftOver()', () => {
  it('finds nothing on hosts where nobody is', () => {
    expect(leftOver(EMPTY, 3)).toEqual([]);
  });

  it('names each count that is not as it should be', () => {
    const left = {
      players: { host: 1, network: 2, hostsHeard: 2 },
      matches: { host: 3, network: 4 },
      queues: { duel: { host: 5, network: 0 }, ctf: { host: 0, network: 6 } },
    };
    expect(leftOver(left, 3)).toEqual([
      'players of the host: 1, not 0',
      'players of the network: 2, not 0',
      'matches of the host: 3, not 0',
      'matches of the network: 4, not 0',
      'hosts heard: 2, not 3',
      'waiting for "duel" on the host: 5, not 0',
      'waiting for "ctf" on the network: 6, not 0',
    ]);
  });
});

describe('growthOf()', () => {
  it('is the slope of each process by itself, without its first two readings', () => {
    const steady = [200, 250, 300, 300, 300, 300].map((mib, hour) => reading(1, hour, mib));
    const growing = [90, 95, 100, 110, 120, 130].map((mib, hour) => reading(2, 6 + hour, mib));
    const [first, second, ...more] = growthOf([...steady, ...growing]);
    expect(first).toMatchObject({ pid: 1, readings: 4, rssMibPerHour: 0 });
    expect(second?.rssMibPerHour).toBeCloseTo(10);
    expect(second).toMatchObject({ rssMib: { first: 100, last: 130 } });
    expect(second).toMatchObject({ descriptors: { least: 62, most: 62 } });
    expect(more).toEqual([]);
  });

  it('says nothing of a process that was killed soon', () => {
    expect(growthOf([1, 2, 3, 4, 5].map((hour) => reading(1, hour, 100)))).toEqual([]);
  });

  it('knows no slope of readings at one moment', () => {
    expect(
      slopeOf([
        [1, 5],
        [1, 9],
      ]),
    ).toBe(0);
  });
});
