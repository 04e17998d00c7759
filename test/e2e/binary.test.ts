/**
 * Goal: `npm run build:binary` makes one file that runs alone: in an empty folder, without Node, whatever the environment says,
 * with the handlers and adapters that its configuration names. Method: it is built once and started as a person would, with real
 * clients; each test has a folder for what it unpacks.
 */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { exampleConfig } from '../../src/main/config/config-reference.ts';
import { sleep, systemClock } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { buildBinary } from '../support/build-binary.ts';
import { eventually } from '../support/host-facts.ts';
import { spawnHost, type SpawnedHost, type SpawnHostOptions } from '../support/spawn-host.ts';

const CLEAN = { code: 0, signal: null };
/** Issue 4 asks for 1.5 s on a machine of its own: that figure is printed, this one only catches a build gone wrong. */
const READY_MS_MAX = 20_000;
/** Nothing is found on the PATH, and what would be put into any other Node is not there. */
const HOSTILE = { PATH: '/nonexistent', NODE_OPTIONS: '--require /nonexistent/evil.js' };
const MATCH_SECONDS = 3;
const BASE = `
[log]
format = "json"
[threads]
gateways = 1
[practice]
patienceMs = 0
`;
const DUEL = `
[modes.duel]
handler = "capture-the-flag"
teams = 2
teamSize = 1
tickHz = 20
settings = { matchSeconds = ${MATCH_SECONDS} }
`;

let built: { folder: string; file: string; output: string };
/** Where hosts of one test unpack their threads. */
let unpackFolder: string;
const hosts: SpawnedHost[] = [];

beforeAll(async () => {
  built = await buildBinary();
  console.log(built.output);
}, 120_000);

afterAll(async () => {
  await rm(built.folder, { recursive: true, force: true });
});

beforeEach(async () => {
  unpackFolder = await mkdtemp(join(tmpdir(), 'longhouse-unpacked-'));
});

afterEach(async () => {
  for (const host of hosts.splice(0)) {
    host.signal('SIGKILL');
    await host.stop();
  }
  await rm(unpackFolder, { recursive: true, force: true });
});

