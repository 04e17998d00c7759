/**
 * Goal: each way of logging in lets in whom it should, tells the others why, and leaves no trace of them in any count.
 * Method: a real host for each way, real clients on `frame` and `line`, accounts in a real store.
 */

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { counterTable, sumReason } from '../../src/shared/counter-table.ts';
import { Reason } from '../../src/shared/reason.ts';
import { FrameClient } from '../support/frame-client.ts';
import { eventually } from '../support/host-facts.ts';
import { LineClient } from '../support/line-client.ts';
import { freshDataDir, portOf, startTestHost } from '../support/start-test-host.ts';

const CONFIG = `
threads = { gateways = 2, matchWorkers = 2 }
practice = { bots = 0 }
log = { level = "error" }
ops = { port = 0 }
[[listeners]]
name = "frame"
protocol = "frame"
port = 0
[[listeners]]
name = "line"
protocol = "line"
port = 0
`;
const PASSWORD = 'correct-horse';

let host: RunningHost;

afterEach(() => host.stop('test', 0));

describe('logins.mode = "password"', () => {
  const config = `${CONFIG}[logins]\nmode = "password"\npasswordCost = 10\n`;

  it('makes accounts, knows them again after a restart, and refuses wrong passwords without a trace', async () => {
    const dataDir = freshDataDir();
    host = await startTestHost(config, {}, dataDir);
    const ada = await enter('Ada', PASSWORD);
    await expectRefused('bad-login', { name: 'ada', token: 'battery-staple' });
    await expectRefused('bad-login', { name: 'bob' });
    await expectRefused('bad-login', { name: 'bob', token: 'short' });
    await expectRefused('bad-name', { name: 'admin', token: PASSWORD });
    await expectCounts({ players: 1, refused: 4 });
    await ada.close();
    await host.stop('test', 0);

    host = await startTestHost(config, {}, dataDir);
    await expectRefused('bad-login', { name: 'ada', token: 'battery-staple' });
    expect(await nameOf(enter('ADA', PASSWORD))).toBe('Ada');
  });

  it('asks a person for the password after the name', async () => {
    host = await startTestHost(config);
    const ada = await LineClient.connect(portOf(host, 'line'));
    await ada.text(/^name: .*login NAME PASSWORD/m);
    ada.line('ada');
    await ada.text(/^password: type the one of ada/m);
    ada.line('');
    await ada.text(/^name: what shall we call you/m);
    ada.line('ada');
    await ada.text(/^password:/m);
    ada.line('/with spaces, too');
    await ada.text(/^welcome: ada /m);
    const script = await LineClient.connect(portOf(host, 'line'));
    script.line('login ada battery-staple');
    await script.text(/^bye: bad-login: Cannot log in: the name or the password is wrong/m);
    await expectCounts({ players: 1, refused: 1 });
  });

  it('hides the password from the screen of a telnet client', async () => {
    host = await startTestHost(config);
    const ada = await LineClient.connect(portOf(host, 'line'));
    const bytes: Buffer[] = [];
    ada.socket.on('data', (chunk: Buffer) => bytes.push(chunk));
    ada.socket.write(Buffer.from([255, 252, 31]));
    ada.line('ada');
    await ada.text(/^password:/m);
    expect(Buffer.concat(bytes).includes(Buffer.from([255, 251, 1]))).toBe(true);
    ada.socket.write(Buffer.from([255, 253, 1]));
    ada.line(PASSWORD);
    await ada.text(/^welcome: ada /m);
    expect(Buffer.concat(bytes).includes(Buffer.from([255, 252, 1]))).toBe(true);
  });

  it('with registration off knows only who has an account', async () => {
    const dataDir = freshDataDir();
    host = await startTestHost(config, {}, dataDir);
    await (await enter('ada', PASSWORD)).close();
    await host.stop('test', 0);
    host = await startTestHost(`${config}registration = false\n`, {}, dataDir);
    await enter('ada', PASSWORD);
    await expectRefused('bad-login', { name: 'bob', token: PASSWORD });
  });
});

