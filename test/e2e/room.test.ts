/**
 * Goal: whoever comes when there is no room, for the address or on the host, is turned away, counted, and leaves no trace among the
 * players; who is in stays in. Method: a real host with room for few, clients of several 127.0.0.x, and the counts of
 * /metrics and /v1/status.
 */

import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '../../src/shared/clock.ts';
import { NAMING_MS_MIN } from '../../src/workers/gateway/unnamed-connections.ts';
import { FrameClient } from '../support/frame-client.ts';
import { closedByReason, eventually } from '../support/host-facts.ts';
import { LimitedHost } from '../support/limited-host.ts';

const CONNECTIONS_PER_ADDRESS = 4;
const CONNECT_BURST = 8;
const CAPACITY = 4;
/** A tenth above the capacity, rounded up, and 64 for those who have not logged in yet. */
const CONNECTIONS_MAX = 5 + 64;
/** Without a name, of the last host. */
const UNNAMED_MAX = 8;
/** The host's clock and ours are read at different times. */
const SLACK_MS = 300;
/** The default modes need more players than that. */
const DUEL = '[modes.duel]\nhandler = "capture-the-flag"\nteamSize = 1';

let scene: LimitedHost;

describe('how many may come from one address', () => {
  beforeAll(async () => {
    scene = await LimitedHost.start(
      `connectionsPerAddress = ${CONNECTIONS_PER_ADDRESS}, connectsPerSecondPerAddress = 4, ` +
        `connectBurstPerAddress = ${CONNECT_BURST}`,
    );
  });
  afterAll(() => scene.stop());

  it('closes the connections above the cap, at once, and takes others when there is room', async () => {
    const address = '127.0.0.11';
    const kept: FrameClient[] = [];
    for (let index = 0; index < CONNECTIONS_PER_ADDRESS; index += 1) {
      const client = await FrameClient.connect(scene.host.ports.frame, { localAddress: address });
      await client.login(`capped-${index}`);
      kept.push(client);
    }
    const before = await closedByReason(scene.host);
    await (
      await openSocket(scene.host.ports.frame, address)
    ).closed;
    await (
      await openSocket(scene.host.ports.line, address)
    ).closed;
    const counts = await closedByReason(scene.host);
    expect(counts['address-limit']).toBe((before['address-limit'] ?? 0) + 2);
    // The same limit for all ports, and for each address by itself.
    const other = await FrameClient.connect(scene.host.ports.frame, { localAddress: '127.0.0.12' });
    await other.login('other');
    await scene.checkUnharmed(kept.length + 2);
    await kept.pop()?.close();
    await scene.checkUnharmed(kept.length + 2);
    const next = await FrameClient.connect(scene.host.ports.frame, { localAddress: address });
    await next.login('next');
    for (const client of [...kept, other, next]) await client.close();
    await scene.checkUnharmed();
  });

  it('closes connections that come too fast, and takes others after a while', async () => {
    const address = '127.0.0.21';
    const attempts = CONNECT_BURST * 3;
    const before = (await closedByReason(scene.host))['connect-rate'] ?? 0;
    let admitted = 0;
    for (let index = 0; index < attempts; index += 1) {
      const { socket, greeted } = await openSocket(scene.host.ports.line, address);
      if (await greeted) admitted += 1;
      socket.destroy();
    }
    const refused = ((await closedByReason(scene.host))['connect-rate'] ?? 0) - before;
    expect(admitted).toBeGreaterThanOrEqual(CONNECT_BURST);
    expect(refused).toBeGreaterThan(0);
    expect(admitted + refused).toBe(attempts);
    await sleep(600);
    const patient = await FrameClient.connect(scene.host.ports.frame, { localAddress: address });
    await patient.login('patient');
    await patient.close();
    await scene.checkUnharmed();
  });
});

