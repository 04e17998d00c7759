/** What the swarm says at the end, for people. The bench's parent process. */

import { roundedMs, textTable, type Cell } from '../text-table.ts';
import { LEVEL_OF_LATENCY, LEVEL_LABELS } from './service-levels.ts';
import { LATENCIES, type LatencyKind } from './swarm-messages.ts';
import type { SwarmResult } from './swarm-run.ts';
import { grouped } from './swarm-screen.ts';

/** Above this the swarm was not in control of its own schedule. */
const LAG_MS_DOUBTFUL = 50;

export function summaryText(result: SwarmResult): string {
  const rows = LATENCIES.flatMap((kind): Cell[][] => {
    const found = result.latencyMs[kind];
    if (found === null) return [];
    const { count, p50, p95, p99, max } = found;
    return [[labelOf(kind), count, ...[p50, p95, p99, max].map(roundedMs)]];
  });
  const { counts } = result;
  return [
    '',
    textTable(['latency', 'count', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms'], rows),
    '',
    `${grouped(result.playersPeak)} players at most, ${grouped(result.seconds)} s; ` +
      `${grouped(counts.dials)} log-ins, ${grouped(counts.matches)} seats in matches, ` +
      `${grouped(counts.says)} lines said and heard ${grouped(counts.heard)} times`,
    `${grouped(counts.inputs)} inputs, ${grouped(counts.states)} states, ${grouped(counts.missed)} missed; ` +
      `${grouped(counts.drops)} connections broken on purpose, ${grouped(counts.closed)} by the host; ` +
      `${grouped(counts.errors)} errors${errorText(result)}`,
    ...waitsText(result),
    ...doubts(result),
    '',
    verdict(result),
  ].join('\n');
}

/** `knee: 14,200 players (between 13,900 and 14,500); login p99 passed 500 ms (812 ms)` */
export function verdict(result: SwarmResult): string {
  if (result.knee === null) {
    return `kept: no service level broke, with ${grouped(result.playersPeak)} players at most`;
  }
  const { players, atLeast, atMost, why } = result.knee;
  return `knee: ${grouped(players)} players (between ${grouped(atLeast)} and ${grouped(atMost)}); ${why}`;
}

export function doubts(result: SwarmResult): string[] {
  const lag = result.latencyMs.lag?.p99 ?? 0;
  if (lag <= LAG_MS_DOUBTFUL) return [];
  return [
    `Doubtful: the swarm itself acted up to ${roundedMs(lag)} ms late (p99): more --processes, or more machines`,
  ];
}

function waitsText({ stillWaiting }: SwarmResult): string[] {
  const waits = LATENCIES.flatMap((kind) => {
    const found = stillWaiting[kind];
    return found === null
      ? []
      : [`${found.count} for ${labelOf(kind)} (${roundedMs(found.max)} ms)`];
  });
  return waits.length === 0 ? [] : [`Still waiting at the end: ${waits.join(', ')}`];
}

export function labelOf(kind: LatencyKind): string {
  const level = LEVEL_OF_LATENCY[kind];
  return level === undefined ? 'swarm lag' : LEVEL_LABELS[level];
}

function errorText({ errors }: SwarmResult): string {
  const names = Object.entries(errors).sort((left, right) => right[1] - left[1]);
  return names.length === 0
    ? ''
    : `: ${names.map(([name, count]) => `${name} ${count}`).join(', ')}`;
}
