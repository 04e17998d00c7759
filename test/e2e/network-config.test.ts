/**
 * Goal: the configuration of a real host changes while people play: limits in the gateways, rules in the queues, lists in the
 * match workers; it survives a restart, a bad change leaves everything as it was, and nobody is dropped.
 * Method: hosts in this process over one data folder and a file that the test writes anew; frame clients on them.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/main/config/load-config.ts';
import { startHost } from '../../src/main/host.ts';
import type { RunningHost } from '../../src/main/running-host.ts';
import { sleep } from '../../src/shared/clock.ts';
import { encodeFrame, FrameType } from '../../src/shared/frame-codec.ts';
import { FrameClient } from '../support/frame-client.ts';
import { portOf } from '../support/start-test-host.ts';

const FILE = `
threads = { gateways = 2, matchWorkers = 2 }
practice = { bots = 0 }
log = { level = "error" }
listeners = [{ name = "frame", protocol = "frame", port = 0, bindAddress = "127.0.0.1" }]
[ops]
port = 0
[modes.ctf]
handler = "capture-the-flag"
teamSize = 2
ratingWindow = 1000
unevenPercent = 100
settings = { countdownSeconds = 0 }
`;
const ADA = { by: 'ada', dryRun: false };
const CONFIG_FILE = '/srv/longhouse.toml';

const dataDir = mkdtempSync(path.join(tmpdir(), 'longhouse-config-'));
let file = FILE;
let host: RunningHost;
let clients: FrameClient[] = [];

beforeEach(async () => {
  file = FILE;
  host = await start();
}, 60_000);

afterEach(async () => {
  for (const client of clients) client.socket.destroy();
  clients = [];
  await host.stop('test', 0);
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function start(): Promise<RunningHost> {
  const config = loadConfig({
    configFile: CONFIG_FILE,
    flags: [{ flag: '--data', path: ['host', 'dataDir'], text: dataDir }],
    env: {},
    readFile: (name) => {
      if (name === CONFIG_FILE) return file;
      return existsSync(name) ? readFileSync(name, 'utf8') : undefined;
    },
    workingDir: import.meta.dirname,
    machine: { hostname: 'test', cores: 2 },
  });
  return startHost(config);
}

async function connected(): Promise<FrameClient> {
  const client = await FrameClient.connect(portOf(host, 'frame'));
  clients.push(client);
  return client;
}

async function loggedIn(name: string): Promise<FrameClient> {
  const client = await connected();
  await client.login(name);
  await client.event('lobby');
  return client;
}

/** The change as it was made. Fails when it is refused. */
async function patch(document: object): Promise<void> {
  const outcome = await host.config.patch(document, ADA);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  const { gateways, workers } = host.inside.tables;
  // The answer comes when all threads run on it.
  const versions = new Set([...gateways.settingsVersion, ...workers.settingsVersion.slice(0, 2)]);
  expect(versions.size).toBe(1);
}

