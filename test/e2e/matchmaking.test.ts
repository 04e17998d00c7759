/**
 * Goal: on a real host a running match gets a player for one who left, a result becomes ratings that its players are told
 * before they are back in a lobby, and a ticket says why it waits. Method: frame clients in Capture the Flag, 2 v 2.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import { FrameClient } from '../support/frame-client.ts';
import { portOf, startTestHost } from '../support/start-test-host.ts';

const CONFIG = `
threads = { gateways = 2, matchWorkers = 2 }
practice = { bots = 0 }
log = { level = "error" }
listeners = [{ name = "frame", protocol = "frame", port = 0, bindAddress = "127.0.0.1" }]
[ops]
port = 0
[modes.ctf]
handler = "capture-the-flag"
teamSize = 2
settings = { countdownSeconds = 0 }
`;

let host: RunningHost;

beforeAll(async () => {
  host = await startTestHost(CONFIG);
}, 60_000);

afterAll(async () => {
  await host.stop('test', 0);
});

async function loggedIn(name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(portOf(host, 'frame'));
  await client.login(name);
  await client.event('lobby');
  return client;
}

describe('a match of two against two', () => {
  it('gets a player for one who left, ends by forfeit and is rated', async () => {
    const names = ['ada', 'bob', 'cyd', 'dan'];
    const clients = await Promise.all(names.map((name) => loggedIn(name)));
    for (const client of clients) client.command('queue ctf');
    const seats = await Promise.all(clients.map((client) => client.event('match')));
    const teams = seats.map(({ team }) => team);
    expect(teams.filter((team) => team === 0)).toHaveLength(2);
    // Everybody has come and the clock runs: only a match that plays asks for players.
    await Promise.all(clients.map((client) => client.state()));

    const [ada] = clients;
    ada?.command('leave');
    await ada?.event('lobby', ({ reason }) => reason === 'left');
    const eve = await loggedIn('eve');
    eve.command('queue ctf');
    const joined = await eve.event('match');
    expect(joined).toMatchObject({ match: seats[0]?.match, team: teams[0], reason: 'matched' });
    expect([...joined.players].toSorted()).toEqual(['ada', 'bob', 'cyd', 'dan', 'eve']);

    const [status] = [...host.inside.shell.directory.matches()];
    expect(status?.quality.winProbabilities[0]).toBeCloseTo(0.5, 6);
    const losers = clients.filter((_, index) => index > 0 && teams[index] !== teams[0]);
    for (const client of losers) client.command('leave');
    const mate = clients.find((_, index) => index > 0 && teams[index] === teams[0]);
    for (const winner of [mate, eve]) {
      const ended = await winner?.event('ended');
      expect(ended?.result['why']).toBe('forfeit');
      expect(ended?.rating).toBeGreaterThan(0);
      await winner?.event('lobby', ({ reason }) => reason === 'ended');
    }
    await Promise.all([...clients, eve].map((client) => client.close()));
  });

  it('says why somebody waits, in numbers and in words', async () => {
    const client = await loggedIn('gus');
    client.command('queue ctf');
    expect(await client.event('queued')).toMatchObject({ mode: 'ctf', waiting: 1 });
    client.command('why');
    expect(await client.event('why')).toMatchObject({ cause: 'tooFewPlayers', missing: 3 });
    expect((await client.event('notice')).text).toMatch(/A match needs 3 more/);
    await client.close();
  });
});
