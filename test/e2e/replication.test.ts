/**
 * Goal: what is done on one host of a network is done on all: bans with their acknowledgements, their end, settings; also on
 * a host that comes later, and on one that was away. Method: real hosts in this process, linked over loopback, frame clients.
 */

import { afterEach, describe, expect, it, vi } from 'vitest';
import type { BanOutcome } from '../../src/main/bans/ban-desk.ts';
import type { RunningHost } from '../../src/main/running-host.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { freshDataDir, portOf, startTestHost } from '../support/start-test-host.ts';

const WAIT = { timeout: 10_000 };
const hosts = new Set<RunningHost>();

afterEach(async () => {
  await Promise.all([...hosts].map((host) => host.stop('test', 0)));
  hosts.clear();
});

describe('a ban on a network', () => {
  it('closes a player of another host, and each host says that it is in force there', async () => {
    const one = await start('one');
    const two = await start('two', one);
    const three = await start('three', one);
    await linked([one, two, three]);
    const ada = await enter(two, 'ada');
    const startedMs = systemClock.nowMs();
    const outcome = banned(await one.inside.bans.add('tester', { account: 'ada', reason: 'spam' }));
    expect(await ada.bye()).toMatchObject({ code: 'banned', message: 'Banned: spam' });
    console.log(`closed on another host after ${Math.round(systemClock.nowMs() - startedMs)} ms`);
    console.log('acknowledged:', JSON.stringify(outcome.acks));
    expect(outcome.acks.map(({ hostId }) => hostId).sort()).toEqual(['one', 'three', 'two']);
    expect(outcome.pending).toEqual([]);
    await expect(enter(three, 'ada')).rejects.toThrow('banned');

    // Lifted where it was not made.
    const lifted = await three.inside.bans.remove('tester', outcome.row.id);
    expect(lifted).toMatchObject({ outcome: 'removed', pending: [] });
    await (await enter(two, 'ada')).close();
  });

  it('reaches a host that comes later and one that was away, and so does its end', async () => {
    const folder = freshDataDir();
    const one = await start('one');
    let two = await start('two', one, folder);
    await linked([one, two]);
    const { row } = banned(await one.inside.bans.add('tester', { account: 'eve', reason: '' }));
    const { row: other } = banned(
      await two.inside.bans.add('tester', { address: '10.9.0.0/16', reason: '' }),
    );
    await two.stop('test', 0);
    hosts.delete(two);
    const away = await one.inside.bans.remove('tester', row.id);
    expect(away).toMatchObject({ outcome: 'removed' });

    const three = await start('three', one);
    two = await start('two', one, folder);
    await vi.waitFor(() => {
      expect(two.inside.bans.ofAccount('eve')).toBeUndefined();
      expect(three.inside.bans.ofAddress('10.9.1.1')?.id).toBe(other.id);
    }, WAIT);
    expect([one, two, three].map(({ inside }) => inside.bans.count)).toEqual([1, 1, 1]);
  });
});

describe('the configuration of a network', () => {
  it('is in force everywhere when one host has taken it', async () => {
    const one = await start('one');
    const two = await start('two', one);
    await linked([one, two]);
    const by = { by: 'tester', dryRun: false };
    await one.config.patch({ limits: { idleSeconds: 77 } }, by);
    await vi.waitFor(() => expect(two.config.config.limits.idleSeconds).toBe(77), WAIT);
    await two.config.patch({ limits: { idleSeconds: 78 } }, by);
    const three = await start('three', two);
    await vi.waitFor(() => {
      expect([one, three].map(({ config }) => config.config.limits.idleSeconds)).toEqual([78, 78]);
      expect([one, two, three].map(({ config }) => config.version)).toEqual([2, 2, 2]);
    }, WAIT);
  });
});

async function start(
  id: string,
  peer?: RunningHost,
  folder = freshDataDir(),
): Promise<RunningHost> {
  const peers = peer === undefined ? [] : [`127.0.0.1:${portOf(peer, 'bridge')}`];
  const host = await startTestHost(configOf(id, peers), {}, folder);
  hosts.add(host);
  return host;
}

function configOf(id: string, peers: readonly string[]): string {
  return `
threads = { gateways = 1, matchWorkers = 1 }
practice = { bots = 0 }
log = { level = "${process.env['LONGHOUSE_TEST_LOG'] ?? 'error'}" }
listeners = [{ name = "frame", protocol = "frame", port = 0, bindAddress = "127.0.0.1" }]
host = { id = "${id}" }
ops = { port = 0 }
bridge = { enabled = true, port = 0, peers = ${JSON.stringify(peers)} }
`;
}

async function linked(all: readonly RunningHost[]): Promise<void> {
  await vi.waitFor(() => {
    for (const host of all) expect(host.status().players.hostsHeard).toBe(all.length);
  }, WAIT);
}

async function enter(host: RunningHost, name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(portOf(host, 'frame'));
  await client.login(name);
  await client.event('lobby');
  return client;
}

function banned(outcome: BanOutcome): Extract<BanOutcome, { outcome: 'banned' }> {
  if (outcome.outcome !== 'banned') throw new Error(outcome.message);
  return outcome;
}