describe('how many the host takes', () => {
  beforeAll(async () => {
    scene = await LimitedHost.start(
      'loginSeconds = 30',
      `players = { capacity = ${CAPACITY} }\n${DUEL}`,
    );
  });
  afterAll(() => scene.stop());

  it('refuses the player above the capacity, and takes one again when another has left', async () => {
    const players: FrameClient[] = [];
    for (let index = 1; index < CAPACITY; index += 1) {
      const client = await FrameClient.connect(scene.host.ports.frame);
      await client.login(`player-${index}`);
      players.push(client);
    }
    const late = await FrameClient.connect(scene.host.ports.frame);
    await expect(late.login('late')).rejects.toThrow(/host-full/);
    await late.closed;
    await scene.checkUnharmed(CAPACITY);
    expect((await closedByReason(scene.host))['host-full']).toBe(1);

    // Whoever is known has a place: the newest login takes it over, also on a full host.
    const again = await FrameClient.connect(scene.host.ports.frame);
    await again.login('player-1');
    expect((await players[0]?.bye())?.code).toBe('replaced');
    await scene.checkUnharmed(CAPACITY);

    await again.close();
    await scene.checkUnharmed(CAPACITY - 1);
    const next = await FrameClient.connect(scene.host.ports.frame);
    await next.login('next');
    for (const client of [...players.slice(1), next]) await client.close();
    await scene.checkUnharmed();
  });

  it('lets the oldest that gives no name make room, on all ports together, and counts it', async () => {
    const before = await closedByReason(scene.host);
    const sockets: Opened[] = [];
    for (let index = 0; index < CONNECTIONS_MAX; index += 1) {
      const port = index % 2 === 0 ? scene.host.ports.line : scene.host.ports.frame;
      sockets.push(await openSocket(port, '127.0.0.31'));
    }
    // The neighbor is one of them, so that was one too many. Whether it is refused or another one gives way depends on the time
    // that this took, and which one it is on the order in which two listeners accept.
    await eventually(
      () => closedSockets(sockets),
      (closed) => closed === 1,
    );
    await sleep(NAMING_MS_MIN + SLACK_MS);
    const late = await FrameClient.connect(scene.host.ports.frame, { localAddress: '127.0.0.32' });
    await late.login('late');
    await eventually(
      () => closedSockets(sockets),
      (closed) => closed === 2,
    );
    // The last that came are younger than those that gave way.
    expect(sockets.slice(-CONNECTIONS_MAX / 2).some(({ socket }) => !socket.destroyed)).toBe(true);
    const counts = await closedByReason(scene.host);
    const crowdedOut = counts['crowded-out'] ?? 0;
    const refused = (counts['host-full'] ?? 0) - (before['host-full'] ?? 0);
    expect(crowdedOut).toBeGreaterThan(0);
    expect(crowdedOut + refused).toBe(2);
    await scene.neighbor.ping();
    await late.close();
    for (const { socket } of sockets) socket.destroy();
    await eventually(isGreeted, (greeted) => greeted);
    await scene.checkUnharmed();
  });
});

describe('how many may be without a name', () => {
  beforeAll(async () => {
    scene = await LimitedHost.start(`loginSeconds = 30, unnamedConnections = ${UNNAMED_MAX}`);
  });
  afterAll(() => scene.stop());

  it('lets players in while silent connections from many addresses come without end', async () => {
    const silent: Opened[] = [];
    for (let index = 0; index < UNNAMED_MAX * 3; index += 1) {
      silent.push(await openSocket(scene.host.ports.line, `127.0.1.${index + 1}`));
    }
    await eventually(
      () => UNNAMED_MAX * 3 - closedSockets(silent),
      (open) => open <= UNNAMED_MAX,
    );
    await sleep(NAMING_MS_MIN + SLACK_MS);
    const players: FrameClient[] = [];
    for (let index = 0; index < UNNAMED_MAX * 2; index += 1) {
      const player = await FrameClient.connect(scene.host.ports.frame);
      await player.login(`player-${index}`);
      players.push(player);
    }
    // Those with a name take nobody's place: one silent connection made room for all of them, one after the other.
    expect(closedSockets(silent)).toBeLessThan(silent.length);
    expect((await closedByReason(scene.host))['crowded-out']).toBeGreaterThan(0);
    for (const { socket } of silent) socket.destroy();
    await scene.checkUnharmed(players.length + 1);
    for (const player of players) await player.close();
    await scene.checkUnharmed();
  });
});

function closedSockets(sockets: readonly Opened[]): number {
  return sockets.filter(({ socket }) => socket.destroyed).length;
}

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
  const { socket, greeted } = await openSocket(scene.host.ports.line, '127.0.0.31');
  const isIn = await greeted;
  socket.destroy();
  return isIn;
}
