/**
 * Goal: whoever breaks a rule, or comes when there is no room, loses that one connection with the documented reason; it is
 * counted, leaves no trace among the players, and a neighbor notices nothing. Method: a real host with small limits, a
 * neighbor who is asked for an answer after each refusal, and the counts of /metrics and /v1/status.
 */

import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { every, sleep, type Timer } from '../../src/shared/clock.ts';
import { encodeFrame, encodeTextFrame, FrameType } from '../../src/shared/frame-codec.ts';
import { FrameClient } from '../support/frame-client.ts';
import { closedByReason, eventually, statusOf } from '../support/host-facts.ts';
import { LineClient } from '../support/line-client.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const NEIGHBOR_ADDRESS = '127.0.0.2';
const CONNECTIONS_PER_ADDRESS = 4;
const CONNECT_BURST = 8;
const CAPACITY = 4;
/** A tenth above the capacity, rounded up, and 64 for those who have not logged in yet. */
const CONNECTIONS_MAX = 5 + 64;

/** The default modes need more players than that. */
const DUEL = '[modes.duel]\nhandler = "capture-the-flag"\nteamSize = 1';
/** The gateways publish their counts four times a second. */
const COUNTS_MS = 300;

let host: SpawnedHost;
let neighbor: FrameClient;

async function start(limits: string, rest = ''): Promise<void> {
  host = await spawnHost({
    config: `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = 0 }
limits = { unlimitedAddresses = ["${NEIGHBOR_ADDRESS}/32"], ${limits} }
${rest}`,
  });
  neighbor = await FrameClient.connect(host.ports.frame, { localAddress: NEIGHBOR_ADDRESS });
  await neighbor.login('neighbor');
}

async function stop(): Promise<void> {
  await sleep(COUNTS_MS);
  await checkUnharmed();
  expect(await host.stop()).toEqual({ code: 0, signal: null });
}

/** The neighbor is the only player and gets its answer; nothing else is left of whoever was refused. */
async function checkUnharmed(players = 1): Promise<void> {
  await neighbor.ping();
  await eventually(
    () => statusOf(host),
    ({ gateways, players: counts }) =>
      counts.host === players &&
      gateways.every((row) => row.connections === players && row.players === players),
  );
}

/** Runs `offend`, and expects `count` more connections closed for `reason`, and none for any other. */
async function expectCounted(
  reason: string,
  offend: () => Promise<unknown>,
  count = 1,
): Promise<void> {
  const before = await closedByReason(host);
  await offend();
  const expected = { ...before, [reason]: (before[reason] ?? 0) + count };
  const seen = await eventually(
    () => closedByReason(host),
    (counts) => (counts[reason] ?? 0) >= (expected[reason] ?? 0),
  );
  expect(seen).toEqual(expected);
  await checkUnharmed();
}

