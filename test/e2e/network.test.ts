/**
 * Goal: players of several hosts meet in one match, which runs on one of them, and are back in their own lobbies on the same
 * connections. Method: real hosts in this process, linked over loopback, frame clients.
 */

import { afterEach, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import { sleep } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { portOf, startTestHost } from '../support/start-test-host.ts';

const hosts: RunningHost[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop('test', 0)));
});

function config(id: string, peers: readonly string[]): string {
  return `
threads = { gateways = 1, matchWorkers = 1 }
practice = { bots = 0 }
log = { level = "${process.env['LONGHOUSE_TEST_LOG'] ?? 'error'}" }
listeners = [{ name = "frame", protocol = "frame", port = 0, bindAddress = "127.0.0.1" }]
[host]
id = "${id}"
[ops]
port = 0
[bridge]
enabled = true
port = 0
peers = ${JSON.stringify(peers)}
[bench]
enabled = true
relaySeconds = 2
`;
}

async function network(ids: readonly string[]): Promise<RunningHost[]> {
  for (const id of ids) {
    const [first] = hosts;
    const peers = first === undefined ? [] : [`127.0.0.1:${portOf(first, 'bridge')}`];
    hosts.push(await startTestHost(config(id, peers)));
  }
  const heard = () => hosts.map((host) => host.status().players.hostsHeard);
  for (let round = 0; round < 200 && heard().some((count) => count < ids.length); round += 1) {
    await sleep(50);
  }
  expect(heard()).toEqual(ids.map(() => ids.length));
  return hosts;
}

async function players(host: RunningHost, prefix: string, count: number): Promise<FrameClient[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const client = await FrameClient.connect(portOf(host, 'frame'));
      await client.login(`${prefix}${index}`);
      await client.event('lobby');
      return client;
    }),
  );
}

describe('a network of three hosts', () => {
  it('plays a match of 8, 4 and 4 players, and all are back in their own lobbies', async () => {
    const [one, two, three] = await network(['one', 'two', 'three']);
    if (one === undefined || two === undefined || three === undefined) return;
    const all = [
      ...(await players(one, 'ada', 8)),
      ...(await players(two, 'bob', 4)),
      ...(await players(three, 'cyd', 4)),
    ];
    for (const client of all) client.command('queue relay');
    const seats = await Promise.all(all.map((client) => client.event('match')));
    expect(new Set(seats.map(({ match }) => match)).size).toBe(1);
    for (const [index, client] of all.entries()) client.input(Buffer.alloc(32, index));
    await Promise.all(all.map((client) => client.state()));
    const lobbies = await Promise.all(
      all.map((client) => client.event('lobby', ({ reason }) => reason === 'ended')),
    );
    const homes = lobbies.map(({ lobby }) => lobby.split('/')[0]);
    expect(homes.filter((home) => home === 'one')).toHaveLength(8);
    expect(homes.filter((home) => home === 'two')).toHaveLength(4);
    expect(homes.filter((home) => home === 'three')).toHaveLength(4);
    await Promise.all(all.map((client) => client.close()));
  }, 60_000);
});
