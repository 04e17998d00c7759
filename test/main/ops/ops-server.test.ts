/**
 * Goal: the ops port answers what it promises to programs, and anything else with a clear error in one shape.
 * Method: the real server over a sample host, asked through fastify's inject and, where sockets matter, over loopback.
 */

import { describe, expect, it } from 'vitest';
import type { OpenApiDocument } from '../../../src/main/ops/openapi.ts';
import { BEARER, sampleServer } from './sample-ops-host.ts';
import { SAMPLE_STATUS } from './sample-status.ts';

const READS = [
  '/v1/status',
  '/v1/hosts',
  '/v1/history',
  '/v1/players',
  '/v1/players/Ada',
  '/v1/players/Ada/life',
  '/v1/tickets/Ada',
  '/v1/matches',
  '/v1/bans',
  '/v1/config',
  '/v1/audit',
];

describe('the ops server', () => {
  it('is healthy while it answers', async () => {
    const response = await sampleServer().server.app.inject('/healthz');
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('is ready when the host is, and says why when it is not', async () => {
    const ready = await sampleServer().server.app.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([200, { ready: true }]);
    const readiness = () => ({ ready: false, why: 'draining' });
    const draining = await sampleServer({ reads: { readiness } }).server.app.inject('/readyz');
    const body = { ready: false, why: 'draining' };
    expect([draining.statusCode, draining.json()]).toEqual([503, body]);
  });

  it('gives the status whole: the schema cuts nothing off', async () => {
    const response = await sampleServer().server.app.inject('/v1/status');
    expect(response.json()).toEqual(SAMPLE_STATUS);
  });

  it.each(READS)('writes every field of %s that openapi.json promises', async (url) => {
    const { server } = sampleServer();
    const response = await server.app.inject({ url, headers: BEARER });
    expect(response.statusCode).toBe(200);
    const document = (await server.app.inject('/openapi.json')).json<OpenApiDocument>();
    const path = url.replace('Ada', '{name}');
    const schema = schemaOf(document, path);
    expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(0);
    expect(missingFields(schema, response.json())).toEqual([]);
  });

  it('refuses with the status that belongs to the reason', async () => {
    const { server } = sampleServer();
    const cursor = await server.app.inject('/v1/players?after=wrong');
    const unknown = await server.app.inject('/v1/tickets/nobody');
    const error = { error: { code: 'bad-cursor', message: 'Cannot go on' } };
    expect([cursor.statusCode, cursor.json()]).toEqual([400, error]);
    expect([unknown.statusCode, unknown.json()]).toMatchObject([
      404,
      { error: { code: 'unknown-player' } },
    ]);
  });

  it('answers an unknown path, method and query with a 4xx that says what is allowed', async () => {
    const { server, failures } = sampleServer();
    const unknown = await server.app.inject('/v1/nothing');
    const message = 'Cannot find "/v1/nothing": GET /openapi.json lists all paths';
    expect([unknown.statusCode, unknown.json()]).toEqual([
      404,
      { error: { code: 'not-found', message } },
    ]);
    const wrongMethod = await server.app.inject({ method: 'PUT', url: '/v1/bans' });
    expect([wrongMethod.statusCode, wrongMethod.headers.allow]).toEqual([405, 'GET, POST']);
    const withName = await server.app.inject({ method: 'DELETE', url: '/v1/players/Ada' });
    expect([withName.statusCode, withName.headers.allow]).toEqual([405, 'GET']);
    const query = await server.app.inject('/v1/players?limit=501');
    expect([query.statusCode, query.json()]).toEqual([
      400,
      {
        error: {
          code: 'bad-request',
          message: 'Cannot read the query: "limit" is 501, allowed is a whole number from 1 to 500',
        },
      },
    ]);
    expect(failures).toEqual([]);
  });

  it('tells the host of its own fault and keeps the inside of it from the client', async () => {
    const status = () => {
      throw new Error('secret inside');
    };
    const { server, failures } = sampleServer({ reads: { status } });
    const response = await server.app.inject('/v1/status');
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('secret');
    expect(failures.map(({ message }) => message)).toEqual(['secret inside']);
  });

  it('takes a body that is announced and not there for an empty one', async () => {
    const { server, acts } = sampleServer();
    const headers = { ...BEARER, 'content-type': 'application/json' };
    const drain = await server.app.inject({ method: 'POST', url: '/v1/drain', headers });
    expect([drain.statusCode, acts]).toEqual([200, ['drain by operator']]);
    const ban = await server.app.inject({ method: 'POST', url: '/v1/bans', headers });
    expect(ban.json()).toMatchObject({
      error: { message: expect.stringContaining('"reason" is nothing') as unknown },
    });
  });

  it('kicks without a reason, too: the player is told a general one', async () => {
    const { server, acts } = sampleServer();
    const { app } = server;
    const url = '/v1/players/Ada/kick';
    const bare = await app.inject({ method: 'POST', url, headers: BEARER });
    const payload = { reason: 'too loud' };
    const said = await app.inject({ method: 'POST', url, headers: BEARER, payload });
    expect([bare.statusCode, said.statusCode]).toEqual([200, 200]);
    expect(acts).toEqual([
      expect.stringMatching(/^kick for "An operator has closed your connection" by /),
      expect.stringMatching(/^kick for "too loud" by /),
    ]);
  });

  it('forbids caches to keep what it says, and browsers to guess what it is', async () => {
    const response = await sampleServer().server.app.inject('/v1/status');
    expect(response.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': 'application/json; charset=utf-8',
    });
  });

  it('counts its answers by status', async () => {
    const { server } = sampleServer();
    await server.app.inject('/healthz');
    await server.app.inject('/nothing');
    await server.app.inject('/nothing');
    expect(server.counts().answers).toEqual({ 200: 1, 404: 2 });
  });

  it('listens on a free port, names one that is taken, and stops', async () => {
    const first = sampleServer().server;
    await first.listen();
    const url = `http://127.0.0.1:${first.port}/healthz`;
    expect(await (await fetch(url)).json()).toEqual({ status: 'ok' });
    await first.close();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});

describe('openapi.json', () => {
  it('describes every route, once, with the token where it is needed', async () => {
    const { server } = sampleServer();
    const document = (await server.app.inject('/openapi.json')).json<OpenApiDocument>();
    const ids = operations(document).map(({ operation }) => operation['operationId']);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { method, path, operation } of operations(document)) {
      const url = path.replaceAll(/\{(\w+)\}/g, ':$1');
      expect(server.app.hasRoute({ method: method.toUpperCase(), url }), path).toBe(true);
      expect(operation['summary']).toMatch(/\.$/);
      if (method !== 'get') expect(operation['security']).toEqual([{ token: [] }]);
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const parameters = operation['parameters'] as { in: string; name: string }[];
      expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(names);
    }
  });

  it('has every $ref that it names', async () => {
    const { server } = sampleServer();
    const text = (await server.app.inject('/openapi.json')).body;
    const document = JSON.parse(text) as Record<string, unknown>;
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(0);
    for (const reference of new Set(references)) {
      let at: unknown = document;
      for (const key of reference.split('/')) at = (at as Record<string, unknown>)[key];
      expect(at, reference).toBeDefined();
    }
  });
});

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

function schemaOf(document: OpenApiDocument, path: string): Schema {
  const found = document.paths[path]?.['get'] as {
    responses: Record<string, { content: Record<string, { schema: Schema }> }>;
  };
  return found.responses['200']?.content['application/json']?.schema ?? {};
}

/** Fields of the schema that the value does not have. */
function missingFields(schema: Schema, value: unknown, at = ''): string[] {
  if (schema.items !== undefined && Array.isArray(value)) {
    const { items } = schema;
    return value.flatMap((entry) => missingFields(items, entry, `${at}[]`));
  }
  if (schema.properties === undefined || typeof value !== 'object' || value === null) return [];
  return Object.entries(schema.properties).flatMap(([name, field]) => {
    const path = `${at}.${name}`;
    // Bans have either of two targets.
    if (path.endsWith('target.address')) return [];
    if (!Object.hasOwn(value, name)) return [path];
    return missingFields(field, (value as Record<string, unknown>)[name], path);
  });
}

function operations(
  document: OpenApiDocument,
): { method: string; path: string; operation: Record<string, unknown> }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      return { method, path, operation: operation as Record<string, unknown> };
    }),
  );
}
