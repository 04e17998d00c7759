/** Goal: the host of a match is the least loaded, weighed against who would be proxied. Method: examples. */

import { describe, expect, it } from 'vitest';
import { placeMatch } from '../../../src/cluster-bridge/federation/match-placement.ts';
import { heard } from './federation-kit.ts';

const players = new Map([
  ['a', 8],
  ['b', 4],
  ['c', 4],
]);

describe('placeMatch()', () => {
  it('takes the host with the least load', () => {
    const hosts = [heard('a', { load: 0.5 }), heard('b', { load: 0.2 }), heard('c', { load: 0.4 })];
    expect(placeMatch({ hosts, playersByHost: players })).toBe('b');
  });

  it('keeps most players at home where the load is about the same', () => {
    const hosts = [
      heard('a', { load: 0.3 }),
      heard('b', { load: 0.29 }),
      heard('c', { load: 0.3 }),
    ];
    expect(placeMatch({ hosts, playersByHost: players })).toBe('a');
  });

  it('may take a host that none of the players is at home on', () => {
    const hosts = [heard('a', { load: 0.9 }), heard('b', { load: 0.9 }), heard('d', { load: 0 })];
    expect(placeMatch({ hosts, playersByHost: players })).toBe('d');
  });

  it('never takes one that drains, and says when there is none', () => {
    const hosts = [heard('a', { state: 'draining' }), heard('b', { load: 1 })];
    expect(placeMatch({ hosts, playersByHost: players })).toBe('b');
    expect(placeMatch({ hosts: hosts.slice(0, 1), playersByHost: players })).toBeUndefined();
  });

  it('breaks ties by the lower id, so that all agree', () => {
    const hosts = [heard('d'), heard('c'), heard('e')];
    expect(placeMatch({ hosts, playersByHost: new Map() })).toBe('c');
  });
});
