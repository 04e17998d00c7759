/**
 * Goal: behind a proxy the player's own address counts, and nobody else can claim one. Method: a real host with a cap of two
 * connections for each address and one trusted proxy; whose connections are counted together shows which address was taken.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { closedByReason, eventually, statusOf } from '../support/host-facts.ts';
import { LineClient } from '../support/line-client.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const PROXY = '127.0.0.100';
const STRANGER = '127.0.0.101';
const PER_ADDRESS = 2;
const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const LOCAL = Buffer.concat([SIGNATURE, Buffer.of(0x20, 0x00, 0, 0)]);

let host: SpawnedHost;
let names = 0;
let online = 0;

beforeAll(async () => {
  host = await spawnHost({
    config: `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = 0 }
listeners = [
  { name = "frame", protocol = "frame", port = 7778, proxyProtocol = true },
  { name = "direct", protocol = "line", port = 7777 },
]
[limits]
unlimitedAddresses = []
trustedProxies = ["${PROXY}"]
connectionsPerAddress = ${PER_ADDRESS}
loginSeconds = 1
`,
  });
});

afterAll(async () => {
  await eventually(
    () => statusOf(host),
    ({ players }) => players.host === 0,
  );
  expect(await host.stop()).toEqual({ code: 0, signal: null });
});

describe('a trusted proxy', () => {
  it('is believed: the address it names is the one that counts', async () => {
    const alike = await fill(() => ipv4('203.0.113.7'));
    expect(await isAdmitted(ipv4('203.0.113.7'))).toBe(false);
    const others = [ipv4('203.0.113.8'), ipv6('2001:db8::7')];
    const admitted = await Promise.all(others.map((header) => enter(header)));
    expect((await closedByReason(host))['address-limit']).toBe(1);
    await leave([...alike, ...admitted]);
    // The counts are those of the named address too when its players leave.
    expect(await isAdmitted(ipv4('203.0.113.7'))).toBe(true);
  });

  it('may send the header in pieces, with TLVs, and the first frame right behind it', async () => {
    const header = ipv4('203.0.113.9', Buffer.from('0400050102030405', 'hex'));
    const client = await FrameClient.connect(host.ports.frame, { localAddress: PROXY });
    for (const byte of header.subarray(0, -1)) {
      client.send(Buffer.of(byte));
      await sleep(1);
    }
    client.send(header.subarray(-1));
    await expect(login(client)).resolves.toMatch(/^player-/);
    await leave([client]);
  });

  it('may check our health: LOCAL leaves the proxy its own address', async () => {
    const checks = await fill(() => LOCAL);
    expect(await isAdmitted(LOCAL)).toBe(false);
    const player = await enter(ipv4('203.0.113.10'));
    await leave([...checks, player]);
  });

  it('loses a connection whose header is wrong, and that is counted', async () => {
    const version1 = Buffer.from('PROXY TCP4 203.0.113.7 127.0.0.1 4000 7778\r\n');
    const tooLong = Buffer.concat([SIGNATURE, Buffer.of(0x21, 0x11, 0xff, 0xff)]);
    for (const header of [version1, tooLong]) {
      const before = (await closedByReason(host))['bad-proxy-header'] ?? 0;
      const client = await FrameClient.connect(host.ports.frame, { localAddress: PROXY });
      client.send(header);
      await client.closed;
      expect((await closedByReason(host))['bad-proxy-header']).toBe(before + 1);
    }
  });

  it('loses a connection whose header does not come in time, and that is counted', async () => {
    const before = (await closedByReason(host))['login-timeout'] ?? 0;
    const client = await FrameClient.connect(host.ports.frame, { localAddress: PROXY });
    client.send(SIGNATURE);
    await client.closed;
    expect((await closedByReason(host))['login-timeout']).toBe(before + 1);
  });
});

describe('an address that is not trusted', () => {
  it('needs no header', async () => {
    const client = await FrameClient.connect(host.ports.frame, { localAddress: STRANGER });
    await expect(login(client)).resolves.toMatch(/^player-/);
    await leave([client]);
  });

  it('cannot claim another one: a header is no frame', async () => {
    const client = await FrameClient.connect(host.ports.frame, { localAddress: STRANGER });
    client.send(ipv4('203.0.113.11'));
    client.hello({ protocol: 1, name: 'impostor' });
    // The signature reads as the length of a frame of 3,338 bytes, which never comes.
    expect((await client.bye()).code).toBe('login-timeout');
    await client.closed;
  });

  it('is not asked for one on a port without proxyProtocol, nor is the proxy', async () => {
    const client = await LineClient.connect(host.ports.line, PROXY);
    await client.login('direct');
    expect(client.transcript).toContain('welcome: direct');
    await client.close();
  });
});

/** As many players as one address may have. */
async function fill(header: () => Buffer): Promise<FrameClient[]> {
  const clients: FrameClient[] = [];
  for (let index = 0; index < PER_ADDRESS; index += 1) clients.push(await enter(header()));
  return clients;
}

async function enter(header: Buffer): Promise<FrameClient> {
  const client = await FrameClient.connect(host.ports.frame, { localAddress: PROXY });
  client.send(header);
  await login(client);
  return client;
}

/** The name that it got. */
async function login(client: FrameClient): Promise<string> {
  names += 1;
  const { name } = await client.login(`player-${names}`);
  online += 1;
  return name;
}

async function isAdmitted(header: Buffer): Promise<boolean> {
  const before = online;
  const client = await enter(header).catch(() => undefined);
  if (client !== undefined) await leave([client]);
  expect(online).toBe(before);
  return client !== undefined;
}

async function leave(clients: readonly FrameClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
  online -= clients.length;
  await eventually(
    () => statusOf(host),
    ({ players }) => players.host === online,
  );
}

function ipv4(address: string, tlvs: Buffer = Buffer.alloc(0)): Buffer {
  const source = Buffer.from(address.split('.').map(Number));
  const body = Buffer.concat([source, Buffer.of(127, 0, 0, 1, 0x0f, 0xa0, 0x1e, 0x62), tlvs]);
  return Buffer.concat([SIGNATURE, Buffer.of(0x21, 0x11, 0, body.length), body]);
}

/** `2001:db8::7` and the like: groups, then zeros, then the last group. */
function ipv6(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const source = Buffer.alloc(16);
  head.split(':').forEach((group, index) => source.writeUInt16BE(parseInt(group, 16), index * 2));
  source.writeUInt16BE(parseInt(tail, 16), 14);
  const body = Buffer.concat([source, Buffer.alloc(16), Buffer.of(0x0f, 0xa0, 0x1e, 0x62)]);
  return Buffer.concat([SIGNATURE, Buffer.of(0x21, 0x21, 0, body.length), body]);
}
