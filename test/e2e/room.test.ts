/**
 * Goal: whoever comes when there is no room, for the address or on the host, is turned away, counted, and leaves no trace among the
 * players; who is in stays in. Method: a real host with room for few, clients of several 127.0.0.x, and the counts of
 * /metrics and /v1/status.
 */

import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleep } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { closedByReason, eventually } from '../support/host-facts.ts';
import { LimitedHost } from '../support/limited-host.ts';

const CONNECTIONS_PER_ADDRESS = 4;
const CONNECT_BURST = 8;
const CAPACITY = 4;
/** A tenth above the capacity, rounded up, and 64 for those who have not logged in yet. */
const CONNECTIONS_MAX = 5 + 64;
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

  it('drops connections above its own limit of them, on all ports together, and counts them', async () => {
    const before = (await closedByReason(scene.host))['host-full'] ?? 0;
    const sockets: Opened[] = [];
    for (let index = 0; index < CONNECTIONS_MAX; index += 1) {
      const port = index % 2 === 0 ? scene.host.ports.line : scene.host.ports.frame;
      sockets.push(await openSocket(port, '127.0.0.31'));
    }
    // The neighbor is one of them, so one is refused, and so is whoever comes now. Which one is open: connect() ends in the
    // kernel, and two gateways accept in an order of their own.
    await eventually(
      () => sockets.filter(({ socket }) => socket.destroyed).length,
      (closed) => closed > 0,
    );
    const late = await openSocket(scene.host.ports.line, '127.0.0.31');
    expect(await late.greeted).toBe(false);
    expect(((await closedByReason(scene.host))['host-full'] ?? 0) - before).toBe(2);
    const open = sockets.filter(({ socket }) => !socket.destroyed);
    expect(open).toHaveLength(CONNECTIONS_MAX - 1);
    await scene.neighbor.ping();
    for (const { socket } of open) socket.destroy();
    await eventually(isGreeted, (greeted) => greeted);
    await scene.checkUnharmed();
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
  const { socket, greeted } = await openSocket(scene.host.ports.line, '127.0.0.31');
  const isIn = await greeted;
  socket.destroy();
  return isIn;
}
