/**
 * Goal: players who come all at once while the host is late are connected and greeted when it is back, none forgotten.
 * Method: a real host is stopped (SIGSTOP), more clients connect than Node's own backlog of 511 would hold, it goes on.
 */

import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { eventually } from '../support/host-facts.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const CLIENTS = 1_500;
const CONFIG = `
threads = { gateways = 1, matchWorkers = 1 }
practice = { bots = 0 }
limits = { unlimitedAddresses = ["127.0.0.1"] }
`;
const somaxconn = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));

let host: SpawnedHost | undefined;
let sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  host?.signal('SIGCONT');
  await host?.stop();
  host = undefined;
});

it.skipIf(somaxconn < CLIENTS)('a login burst at a late host waits in the kernel', async () => {
  host = await spawnHost({ config: CONFIG });
  const counts = { connected: 0, greeted: 0, failed: 0 };
  host.signal('SIGSTOP');
  for (let index = 0; index < CLIENTS; index += 1) {
    const socket = connect(host.ports.line, '127.0.0.1');
    socket.once('connect', () => (counts.connected += 1));
    socket.once('data', () => (counts.greeted += 1));
    socket.once('error', () => (counts.failed += 1));
    sockets.push(socket);
  }
  await eventually(
    () => counts,
    ({ connected }) => connected === CLIENTS,
  );
  expect(counts.greeted).toBe(0);
  host.signal('SIGCONT');
  await eventually(
    () => counts,
    ({ greeted }) => greeted === CLIENTS,
  );
  expect(counts.failed).toBe(0);
});
