/**
 * The figures that README.md quotes, between two marks of its own, out of the same results as docs/benchmarks.md. Pure; the bench's
 * parent process. `test/readme.test.ts` holds that the two pages say the same.
 */

import type { BenchFile, BenchResult } from './document-text.ts';
import { cellText, markdownTable, valueAt } from './markdown.ts';

interface Quote {
  readonly bench: string;
  /** Values that a result must have to be the one that is meant. */
  readonly only?: Readonly<Record<string, number>>;
  readonly what: string;
  /** `{path}` stands for the value at that path of the results. */
  readonly measured: string;
}

const FROM = '<!-- figures: written by "npm run bench -- document" -->\n';
const TO = '<!-- /figures -->';
const QUOTES: readonly Quote[] = [
  {
    bench: 'relay',
    only: { players: 1_600, rateHz: 10 },
    what: 'CPU of a delivered message beside a bare single-thread `node:net` relay that does the same work, 1,600 players at 10 Hz',
    measured: '{ratio} times',
  },
  {
    bench: 'connections',
    only: { players: 18_000 },
    what: 'process memory of a connected player, 18,000 in lobbies',
    measured: '{kibPerPlayer} KiB',
  },
  {
    bench: 'relay',
    only: { players: 18_000, rateHz: 2 },
    what: 'input to state, 18,000 players at 2 Hz: a tick of 500 ms is part of it; all of them from the queue to the first state',
    measured: 'p99 {latencyMs/p99} ms; {queueToFirstStateMs/max} ms',
  },
  {
    bench: 'hop',
    what: 'a player whose match runs on another host, over loopback: later by; CPU of both hosts for a message beside a local one',
    measured: 'p50 {addedMs/p50} ms, p99 {addedMs/p99} ms; {cpuRatio} times',
  },
  {
    bench: 'bridge-traffic',
    only: { hosts: 10 },
    what: 'what each two of ten linked hosts say to each other, 18,000 players on one of them',
    measured: '{bytesPerSecond/bothWaysMedian} bytes a second',
  },
];

/** The page with its figures written anew; undefined where it has no marks, or nothing that it quotes was measured. */
export function quotedIn(
  page: string,
  files: readonly BenchFile[],
  keep = false,
): string | undefined {
  const from = page.indexOf(FROM);
  const to = page.indexOf(TO);
  if (from < 0 || to < from) return undefined;
  const before = page.slice(from, to).split('\n');
  let measured = 0;
  const rows = QUOTES.flatMap((quote) => {
    const found = files.map(({ result }) => result).findLast((result) => isMeant(quote, result));
    if (found === undefined || typeof found === 'string')
      return keep ? rowBefore(quote, before) : [];
    measured += 1;
    return [rowOf(quote, found)];
  });
  if (measured === 0) return undefined;
  const table = markdownTable(['what', 'measured', 'command'], rows);
  return `${page.slice(0, from)}${FROM}\n${table}\n\n${page.slice(to)}`;
}

/** The row that stood there: what, measured, command. */
function rowBefore({ what }: Quote, lines: readonly string[]): readonly (readonly string[])[] {
  const line = lines.find((text) => text.startsWith(`| ${what} |`));
  return line === undefined ? [] : [line.slice(2, -2).split(' | ')];
}

function isMeant({ bench, only, measured }: Quote, result: BenchFile['result']): boolean {
  if (typeof result === 'string' || result.name !== bench) return false;
  const isSame = Object.entries(only ?? {}).every(([path, value]) => {
    return valueAt(result.results, path) === value;
  });
  return isSame && pathsOf(measured).every((path) => isNumber(valueAt(result.results, path)));
}

function rowOf({ what, measured }: Quote, { results, command }: BenchResult): readonly string[] {
  const text = pathsOf(measured).reduce(
    (said, path) => said.replace(`{${path}}`, cellText(valueAt(results, path))),
    measured,
  );
  return [what, text, `\`${String(command)}\``];
}

function pathsOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/\{([^}]+)\}/g), ([, path = '']) => path);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
