/**
 * Goal: whatever a client sends, no route fails: it is refused with a 4xx, or done.
 * Method: random JSON as bodies and random texts as queries for every route; what is refused has the one shape of errors.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OpsHost } from '../../../src/main/ops/ops-host.ts';
import { opsRoutes } from '../../../src/main/ops/ops-routes.ts';
import { runSeed } from '../../support/run-seed.ts';
import { BEARER, sampleServer } from './sample-ops-host.ts';

const RUNS = 300;
const ROUTES = opsRoutes({} as OpsHost).filter(({ kind }) => kind === 'json');
const KEYS = ['account', 'address', 'seconds', 'reason', 'text', 'deadlineSeconds', 'limits'];

const body = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(fc.constantFrom(...KEYS, '__proto__'), fc.jsonValue({ maxDepth: 1 })),
);
const query = fc.dictionary(
  fc.constantFrom('limit', 'after', 'find', 'mode', 'match', 'dryRun', 'other'),
  fc.oneof(fc.string(), fc.integer().map(String), fc.constantFrom('true', 'false', '0', '501')),
  { maxKeys: 3 },
);

describe('a request of any shape', () => {
  it('is done or refused with a 4xx that has a code and a message', async () => {
    const seed = runSeed('ops requests');
    const { server, failures } = sampleServer();
    const met = { done: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ROUTES), body, query, async (route, json, texts) => {
        const { method } = route;
        const url = `${route.url.replace(/:\w+/, 'Ada')}?${new URLSearchParams(texts).toString()}`;
        const headers = { ...BEARER, 'content-type': 'application/json' };
        const payload = method === 'GET' ? {} : { payload: JSON.stringify(json) };
        const response = await server.app.inject({ method, url, headers, ...payload });
        expect(response.statusCode).toBeLessThan(500);
        if (response.statusCode < 300) {
          met.done += 1;
          return;
        }
        met.refused += 1;
        const { error } = response.json<{ error: { code: string; message: string } }>();
        expect(error.code).toMatch(/^[a-z]+(-[a-z]+)*$/);
        expect(error.message).toMatch(/^Cannot /);
      }),
      { seed, numRuns: RUNS },
    );
    expect(failures).toEqual([]);
    expect(met.done).toBeGreaterThan(5);
    expect(met.refused).toBeGreaterThan(50);
  });
});
