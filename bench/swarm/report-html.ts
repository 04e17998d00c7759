/**
 * The report of a run as one HTML file: tables, plots, the scenario; it needs nothing else to be looked at, today or in ten years.
 * The bench's parent process.
 */

import { readFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';

import type { Machine } from '../machine.ts';
import { rounded, roundedMs } from '../text-table.ts';
import { marksOf, plotsOf } from './report-plots.ts';
import type { Scenario } from './scenario.ts';
import type { Percentiles } from './second-sum.ts';
import { errorShareOf, LEVEL_LABELS, LEVEL_OF_LATENCY, type LevelName } from './service-levels.ts';
import { LATENCIES } from './swarm-messages.ts';
import type { SwarmResult } from './swarm-run.ts';
import { grouped } from './swarm-screen.ts';
import { doubts, labelOf, verdict } from './swarm-summary.ts';

export interface ReportFacts {
  readonly result: SwarmResult;
  readonly scenario: Scenario;
  readonly scenarioText: string;
  readonly machine: Machine;
  readonly node: string;
  readonly commit: string;
  /** When the run ended. */
  readonly wallMs: number;
}

/** Nothing from elsewhere, whatever text the page shows. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

export function reportHtml(facts: ReportFacts): string {
  const { result, scenario } = facts;
  const plots = plotsOf(result, scenario);
  const data = {
    seconds: result.series.map(({ second }) => second + 1),
    plots,
    marks: marksOf(result, scenario),
  };
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="content-security-policy" content="${POLICY}">`,
    `<title>${escaped(result.title)}: ${escaped(verdict(result))}</title>`,
    `<style>${packageFile('uplot/dist/uPlot.min.css')}</style>`,
    `<style>${ownFile('page/report.css')}</style>`,
    '</head>',
    '<body>',
    ...header(facts),
    ...tiles(result),
    ...levelsTable(facts),
    '<h2>Over time</h2>',
    '<p class="soft">Drag to look closer, double-click to see all. Upright lines are storms and the knee.</p>',
    '<div class="plots">',
    ...plots.map(({ title }, index) => {
      return `<section class="plot"><h3>${escaped(title)}</h3><div id="plot-${index}"></div></section>`;
    }),
    '</div>',
    '<noscript><p class="doubt">The plots need a script; the tables have the figures.</p></noscript>',
    ...latencyTable(result),
    ...errorTable(result),
    '<h2>The scenario</h2>',
    `<details class="card"><summary>As it was run</summary><pre>${escaped(facts.scenarioText)}</pre></details>`,
    // A "<" inside could end the element.
    `<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`,
    `<script>${packageFile('uplot/dist/uPlot.iife.min.js')}</script>`,
    `<script type="module">${pageScript()}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function header(facts: ReportFacts): readonly string[] {
  const { result, machine, node, commit, wallMs } = facts;
  const when = new Date(wallMs).toISOString().slice(0, 16).replace('T', ' ');
  const place = `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.system}`;
  const swarm = `${result.processes} ${result.processes === 1 ? 'process' : 'processes'} against ${result.targets.join(', ')}`;
  return [
    `<h1>${escaped(result.title)}</h1>`,
    `<p class="soft">${escaped(`${when} UTC; ${swarm}; ${place}; Node ${node}; commit ${commit}; seed ${result.seed}`)}</p>`,
    `<p class="verdict ${result.isKept ? 'good' : 'bad'}">${escaped(verdict(result))}</p>`,
    ...doubts(result).map((doubt) => `<p class="doubt">${escaped(doubt)}</p>`),
  ];
}

function tiles(result: SwarmResult): readonly string[] {
  const { counts, latencyMs } = result;
  const tile = (name: string, value: string, note: string): string =>
    `<div class="tile"><dt>${name}</dt><dd>${value}</dd><dd class="soft">${note}</dd></div>`;
  const due = counts.states + counts.missed;
  return [
    '<dl class="tiles">',
    tile('players at most', grouped(result.playersPeak), `over ${grouped(result.seconds)} s`),
    tile('log-ins', grouped(latencyMs.login?.count ?? 0), p99Text(latencyMs.login, '')),
    tile('seats in matches', grouped(counts.matches), p99Text(latencyMs.queue, ' in the queue')),
    tile('states', grouped(counts.states), `${shareText(counts.missed, due)} missed`),
    tile('inputs', grouped(counts.inputs), p99Text(latencyMs.input, ' to a state')),
    tile('chat lines', grouped(counts.says), `heard ${grouped(counts.heard)} times`),
    tile('broken on purpose', grouped(counts.drops), 'connections'),
    tile('errors', grouped(counts.errors), `${grouped(counts.closed)} closed by the host`),
    '</dl>',
  ];
}

function levelsTable({ result, scenario }: ReportFacts): readonly string[] {
  const asked = Object.keys(LEVEL_LABELS).flatMap((name) => {
    // The keys of that record are the levels.
    const level = name as LevelName;
    const limit = scenario.levels[level];
    return limit > 0 ? [{ level, limit }] : [];
  });
  if (asked.length === 0) return [];
  const rows = asked.map(({ level, limit }) => {
    const breach = result.breaches.find((one) => one.level === level);
    const label = LEVEL_LABELS[level];
    const bad = result.series.filter((row) => row.missed.some((text) => text.startsWith(label)));
    const isShare = level === 'missedShareMax' || level === 'errorShareMax';
    const kind = LATENCIES.find((one) => LEVEL_OF_LATENCY[one] === level);
    const overall = kind === undefined ? undefined : result.latencyMs[kind]?.p99;
    const overallText = overall === undefined ? '–' : `${grouped(roundedMs(overall))} ms`;
    return [
      isShare ? label : `${label} p99`,
      isShare ? `${rounded(limit * 100, 2)} %` : `${grouped(limit)} ms`,
      isShare ? shareOf(level, result) : overallText,
      `${grouped(bad.length)} of ${grouped(result.seconds)}`,
      breach === undefined
        ? '<span class="good">kept</span>'
        : `<span class="bad">broke at ${grouped(breach.players)} players, second ${breach.second + 1}</span>`,
    ];
  });
  const headings = ['level', 'allowed', 'over the whole run', 'bad seconds', 'verdict'];
  const rule = `A level breaks when it is missed ${scenario.levels.badSeconds} seconds in a row; other bad seconds are counted here.`;
  return ['<h2>Service levels</h2>', `<p class="soft">${rule}</p>`, ...table(headings, rows)];
}

function latencyTable({ latencyMs }: SwarmResult): readonly string[] {
  const rows = LATENCIES.flatMap((kind) => {
    const found = latencyMs[kind];
    if (found === null) return [];
    const { count, p50, p95, p99, max } = found;
    const times = [p50, p95, p99, max].map((ms) => grouped(roundedMs(ms)));
    return [[labelOf(kind), grouped(count), ...times]];
  });
  const headings = ['ms', 'count', 'p50', 'p95', 'p99', 'max'];
  return ['<h2>Latencies, from intended times</h2>', ...table(headings, rows)];
}

function errorTable({ errors }: SwarmResult): readonly string[] {
  const rows = Object.entries(errors)
    .sort((left, right) => right[1] - left[1])
    .map(([name, count]) => [escaped(name), grouped(count)]);
  return rows.length === 0 ? [] : ['<h2>Errors</h2>', ...table(['error', 'count'], rows)];
}

/** Cells are HTML already. */
function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return [
    '<div class="card"><table class="figures">',
    `<thead>${cells('th', headings)}</thead>`,
    `<tbody>${rows.map((row) => cells('td', row)).join('\n')}</tbody>`,
    '</table></div>',
  ];
}

function p99Text(found: Percentiles | null, what: string): string {
  return found === null ? 'not measured' : `p99 ${grouped(roundedMs(found.p99))} ms${what}`;
}

function shareOf(level: LevelName, { counts }: SwarmResult): string {
  return level === 'missedShareMax'
    ? shareText(counts.missed, counts.missed + counts.states)
    : `${rounded(errorShareOf({ counts }) * 100, 3)} %`;
}

function shareText(part: number, whole: number): string {
  return whole === 0 ? '0 %' : `${rounded((part / whole) * 100, 3)} %`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function ownFile(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

function packageFile(path: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(path), 'utf8');
}

/** The page's script without its types. */
function pageScript(): string {
  const { emitWarning } = process;
  // Node warns that this function may change. Its version is pinned, and a load tester can do nothing about it.
  process.emitWarning = (): void => {};
  try {
    return stripTypeScriptTypes(ownFile('page/report-app.ts')).replace(/^\s*import .*$/m, '');
  } finally {
    process.emitWarning = emitWarning;
  }
}