describe('what a client may send', () => {
  beforeAll(() => start('frameBytesMax = 256, lineBytesMax = 64'));
  afterAll(stop);

  const long = Buffer.alloc(300, 0x61);
  it.each<readonly [what: string, code: string, bytes: Uint8Array]>([
    ['a frame that is too long', 'frame-too-long', Buffer.from([0xff, 0xff, 0x01])],
    ['a frame without a type', 'frame-too-long', Buffer.from([0, 0])],
    ['a HELLO that is not JSON', 'bad-frame', encodeTextFrame(FrameType.hello, 'ada')],
    ['a HELLO without a name', 'bad-frame', encodeTextFrame(FrameType.hello, '{"protocol":1}')],
    ['another version of the protocol', 'bad-protocol', hello({ protocol: 2, name: 'ada' })],
    ['a name that is not allowed', 'bad-name', hello({ protocol: 1, name: 'a b' })],
    ['a name that is kept for bots', 'bad-name', hello({ protocol: 1, name: 'bot-ada' })],
    ['a command before HELLO', 'bad-frame', encodeTextFrame(FrameType.command, 'who')],
    ['a type that nobody knows', 'bad-frame', Buffer.from([0, 2, 0x44, 0])],
    ['a PING that is too long', 'bad-frame', encodeFrame(FrameType.ping, long.subarray(0, 65))],
  ])('%s: BYE %s', async (_what, code, bytes) => {
    await expectCounted(code, async () => {
      const client = await FrameClient.connect(host.ports.frame);
      client.send(bytes);
      expect((await client.bye()).code).toBe(code);
      await client.closed;
    });
  });

  it.each<readonly [what: string, code: string, bytes: Uint8Array]>([
    ['a frame that is too long', 'frame-too-long', encodeFrame(FrameType.input, long)],
    ['a second HELLO', 'bad-frame', hello({ protocol: 1, name: 'bob' })],
    ['a command that is not text', 'bad-text', encodeFrame(FrameType.command, Buffer.of(0xff))],
  ])('%s, once logged in: BYE %s', async (_what, code, bytes) => {
    await expectCounted(code, async () => {
      const client = await FrameClient.connect(host.ports.frame);
      await client.login('ada');
      client.send(bytes);
      expect((await client.bye()).code).toBe(code);
      await client.closed;
    });
  });

  it.each(['as a name', 'once logged in'])('a line that is too long, %s', async (when) => {
    await expectCounted('line-too-long', async () => {
      const client = await LineClient.connect(host.ports.line);
      if (when === 'once logged in') await client.login('ada');
      client.line('x'.repeat(65));
      await client.text(/^bye: line-too-long: Cannot read a line: over 64 bytes/m);
      await client.closed;
    });
  });

  it('nothing that is wrong: whoever leaves by itself is counted as disconnected', async () => {
    await expectCounted('disconnected', async () => {
      const client = await FrameClient.connect(host.ports.frame);
      await client.ping();
      await client.close();
    });
  });
});

describe('how many may come from one address', () => {
  beforeAll(() =>
    start(
      `connectionsPerAddress = ${CONNECTIONS_PER_ADDRESS}, connectsPerSecondPerAddress = 4, ` +
        `connectBurstPerAddress = ${CONNECT_BURST}`,
    ),
  );
  afterAll(stop);

  it('closes the connections above the cap, at once, and takes others when there is room', async () => {
    const address = '127.0.0.11';
    const kept: FrameClient[] = [];
    for (let index = 0; index < CONNECTIONS_PER_ADDRESS; index += 1) {
      const client = await FrameClient.connect(host.ports.frame, { localAddress: address });
      await client.login(`capped-${index}`);
      kept.push(client);
    }
    const before = await closedByReason(host);
    await (
      await openSocket(host.ports.frame, address)
    ).closed;
    await (
      await openSocket(host.ports.line, address)
    ).closed;
    const counts = await closedByReason(host);
    expect(counts['address-limit']).toBe((before['address-limit'] ?? 0) + 2);
    // The same limit for all ports, and for each address by itself.
    const other = await FrameClient.connect(host.ports.frame, { localAddress: '127.0.0.12' });
    await other.login('other');
    await checkUnharmed(kept.length + 2);
    await kept.pop()?.close();
    await checkUnharmed(kept.length + 2);
    const next = await FrameClient.connect(host.ports.frame, { localAddress: address });
    await next.login('next');
    for (const client of [...kept, other, next]) await client.close();
    await checkUnharmed();
  });

  it('closes connections that come too fast, and takes others after a while', async () => {
    const address = '127.0.0.21';
    const attempts = CONNECT_BURST * 3;
    const before = (await closedByReason(host))['connect-rate'] ?? 0;
    let admitted = 0;
    for (let index = 0; index < attempts; index += 1) {
      const { socket, greeted } = await openSocket(host.ports.line, address);
      if (await greeted) admitted += 1;
      socket.destroy();
    }
    const refused = ((await closedByReason(host))['connect-rate'] ?? 0) - before;
    expect(admitted).toBeGreaterThanOrEqual(CONNECT_BURST);
    expect(refused).toBeGreaterThan(0);
    expect(admitted + refused).toBe(attempts);
    await sleep(600);
    const patient = await FrameClient.connect(host.ports.frame, { localAddress: address });
    await patient.login('patient');
    await patient.close();
    await checkUnharmed();
  });
});

