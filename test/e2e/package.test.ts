/**
 * Goal: who writes a game in a folder of their own needs nothing but the packed package: its types, its test kit, its host.
 * Method: the package is built and installed from its tarball beside the example, whose own test, type check and host then run.
 */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FrameClient } from '../support/frame-client.ts';
import { installPackage } from '../support/build-package.ts';
import { spawnHost } from '../support/spawn-host.ts';

const EXAMPLE = new URL('../../examples/guess-the-number/', import.meta.url);
const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await installPackage(EXAMPLE);
}, 120_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('is one folder without dependencies, whose launcher names the Node that it needs', async () => {
  const installed = join(folder, 'node_modules/longhouse');
  const { dependencies, bin } = JSON.parse(
    await readFile(join(installed, 'package.json'), 'utf8'),
  ) as { dependencies?: object; bin: { longhouse: string } };
  expect(dependencies).toBeUndefined();
  const launcher = await readFile(join(installed, bin.longhouse), 'utf8');
  expect(launcher).toContain('it needs Node');
});

it('lets the game be tested with its test kit, and checked with its types', async () => {
  const tested = await run(process.execPath, ['--test'], { cwd: folder });
  expect(tested.stdout).toMatch(/pass 2\b/);
  await run(process.execPath, [TSC], { cwd: folder });
  // The check is one: a wrong use is found.
  const wrong =
    "import type { Player } from 'longhouse'; export const team = (p: Player): string => p.team;";
  await writeFile(join(folder, 'wrong.ts'), wrong);
  await expect(run(process.execPath, [TSC], { cwd: folder })).rejects.toMatchObject({
    stdout: expect.stringContaining('wrong.ts') as string,
  });
});

it('runs the game and the adapter on its own host', async () => {
  const config = await readFile(join(folder, 'longhouse.toml'), 'utf8');
  const host = await spawnHost({
    binary: join(folder, 'node_modules/.bin/longhouse'),
    config: `${config.replaceAll('"./', `"${folder}/`).replace('port = 7776', 'port = 7779')}\n[log]\nformat = "json"\n`,
    environment: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
  });
  try {
    const [ada, bob] = await Promise.all(
      ['ada', 'bob'].map(async (name) => {
        const client = await FrameClient.connect(host.ports.frame);
        await client.login(name);
        client.command('queue guess');
        return client;
      }),
    );
    await ada?.event('match');
    await bob?.event('match');
    for (let guess = 1; guess <= 100; guess += 1) ada?.input(Buffer.from(String(guess)));
    const ended = await bob?.event('ended');
    expect(ended?.result).toMatchObject({ winner: 'ada' });

    const page = await fetch(`http://127.0.0.1:${host.ports.ops}/dashboard/uplot.js`);
    expect(page.status).toBe(200);
    const socket = connect(host.ports.bridge, '127.0.0.1');
    socket.write('name=cy;');
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^welcome;/);
    socket.destroy();
  } finally {
    expect(await host.stop()).toEqual({ code: 0, signal: null });
  }
});
