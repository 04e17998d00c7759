/**
 * Goal: the ops port answers what CONTRACT.md promises, and anything else with a clear error in one shape.
 * Method: the real server, asked through fastify's inject and, where sockets matter, over loopback.
 */

import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { buildOpsApp, startOpsServer, type OpsSource } from '../../../src/main/ops/ops-server.ts';
import type { OpenApiDocument } from '../../../src/main/ops/openapi.ts';
import { SAMPLE_STATUS } from './sample-status.ts';

const failures: Error[] = [];
const source: OpsSource = {
  status: () => SAMPLE_STATUS,
  readiness: () => ({ ready: true, why: undefined }),
};

afterEach(() => failures.splice(0));

function app(changes: Partial<OpsSource> = {}): ReturnType<typeof buildOpsApp> {
  return buildOpsApp({ ...source, ...changes }, (error) => failures.push(error));
}

describe('the ops server', () => {
  it('is healthy while it answers', async () => {
    const response = await app().inject('/healthz');
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('is ready when the host is, and says why when it is not', async () => {
    const ready = await app().inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([200, { ready: true }]);
    const readiness = () => ({ ready: false, why: 'draining' });
    const draining = await app({ readiness }).inject('/readyz');
    expect([draining.statusCode, draining.json()]).toEqual([
      503,
      { ready: false, why: 'draining' },
    ]);
  });

  it('gives the status whole: the schema cuts nothing off', async () => {
    const response = await app().inject('/v1/status');
    expect(response.json()).toEqual(SAMPLE_STATUS);
    const notReady = { ...SAMPLE_STATUS, notReady: 'starting' };
    const starting = await app({ status: () => notReady }).inject('/v1/status');
    expect(starting.json()).toEqual(notReady);
  });

  it('gives metrics of the status, of the process and of the host itself', async () => {
    const metrics: OpsSource['metrics'] = () => [
      {
        name: 'longhouse_closed_total',
        help: 'Connections closed, by reason.',
        type: 'counter',
        samples: [{ labels: { reason: 'slow-reader' }, value: 4 }],
      },
    ];
    const response = await app({ metrics }).inject('/metrics');
    expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.body).toContain('longhouse_closed_total{reason="slow-reader"} 4\n');
    expect(response.body).toContain('longhouse_players{scope="host"} 12\n');
    expect(response.body).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  it('describes exactly its own routes in openapi.json', async () => {
    const document = (await app().inject('/openapi.json')).json<OpenApiDocument>();
    expect(Object.keys(document.paths).toSorted()).toEqual([
      '/',
      '/healthz',
      '/metrics',
      '/openapi.json',
      '/readyz',
      '/v1/status',
    ]);
    const status = JSON.stringify(document.paths['/v1/status']);
    expect(status).toContain('"oldestMs"');
    expect(JSON.stringify(document.paths['/readyz'])).toContain('"503"');
  });

  it('gives a status page that needs nothing from elsewhere', async () => {
    const response = await app().inject('/');
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
    expect(response.body).not.toMatch(/(src|href)="https?:/);
  });

  it('answers an unknown path, method and query with a 4xx that says what is allowed', async () => {
    const unknown = await app().inject('/v1/nothing');
    expect([unknown.statusCode, unknown.json()]).toEqual([
      404,
      {
        error: {
          code: 'not-found',
          message: 'Cannot find "/v1/nothing": GET /openapi.json lists all paths',
        },
      },
    ]);
    const wrongMethod = await app().inject({ method: 'POST', url: '/v1/status' });
    expect([wrongMethod.statusCode, wrongMethod.headers.allow]).toEqual([405, 'GET']);
    const query = await app().inject('/v1/status?page=2');
    expect(query.statusCode).toBe(400);
    expect(query.json()).toMatchObject({ error: { code: 'bad-request' } });
    expect(failures).toEqual([]);
  });

  it('tells the host of its own fault and keeps the inside of it from the client', async () => {
    const broken = app({
      status: () => {
        throw new Error('secret inside');
      },
    });
    const response = await broken.inject('/v1/status');
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('secret');
    expect(failures.map(({ message }) => message)).toEqual(['secret inside']);
  });
});

describe('startOpsServer()', () => {
  const options = { port: 0, bindAddress: '127.0.0.1', onFailure: () => {} };

  it('listens on a free port and stops', async () => {
    const server = await startOpsServer(source, options);
    const response = await fetch(`http://127.0.0.1:${server.port}/healthz`);
    expect(await response.json()).toEqual({ status: 'ok' });
    await server.close();
    await expect(fetch(`http://127.0.0.1:${server.port}/healthz`)).rejects.toThrow('fetch failed');
  });

  it('names the port that is taken', async () => {
    const server = await startOpsServer(source, options);
    const second = startOpsServer(source, { ...options, port: server.port });
    await expect(second).rejects.toMatchObject({
      code: 'listen',
      message: expect.stringMatching(
        `^Cannot open the ops port on "127.0.0.1" port ${server.port}: .*EADDRINUSE`,
      ) as unknown,
    });
    await server.close();
  });
});

describe('the status page', () => {
  it('shows only fields that the status has', () => {
    const page = readFileSync(
      new URL('../../../src/main/ops/status-page.html', import.meta.url),
      'utf8',
    );
    const used = [...page.matchAll(/\bs\.([a-zA-Z]+)/g)].map(([, field]) => field);
    expect(used.length).toBeGreaterThan(10);
    for (const field of used) expect(Object.keys(SAMPLE_STATUS)).toContain(field);
  });
});
