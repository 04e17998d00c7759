/**
 * Goal: the page that is served is whole: every file is in the list that the binary is built from, every import leads to a
 * file that is served, and nothing in it needs what the content policy forbids. Method: the loaded assets, read as text.
 */

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  DASHBOARD_HEADERS,
  dashboardAssets,
  loadDashboard,
} from '../../../../src/main/ops/dashboard/dashboard-assets.ts';
import { dashboardRoutes } from '../../../../src/main/ops/dashboard/dashboard-routes.ts';

const PAGE = new URL('../../../../src/main/ops/dashboard/page/', import.meta.url);
const loaded = loadDashboard();
const urls = new Set(loaded.map(({ url }) => url));

describe('the dashboard', () => {
  it('lists every file of its folder', () => {
    // Types alone leave nothing to serve.
    const unserved = new Set(['tsconfig.json', 'api-types.ts', 'tone.ts']);
    const files = readdirSync(PAGE).filter((name) => !unserved.has(name));
    const listed = new Set(dashboardAssets.map(({ path }) => path.split('/').at(-1)));
    expect(files.filter((name) => !listed.has(name))).toEqual([]);
    expect(files.length).toBeGreaterThan(20);
  });

  it('serves every module that a module imports, as script without types', () => {
    const scripts = loaded.filter(({ contentType }) => contentType.startsWith('text/javascript'));
    const imports = scripts.flatMap(({ body }) =>
      [...body.toString('utf8').matchAll(/^\s*(?:import|}) .*?from '([^']+)'/gm)].map(
        ([, specifier = '']) => new URL(specifier, 'http://host/dashboard/').pathname,
      ),
    );
    expect(imports.length).toBeGreaterThan(50);
    expect(imports.filter((url) => !urls.has(url))).toEqual([]);
    for (const { url, body } of scripts) {
      expect(body.toString('utf8'), url).not.toMatch(/^(?:export )?(?:interface|type) /m);
    }
  });

  it('names only its own files in the page', () => {
    const page = loaded.find(({ url }) => url === '/')?.body.toString('utf8') ?? '';
    const named = [...page.matchAll(/(?:src|href)="(\/dashboard\/[^"]+)"/g)];
    expect(named.length).toBeGreaterThan(3);
    for (const [, url = ''] of named) expect(urls).toContain(url);
    expect(page).not.toMatch(/(?:src|href)="(?:https?:|\/\/)/);
  });

  it('has no inline script, style or handler: the policy allows none', () => {
    const page = loaded.find(({ url }) => url === '/')?.body.toString('utf8') ?? '';
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(page).not.toMatch(/<style|\bstyle=|\son[a-z]+=/);
    expect(DASHBOARD_HEADERS['content-security-policy']).not.toContain('unsafe');
  });

  it('never makes markup of text', () => {
    for (const { url, body } of loaded.filter((asset) => asset.url.endsWith('.ts'))) {
      expect(body.toString('utf8'), url).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/,
      );
    }
  });

  it('gives every file a tag of its content', () => {
    const routes = dashboardRoutes();
    expect(routes.map(({ url }) => url)).toEqual(loaded.map(({ url }) => url));
    const tags = routes.map(({ headers }) => headers?.['etag']);
    expect(new Set(tags).size).toBe(routes.length);
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]{22}"$/);
  });
});