describe('how long a client may be silent', () => {
  let awake: Timer | undefined;
  let pongsMissed = 0;

  beforeAll(async () => {
    await start('loginSeconds = 1, idleSeconds = 2');
    awake = every(() => {
      neighbor.ping().catch(() => {
        pongsMissed += 1;
      });
    }, 500);
  });

  afterAll(async () => {
    awake?.cancel();
    await stop();
  });

  it('closes who gives no name in time, and who says nothing for too long, and nobody else', async () => {
    const before = await closedByReason(host);
    const nameless = await FrameClient.connect(host.ports.frame);
    const silent = await LineClient.connect(host.ports.line);
    const idle = await FrameClient.connect(host.ports.frame);
    await idle.login('idle');
    expect((await statusOf(host)).players.host).toBe(2);

    expect((await nameless.bye()).code).toBe('login-timeout');
    await silent.text(/^bye: login-timeout: No name was given within 1 s/m);
    expect((await idle.bye()).code).toBe('idle');
    await Promise.all([nameless.closed, silent.closed, idle.closed]);
    expect(await closedByReason(host)).toEqual({ ...before, 'login-timeout': 2, idle: 1 });
    await checkUnharmed();
    expect(pongsMissed).toBe(0);
  });
});

describe('how many the host takes', () => {
  beforeAll(() => start('loginSeconds = 30', `players = { capacity = ${CAPACITY} }\n${DUEL}`));
  afterAll(stop);

  it('refuses the player above the capacity, and takes one again when another has left', async () => {
    const players: FrameClient[] = [];
    for (let index = 1; index < CAPACITY; index += 1) {
      const client = await FrameClient.connect(host.ports.frame);
      await client.login(`player-${index}`);
      players.push(client);
    }
    const late = await FrameClient.connect(host.ports.frame);
    await expect(late.login('late')).rejects.toThrow(/host-full/);
    await late.closed;
    await checkUnharmed(CAPACITY);
    expect((await closedByReason(host))['host-full']).toBe(1);

    // Whoever is known has a place: the newest login takes it over, also on a full host.
    const again = await FrameClient.connect(host.ports.frame);
    await again.login('player-1');
    expect((await players[0]?.bye())?.code).toBe('replaced');
    await checkUnharmed(CAPACITY);

    await again.close();
    await checkUnharmed(CAPACITY - 1);
    const next = await FrameClient.connect(host.ports.frame);
    await next.login('next');
    for (const client of [...players.slice(1), next]) await client.close();
    await checkUnharmed();
  });

  it('drops connections above its own limit of them, on all ports together, and counts them', async () => {
    const before = (await closedByReason(host))['host-full'] ?? 0;
    const sockets: Opened[] = [];
    for (let index = 0; index < CONNECTIONS_MAX; index += 1) {
      const port = index % 2 === 0 ? host.ports.line : host.ports.frame;
      sockets.push(await openSocket(port, '127.0.0.31'));
    }
    // The neighbor is one of them, so the last one is refused; so is whoever comes now.
    await eventually(
      () => sockets.at(-1)?.socket.destroyed,
      (isClosed) => isClosed === true,
    );
    const late = await openSocket(host.ports.line, '127.0.0.31');
    expect(await late.greeted).toBe(false);
    expect(((await closedByReason(host))['host-full'] ?? 0) - before).toBe(2);
    const open = sockets.filter(({ socket }) => !socket.destroyed);
    expect(open).toHaveLength(CONNECTIONS_MAX - 1);
    await neighbor.ping();
    for (const { socket } of open) socket.destroy();
    await eventually(isGreeted, (greeted) => greeted);
    await checkUnharmed();
  });
});

interface Opened {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  /** Whether the host said anything before it closed. */
  readonly greeted: Promise<boolean>;
}

function openSocket(port: number, localAddress: string): Promise<Opened> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    // A reset is how a flood is refused.
    socket.on('error', () => socket.destroy());
    const closed = new Promise<void>((done) => {
      socket.once('close', () => done());
    });
    const greeted = new Promise<boolean>((done) => {
      socket.once('data', () => done(true));
      socket.once('close', () => done(false));
    });
    const opened = (): void => resolve({ socket, closed, greeted });
    socket.once('connect', opened).once('close', opened);
  });
}

/** Whether there is room for one connection more. */
async function isGreeted(): Promise<boolean> {
  const { socket, greeted } = await openSocket(host.ports.line, '127.0.0.31');
  const isIn = await greeted;
  socket.destroy();
  return isIn;
}

function hello(payload: object): Uint8Array {
  return encodeTextFrame(FrameType.hello, JSON.stringify(payload));
}
