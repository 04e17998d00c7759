/**
 * Goal: SIGTERM stops a host as people expect: nothing new begins, what runs may end or reaches the deadline, everyone is
 * told, and the exit code says how it went. Method: a real process with real clients, told by real signals.
 */

import { afterEach, describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { eventually, statusOf } from '../support/host-facts.ts';
import { LineClient } from '../support/line-client.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const CLEAN = { code: 0, signal: null };
/** Signals that come closer together than this may be one request said twice: npm passes a supervisor's on again. */
const SECOND_SIGNAL_MS = 900;

interface Scene {
  readonly host: SpawnedHost;
  readonly ada: FrameClient;
  readonly bob: FrameClient;
  /** In the lobby, and in a queue that nobody else is in. */
  readonly cleo: FrameClient;
  readonly dora: LineClient;
  readonly match: string;
}

let host: SpawnedHost | undefined;

afterEach(async () => {
  host?.signal('SIGKILL');
  await host?.stop();
  host = undefined;
});

describe('SIGTERM with a match running', () => {
  it('refuses what is new, lets the match end, tells everyone, and exits with 0', async () => {
    const scene = await startScene({ matchSeconds: 4, deadlineSeconds: 30 });
    const { ada, bob, cleo, dora } = scene;
    const players = [ada, bob, cleo];
    scene.host.signal('SIGTERM');

    await Promise.all(players.map((player) => player.event('notice', isStopNotice)));
    await dora.text(/^notice: This host is about to stop/m);
    await checkDraining(scene);

    const score = { red: 0, blue: 0 };
    for (const player of [ada, bob]) {
      const { match, result } = await player.event('ended');
      expect(match).toBe(scene.match);
      expect(result).toMatchObject({ winner: null, why: 'time', score });
      await player.event('lobby', ({ reason }) => reason === 'ended');
    }
    await checkFarewells(scene);
    expect(await scene.host.exited).toEqual(CLEAN);
  });

  it('ends the match at the deadline, tells everyone, and exits with 0', async () => {
    const scene = await startScene({ matchSeconds: 600, deadlineSeconds: 1 });
    const startMs = systemClock.nowMs();
    scene.host.signal('SIGTERM');
    for (const player of [scene.ada, scene.bob]) {
      await player.event('notice', isStopNotice);
      await player.event('lobby', ({ reason }) => reason === 'shutdown');
    }
    expect(systemClock.nowMs() - startMs).toBeGreaterThan(900);
    await checkFarewells(scene);
    expect(await scene.host.exited).toEqual(CLEAN);
  });

  it('exits at once with 143 at a second SIGTERM', async () => {
    const scene = await startScene({ matchSeconds: 600, deadlineSeconds: 600 });
    scene.host.signal('SIGTERM');
    await scene.cleo.event('notice', isStopNotice);
    await sleep(SECOND_SIGNAL_MS);
    expect((await statusOf(scene.host)).matches.host).toBe(1);
    scene.host.signal('SIGTERM');
    expect(await scene.host.exited).toEqual({ code: 143, signal: null });
    await scene.ada.closed;
  });
});

describe('SIGTERM without a match', () => {
  it('stops an idle host within 2 s', async () => {
    host = await spawnHost({ config: configOf({ matchSeconds: 600, deadlineSeconds: 600 }) });
    const startMs = systemClock.nowMs();
    host.signal('SIGTERM');
    expect(await host.exited).toEqual(CLEAN);
    expect(systemClock.nowMs() - startMs).toBeLessThan(2_000);
  });

  it('waits for nobody who is merely connected', async () => {
    host = await spawnHost({ config: configOf({ matchSeconds: 600, deadlineSeconds: 600 }) });
    const ada = await FrameClient.connect(host.ports.frame);
    await ada.login('ada');
    ada.command('queue duel');
    await ada.event('queued');
    host.signal('SIGTERM');
    expect((await ada.event('unqueued')).reason).toBe('draining');
    expect((await ada.bye()).code).toBe('shutdown');
    expect(await host.exited).toEqual(CLEAN);
  });
});

/** A match of two, one player who waits for another, one in the lobby on a terminal. */
async function startScene(times: Times): Promise<Scene> {
  host = await spawnHost({ config: configOf(times) });
  const [ada, bob, cleo] = await Promise.all(
    ['ada', 'bob', 'cleo'].map((name) => loginFrame(name)),
  );
  if (ada === undefined || bob === undefined || cleo === undefined) throw new Error('no clients');
  const dora = await LineClient.connect(host.ports.line);
  await dora.login('dora');
  await dora.text(/^lobby: /m);
  ada.command('queue duel');
  bob.command('queue duel');
  const { match } = await ada.event('match');
  await bob.event('match');
  // The match has begun when its players see it.
  await ada.state();
  cleo.command('queue trio');
  await cleo.event('queued');
  return { host, ada, bob, cleo, dora, match };
}

async function loginFrame(name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(host?.ports.frame ?? 0);
  await client.login(name);
  await client.event('lobby');
  return client;
}

/** The match still runs, and nothing else begins. */
async function checkDraining({ host: draining, cleo, dora }: Scene): Promise<void> {
  const ready = await fetch(`http://127.0.0.1:${draining.ports.ops}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { ready: false, why: 'draining' }]);
  const { notReady, matches, players } = await statusOf(draining);
  expect({ notReady, matches: matches.host, players: players.host }).toEqual({
    notReady: 'draining',
    matches: 1,
    players: 4,
  });
  cleo.command('queue duel');
  const error = await cleo.event('error');
  expect(error.code).toBe('draining');
  expect(error.message).toMatch(/^Cannot queue for .duel.: this host is about to stop/);
  dora.line('/queue duel');
  await dora.text(/^error: draining: Cannot queue/m);

  const late = await FrameClient.connect(draining.ports.frame);
  await expect(late.login('late')).rejects.toThrow(/draining/);
  await late.closed;
  await eventually(
    () => statusOf(draining),
    (status) => status.players.host === 4 && status.matches.host === 1,
  );
}

async function checkFarewells({ ada, bob, cleo, dora }: Scene): Promise<void> {
  for (const player of [ada, bob, cleo]) {
    const { code, message } = await player.bye();
    expect(code).toBe('shutdown');
    expect(message).not.toBe('');
    await player.closed;
  }
  await dora.text(/^bye: shutdown: /m);
  await dora.closed;
}

function isStopNotice({ text }: { readonly text: string }): boolean {
  return text.startsWith('This host is about to stop');
}

interface Times {
  readonly matchSeconds: number;
  readonly deadlineSeconds: number;
}

function configOf({ matchSeconds, deadlineSeconds }: Times): string {
  return `
threads = { gateways = 2, matchWorkers = 2 }
practice = { bots = 0 }
shutdown = { deadlineSeconds = ${deadlineSeconds} }
[modes.duel]
handler = "capture-the-flag"
teams = 2
teamSize = 1
settings = { joinSeconds = 1, countdownSeconds = 0, matchSeconds = ${matchSeconds} }
[modes.trio]
handler = "capture-the-flag"
teams = 2
teamSize = 3
`;
}
