/** `longhouse announce | drain | undrain`: what concerns everybody on a host. Main thread. */

import type { DrainView } from '../../ops/ops-host.ts';
import { onHost, type CommandRegistry } from '../host-command.ts';
import type { HostFlags } from '../host-flags.ts';
import { durationText, secondsFrom } from '../time-text.ts';

interface DrainFlags extends HostFlags {
  readonly deadline?: string;
}

export function addDrainCommands(registry: CommandRegistry): void {
  addAnnounce(registry);
  addDrain(registry);
  addUndrain(registry);
}

function addAnnounce(registry: CommandRegistry): void {
  const command = registry.program
    .command('announce')
    .description('tell everybody something')
    .argument('<text...>', 'one line');
  onHost(registry, command, async ({ client, args }) => {
    const body = { text: args.join(' ') };
    const answer = await client.send<{ players: number }>('POST', '/v1/announce', body);
    return { json: answer, text: `told ${people(answer.players)}\n` };
  });
}

function addDrain(registry: CommandRegistry): void {
  const command = registry.program
    .command('drain')
    .description('take no new players and matches, wait for those who play, then stop the host')
    .option('--deadline <time>', 'when matches are ended: 90s, 10m, 2h (default: the setting)');
  onHost<DrainFlags>(registry, command, async ({ client, flags }) => {
    const { deadline } = flags;
    const body =
      deadline === undefined ? {} : { deadlineSeconds: secondsFrom('--deadline', deadline) };
    const answer = await client.send<DrainView>('POST', '/v1/drain', body);
    return { json: answer, text: drainText(answer) };
  });
}

function addUndrain(registry: CommandRegistry): void {
  const command = registry.program
    .command('undrain')
    .description('take a drain back: the host goes on');
  onHost(registry, command, async ({ client }) => {
    const answer = await client.send<{ draining: false }>('DELETE', '/v1/drain');
    return { json: answer, text: 'the host goes on\n' };
  });
}

function drainText({ deadlineMs, playing }: DrainView): string {
  if (playing === 0) return 'nobody plays: the host stops now\n';
  const time = deadlineMs === null ? 'as long as they like' : `for ${durationText(deadlineMs)}`;
  return `draining: ${people(playing)} may play on ${time}, then the host stops\n`;
}

function people(count: number): string {
  return count === 1 ? '1 player' : `${count} players`;
}
