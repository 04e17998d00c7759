/**
 * Goal: what operators do on the ops port happens to real players, is told to listeners and stays in the audit log.
 * Method: a host process with one gateway, framed clients, and the HTTP API as a program would use it.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FrameClient } from '../support/frame-client.ts';
import { eventually } from '../support/host-facts.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

interface Answer {
  readonly status: number;
  // Each test looks at the fields that matter to it.
  readonly body: Record<string, unknown>;
}

let host: SpawnedHost;
let token = '';

beforeAll(async () => {
  host = await spawnHost({ config: '[threads]\ngateways = 1\n[practice]\nbots = 0\n' });
  token = readFileSync(path.join(host.dataDir, 'ops-token'), 'utf8').trim();
});

afterAll(() => host.stop());

async function ask(method: string, route: string, body?: object): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${host.ports.ops}${route}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'x-longhouse-by': 'the test',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

async function join(name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(host.ports.frame);
  await client.login(name);
  await client.events.take(({ event }) => event === 'lobby');
  return client;
}

describe('an operator', () => {
  it('sees who is here, where, and why they wait', async () => {
    const clients = await Promise.all(['Ada', 'Bob', 'Cyd'].map(join));
    clients[0]?.command('queue ctf');
    const ada = await eventually(
      () => ask('GET', '/v1/players/ada'),
      ({ body }) => body['state'] === 'queued',
    );
    expect(ada.body).toMatchObject({
      name: 'Ada',
      mode: 'ctf',
      address: '127.0.0.1',
      practice: false,
      held: false,
      bans: [],
      wait: { name: 'Ada', report: { cause: 'tooFewPlayers', missing: 7 } },
    });
    const why = await ask('GET', '/v1/tickets/ADA');
    expect(why.body['text']).toContain('7');
    const first = await ask('GET', '/v1/players?limit=2');
    const rest = await ask('GET', `/v1/players?limit=2&after=${String(first.body['next'])}`);
    expect([first.body['total'], rest.body['next']]).toEqual([3, null]);
    const names = [first, rest].flatMap(({ body }) => body['players'] as { name: string }[]);
    expect(names.map(({ name }) => name).toSorted()).toEqual(['Ada', 'Bob', 'Cyd']);
    const life = await ask('GET', '/v1/players/ada/life');
    expect(JSON.stringify(life.body)).toMatch(/"login".*"lobby".*"queued"/s);
    for (const client of clients) client.socket.destroy();
    await eventually(
      () => ask('GET', '/v1/players'),
      ({ body }) => body['total'] === 0,
    );
  });

  it('kicks, bans, unbans and announces; everything is told live and kept', async () => {
    const events = await listen('/v1/events');
    const [eve, dan] = await Promise.all([join('Eve'), join('Dan')]);
    await ask('POST', '/v1/announce', { text: 'Tea is served' });
    await dan.events.take((event) => event.event === 'notice' && event.text === 'Tea is served');
    const kick = await ask('POST', '/v1/players/dan/kick', { reason: 'asleep' });
    expect([kick.status, kick.body['name']]).toEqual([200, 'Dan']);
    expect(await dan.bye()).toMatchObject({ code: 'kicked', message: 'Kicked: asleep' });
    const ban = await ask('POST', '/v1/bans', { account: 'eve', seconds: 600, reason: 'spam' });
    expect([ban.status, ban.body['pending']]).toEqual([201, []]);
    expect(await eve.bye()).toMatchObject({ code: 'banned' });
    await expect(join('eve')).rejects.toThrow('banned');
    const unban = await ask('DELETE', `/v1/bans/${String(ban.body['id'])}`);
    expect(unban.status).toBe(200);
    const again = await join('eve');
    again.socket.destroy();
    const told = await events.until('event: unban');
    expect(told).toMatch(/event: announce.*event: kick.*event: ban.*event: unban/s);
    const audit = await ask('GET', '/v1/audit?limit=4');
    expect(audit.body['entries']).toMatchObject(
      ['unban', 'ban', 'kick', 'announce'].map((act) => ({ act, by: 'the test' })),
    );
    expect(audit.body['next']).toBeNull();
    const page = await ask('GET', '/v1/audit?limit=3');
    const older = await ask('GET', `/v1/audit?limit=3&after=${String(page.body['next'])}`);
    expect(older.body['entries']).toMatchObject([{ act: 'announce' }]);
    events.close();
  });

  it('changes a setting for everybody, and is told which one it may not', async () => {
    const patch = (value: number) => ask('PATCH', '/v1/config', { limits: { idleSeconds: value } });
    const bad = await patch(-1);
    expect([bad.status, bad.body['error']]).toMatchObject([400, { code: 'bad-setting' }]);
    expect(JSON.stringify(bad.body)).toContain('limits.idleSeconds');
    const done = await patch(77);
    const changes = [{ key: 'limits.idleSeconds', from: 1_800, to: 77, applies: 'now' }];
    expect(done).toEqual({ status: 200, body: { version: 1, dryRun: false, changes } });
    const { body } = await ask('GET', '/v1/config');
    expect(body).toMatchObject({ version: 1, by: 'the test', problem: null });
    expect(await host.getJson('/v1/status')).toMatchObject({ configVersion: 1 });
    const secret = await ask('PATCH', '/v1/config', { ops: { token: 'x'.repeat(40) } });
    expect(secret.status).toBe(400);
    expect(JSON.stringify(body)).not.toContain(token);
  });

  it('drains the host and takes it back', async () => {
    // Somebody who plays would keep it: with nobody it would stop at once.
    const players = await Promise.all(['Una', 'Vic'].map(join));
    for (const player of players) player.command('queue duel');
    for (const player of players) await player.events.take(({ event }) => event === 'match');
    const matches = await ask('GET', '/v1/matches?mode=duel');
    expect(matches.body).toMatchObject({ total: 1, matches: [{ mode: 'duel' }] });
    const drain = await ask('POST', '/v1/drain', { deadlineSeconds: 60 });
    expect(drain.body).toMatchObject({ draining: true, playing: 2 });
    const ready = await fetch(`http://127.0.0.1:${host.ports.ops}/readyz`);
    expect(ready.status).toBe(503);
    expect((await ask('DELETE', '/v1/drain')).body).toEqual({ draining: false });
    expect((await fetch(`http://127.0.0.1:${host.ports.ops}/readyz`)).status).toBe(200);
    // Their seats would be kept, and the end of the host would wait for them.
    for (const player of players) player.command('leave');
    await eventually(
      () => ask('GET', '/v1/matches'),
      ({ body }) => body['total'] === 0,
    );
    for (const player of players) player.socket.destroy();
  });

  it('follows one player live', async () => {
    const client = await join('Wyn');
    const life = await listen('/v1/players/wyn/follow');
    await life.until('event: lobby');
    client.command('queue ctf');
    expect(await life.until('event: queued')).toContain('event: login');
    client.socket.destroy();
    await life.until('event: closed');
    life.close();
  });
});

/** A stream of server-sent events, as text. */
async function listen(route: string): Promise<{
  until(text: string): Promise<string>;
  close(): void;
}> {
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${host.ports.ops}${route}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: abort.signal,
  });
  let heard = '';
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) heard += decoder.decode(chunk);
  })().catch(String);
  return {
    until: (text) =>
      eventually(
        () => heard,
        (so) => so.includes(text),
      ),
    close: () => {
      abort.abort();
      void reading;
    },
  };
}
