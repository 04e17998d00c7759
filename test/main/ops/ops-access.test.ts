/**
 * Goal: nobody without the token changes anything or reads what is personal, whatever route is added later.
 * Method: a walk over the routes that are registered, each asked without, with a wrong and with the right token.
 */

import type { InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';
import type { OpsHost } from '../../../src/main/ops/ops-host.ts';
import type { OpsRoute } from '../../../src/main/ops/ops-route.ts';
import { opsRoutes } from '../../../src/main/ops/ops-routes.ts';
import { OpsServer } from '../../../src/main/ops/ops-server.ts';
import { OpsToken } from '../../../src/main/ops/ops-token.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';
import { BEARER, sampleServer, SAMPLE_TOKEN } from './sample-ops-host.ts';

const CHANGES_MIN = 7;
const WRONG_TOKENS = ['', 'Bearer', 'Bearer x', `Bearer ${SAMPLE_TOKEN}x`, `Basic ${SAMPLE_TOKEN}`];
/** Only the declarations are looked at: no handler runs. */
const ROUTES = opsRoutes({} as OpsHost);
const GUARDED = ROUTES.filter(({ access }) => access === 'token');
const PERSONAL = ROUTES.filter(({ access }) => access === 'personal');

function request({ method, url }: OpsRoute, headers: Record<string, string> = {}): InjectOptions {
  return { method, url: url.replace(':name', 'Ada').replace(':id', 'abcd2345'), headers };
}

describe('the routes', () => {
  it('all ask for the token where they change something', () => {
    const changing = ROUTES.filter(({ method }) => method !== 'GET');
    expect(changing.length).toBeGreaterThanOrEqual(CHANGES_MIN);
    expect(changing.filter(({ access }) => access !== 'token')).toEqual([]);
  });

  it('cannot be registered otherwise', () => {
    const [open] = ROUTES;
    const routes = open === undefined ? [] : [{ ...open, method: 'POST' as const }];
    const access = {
      token: new OpsToken(SAMPLE_TOKEN),
      bindAddress: '127.0.0.1',
      hostNames: [],
      requestsPerSecond: 1,
      clock: new VirtualClock(),
    };
    expect(
      () => new OpsServer({ routes, version: '1', port: 0, access, onFailure: () => {} }),
    ).toThrow('what changes something needs the token');
  });

  it.each(GUARDED.map((route) => [`${route.method} ${route.url}`, route] as const))(
    '%s answers 401 without the token and with a wrong one, and does nothing',
    async (_name, route) => {
      const { server, acts, clock } = sampleServer();
      const bare = await server.app.inject(request(route));
      expect([bare.statusCode, bare.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      for (const authorization of WRONG_TOKENS) {
        const response = await server.app.inject(request(route, { authorization }));
        expect([response.statusCode, authorization]).toEqual([401, authorization]);
        clock.advance(1_000);
      }
      expect(acts).toEqual([]);
    },
  );

  it.each(PERSONAL.map((route) => [`${route.method} ${route.url}`, route] as const))(
    '%s asks for the token where the port can be reached from elsewhere',
    async (_name, route) => {
      const { server } = sampleServer({ bindAddress: '0.0.0.0' });
      const bare = await server.app.inject(request(route));
      expect([bare.statusCode, bare.json()]).toMatchObject([
        401,
        { error: { code: 'unauthorized' } },
      ]);
    },
  );

  it('lets the right token act, in the name that the client gives', async () => {
    const { server, acts } = sampleServer();
    const headers = { ...BEARER, 'x-longhouse-by': 'ada of support' };
    const done = await server.app.inject({ method: 'DELETE', url: '/v1/bans/abcd2345', headers });
    expect([done.statusCode, acts]).toEqual([200, ['unban by ada of support']]);
    const nameless = { ...BEARER, 'x-longhouse-by': '\x07bell' };
    const refused = await server.app.inject({
      method: 'DELETE',
      url: '/v1/drain',
      headers: nameless,
    });
    expect([refused.statusCode, acts.length]).toEqual([400, 1]);
  });

  it('show addresses to whoever has the token alone', async () => {
    const { server } = sampleServer();
    const open = await server.app.inject('/v1/players');
    const shown = await server.app.inject({ url: '/v1/players', headers: BEARER });
    expect(open.statusCode).toBe(200);
    expect([open.body.includes('192.0.2.7'), shown.body.includes('192.0.2.7')]).toEqual([
      false,
      true,
    ]);
  });
});

describe('the Host header', () => {
  const hosts = async (host: string, hostNames: readonly string[] = []) => {
    const { server } = sampleServer({ hostNames });
    return (await server.app.inject({ url: '/v1/status', headers: { host } })).statusCode;
  };

  it.each(['127.0.0.1:7780', 'localhost', 'LOCALHOST:1', '[::1]:7780', '10.0.0.4'])(
    'may be %s',
    async (host) => expect(await hosts(host)).toBe(200),
  );

  it.each(['evil.example', 'localhost.evil.example:7780', '127.0.0.1.evil.example'])(
    'may not be "%s": a name that somebody else points here',
    async (host) => expect(await hosts(host)).toBe(403),
  );

  it('may be a name that the configuration lists', async () => {
    expect(await hosts('ops.example', ['ops.example'])).toBe(200);
    expect(await hosts('other.example', ['ops.example'])).toBe(403);
  });

  it('does not help a page of another site', async () => {
    const { server } = sampleServer();
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await server.app.inject({ url: '/v1/status', headers })).statusCode).toBe(403);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await server.app.inject({ url: '/', headers: link })).statusCode).toBe(200);
  });
});

describe('the budget of an address', () => {
  it('ends with 429 and says when to come back; health is always answered', async () => {
    const { server, clock } = sampleServer({ requestsPerSecond: 2 });
    const ask = async (url: string) => (await server.app.inject(url)).statusCode;
    const first = await Promise.all(Array.from({ length: 10 }, () => ask('/v1/status')));
    expect(first.every((status) => status === 200)).toBe(true);
    const refused = await server.app.inject('/v1/status');
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    expect(await ask('/healthz')).toBe(200);
    clock.advance(500);
    expect([await ask('/v1/status'), await ask('/v1/status')]).toEqual([200, 429]);
    expect(server.counts().denials).toEqual({ 'too-many-requests': 2 });
  });

  it('is small for wrong tokens, and the right one still passes', async () => {
    const { server, clock } = sampleServer();
    const guess = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await server.app.inject({ method: 'DELETE', url: '/v1/drain', headers })).statusCode;
    };
    const guesses: number[] = [];
    for (let at = 0; at < 12; at += 1) guesses.push(await guess(`guess-${at}`));
    expect(guesses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    expect(await guess(SAMPLE_TOKEN)).toBe(200);
    clock.advance(1_000);
    expect([await guess('again'), await guess('again')]).toEqual([401, 429]);
  });
});
