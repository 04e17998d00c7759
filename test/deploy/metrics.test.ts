/**
 * Goal: the Grafana dashboard and the alert rules ask for metrics that a host really has, and link to parts of the runbook
 * that are there. Method: the /metrics page of a real host; names taken out of the expressions.
 */

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import { portOf, startTestHost } from '../support/start-test-host.ts';

const DASHBOARD = new URL('../../deploy/grafana/longhouse.json', import.meta.url);
const RULES = new URL('../../deploy/alerts/longhouse.rules.yml', import.meta.url);
const RUNBOOK = new URL('../../docs/operations.md', import.meta.url);
const MANUAL = new URL('../../docs/operations-api.md', import.meta.url);
/** A whole host starts in here, on a machine that may have other things to do. */
const START_MS_MAX = 60_000;
const HISTOGRAM_SUFFIX = /_(bucket|sum|count)$/;

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

let host: RunningHost | undefined;
/** By name. */
const types = new Map<string, string>();
let page = '';

beforeAll(async () => {
  host = await startTestHost('[ops]\nport = 0\n[practice]\nbots = 0\n');
  page = await (await fetch(`http://127.0.0.1:${portOf(host, 'ops')}/metrics`)).text();
  for (const [, name = '', type = ''] of page.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
    types.set(name, type);
  }
}, START_MS_MAX);

afterAll(() => host?.stop('test', 0));

describe('/metrics of a host', () => {
  it('names each metric once, with its unit, and never a player', () => {
    expect(types.size).toBeGreaterThan(60);
    expect([...page.matchAll(/^# TYPE/gm)]).toHaveLength(types.size);
    for (const [name, type] of types) {
      expect(name).toMatch(/^(longhouse|process)_[a-z_]+$/);
      expect(name.endsWith('_total'), name).toBe(type === 'counter');
      expect(name, name).not.toMatch(/_(ms|millis|micros|kb|mb|percent)(_|$)/);
    }
  });

  it('has samples of the form that Prometheus reads', () => {
    const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines) {
      expect(line).toMatch(/^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+0-9.eInf]+$/);
    }
  });
});

describe('docs/operations-api.md', () => {
  it('lists every metric with its type, and none that is not there', () => {
    const rows = readFileSync(MANUAL, 'utf8').matchAll(
      /^\| `(\w+)` \| (counter|gauge|histogram) \|/gm,
    );
    const listed = Array.from(rows, ([, name = '', type = '']) => `${name} ${type}`);
    const actual = Array.from(types, ([name, type]) => `${name} ${type}`);
    expect(listed.toSorted()).toEqual(actual.toSorted());
  });
});

describe.each([
  ['the Grafana dashboard', dashboardExpressions()],
  ['the alert rules', ruleExpressions()],
])('%s', (_what, expressions) => {
  it('asks only for metrics that there are, counters by their rate', () => {
    expect(expressions.length).toBeGreaterThan(10);
    for (const expression of expressions) {
      const names = [...expression.matchAll(/\b(?:longhouse|process)_\w+/g)].map(([name]) => name);
      for (const name of names) {
        const family = types.has(name) ? name : name.replace(HISTOGRAM_SUFFIX, '');
        expect(types.get(family), `${name} in ${expression}`).toBeDefined();
        expect(types.get(family) === 'histogram', name).toBe(HISTOGRAM_SUFFIX.test(name));
        const isGrowing = types.get(family) !== 'gauge';
        const isRated = new RegExp(`(rate|increase)\\(${name}`).test(expression);
        expect(isRated, `${name} in ${expression}`).toBe(isGrowing);
      }
    }
  });
});

describe('the alert rules', () => {
  it('link to parts of the runbook that are there', () => {
    const headings = readFileSync(RUNBOOK, 'utf8').matchAll(/^#+ (.+)$/gm);
    const anchors = new Set(Array.from(headings, ([, title = '']) => anchorOf(title)));
    const links = [...readFileSync(RULES, 'utf8').matchAll(/runbook: docs\/operations\.md#(\S+)/g)];
    expect(links).toHaveLength(ruleExpressions().length);
    for (const [, anchor] of links) expect(anchors).toContain(anchor);
  });
});

describe('the Grafana dashboard', () => {
  it('shows every metric that the host has, but for its build', () => {
    const all = dashboardExpressions().join('\n');
    const unseen = [...types.keys()].filter((name) => !all.includes(name));
    expect(unseen.toSorted()).toEqual(NOT_ON_DASHBOARD);
  });
});

/** Looked at when something else is wrong. */
const NOT_ON_DASHBOARD = [
  'longhouse_bridge_untimely_records_total',
  'longhouse_config_problem',
  'longhouse_drain_playing',
  'longhouse_gateway_broken_events_total',
  'longhouse_info',
  'longhouse_lobbies',
  'longhouse_main_external_bytes',
  'longhouse_ops_events_total',
  'longhouse_uptime_seconds',
  'longhouse_worker_busy_seconds_total',
];

function dashboardExpressions(): readonly string[] {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as Dashboard;
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

function ruleExpressions(): readonly string[] {
  const text = readFileSync(RULES, 'utf8');
  return Array.from(text.matchAll(/^\s+expr: (.+)$/gm), ([, expression = '']) => expression);
}

/** As GitHub makes it. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}
