/**
 * Goal: players and operators see one network, whatever host they are on: words, names, lists, acts, figures. Method: three
 * real hosts in this process, linked over loopback, frame clients, and each host's ops port.
 */

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkView } from '../../src/main/ops/ops-views.ts';
import type { RunningHost } from '../../src/main/running-host.ts';
import { systemClock } from '../../src/shared/clock.ts';
import {
  encodeJsonFrame,
  FRAME_PROTOCOL_VERSION,
  FrameType,
} from '../../src/shared/frame-codec.ts';
import { eventually } from '../support/host-facts.ts';
import { askOps, logIn, metricsOf, startNetwork } from '../support/network-hosts.ts';
import { portOf } from '../support/start-test-host.ts';

let one: RunningHost;
let two: RunningHost;
let three: RunningHost;

beforeAll(async () => {
  const hosts = await startNetwork(['one', 'two', 'three']);
  [one, two, three] = hosts as [RunningHost, RunningHost, RunningHost];
});

afterAll(async () => {
  await Promise.all([one, two, three].map((host) => host.stop('test', 0)));
});

describe('players of several hosts', () => {
  it('/tell reaches a player of another host, in any case of letters, and says so', async () => {
    const ada = await logIn(one, 'ada');
    const bob = await logIn(two, 'Bob');
    ada.command('tell bOB hello over there');
    const said = await bob.event('said');
    expect(said).toMatchObject({ from: 'ada', text: 'hello over there', private: true });
    const notice = await ada.event('notice', ({ text }) => text.startsWith('You told'));
    expect(notice.text).toBe('You told Bob: hello over there');
    await Promise.all([ada.close(), bob.close()]);
  });

  it('/tell of a name that is nowhere is answered with an error', async () => {
    const ada = await logIn(one, 'ada');
    ada.command('tell nobody hello');
    expect(await ada.event('error')).toMatchObject({ code: 'not-online' });
    await ada.close();
  });

  it('/stats counts the players of all hosts', async () => {
    const clients = [await logIn(one, 'ada'), await logIn(two, 'bob'), await logIn(three, 'cyd')];
    await eventually(
      () => one.status().players.network,
      (count) => count === 3,
    );
    const [ada] = clients;
    ada?.command('stats');
    const notice = await ada?.event('notice', ({ text }) => text.includes('hosts heard'));
    expect(notice?.text).toMatch(/^3 players and 0 matches on the network \(3 of 3 hosts heard\)/);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('the newest login of a name wins, on whatever host', async () => {
    const old = await logIn(one, 'eve');
    const young = await logIn(two, 'EVE');
    expect(await old.bye()).toMatchObject({ code: 'replaced' });
    await old.closed;
    expect(one.inside.shell.directory.find('eve', systemClock.nowMs())).toBeUndefined();
    await young.ping();
    await young.close();
  });

  it('an older login gives way though its client neither reads nor answers', async () => {
    const socket = connect({ port: portOf(one, 'frame'), host: '127.0.0.1' });
    await once(socket, 'connect');
    socket.pause();
    socket.write(
      encodeJsonFrame(FrameType.hello, { protocol: FRAME_PROTOCOL_VERSION, name: 'mal' }),
    );
    const isOnOne = (): boolean =>
      one.inside.shell.directory.find('mal', systemClock.nowMs()) !== undefined;
    await eventually(isOnOne, (isThere) => isThere);
    const young = await logIn(two, 'mal');
    await eventually(isOnOne, (isThere) => !isThere);
    const open = await eventually(
      () => one.status().gateways[0]?.connections,
      (count) => count === 0,
    );
    expect(open).toBe(0);
    await young.ping();
    socket.destroy();
    await young.close();
  });
});

describe('operators of one host', () => {
  it('GET /v1/hosts lists all hosts, this one first', async () => {
    const { body } = await askOps(two, 'GET', '/v1/hosts');
    const rows = body['hosts'] as { hostId: string; state: string; isSelf: boolean }[];
    expect(rows.map(({ hostId }) => hostId)).toEqual(['two', 'one', 'three']);
    expect(rows.map(({ state }) => state)).toEqual(['up', 'up', 'up']);
    expect(rows.map(({ isSelf }) => isSelf)).toEqual([true, false, false]);
  });

  it('GET /v1/hosts says what the link to each host carries', async () => {
    const [own, ...others] = await eventually(
      async () => {
        const { body } = await askOps(two, 'GET', '/v1/hosts');
        return body['hosts'] as readonly { readonly link: LinkView | null }[];
      },
      (rows) => rows.slice(1).every(({ link }) => (link?.receivedBytesPerSecond ?? 0) > 0),
    );
    expect(own?.link).toBeNull();
    for (const { link } of others) {
      expect(link?.sentBytesPerSecond).toBeGreaterThan(0);
      expect(link?.sentBytes).toBeGreaterThanOrEqual(link?.sentBytesPerSecond ?? Infinity);
      expect(link?.backlogBytes).toBeGreaterThanOrEqual(0);
    }
  });

  it('find, list, kick and announce reach the players of all hosts', async () => {
    const ada = await logIn(one, 'ada');
    const bob = await logIn(two, 'bob');
    const cyd = await logIn(three, 'cyd');
    const found = await askOps(one, 'GET', '/v1/players/CYD');
    expect(found).toMatchObject({ status: 200, body: { name: 'cyd', hostId: 'three' } });
    expect(found.body['address']).toMatch(/^127\.0\.0\.1/);
    const ticket = await askOps(one, 'GET', '/v1/tickets/bob');
    expect(ticket).toMatchObject({ status: 200, body: { name: 'bob' } });

    const announced = await askOps(one, 'POST', '/v1/announce', { text: 'soup is ready' });
    expect(announced.body).toEqual({ players: 3, silent: [] });
    await Promise.all(
      [ada, bob, cyd].map((client) =>
        client.event('notice', ({ text }) => text === 'soup is ready'),
      ),
    );

    const kicked = await askOps(one, 'POST', '/v1/players/cyd/kick', { reason: 'enough' });
    expect(kicked.body).toEqual({ name: 'cyd', hostId: 'three' });
    expect(await cyd.bye()).toMatchObject({ code: 'kicked' });
    const audit = await askOps(three, 'GET', '/v1/audit');
    expect(JSON.stringify(audit.body)).toContain('"act":"kick"');
    const unknown = await askOps(one, 'POST', '/v1/players/cyd/kick', { reason: 'again' });
    expect(unknown.status).toBe(404);
    await Promise.all([ada.close(), bob.close()]);
  });

  it('pages through the players of all hosts, none skipped, none twice', async () => {
    const named = (prefix: string): string[] =>
      Array.from({ length: 5 }, (_, n) => `${prefix}${n}`);
    const clients = await Promise.all([
      ...named('pa').map((name) => logIn(one, name)),
      ...named('pb').map((name) => logIn(two, name)),
      ...named('pc').map((name) => logIn(three, name)),
    ]);
    for (const limit of [1, 2, 5, 7, 100]) {
      const names: string[] = [];
      let after = '';
      do {
        const { body } = await askOps(two, 'GET', `/v1/players?find=p&limit=${limit}${after}`);
        const rows = body['players'] as { name: string; hostId: string }[];
        expect(rows.length).toBeLessThanOrEqual(limit);
        expect(body['total']).toBe(15);
        names.push(...rows.map(({ name }) => name));
        const next = body['next'];
        after = typeof next === 'string' ? `&after=${encodeURIComponent(next)}` : '';
      } while (after !== '');
      expect(names.toSorted()).toEqual([...named('pa'), ...named('pb'), ...named('pc')]);
      expect(names.slice(0, 5).every((name) => name.startsWith('pb'))).toBe(true);
    }
    await Promise.all(clients.map((client) => client.close()));
  });

  it('a match across hosts is listed once where it runs, with the homes of its players', async () => {
    const ada = await logIn(one, 'ada');
    const bob = await logIn(two, 'bob');
    for (const client of [ada, bob]) client.command('queue pair');
    const [{ match }] = await Promise.all([ada.event('match'), bob.event('match')]);
    const runsOn = match.split('/')[0] === 'one' ? one : two;
    const elsewhere = runsOn === one ? two : one;
    const here = await askOps(runsOn, 'GET', '/v1/matches');
    const both = [
      { hostId: 'one', players: 1 },
      { hostId: 'two', players: 1 },
    ];
    const [listed] = here.body['matches'] as { homes: { hostId: string }[] }[];
    expect(here.body['total']).toBe(1);
    expect(listed).toMatchObject({ id: match, worker: 0 });
    expect(listed?.homes.toSorted((a, b) => (a.hostId < b.hostId ? -1 : 1))).toEqual(both);
    const there = await askOps(elsewhere, 'GET', '/v1/matches');
    expect(there.body['matches']).toMatchObject([
      { id: match, worker: null, hostId: match.split('/')[0] },
    ]);
    const metrics = await eventually(
      () => metricsOf(runsOn),
      (all) => all.get('longhouse_bridge_guests') === 1,
    );
    expect(metrics.get('longhouse_bridge_peers')).toBe(2);
    expect(metrics.get('longhouse_hosts_heard')).toBe(3);
    await eventually(
      () => metricsOf(elsewhere),
      (all) => all.get('longhouse_bridge_routes') === 1,
    );
    for (const client of [ada, bob]) client.command('leave');
    await Promise.all([ada, bob].map((client) => client.event('lobby')));
    await Promise.all([ada.close(), bob.close()]);
  });
});
