/**
 * Goal: at the descriptor limit the host refuses players, and nothing else: operators get their answers, bans reach the
 * disk, the log goes on, and every refusal is counted. Method: a real host that may open 1,024 files, 5,000 clients that all
 * try to log in and stay; then as many again once the first have gone.
 */

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { sleep } from '../../src/shared/clock.ts';
import { encodeTextFrame, FrameType } from '../../src/shared/frame-codec.ts';
import { closedByReason, eventually, statusOf } from '../support/host-facts.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const DESCRIPTORS = 1_024;
const CLIENTS = 5_000;
/** Under way at a time: fewer than the kernel keeps in line for the host. */
const CONNECTING_MAX = 200;
/** What the host keeps for itself: see descriptor-limit.ts. */
const PLAYERS_MIN = 600;
const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));
const CONFIG = `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = 0 }
log = { format = "json" }
`;

let folder: string;
let host: SpawnedHost;
let crowd: Crowd;

describe('a host that may open 1,024 files', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longhouse-limit-'));
    const program = join(folder, 'longhouse');
    const command = `exec "${process.execPath}" "${CLI}" "$@"`;
    await writeFile(program, `#!/bin/sh\nulimit -n ${DESCRIPTORS}\n${command}\n`);
    await chmod(program, 0o755);
    host = await spawnHost({ binary: program, config: CONFIG });
    crowd = new Crowd(host.ports.frame);
  });
  afterAll(async () => {
    crowd.leave();
    expect(await host.stop()).toEqual({ code: 0, signal: null });
    await rm(folder, { recursive: true, force: true });
  });

  it('lets in as many players as there is room for, and counts each one that it refuses', async () => {
    await crowd.come(CLIENTS);
    console.log(`${crowd.players} of ${CLIENTS} are in, ${crowd.refused} were refused`);
    expect(crowd.players).toBeGreaterThan(PLAYERS_MIN);
    expect(crowd.players + crowd.refused).toBe(CLIENTS);
    const counts = await eventually(
      () => closedByReason(host),
      (reasons) => sum(reasons) >= crowd.refused,
    );
    // On a slow machine some of them have not said a name for so long that they made room for others.
    const { 'host-full': refused = 0, 'crowded-out': crowdedOut = 0, ...others } = counts;
    expect(refused + crowdedOut).toBe(crowd.refused);
    expect(others).toEqual({});
    const { players } = await eventually(
      () => statusOf(host),
      (status) => status.players.host === crowd.players,
    );
    expect(players.host).toBe(crowd.players);
  });

  it('still answers operators, with files and in parallel', async () => {
    const routes = ['/', '/healthz', '/metrics', '/openapi.json', '/v1/status', '/v1/matches'];
    const answers = await Promise.all([...routes, ...routes, ...routes].map((route) => get(route)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('still writes to its database and its log', async () => {
    const token = readFileSync(join(host.dataDir, 'data', 'ops-token'), 'utf8').trim();
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ account: 'limit1', reason: 'full-house' });
    const banned = await fetch(url('/v1/bans'), { method: 'POST', headers, body });
    expect(banned.status).toBe(201);
    const listed = (await (await fetch(url('/v1/bans'), { headers })).json()) as { total: number };
    expect(listed.total).toBe(1);
    await eventually(host.output, (output) => output.includes('full-house'));
    expect(host.output()).not.toMatch(/EMFILE|too many open files/i);
  });

  it('takes others once they have gone', async () => {
    crowd.leave();
    await eventually(
      () => statusOf(host),
      ({ gateways }) => gateways.every(({ connections }) => connections === 0),
    );
    const before = crowd.players;
    await crowd.come(PLAYERS_MIN);
    expect(crowd.players - before).toBe(PLAYERS_MIN);
  });
});

/** Clients that log in, and stay until they are told to leave. */
class Crowd {
  players = 0;
  refused = 0;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #names = 0;
  #connecting = 0;
  #isLeaving = false;

  constructor(port: number) {
    this.#port = port;
  }

  /** Resolves when all of them are in or refused. */
  async come(count: number): Promise<void> {
    this.#isLeaving = false;
    for (let left = count; left > 0; left -= 1) {
      while (this.#connecting >= CONNECTING_MAX) await sleep(2);
      this.#open();
    }
    await eventually(
      () => this.#connecting,
      (connecting) => connecting === 0,
      60_000,
    );
  }

  leave(): void {
    this.#isLeaving = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  #open(): void {
    this.#connecting += 1;
    this.#names += 1;
    const name = `limit${this.#names}`;
    const socket = connect({ port: this.#port, host: '127.0.0.1' });
    this.#sockets.add(socket);
    let isSettled = false;
    const settle = (isIn: boolean): void => {
      if (isSettled || this.#isLeaving) return;
      isSettled = true;
      this.#connecting -= 1;
      if (isIn) this.players += 1;
      else this.refused += 1;
    };
    socket.write(encodeTextFrame(FrameType.hello, JSON.stringify({ protocol: 1, name })));
    socket.once('data', (bytes: Buffer) => settle(bytes[2] === FrameType.welcome));
    socket.on('error', () => settle(false));
    socket.on('close', () => {
      settle(false);
      this.#sockets.delete(socket);
    });
  }
}

function url(route: string): string {
  return `http://127.0.0.1:${host.ports.ops}${route}`;
}

async function get(route: string): Promise<Response> {
  const response = await fetch(url(route));
  await response.arrayBuffer();
  return response;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
