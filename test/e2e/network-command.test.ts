/**
 * Goal: one command makes a network to play with, goes on when one of its hosts is killed, and leaves nothing behind when it
 * is told to stop. Method: the real command, a real client on each of its hosts.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { eventually } from '../support/host-facts.ts';
import { FrameClient } from '../support/frame-client.ts';
import { environmentWithoutSettings, freePortOffset } from '../support/spawn-host.ts';

const ROOT = new URL('../../', import.meta.url);

let network: RunningNetwork | undefined;

interface RunningNetwork {
  readonly command: ChildProcess;
  readonly pids: readonly number[];
  readonly exited: Promise<number | null>;
  output(): string;
}

afterEach(async () => {
  network?.command.kill('SIGTERM');
  await network?.exited;
  network = undefined;
});

it('npm run network starts hosts that are one network, says how to join each, and stops them all on Ctrl-C', async () => {
  const offset = await freePortOffset();
  network = await startNetwork(2, offset);
  const { command, exited, pids } = network;
  const output = network.output();
  expect(output).toContain(`telnet localhost ${7777 + offset}`);
  expect(output).toContain(`telnet localhost ${7777 + 100 + offset}`);
  expect(output).toContain(`http://127.0.0.1:${7780 + offset}/`);
  const clients: FrameClient[] = [];
  for (const [index, name] of ['ada', 'bob'].entries()) {
    const client = await FrameClient.connect(7778 + offset + index * 100);
    await client.login(name);
    await client.event('lobby');
    clients.push(client);
  }
  for (const client of clients) client.command('queue duel');
  const seats = await Promise.all(clients.map((client) => client.event('match')));
  expect(new Set(seats.map(({ match }) => match)).size).toBe(1);
  const folder = /data +(\S+)/.exec(output)?.[1] ?? '';
  expect(existsSync(folder)).toBe(true);
  command.kill('SIGINT');
  expect(await exited).toBe(0);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(existsSync(folder)).toBe(false);
});

it('npm run network names a host that was killed and lets the others play on', async () => {
  const offset = await freePortOffset();
  network = await startNetwork(2, offset);
  const { command, exited, pids, output } = network;
  const ada = await FrameClient.connect(7778 + offset);
  await ada.login('ada');
  await ada.event('lobby');
  process.kill(pids[1] ?? 0, 'SIGKILL');
  await eventually(output, (text) => text.includes('host-2 has ended, the others go on'));
  ada.command('queue duel');
  await ada.event('queued');
  command.kill('SIGINT');
  expect(await exited).toBe(0);
});

it('npm run network leaves no host behind when its terminal is closed', async () => {
  network = await startNetwork(1, await freePortOffset());
  const { command, exited, pids } = network;
  // Nobody reads what it says from now on, as in a terminal that has gone.
  command.stdout?.destroy();
  command.kill('SIGHUP');
  expect(await exited).toBe(0);
  expect(() => process.kill(pids[0] ?? 0, 0)).toThrow('ESRCH');
});

async function startNetwork(hosts: number, offset: number): Promise<RunningNetwork> {
  const flags = ['--hosts', String(hosts), '--players-per-host', '0'];
  const command = spawn(
    process.execPath,
    ['bench/network.ts', ...flags, '--port-offset', String(offset)],
    { cwd: ROOT, env: environmentWithoutSettings() },
  );
  let output = '';
  command.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  command.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => command.once('exit', resolve));
  await eventually(
    () => output,
    (text) => text.includes('Ctrl-C'),
    40_000,
  );
  const pids = Array.from(output.matchAll(/process (\d+)$/gm), ([, pid]) => Number(pid));
  expect(pids).toHaveLength(hosts);
  return { command, pids, exited, output: () => output };
}
