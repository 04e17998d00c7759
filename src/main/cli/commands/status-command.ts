/** `longhouse status`: what a running host does, in a few lines. Main thread. */

import { byteText } from '../../worst-case-memory.ts';
import type { HostStatus } from '../../ops/host-status.ts';
import { onHost, type CommandRegistry } from '../host-command.ts';
import { plain } from '../table-text.ts';
import { durationText } from '../time-text.ts';

export function addStatusCommand(registry: CommandRegistry): void {
  const command = registry.program.command('status').description('show what a running host does');
  onHost(registry, command, async ({ client }) => {
    const status = await client.get<HostStatus>('/v1/status');
    return { json: status, text: statusText(status) };
  });
}

/** A few aligned lines for people, none longer than 80 characters. */
function statusText(status: HostStatus): string {
  const { players, matches, lobbies } = status;
  const uptime = durationText(status.uptimeSeconds * 1_000);
  const lines = [
    `host      ${status.hostId}, version ${status.version}, up ${uptime}, ${status.notReady ?? 'ready'}`,
    `players   ${players.host} of ${status.capacity} here, ${players.network} on ${players.hostsHeard} of ${players.hostsKnown} hosts, ${status.practicePlayers} practice`,
    `matches   ${matches.host} here, ${matches.network} on the network, ${counted(lobbies, 'lobby', 'lobbies')}`,
  ];
  for (const [mode, queue] of Object.entries(status.queues)) {
    const wait = queue.host === 0 ? '' : `, oldest ${Math.floor(queue.oldestMs / 1000)} s`;
    lines.push(`queue     ${mode}: ${queue.host} here, ${queue.network} on the network${wait}`);
  }
  for (const worker of status.workers) {
    const load = `${Math.round(worker.load * 100)} % busy`;
    const memory = `${byteText(worker.heapBytes)} heap, ${byteText(worker.externalBytes)} buffers`;
    lines.push(
      `worker    ${worker.worker} ${worker.state}: ${load}, ${counted(worker.handlers, 'handler', 'handlers')}, ${counted(worker.players, 'player', 'players')}, ${memory}`,
    );
  }
  for (const { gateway, state, connections, players: named } of status.gateways) {
    lines.push(
      `gateway   ${gateway} ${state}: ${counted(connections, 'connection', 'connections')}, ${counted(named, 'player', 'players')}`,
    );
  }
  return `${lines.map(plain).join('\n')}\n`;
}

/** `1 lobby`, `2 lobbies`. */
function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
