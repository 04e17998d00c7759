/**
 * Goal: a drain waits for people who play and for nobody else, tells everybody, can be taken back, and ends the process
 * with 0. Method: real hosts, drained with the real command.
 */

import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { eventually, statusOf } from '../support/host-facts.ts';
import { runCli } from '../support/run-cli.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';

const CLEAN = { code: 0, signal: null };

let host: SpawnedHost;

afterEach(async () => {
  host.signal('SIGKILL');
  await host.stop();
});

describe('longhouse drain', () => {
  it('waits for a match that runs, tells of the deadline, takes no new login, and ends the match then', async () => {
    host = await spawnHost({ config: configOf({ bots: 0, teamSize: 1 }) });
    const [ada, bob, cleo] = [await login('ada'), await login('bob'), await login('cleo')];
    await playDuel(ada, bob);
    const startMs = systemClock.nowMs();
    const drained = await runCli(['drain', '--deadline', '13s'], host);
    expect(drained).toMatchObject({ code: 0, errors: '' });
    expect(drained.output).toMatch(
      /^draining: 2 players may play on for 1[23] s, then the host stops\n$/,
    );
    const ready = await fetch(`http://127.0.0.1:${host.ports.ops}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, why: 'draining' }]);
    await cleo.event('notice', ({ text }) => /about to stop.*up to 13 s/.test(text));
    const late = await FrameClient.connect(host.ports.frame);
    await expect(late.login('late')).rejects.toThrow(/draining/);
    // A lost connection comes back to its match all the same.
    bob.socket.destroy();
    const back = await FrameClient.connect(host.ports.frame);
    await back.login('bob');
    expect((await back.event('match')).reason).toBe('resumed');
    await cleo.event('notice', ({ text }) => /stops in 10 s/.test(text));
    await ada.event('lobby', ({ reason }) => reason === 'shutdown', 15_000);
    expect(systemClock.nowMs() - startMs).toBeGreaterThan(12_000);
    expect((await cleo.bye()).code).toBe('shutdown');
    expect(await host.exited).toEqual(CLEAN);
  });

  it('goes on after undrain: ready, logins, matches', async () => {
    host = await spawnHost({ config: configOf({ bots: 0, teamSize: 1 }) });
    const [ada, bob] = [await login('ada'), await login('bob')];
    await playDuel(ada, bob);
    expect((await runCli(['drain', '--deadline', '10m'], host)).code).toBe(0);
    expect((await statusOf(host)).notReady).toBe('draining');
    expect((await runCli(['undrain'], host)).output).toBe('the host goes on\n');
    await ada.event('notice', ({ text }) => text.startsWith('This host goes on'));
    expect((await statusOf(host)).notReady).toBeNull();
    const [cleo, dora] = [await login('cleo'), await login('dora')];
    await playDuel(cleo, dora);
    expect(await statusOf(host)).toMatchObject({ matches: { host: 2 } });
  });

  it('exits at once where people are connected but nobody plays', async () => {
    host = await spawnHost({ config: configOf({ bots: 0, teamSize: 1 }) });
    const ada = await login('ada');
    ada.command('queue duel');
    await ada.event('queued');
    const drained = await runCli(['drain', '--deadline', '2h'], host);
    expect(drained.output).toBe('nobody plays: the host stops now\n');
    expect((await ada.bye()).code).toBe('shutdown');
    expect(await host.exited).toEqual(CLEAN);
  });

  it('does not wait for practice bots that are left alone in a match', async () => {
    host = await spawnHost({ config: configOf({ bots: 3, teamSize: 2 }) });
    const ada = await login('ada');
    ada.command('queue duel');
    await ada.event('match');
    ada.command('leave');
    await ada.event('lobby', ({ reason }) => reason === 'left');
    await eventually(
      () => statusOf(host),
      ({ matches }) => matches.host === 1,
    );
    expect((await runCli(['drain', '--deadline', '2h'], host)).code).toBe(0);
    expect(await host.exited).toEqual(CLEAN);
  });

  it('is cut short by SIGTERM, which keeps the sooner deadline', async () => {
    host = await spawnHost({ config: configOf({ bots: 0, teamSize: 1 }) });
    const [ada, bob] = [await login('ada'), await login('bob')];
    await playDuel(ada, bob);
    expect((await runCli(['drain', '--deadline', '2h'], host)).code).toBe(0);
    host.signal('SIGTERM');
    await ada.event('lobby', ({ reason }) => reason === 'shutdown');
    expect(await host.exited).toEqual(CLEAN);
  });
});

async function login(name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(host.ports.frame);
  await client.login(name);
  await client.event('lobby');
  return client;
}

async function playDuel(one: FrameClient, other: FrameClient): Promise<void> {
  one.command('queue duel');
  other.command('queue duel');
  await Promise.all([one.event('match'), other.event('match')]);
  await one.state();
}

function configOf({ bots, teamSize }: { bots: number; teamSize: number }): string {
  return `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = ${bots}, patienceMs = 100 }
shutdown = { deadlineSeconds = 2 }
[modes.duel]
handler = "capture-the-flag"
teams = 2
teamSize = ${teamSize}
settings = { joinSeconds = 1, countdownSeconds = 0, matchSeconds = 600 }
`;
}