describe('a running host', () => {
  it('takes limits over for those who are here and those who come', async () => {
    const idler = await loggedIn('ida');
    const busy = await loggedIn('bob');
    await patch({ limits: { idleSeconds: 1, frameBytesMax: 256, heldBytesMax: 4_096 } });
    const pinging = (async () => {
      for (let turn = 0; turn < 12; turn += 1) {
        await busy.ping();
        await sleep(150);
      }
    })();
    expect(await idler.bye()).toMatchObject({ code: 'idle' });
    await pinging;
    const stranger = await loggedIn('sam');
    stranger.send(encodeFrame(FrameType.input, Buffer.alloc(300)));
    expect(await stranger.bye()).toMatchObject({ code: 'frame-too-long' });
    // Whoever came before keeps the length that was agreed on.
    busy.send(encodeFrame(FrameType.input, Buffer.alloc(300)));
    await busy.ping();
    await patch({ limits: null });
  });

  it('matches those who wait by the new rules, and lists them', async () => {
    const ada = await loggedIn('ada');
    const bob = await loggedIn('bob');
    for (const client of [ada, bob]) {
      client.command('queue ctf');
      await client.event('queued');
    }
    await patch({
      modes: { ctf: { teamSize: 1 }, echo: { handler: 'relay', teams: 1, teamSize: 3 } },
    });
    const match = await ada.event('match');
    expect(match.players).toHaveLength(2);
    const cyd = await loggedIn('cyd');
    cyd.command('modes');
    await cyd.event('notice', ({ text }) => text === 'ctf: 1 v 1, 0 waiting');
    await cyd.event('notice', ({ text }) => text === 'echo: 3, 0 waiting');
    cyd.command('queue echo');
    await cyd.event('queued', ({ mode }) => mode === 'echo');
    expect(host.status().queues).toMatchObject({ ctf: { host: 0 }, echo: { host: 1 } });
    // A mode that goes: its queue is emptied with the reason, the running match of another plays on.
    await patch({ modes: { echo: null, ctf: { teamSize: 3 } } });
    await cyd.event('unqueued', ({ reason }) => reason === 'mode-closed');
    expect(Object.keys(host.status().queues)).toEqual(['ctf']);
    await ada.state();
    await bob.state();
    await patch({ modes: null });
  });

  it('is changed many times while people play, and drops nobody', async () => {
    const players = await Promise.all(['ada', 'bob', 'cyd', 'dan'].map((name) => loggedIn(name)));
    for (const client of players) client.command('queue ctf');
    await Promise.all(players.map((client) => client.event('match')));
    const isOver = { value: false };
    const playing = players.map(async (client) => {
      let rounds = 0;
      for (; !isOver.value; rounds += 1) {
        await client.ping();
        await client.state();
      }
      return rounds;
    });
    for (let round = 0; round < 40; round += 1) {
      const frameBytesMax = round % 2 === 0 ? 8_192 : 4_096;
      await patch({
        limits: { frameBytesMax, inputBytesPerSecond: frameBytesMax * 16 },
        modes: { ctf: { teamSize: 2 + (round % 3) } },
      });
    }
    isOver.value = true;
    const rounds = await Promise.all(playing);
    expect(Math.min(...rounds)).toBeGreaterThan(3);
    expect(host.status()).toMatchObject({ players: { host: 4 }, matches: { host: 1 } });
    await patch({ limits: null, modes: null });
  });

  it('keeps new players out during maintenance and lets those who are here play', async () => {
    const ada = await loggedIn('ada');
    await patch({
      maintenance: { enabled: true, allow: ['Olga'] },
      texts: { maintenance: 'noon' },
    });
    await ada.event('notice', ({ text }) => text === 'noon');
    const bob = await connected();
    await expect(bob.login('bob')).rejects.toThrow('maintenance, noon');
    await loggedIn('olga');
    await ada.ping();
    await patch({ maintenance: null, texts: { greeting: 'welcome back' } });
    const sam = await connected();
    await sam.login('sam');
    await sam.event('notice', ({ text }) => text === 'welcome back');
    await patch({ texts: null });
  });

  it('follows its file where it may, and stays as it was when that is bad', async () => {
    file = FILE.replace('teamSize = 2', 'teamSize = 3').replace('gateways = 2', 'gateways = 1');
    await host.reloadConfig();
    expect(host.config.config.modes['ctf']).toMatchObject({ teamSize: 3 });
    expect(host.config.config.threads.gateways).toBe(2);
    file = `${FILE.replace('teamSize = 2', 'teamSize = 4')}tickHz = "fast"\n`;
    await host.reloadConfig();
    expect(host.config.config.modes['ctf']).toMatchObject({ teamSize: 3 });
    const ada = await loggedIn('ada');
    ada.command('modes');
    await ada.event('notice', ({ text }) => text.startsWith('ctf: 3 v 3'));
  });

  it('runs on its newest version after a restart, and on its file where that does not fit', async () => {
    const before = host.config.version;
    await patch({ modes: { ctf: { teamSize: 1 } }, limits: { idleSeconds: 77 } });
    const { version } = host.config;
    expect(version).toBeGreaterThan(before);
    await host.stop('test', 0);
    host = await start();
    expect(host.config.get()).toMatchObject({ version, by: 'ada', problem: null });
    expect(host.config.config.limits.idleSeconds).toBe(77);
    const [ada, bob] = [await loggedIn('ada'), await loggedIn('bob')];
    for (const client of [ada, bob]) client.command('queue ctf');
    expect((await ada.event('match')).players).toHaveLength(2);
    for (const client of clients) client.socket.destroy();
    await host.stop('test', 0);

    file = FILE.replace('[modes.ctf]', '[modes.flags]');
    host = await start();
    expect(host.config.get().problem).toContain(`version ${version}`);
    expect(host.config.config.limits.idleSeconds).toBe(1_800);
    await patch({ limits: null });
  });
});
