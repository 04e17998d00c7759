/**
 * Goal: a host leaves its network without a match broken: it is drained, its players elsewhere and others' players here play on,
 * nobody is sent to it, and when it stops it is missed by nobody; one that dies is listed as lost. Method: three real hosts in
 * this process, linked over loopback, frame clients.
 */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import type { FrameClient } from '../support/frame-client.ts';
import { eventually } from '../support/host-facts.ts';
import { askOps, logIn, startNetwork } from '../support/network-hosts.ts';
import { spawnHost } from '../support/spawn-host.ts';
import { portOf } from '../support/start-test-host.ts';

let hosts: RunningHost[] = [];

beforeEach(async () => {
  hosts = await startNetwork(['one', 'two', 'three']);
});

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop('test', 0)));
});

interface Pair {
  readonly runsOn: RunningHost;
  readonly elsewhere: RunningHost;
  /** The player of `runsOn`, and that of `elsewhere`. */
  readonly ada: FrameClient;
  readonly bob: FrameClient;
}

/** A match of a player of the first host and one of the second, wherever it runs. */
async function startPair(): Promise<Pair> {
  const [one, two] = hosts as [RunningHost, RunningHost];
  const [first, second] = await Promise.all([logIn(one, 'ada'), logIn(two, 'bob')]);
  for (const client of [first, second]) client.command('queue pair');
  const seats = await Promise.all([first, second].map((client) => client.event('match')));
  return seats.some(({ match }) => match.startsWith('one/'))
    ? { runsOn: one, elsewhere: two, ada: first, bob: second }
    : { runsOn: two, elsewhere: one, ada: second, bob: first };
}

async function plays(client: FrameClient, mark: number): Promise<void> {
  client.input(Buffer.alloc(8, mark));
  await client.states.take((state) => state[0] === mark);
}

async function rowsOf(host: RunningHost): Promise<readonly string[]> {
  const { body } = await askOps(host, 'GET', '/v1/hosts');
  const rows = body['hosts'] as { hostId: string; state: string }[];
  return rows.map(({ hostId, state }) => `${hostId} ${state}`).toSorted();
}

function idOf(host: RunningHost): string {
  return host.status().hostId;
}

describe('a host of a network that is drained', () => {
  it('keeps its players in matches elsewhere until those end, then has left', async () => {
    const { runsOn, elsewhere, ada, bob } = await startPair();
    const drained = await askOps(elsewhere, 'POST', '/v1/drain', { deadlineSeconds: 60 });
    expect(drained.body).toMatchObject({ draining: true, playing: 1 });
    await eventually(
      () => rowsOf(runsOn),
      (rows) => rows.includes(`${idOf(elsewhere)} draining`),
    );
    await plays(ada, 1);
    await plays(bob, 2);
    bob.command('leave');
    await bob.event('lobby');
    await elsewhere.drained;
    await elsewhere.stop('drained', 0);
    hosts = hosts.filter((host) => host !== elsewhere);
    await eventually(
      () => rowsOf(runsOn),
      (rows) => rows.length === 2,
    );
    expect(runsOn.status().players).toMatchObject({ hostsHeard: 2, hostsKnown: 2 });
    await ada.ping();
  });

  it('waits for the players of other hosts who play here', async () => {
    const { runsOn, elsewhere, ada, bob } = await startPair();
    ada.command('leave');
    await ada.event('lobby');
    await eventually(
      () => askOps(runsOn, 'GET', '/v1/matches'),
      ({ body }) => JSON.stringify(body['matches']).includes(`"${idOf(elsewhere)}","players":1`),
    );
    const drained = await askOps(runsOn, 'POST', '/v1/drain', { deadlineSeconds: 60 });
    expect(drained.body).toMatchObject({ playing: 1 });
    let isDrained = false;
    void runsOn.drained.then(() => (isDrained = true));
    await plays(bob, 3);
    expect(isDrained).toBe(false);
    bob.command('leave');
    await bob.event('lobby');
    await runsOn.drained;
    await bob.ping();
  });

  it('runs no new match', async () => {
    const [one, two, three] = hosts as [RunningHost, RunningHost, RunningHost];
    await askOps(three, 'POST', '/v1/drain', { deadlineSeconds: 60 });
    await eventually(
      () => rowsOf(one),
      (rows) => rows.includes('three draining'),
    );
    const clients = await Promise.all([logIn(one, 'ada'), logIn(two, 'bob')]);
    for (const client of clients) client.command('queue pair');
    const seats = await Promise.all(clients.map((client) => client.event('match')));
    expect(new Set(seats.map(({ match }) => match)).size).toBe(1);
    expect(seats[0]?.match).not.toMatch(/^three\//);
  });
});

describe('a host of a network that dies', () => {
  it('is named where it does not answer, then listed as lost, out of the totals and known', async () => {
    const [one] = hosts as [RunningHost];
    const config = `
threads = { gateways = 1, matchWorkers = 1 }
practice = { bots = 0 }
host = { id = "four" }
[bridge]
enabled = true
peers = ["127.0.0.1:${portOf(one, 'bridge')}"]
`;
    const four = await spawnHost({ config });
    try {
      await eventually(
        () => rowsOf(one),
        (rows) => rows.includes('four up'),
      );
      four.signal('SIGSTOP');
      const { body } = await askOps(one, 'POST', '/v1/announce', { text: 'who is there?' });
      expect(body['silent']).toEqual(['four']);
      const unknown = await askOps(one, 'POST', '/v1/players/nobody/kick', { reason: 'none' });
      expect(JSON.stringify(unknown.body)).toMatch(
        /nobody.*: not logged in(; no answer from four)?"/,
      );
      four.signal('SIGKILL');
      await eventually(
        () => rowsOf(one),
        (rows) => rows.includes('four lost'),
      );
      expect(one.status().players).toMatchObject({ hostsHeard: 3, hostsKnown: 4 });
    } finally {
      four.signal('SIGKILL');
      await four.stop();
    }
  });
});
