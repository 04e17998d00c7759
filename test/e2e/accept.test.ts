/**
 * Goal: on a real host a found match asks its players, practice bots accept by themselves, a match that is declined is not
 * played, and whoever is avoided is not met. Method: frame and line clients and bots in modes with an accept step.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import { FrameClient } from '../support/frame-client.ts';
import { LineClient } from '../support/line-client.ts';
import { portOf, startTestHost } from '../support/start-test-host.ts';

const CONFIG = `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = 1, patienceMs = 0 }
log = { level = "error" }
ops = { port = 0 }
listeners = [
  { name = "frame", protocol = "frame", port = 0, bindAddress = "127.0.0.1" },
  { name = "line", protocol = "line", port = 0, bindAddress = "127.0.0.1" },
]
[modes.duel]
handler = "capture-the-flag"
teamSize = 1
acceptSeconds = 20
settings = { countdownSeconds = 0 }
[modes.people]
handler = "capture-the-flag"
teamSize = 1
acceptSeconds = 20
practiceBots = false
settings = { countdownSeconds = 0 }
`;

let host: RunningHost;

beforeAll(async () => {
  host = await startTestHost(CONFIG);
}, 60_000);
afterAll(() => host.stop('test', 0));

async function loggedIn(name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(portOf(host, 'frame'));
  await client.login(name);
  await client.event('lobby');
  return client;
}

/** What operators see of a player. */
async function seenOf(name: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${portOf(host, 'ops')}/v1/players/${name}`);
  return response.json();
}

it('a match against a practice bot opens when its player accepts', async () => {
  const ada = await loggedIn('ada');
  ada.command('queue duel');
  expect(await ada.event('found')).toMatchObject({ mode: 'duel', players: 2 });
  ada.command('accept');
  expect(await ada.event('match')).toMatchObject({ mode: 'duel', reason: 'matched' });
  await ada.close();
});

it('a match that one of two declines is not played, and the other waits on', async () => {
  const bob = await loggedIn('bob');
  const cyd = await LineClient.connect(portOf(host, 'line'));
  await cyd.login('cyd');
  bob.command('queue people');
  cyd.line('/queue people');
  await cyd.text(/^found: people, 2 players, \/accept or \/decline within \d+ s\r?$/m);
  await bob.event('found');
  expect(await seenOf('bob')).toMatchObject({
    state: 'accepting',
    mode: 'people',
    wait: { text: expect.stringMatching(/people/), report: null },
  });
  bob.command('accept');
  cyd.line('/decline');
  await cyd.text(/^unqueued: declined\r?$/m);
  expect((await bob.event('queued', ({ waiting }) => waiting === 1)).mode).toBe('people');
  expect(await seenOf('bob')).toMatchObject({ state: 'queued', mode: 'people' });
  expect(await seenOf('cyd')).toMatchObject({ state: 'lobby', mode: null });
  cyd.line('/avoid bob');
  await cyd.text(/^notice: From your next ticket on you avoid bob/m);
  cyd.line('/queue people');
  cyd.line('/why');
  await cyd.text(/Players who avoid one another are kept apart/m);
  await Promise.all([bob.close(), cyd.close()]);
});
