/**
 * Goal: what a run leaves behind can be read by programs and by people, and hostile text in it stays text. Method: a made-up run
 * through the writers; the page is looked at in a browser by test/browser/swarm-report.test.ts.
 */

import { expect, test } from 'vitest';

import { reportHtml } from '../../../bench/swarm/report-html.ts';
import { kneeRange } from '../../../bench/swarm/knee-range.ts';
import type { SecondRow } from '../../../bench/swarm/second-sum.ts';
import { figures } from '../../../bench/swarm/swarm-screen.ts';
import { swarmCsv } from '../../../bench/swarm/swarm-csv.ts';
import { summaryText } from '../../../bench/swarm/swarm-summary.ts';
import { HOSTILE, madeUpFacts } from './made-up-run.ts';

test('the CSV has one row a second and as many cells as headings', () => {
  const { result } = madeUpFacts();
  const lines = swarmCsv(result.series).trimEnd().split('\n');
  const [headings = ''] = lines;
  expect(lines).toHaveLength(result.series.length + 1);
  expect(headings).toMatch(
    /^second,wanted,online,lobby,queued,playing,dials,.*loginMs_p99.*missed$/,
  );
  for (const line of lines.slice(1)) {
    const cells = line.replaceAll(/"[^"]*"/g, '').split(',');
    expect(cells).toHaveLength(headings.split(',').length);
  }
  expect(lines[1]).toMatch(/^0,10,9,4,1,4,/);
});

test('the page carries all it needs, asks for nothing, and shows text as text', () => {
  const html = reportHtml(madeUpFacts());
  expect(html).not.toMatch(/\b(src|href)=/);
  expect(html).not.toMatch(/@import|url\(/);
  expect(html).not.toContain(HOSTILE);
  expect(html).toContain('&lt;script&gt;');
  const data = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  const plots = (JSON.parse(data) as { plots: { title: string; curves: { values: [] }[] }[] })
    .plots;
  expect(plots.map(({ title }) => title)).toEqual(expect.arrayContaining(['Players', 'Login, ms']));
  for (const { curves } of plots) for (const { values } of curves) expect(values).toHaveLength(30);
});

test('the knee lies between the last load that was carried and the load at which the level had broken', () => {
  const rowAt = (second: number, missed: boolean): SecondRow => {
    const [row] = madeUpFacts().result.series;
    if (row === undefined) throw new Error('Cannot test: the made-up run has no seconds');
    return { ...row, second, online: second * 100, missed: missed ? ['login'] : [] };
  };
  // Kept for 15 seconds, missed once, kept for 4, then missed for 5.
  const misses = new Set([15, 20, 21, 22, 23, 24]);
  const series = Array.from({ length: 25 }, (_none, second) => rowAt(second, misses.has(second)));
  const breach = { second: 20, players: 2_000 };
  expect(kneeRange(series, breach)).toEqual({ atLeast: 1_400, atMost: 2_400 });
  const calm = series.map((row) => (row.second === 15 ? rowAt(15, false) : row));
  expect(kneeRange(calm, breach)).toEqual({ atLeast: 1_900, atMost: 2_400 });
  expect(kneeRange([], breach)).toEqual({ atLeast: 0, atMost: 2_000 });
});

test('the summary names the knee, the errors and what was still waited for', () => {
  const text = summaryText(madeUpFacts().result);
  expect(text).toContain(
    'knee: 14,200 players (between 13,900 and 14,500); login p99 passed 500 ms (812 ms)',
  );
  expect(text).toContain('ECONNRESET 7');
  expect(text).toContain('Still waiting at the end: 3 for login (9000 ms)');
  expect(text).toContain('Doubtful');
});

test('the line of figures says what counts, and nothing that was not measured', () => {
  const [row] = madeUpFacts().result.series;
  expect(row && figures(row)).toBe(
    '9 of 10 on line | 4 play, 1 queue | p99 ms: login 812 | 100 states/s | host 64 % | 7 errors | missed: login',
  );
});
