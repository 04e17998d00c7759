/** `longhouse status`: asks the ops port of a running host and prints what it does. Main thread. */

import { HostError, messageOf } from '../../shared/errors.ts';
import { byteText } from '../worst-case-memory.ts';
import type { HostStatus } from '../ops/host-status.ts';
import type { HostConfig } from '../config/host-config.ts';

const ANSWER_MS_MAX = 5_000;

/** The status of the host that listens where `config` says. */
export async function fetchStatus(config: HostConfig): Promise<HostStatus> {
  const url = `http://${opsName(config.ops.bindAddress)}:${config.ops.port}/v1/status`;
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  } catch (error) {
    // fetch() says only "fetch failed"; its cause knows why.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const detail = `Cannot reach a host at "${url}": ${messageOf(cause)}`;
    throw new HostError('ops-unreachable', detail, { cause: error });
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok || !isStatus(body)) {
    const detail = `Cannot read the status at "${url}": found no status in its answer (${response.status})`;
    throw new HostError('ops-answer', detail);
  }
  return body;
}

/** A few aligned lines for people. */
export function statusText(status: HostStatus): string {
  const { players, matches, lobbies } = status;
  const lines = [
    `host      ${status.hostId}, version ${status.version}, up ${uptimeText(status.uptimeSeconds)}, ${status.notReady ?? 'ready'}`,
    `players   ${players.host} of ${status.capacity} here, ${players.network} on ${players.hostsHeard} of ${players.hostsKnown} hosts, ${status.practicePlayers} practice`,
    `matches   ${matches.host} here, ${matches.network} on the network, ${lobbies} lobbies`,
  ];
  for (const [mode, queue] of Object.entries(status.queues)) {
    const wait = queue.host === 0 ? '' : `, oldest ${Math.floor(queue.oldestMs / 1000)} s`;
    lines.push(`queue     ${mode}: ${queue.host} here, ${queue.network} on the network${wait}`);
  }
  for (const worker of status.workers) {
    const load = `${Math.round(worker.load * 100)} % busy`;
    const memory = `heap ${byteText(worker.heapBytes)}, buffers ${byteText(worker.externalBytes)}`;
    lines.push(
      `worker    ${worker.worker} ${worker.state}: ${load}, ${worker.handlers} handlers, ${worker.players} players, ${memory}`,
    );
  }
  for (const gateway of status.gateways) {
    const { connections } = gateway;
    lines.push(
      `gateway   ${gateway.gateway} ${gateway.state}: ${connections} connections, ${gateway.players} players`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function uptimeText(seconds: number): string {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Enough of the shape to tell a host from another program. */
function isStatus(body: unknown): body is HostStatus {
  return typeof body === 'object' && body !== null && 'hostId' in body && 'gateways' in body;
}

/** Where to connect to reach an address that was listened on. */
function opsName(bindAddress: string): string {
  if (bindAddress === '0.0.0.0') return '127.0.0.1';
  if (bindAddress === '::') return '[::1]';
  return bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress;
}
