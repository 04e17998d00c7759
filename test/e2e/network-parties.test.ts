/**
 * Goal: players of several hosts are one party, with the same commands as on one host: they are invited, join, queue, play on one team,
 * leave; and a party whose leader's host is gone is over. Method: three real hosts in this process, linked over loopback, frame clients.
 */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import type { ClientEvent } from '../../src/shared/client-event.ts';
import type { FrameClient } from '../support/frame-client.ts';
import { logIn, startNetwork } from '../support/network-hosts.ts';

/** For a machine that is busy with other things. */
const PATIENCE_MS = 40_000;
const TEST_MS = 120_000;
const MODES = `
[modes.squads]
handler = "relay"
teams = 2
teamSize = 2
federateAfterSeconds = 1
partySeconds = 0
settings = { matchSeconds = 600 }
`;

type PartyEvent = Extract<ClientEvent, { event: 'party' }>;

let one: RunningHost;
let two: RunningHost;
let three: RunningHost;
const running: Set<RunningHost> = new Set();
const clients: FrameClient[] = [];

beforeAll(async () => {
  const hosts = await startNetwork(['one', 'two', 'three'], MODES);
  [one, two, three] = hosts as [RunningHost, RunningHost, RunningHost];
  for (const host of hosts) running.add(host);
}, TEST_MS);

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

afterAll(async () => {
  await Promise.all([...running].map((host) => host.stop('test', 0)));
});

async function enter(host: RunningHost, name: string): Promise<FrameClient> {
  const client = await logIn(host, name);
  clients.push(client);
  return client;
}

/** The next of these events at each of the clients. */
function all<Name extends ClientEvent['event']>(
  of: readonly FrameClient[],
  name: Name,
): Promise<Extract<ClientEvent, { event: Name }>[]> {
  return Promise.all(of.map((client) => client.event(name, () => true, PATIENCE_MS)));
}

function partyEvent(client: FrameClient, action: PartyEvent['action']): Promise<PartyEvent> {
  return client.event('party', (event) => event.action === action, PATIENCE_MS);
}

/** Brings the guest into the leader's party. */
async function join(
  [leader, leaderName]: readonly [FrameClient, string],
  [guest, name]: readonly [FrameClient, string],
): Promise<void> {
  leader.command(`party invite ${name}`);
  await partyEvent(guest, 'invited');
  guest.command(`party accept ${leaderName}`);
  await Promise.all([partyEvent(leader, 'joined'), partyEvent(guest, 'joined')]);
}

describe('a party of players of several hosts', () => {
  it(
    "goes into one match as one team, also when all others are on the leader's host",
    async () => {
      const ada = await enter(one, 'ada');
      const bob = await enter(two, 'Bob');
      const others = [await enter(one, 'dan'), await enter(one, 'eve')];
      await join([ada, 'ada'], [bob, 'Bob']);
      bob.command('party');
      const status = await partyEvent(bob, 'status');
      expect(status).toMatchObject({ leader: 'ada', members: ['ada', 'Bob'] });
      bob.command('queue squads');
      expect((await all([bob], 'error'))[0]).toMatchObject({ code: 'not-leader' });
      ada.command('queue pair');
      expect((await all([ada], 'error'))[0]).toMatchObject({ code: 'party-too-large' });
      ada.command('queue squads');
      await all([ada, bob], 'queued');
      for (const client of others) client.command('queue squads');
      const seats = await all([ada, bob, ...others], 'match');
      expect(new Set(seats.map(({ match }) => match)).size).toBe(1);
      const teams = seats.map(({ team }) => team);
      expect(teams[0]).toBe(teams[1]);
      expect(teams[2]).toBe(teams[3]);
      expect(teams[0]).not.toBe(teams[2]);
      // Still one party when the match is over for it.
      for (const client of [ada, bob]) client.command('leave');
      await all([ada, bob], 'lobby');
      ada.command('party');
      expect((await partyEvent(ada, 'status')).members).toEqual(['ada', 'Bob']);
    },
    TEST_MS,
  );

  it(
    'is out of the queue, for all of it, when one of them leaves the queue or the party',
    async () => {
      const fay = await enter(one, 'fay');
      const gus = await enter(two, 'gus');
      await join([fay, 'fay'], [gus, 'gus']);
      fay.command('queue squads');
      await all([fay, gus], 'queued');
      gus.command('leave');
      const left = await all([fay, gus], 'unqueued');
      expect(left.map(({ reason }) => reason)).toEqual(['left', 'left']);
      fay.command('queue squads');
      await all([fay, gus], 'queued');
      gus.command('party leave');
      const changed = await all([fay, gus], 'unqueued');
      expect(changed.map(({ reason }) => reason)).toEqual(['party-changed', 'party-changed']);
      const over = await partyEvent(fay, 'disbanded');
      expect(over).toMatchObject({ by: 'gus', members: [] });
    },
    TEST_MS,
  );

  it(
    'gets a leader on another host, and is over when that host is gone',
    async () => {
      const ida = await enter(one, 'ida');
      const kim = await enter(three, 'kim');
      const leo = await enter(two, 'leo');
      await join([ida, 'ida'], [kim, 'kim']);
      await join([ida, 'ida'], [leo, 'leo']);
      ida.command('party leave');
      const told = await Promise.all([kim, leo].map((client) => partyEvent(client, 'left')));
      expect(told.map(({ leader }) => leader)).toEqual(['kim', 'kim']);
      kim.command('queue squads');
      await all([kim, leo], 'queued');
      running.delete(three);
      await three.stop('test', 0);
      await all([leo], 'unqueued');
      await partyEvent(leo, 'disbanded');
    },
    TEST_MS,
  );
});
