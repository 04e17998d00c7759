/**
 * Goal: a match that wants players gets one who waits on another host, and plays with him; then it is one across hosts, and is
 * filled from its own host all the same. Method: two real host processes; the match of two, of one host, asks for one more a team.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HostNetwork, NetworkHost } from '../../bench/servers/host-network.ts';
import { FrameClient } from '../support/frame-client.ts';
import { startProcessNetwork } from '../support/process-network.ts';

const WITNESS = new URL('../support/handlers/witness.ts', import.meta.url).pathname;
const WAIT_MS = 30_000;
const SETTINGS = `
[modes.squad]
handler = "${WITNESS}"
teams = 2
teamSize = 2
minTeamSize = 1
smallerAfterSeconds = 0
federateAfterSeconds = 1
`;

const clients: FrameClient[] = [];
let network: HostNetwork;
let stop: (() => Promise<void>) | undefined;

beforeAll(async () => {
  ({ network, stop } = await startProcessNetwork(2, SETTINGS));
}, 120_000);

afterAll(async () => {
  for (const { socket } of clients) socket.destroy();
  await stop?.();
});

it('a running match is filled from another host, then from its own', async () => {
  const [one, two] = network.hosts;
  if (one === undefined || two === undefined) throw new Error('Cannot run');
  const [ada, bob] = [await enter('ada', one), await enter('bob', one)];
  const match = await meet(ada, bob);
  ada.command('want');
  const cyd = await enter('cyd', two);
  expect(await meet(cyd), 'the one who waits elsewhere').toBe(match);
  await echo(cyd);
  expect(await seen(ada)).toContain('join cyd matched');
  const dan = await enter('dan', one);
  expect(await meet(dan), 'the one who waits here').toBe(match);
  for (const client of [ada, bob, cyd, dan]) await echo(client);
  expect(await seen(cyd)).toContain('join dan matched');
  cyd.command('end');
  const homes = [one, one, two, one];
  for (const [index, client] of [ada, bob, cyd, dan].entries()) {
    expect((await client.event('ended', () => true, WAIT_MS)).match).toBe(match);
    const { lobby } = await client.event('lobby', ({ reason }) => reason === 'ended', WAIT_MS);
    expect(lobby.split('/')[0]).toBe(homes[index]?.id);
  }
}, 90_000);

async function enter(name: string, home: NetworkHost): Promise<FrameClient> {
  const client = await FrameClient.connect(home.framePort);
  clients.push(client);
  await client.login(name);
  await client.event('lobby', () => true, WAIT_MS);
  return client;
}

/** They queue, and are in the same match. */
async function meet(...players: readonly FrameClient[]): Promise<string> {
  for (const client of players) client.command('queue squad');
  const seats = await Promise.all(players.map((one) => one.event('match', () => true, WAIT_MS)));
  expect(new Set(seats.map(({ match }) => match)).size).toBe(1);
  return seats[0]?.match ?? '';
}

async function echo(client: FrameClient): Promise<void> {
  const bytes = Buffer.from(`echo ${clients.indexOf(client)}`);
  client.input(bytes);
  const answer = await client.state(WAIT_MS);
  expect(Buffer.from(answer).toString()).toBe(bytes.toString());
}

/** What the match has seen, oldest first. */
async function seen(client: FrameClient): Promise<readonly string[]> {
  client.command('seen');
  // The witness says it as a list of lines.
  return JSON.parse(Buffer.from(await client.state(WAIT_MS)).toString()) as readonly string[];
}
