/** What a spawned host says of itself on its ops port, and waiting for it to say something else. Runs in test processes. */

import type { HostStatus } from '../../src/main/ops/host-status.ts';
import { sleep, systemClock } from '../../src/shared/clock.ts';
import type { SpawnedHost } from './spawn-host.ts';

const POLL_MS = 20;
const WAIT_MS = 15_000;

/** The answer of /v1/status. */
export async function statusOf(host: SpawnedHost): Promise<HostStatus> {
  // The host's own schema holds this shape; a test looks at the fields that matter to it.
  return (await host.getJson('/v1/status')) as HostStatus;
}

/** How many connections were refused or closed, by the word of the reason. */
export async function closedByReason(host: SpawnedHost): Promise<Record<string, number>> {
  const text = await metricsOf(host);
  const samples = text.matchAll(/^longhouse_closed_connections_total\{reason="([^"]+)"\} (\d+)$/gm);
  return Object.fromEntries(
    Array.from(samples, ([, reason = '', count]) => [reason, Number(count)]),
  );
}

/** The sum of a metric over its labels; NaN where it is not there at all. */
export async function metricSum(host: SpawnedHost, name: string): Promise<number> {
  const text = await metricsOf(host);
  const samples = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  if (samples.length === 0) return Number.NaN;
  return samples.reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Asks again and again until the answer fits; the last answer is in the failure. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  fits: (answer: T) => boolean,
  waitMs: number = WAIT_MS,
): Promise<T> {
  const untilMs = systemClock.nowMs() + waitMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (systemClock.nowMs() > untilMs) {
      throw new Error(
        `Cannot wait any longer: after ${waitMs} ms there is ${JSON.stringify(answer)}`,
      );
    }
    await sleep(POLL_MS);
  }
}

async function metricsOf(host: SpawnedHost): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${host.ports.ops}/metrics`);
  return response.text();
}