describe('the binary', () => {
  it('plays a whole match from an empty folder, with no Node and a hostile environment', async () => {
    const startMs = systemClock.nowMs();
    const host = await start({ config: BASE + DUEL, flags: ['--bots', '1'], environment: HOSTILE });
    const readyMs = systemClock.nowMs() - startMs;
    console.log(`ready after ${Math.round(readyMs)} ms`);
    expect(readyMs).toBeLessThan(READY_MS_MAX);

    const ada = await FrameClient.connect(host.ports.frame);
    await ada.login('ada');
    ada.command('queue duel');
    const { match } = await ada.event('match');
    expect((await ada.state()).length).toBeGreaterThan(0);
    const ended = await ada.event('ended', () => true, (MATCH_SECONDS + 20) * 1_000);
    expect(ended).toMatchObject({ match, result: { why: 'time' } });
    await ada.event('lobby', ({ reason }) => reason === 'ended');

    // The folder for data is made where the configuration says: beside where it was started.
    expect(await readdir(join(host.dataDir, 'data'))).toContain('tickets');
    host.signal('SIGTERM');
    expect(await host.exited).toEqual(CLEAN);
    expect(host.output()).not.toMatch(/evil|warning/i);
  });

  it('opens no inspector on SIGUSR1, and plays on', async () => {
    const host = await start({ config: BASE });
    host.signal('SIGUSR1');
    await sleep(500);
    const ada = await FrameClient.connect(host.ports.frame);
    await ada.login('ada');
    expect(host.output()).not.toMatch(/debugger/i);
    await expect(once(connect(9229, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED');
  });

  it('serves the dashboard with all of its files', async () => {
    const host = await start({ config: BASE });
    const page = await fetch(`http://127.0.0.1:${host.ports.ops}/`);
    const text = await page.text();
    expect(page.status).toBe(200);
    const links = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(1);
    for (const link of links) {
      const { status } = await fetch(`http://127.0.0.1:${host.ports.ops}${link}`);
      expect(status, link).toBe(200);
    }
  });

  it('is the same program as `npx longhouse`: commands, versions, exit codes', async () => {
    const run = (...flags: string[]): Promise<{ stdout: string }> =>
      promisify(execFile)(built.file, flags, { cwd: built.folder, env: HOSTILE });
    const { version } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    const { stdout } = await run('version', '--json');
    expect(JSON.parse(stdout)).toEqual({ version, node: process.version });
    expect((await run('example-config')).stdout).toBe(exampleConfig());
    await expect(run('nonsense')).rejects.toMatchObject({ code: 2 });
    // Only a host has threads: nothing was unpacked for these.
    expect(await readdir(unpackFolder)).toEqual([]);
  });
});

describe("a user's modules", () => {
  const HANDLER = `
    import { ClientView, type GameHandler, type HandlerContext, type Player } from 'longhouse';
    import { shout } from './shout.ts';

    export default class Parrot implements GameHandler {
      readonly #context: HandlerContext;
      constructor(context: HandlerContext) {
        this.#context = context;
      }
      onData(player: Player, bytes: Uint8Array): void {
        const text: string = new TextDecoder().decode(bytes);
        if (text === 'fail') fail(this.#context, player);
        this.#context.send(player, new TextEncoder().encode(shout(text) + ClientView.raw));
      }
    }

    function fail(context: HandlerContext, player: Player): void {
      context.send(player, new Uint8Array(100_000));
    }
  `;
  const SHOUT = 'export const shout = (text: string): string => text.toUpperCase();\n';
  const CHECK = `
    import type { CheckLogin } from 'longhouse';
    export const checkLogin: CheckLogin = ({ name }) => ({ ok: true, name: name + '-checked' });
  `;
  const CONFIG = `
logins = { mode = "check", checkModule = "./check.ts" }
listeners = [
  { name = "frame", protocol = "frame", port = 7778, bindAddress = "127.0.0.1" },
  { name = "own", protocol = "./semicolon.js", port = 7777, bindAddress = "127.0.0.1" },
]
[modes.parrot]
handler = "./parrot.ts"
teams = 1
teamSize = 1
${BASE}`;

  it('load: a handler and a login check in .ts, an adapter in .js, values of longhouse', async () => {
    const source = await readFile(
      new URL('../../examples/guess-the-number/semicolon-protocol.ts', import.meta.url),
      'utf8',
    );
    const host = await start({
      config: CONFIG,
      files: {
        'parrot.ts': HANDLER,
        'shout.ts': SHOUT,
        'check.ts': CHECK,
        'semicolon.js': stripTypeScriptTypes(source),
      },
    });
    const socket = connect(host.ports.line, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    socket.write('name=ada;');
    await eventually(
      () => received,
      (text) => text.startsWith('welcome;'),
    );
    socket.destroy();

    const bob = await FrameClient.connect(host.ports.frame);
    expect(await bob.login('bob')).toMatchObject({ name: 'bob-checked' });
    bob.command('queue parrot');
    await bob.event('match');
    bob.input(Buffer.from('hello'));
    expect((await bob.state()).toString()).toBe('HELLO3');

    // A crash names the places where they were written: the user's file, and ours.
    bob.input(Buffer.from('fail'));
    await bob.event('lobby', ({ reason }) => reason === 'crashed');
    const crash = await eventually(
      () => host.output(),
      (text) => text.includes('parrot.ts'),
    );
    const line = HANDLER.split('\n').findIndex((text) => text.includes('100_000')) + 1;
    expect(crash).toMatch(new RegExp(`/parrot\\.ts:${line}:\\d+`));
    expect(crash).toMatch(/src\/workers\/match\/[a-z-]+\.ts:\d+:\d+/);
    expect(crash).not.toMatch(/\.mjs:\d+/);
  });

  it('stop the start where an adapter cannot be loaded, with the reason', async () => {
    const files = {
      'parrot.ts': HANDLER,
      'check.ts': CHECK,
      'semicolon.js': 'export default 7;\n',
    };
    await expect(start({ config: CONFIG, files })).rejects.toThrow(
      /Cannot load protocol ".*semicolon\.js": it exports number as default/,
    );
  });
});

describe('what it unpacks', () => {
  it('is shared by hosts that start at once', async () => {
    const [one, other] = await Promise.all([start({ config: BASE }), start({ config: BASE })]);
    expect(await readdir(unpackFolder)).toHaveLength(1);
    for (const host of [one, other]) {
      const ada = await FrameClient.connect(host.ports.frame);
      await ada.login('ada');
    }
  });

  it('is checked at each start: what somebody has changed does not run', async () => {
    await (await start({ config: BASE })).stop();
    const [folder = ''] = await readdir(unpackFolder);
    const file = join(unpackFolder, folder, 'match.mjs');
    const original = await readFile(file, 'utf8');
    await writeFile(file, `process.stdout.write('evil');\n${original}`);
    const host = await start({ config: BASE });
    expect(host.output()).toContain(`"${file}" was changed; it is written anew`);
    expect(host.output().replaceAll(unpackFolder, '')).not.toContain('evil');
    expect(await readFile(file, 'utf8')).toBe(original);
  });
});

async function start(options: SpawnHostOptions): Promise<SpawnedHost> {
  const environment = { TMPDIR: unpackFolder, ...options.environment };
  const host = await spawnHost({ ...options, environment, binary: built.file });
  hosts.push(host);
  return host;
}
