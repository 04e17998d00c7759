/** Goal: docs/operations-api.md tells of every route, and of none that is not there. Method: the list of routes, and the page's table. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { OpsHost } from '../../../src/main/ops/ops-host.ts';
import { opsRoutes } from '../../../src/main/ops/ops-routes.ts';

const PAGE = readFileSync(new URL('../../../docs/operations-api.md', import.meta.url), 'utf8');
const WHO = { open: 'anyone', personal: 'anyone on the machine', token: 'token' } as const;
/** Only the declarations are looked at: no handler runs. */
const ROUTES = opsRoutes({} as OpsHost).filter(({ url }) => !url.startsWith('/dashboard/'));

describe('docs/operations-api.md', () => {
  it('lists every route with who may use it, and nothing else', () => {
    const rows = PAGE.matchAll(/^\| `([A-Z]+ \/\S*)` \| ([^|]+) \|/gm);
    const listed = Array.from(rows, ([, route = '', who = '']) => `${route}: ${who}`);
    const routes = ROUTES.map(({ method, url, access }) => `${method} ${url}: ${WHO[access]}`);
    expect(listed.toSorted()).toEqual([...routes, 'GET /openapi.json: anyone'].toSorted());
  });

  it('names every query and field of a body', () => {
    for (const { method, url, query, body } of ROUTES) {
      const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${method} ${url}\``)) ?? '';
      for (const schema of [query, body]) {
        const { properties = {} } = (schema ?? {}) as { properties?: Record<string, unknown> };
        for (const name of Object.keys(properties)) expect(row).toContain(`\`${name}\``);
      }
    }
  });
});