describe('logins.mode = "token"', () => {
  it('lets in whom the site signed for, by the name in the token', async () => {
    const keys = generateKeyPairSync('ed25519');
    const file = path.join(freshDataDir(), 'site.pem');
    writeFileSync(file, keys.publicKey.export({ type: 'spki', format: 'pem' }));
    host = await startTestHost(
      `${CONFIG}[logins]\nmode = "token"\ntokenKeyFile = "${file}"\ntokenIssuer = "site"\n`,
    );
    const sign = (name: string, seconds: number): Promise<string> =>
      new SignJWT({ sub: name, iss: 'site' })
        .setProtectedHeader({ alg: 'EdDSA' })
        .setExpirationTime(Math.floor(systemClock.wallMs() / 1_000) + seconds)
        .sign(keys.privateKey);
    expect(await nameOf(enter('', await sign('Ada', 60)))).toBe('Ada');
    await expectRefused('bad-login', { name: 'eve', token: await sign('Ada', 60) });
    await expectRefused('bad-login', { name: 'ada', token: await sign('Ada', -60) });
    await expectRefused('bad-login', { name: 'ada' });
    await expectRefused('bad-name', { name: '', token: await sign('a b', 60) });
    const line = await LineClient.connect(portOf(host, 'line'));
    line.line(`login bob ${await sign('bob', 60)}`);
    await line.text(/^welcome: bob /m);
    await expectCounts({ players: 2, refused: 4 });
  });
});

describe('logins.mode = "check"', () => {
  it('lets in whom the module lets in, and plays on while it is slow, wrong, hanging or dead', async () => {
    const module = new URL('../fixtures/mischief-check.ts', import.meta.url).pathname;
    host = await startTestHost(
      `${CONFIG}[logins]\nmode = "check"\ncheckModule = "${module}"\ncheckMs = 300\n`,
    );
    const ada = await enter('ada', 'sesame');
    await expectRefused('bad-login', { name: 'eve', token: 'abracadabra' });
    await expectRefused('bad-name', { name: 'lies', token: 'reserved' });
    await expectRefused('bad-name', { name: 'lies', token: 'bot' });
    for (const name of ['slow', 'never', 'throws', 'lies', 'hangs', 'crashes', 'dies']) {
      await expectRefused('unavailable', { name });
      await ada.ping();
      // Where the thread had to be replaced it takes a moment until somebody answers again.
      const bob = await eventually(
        () => enter('bob', 'sesame').catch(() => undefined),
        (client) => client !== undefined,
      );
      await bob?.close();
    }
    expect(await nameOf(enter('renames', undefined))).toBe('Renamed');
    await expectCounts({ players: 2 });
  });
});

describe('logins.mode = "open"', () => {
  it('lets in any name that is free, allowed and not reserved', async () => {
    host = await startTestHost(`${CONFIG}[logins]\nreservedNames = ["Host"]\n`);
    const ada = await enter('admin', undefined);
    await expectRefused('bad-name', { name: 'hOsT' });
    await expectRefused('bad-name', { name: '' });
    await expectCounts({ players: 1, refused: 2 });
    await ada.ping();
  });
});

async function enter(name: string, token: string | undefined): Promise<FrameClient & Named> {
  const client = await FrameClient.connect(portOf(host, 'frame'));
  const welcome = await client.login(name, token);
  return Object.assign(client, { playerName: welcome.name });
}

interface Named {
  readonly playerName: string;
}

async function nameOf(client: Promise<Named>): Promise<string> {
  return (await client).playerName;
}

async function expectRefused(code: string, hello: { name: string; token?: string }): Promise<void> {
  const client = await FrameClient.connect(portOf(host, 'frame'));
  client.hello({ protocol: 1, ...hello });
  expect((await client.bye()).code).toBe(code);
  await client.closed;
}

/** Host, network, gateways and lobbies agree, and refusals are in the counter of reasons only. */
async function expectCounts(wanted: { players: number; refused?: number }): Promise<void> {
  const { memory, shell } = host.inside;
  const counters = counterTable.view(memory.counters, memory.sizes.gateways);
  await eventually(
    () => {
      const { players, gateways, workers } = host.status();
      return [
        players.host,
        players.network,
        gateways.reduce((sum, gateway) => sum + gateway.players, 0),
        workers.reduce((sum, worker) => sum + worker.players, 0),
        [...shell.directory.players(systemClock.nowMs())].length,
        host.inside.logins.pendingCount + wanted.players,
      ];
    },
    (counts) => counts.every((count) => count === wanted.players),
  );
  if (wanted.refused === undefined) return;
  const reasons = [Reason.badLogin, Reason.badName];
  const refused = reasons.reduce((sum, reason) => sum + sumReason(counters, reason), 0);
  expect(refused).toBe(wanted.refused);
}
