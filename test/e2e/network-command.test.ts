/**
 * Goal: one command makes a network to play with, and Ctrl-C leaves nothing behind. Method: the real command, a real client on
 * each of its hosts.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventually } from '../support/host-facts.ts';
import { FrameClient } from '../support/frame-client.ts';
import { environmentWithoutSettings, freePortOffset } from '../support/spawn-host.ts';

const ROOT = new URL('../../', import.meta.url);

it('npm run network starts hosts that are one network, says how to join each, and stops them all on Ctrl-C', async () => {
  const offset = await freePortOffset();
  const flags = ['--hosts', '2', '--players-per-host', '0', '--port-offset', String(offset)];
  const command = spawn(process.execPath, ['bench/network.ts', ...flags], {
    cwd: ROOT,
    env: environmentWithoutSettings(),
  });
  let output = '';
  command.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  command.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => command.once('exit', resolve));
  await eventually(
    () => output,
    (text) => text.includes('Ctrl-C'),
    40_000,
  );
  expect(output).toContain(`telnet localhost ${7777 + offset}`);
  expect(output).toContain(`telnet localhost ${7777 + 100 + offset}`);
  expect(output).toContain(`http://127.0.0.1:${7780 + offset}/`);
  const pids = Array.from(output.matchAll(/process (\d+)$/gm), ([, pid]) => Number(pid));
  expect(pids).toHaveLength(2);
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
