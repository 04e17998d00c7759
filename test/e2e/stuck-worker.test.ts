/**
 * Goal: a match worker in a loop that V8 cannot interrupt (FINDINGS: an optimized loop without a safe point) costs its own
 * matches and a core, not the host: its players are moved, the pool is back at its size, and SIGTERM still ends the process.
 * Method: a real host process, since such a thread cannot be got rid of within a test's own.
 */

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const HANDLER = fileURLToPath(new URL('../support/handlers/mischief.ts', import.meta.url));
const CONFIG = `
threads = { gateways = 1, matchWorkers = 2, heapMbMax = 96 }
practice = { bots = 0 }
shutdown = { deadlineSeconds = 1 }
[modes.mischief]
handler = ${JSON.stringify(HANDLER)}
teams = 1
teamSize = 2
tickHz = 10
`;

it('a worker that cannot be ended is replaced, and the host still stops', async () => {
  const host = await spawnHost({ config: CONFIG });
  const players = await Promise.all(['ada', 'bob'].map((name) => enter(host, name)));
  for (const player of players) player.command('queue mischief');
  await Promise.all(players.map((player) => player.event('match')));

  players[0]?.command('stuck');
  await Promise.all(players.map((player) => player.event('lobby', (e) => e.reason === 'hung')));

  const untilMs = systemClock.nowMs() + 15_000;
  while ((await runningWorkers(host)) < 2 && systemClock.nowMs() < untilMs) await sleep(100);
  expect(await runningWorkers(host)).toBe(2);
  for (const player of players) player.command('queue mischief');
  await Promise.all(players.map((player) => player.event('match')));

  // The stuck thread keeps Node from exiting in good order, so the host kills itself when all is done.
  const startMs = systemClock.nowMs();
  host.signal('SIGTERM');
  const byes = await Promise.all(players.map((player) => player.bye(40_000)));
  expect(byes.map((bye) => bye.code)).toEqual(['shutdown', 'shutdown']);
  expect(await host.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(systemClock.nowMs() - startMs).toBeLessThan(20_000);
  await host.stop();
}, 90_000);

async function enter(host: SpawnedHost, name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(host.ports.frame);
  await client.login(name);
  return client;
}

async function runningWorkers(host: SpawnedHost): Promise<number> {
  // As GET /v1/status promises (docs/protocol.md).
  const status = (await host.getJson('/v1/status')) as { workers: { state: string }[] };
  return status.workers.filter(({ state }) => state === 'running').length;
}
