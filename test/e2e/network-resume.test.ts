/**
 * Goal: whoever loses the connection in a match finds the seat again on any host, as the same player to the match, wherever it
 * runs; nothing is left of the connections and homes of before. Method: three real host processes; two players of one match,
 * of whom one goes from host to host, with the old connection lost or still open; then a home is killed.
 */

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { HostNetwork, NetworkHost } from '../../bench/servers/host-network.ts';
import { FrameClient } from '../support/frame-client.ts';
import { eventually } from '../support/host-facts.ts';
import { startProcessNetwork } from '../support/process-network.ts';

const WITNESS = new URL('../support/handlers/witness.ts', import.meta.url).pathname;
const WAIT_MS = 30_000;
const SETTINGS = `
[modes.pair]
handler = "${WITNESS}"
teams = 2
teamSize = 1
graceSeconds = 20
federateAfterSeconds = 0
`;

interface Person {
  readonly name: string;
  readonly client: FrameClient;
  readonly home: NetworkHost;
}

let network: HostNetwork;
let stop: (() => Promise<void>) | undefined;
let clients: FrameClient[] = [];

beforeAll(async () => {
  ({ network, stop } = await startProcessNetwork(3, SETTINGS));
}, 120_000);

afterEach(() => {
  for (const { socket } of clients) socket.destroy();
  clients = [];
});

afterAll(async () => {
  await stop?.();
});

it('a player goes from host to host in a running match, by lost connections and by newer logins', async () => {
  const [one, two, three] = hosts();
  // Both of one host: a match that the others have never heard of.
  const bob = await enter('bob', one);
  let ada = await enter('ada', one);
  const match = await meet([ada, bob]);
  const way = [
    { home: two, isLost: true },
    { home: three, isLost: false },
    { home: one, isLost: true },
    { home: three, isLost: false },
    { home: two, isLost: true },
    { home: three, isLost: true },
  ];
  for (const { home, isLost } of way) {
    const old = ada;
    if (isLost) old.client.socket.resetAndDestroy();
    ada = await resume('ada', home, match);
    if (!isLost) expect((await old.client.bye(WAIT_MS)).code).toBe('replaced');
    await echo(ada);
    await echo(bob);
  }
  // Now the other one, so that the match runs where nobody of it is at home.
  const bobAway = await resume('bob', two, match);
  await echo(bobAway);
  await echo(ada);
  expect(await seen(ada)).toEqual(MOVES);
  ada.client.command('end');
  for (const { client, home } of [ada, bobAway]) {
    expect((await client.event('ended', () => true, WAIT_MS)).match).toBe(match);
    const { lobby } = await client.event('lobby', ({ reason }) => reason === 'ended', WAIT_MS);
    expect(lobby.split('/')[0]).toBe(home.id);
  }
  await expectNothingLeft();
}, 60_000);

/** What the match saw: its players are the same objects throughout. */
const MOVES = expect.arrayContaining([
  expect.stringMatching(/^join ada matched$/),
  'reconnect ada known',
  'reconnect bob known',
]) as unknown;

it('a player whose host dies goes on in the match on another one', async () => {
  const [one, two, three] = hosts();
  const both = await Promise.all([enter('cyd', one), enter('dan', two)]);
  const [{ client }] = both;
  for (const person of both) person.client.command('queue pair');
  const { match, hostId } = await client.event('match', () => true, WAIT_MS);
  const victim = both.find(({ home }) => home.id !== hostId);
  const other = both.find((person) => person !== victim);
  if (victim === undefined || other === undefined) throw new Error('Cannot find who is elsewhere');
  if (victim.client !== client) await victim.client.event('match', () => true, WAIT_MS);
  network.kill(network.hosts.indexOf(victim.home));
  const refuge = [one, two, three].find(({ id }) => id !== victim.home.id && id !== hostId);
  const back = await resume(victim.name, refuge ?? three, match);
  await echo(back);
  await echo(other);
  expect(await seen(back)).toContain(`reconnect ${victim.name} known`);
  back.client.command('end');
  await back.client.event('lobby', ({ reason }) => reason === 'ended', WAIT_MS);
}, 60_000);

function hosts(): readonly [NetworkHost, NetworkHost, NetworkHost] {
  const [one, two, three] = network.hosts;
  if (one === undefined || two === undefined || three === undefined) throw new Error('Cannot run');
  return [one, two, three];
}

async function connect(name: string, home: NetworkHost): Promise<Person> {
  const client = await FrameClient.connect(home.framePort);
  clients.push(client);
  await client.login(name);
  return { name, client, home };
}

async function enter(name: string, home: NetworkHost): Promise<Person> {
  const person = await connect(name, home);
  await person.client.event('lobby', () => true, WAIT_MS);
  return person;
}

async function meet(people: readonly Person[]): Promise<string> {
  for (const { client } of people) client.command('queue pair');
  const seats = await Promise.all(
    people.map(({ client }) => client.event('match', () => true, WAIT_MS)),
  );
  expect(new Set(seats.map((seat) => seat.match)).size).toBe(1);
  return seats[0]?.match ?? '';
}

/** Logs in there, and is back in that match. */
async function resume(name: string, home: NetworkHost, match: string): Promise<Person> {
  const person = await connect(name, home);
  const found = await person.client.event('match', () => true, WAIT_MS);
  expect(found).toMatchObject({ match, reason: 'resumed' });
  return person;
}

async function echo({ client, name }: Person): Promise<void> {
  const sent = Buffer.from(`${name} is there`);
  client.input(sent);
  expect(await client.state(WAIT_MS)).toEqual(sent);
}

/** What the match has seen, oldest first. */
async function seen({ client }: Person): Promise<unknown> {
  client.command('seen');
  return JSON.parse((await client.state(WAIT_MS)).toString('utf8'));
}

/** No match, and no guest or route of the bridges. */
async function expectNothingLeft(): Promise<void> {
  for (const { opsPort } of network.hosts) {
    await eventually(
      async () => {
        const page = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
        const text = await page.text();
        return text.match(/^longhouse_(bridge_guests|bridge_routes|matches\b)\S* \S+$/gm) ?? [];
      },
      (lines) => lines.length > 0 && lines.every((line) => line.endsWith(' 0')),
      WAIT_MS,
    );
  }
}
