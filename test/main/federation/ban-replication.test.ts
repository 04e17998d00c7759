/** Goal: who is waited for, and until when. Method: the waits of a virtual clock, answers given by hand. */

import { describe, expect, it } from 'vitest';
import { ACK_MS_MAX, BanReplication } from '../../../src/main/federation/ban-replication.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';

function replicationOf(linked: readonly string[], known: readonly string[]) {
  const clock = new VirtualClock();
  const replication = new BanReplication({
    clock,
    linkedHosts: () => linked,
    knownHosts: () => known,
  });
  return { clock, replication };
}

describe('BanReplication.expect()', () => {
  it('gives each answer its time, and ends with the last of them', async () => {
    const { clock, replication } = replicationOf(['b', 'c'], ['b', 'c', 'gone']);
    const wait = replication.expect('x', false);
    clock.advance(10);
    replication.onInForce('b', 'x', false);
    replication.onInForce('b', 'x', false);
    clock.advance(20);
    replication.onInForce('c', 'x', true);
    replication.onInForce('c', 'other', false);
    replication.onInForce('c', 'x', false);
    expect(clock.pendingCount).toBe(0);
    expect(await wait.result()).toEqual({
      acks: [
        { hostId: 'b', ms: 10 },
        { hostId: 'c', ms: 30 },
      ],
      pending: ['gone'],
    });
  });

  it('waits no longer than it may', async () => {
    const { clock, replication } = replicationOf(['c', 'b'], []);
    const wait = replication.expect('x', true);
    clock.advance(ACK_MS_MAX - 1);
    expect(clock.pendingCount).toBe(1);
    clock.advance(1);
    replication.onInForce('b', 'x', true);
    expect(await wait.result()).toEqual({ acks: [], pending: ['b', 'c'] });
  });

  it('does not wait where no host is linked', async () => {
    const { clock, replication } = replicationOf([], ['gone']);
    expect(await replication.expect('x', false).result()).toEqual({ acks: [], pending: ['gone'] });
    expect(clock.pendingCount).toBe(0);
  });
});
