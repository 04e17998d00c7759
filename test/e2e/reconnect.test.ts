/**
 * Goal: the newest login wins, a lost connection finds its match again by any gateway, a seat that nobody came back to is gone,
 * and the counts are right at every step. Method: a real host with two gateways in this process; players come, vanish and
 * come back, at first one by one and then at random; after each step the host's status must be what a simple model says.
 */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import type { ClientEvent } from '../../src/shared/client-event.ts';
import { sleep } from '../../src/shared/clock.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { FrameClient } from '../support/frame-client.ts';
import { eventually } from '../support/host-facts.ts';
import { runSeed } from '../support/run-seed.ts';
import { portOf, startTestHost } from '../support/start-test-host.ts';

const GRACE_SECONDS = 2;
const GATEWAYS = 2;
const CONNECTS_MAX = 40;
const STEPS = 240;
const CHECK_STEPS = 20;
const CONFIG = `
threads = { gateways = ${GATEWAYS}, matchWorkers = 2 }
practice = { bots = 0 }
log = { level = "error" }
listeners = [{ name = "frame", protocol = "frame", port = 0, bindAddress = "127.0.0.1" }]
[ops]
port = 0
[modes.pair]
handler = "handlers/mischief.ts"
teams = 2
teamSize = 1
graceSeconds = ${GRACE_SECONDS}
[modes.duel]
handler = "capture-the-flag"
teams = 2
teamSize = 1
graceSeconds = ${GRACE_SECONDS}
`;

type MatchEvent = Extract<ClientEvent, { event: 'match' }>;

interface Arrived {
  readonly client: FrameClient;
  readonly gateway: number;
}

let host: RunningHost;
let arrived: Arrived[] = [];

beforeAll(async () => {
  host = await startTestHost(CONFIG);
});

/** A test that failed half-way leaves nobody to the next. */
afterEach(async () => {
  const open = arrived.filter(({ client }) => !client.socket.destroyed);
  for (const { client } of open) client.command('quit');
  await Promise.all(open.map(({ client }) => client.closed));
  arrived = [];
  await expectCounts({ players: 0, matches: 0 });
});

afterAll(async () => {
  await host.stop('test', 0);
});

describe('the newest login', () => {
  it('takes the place of the one before it, in a lobby', async () => {
    const old = await arrive('ada');
    await old.client.event('lobby');
    const newest = await arrive('ada');
    expect((await old.client.bye()).code).toBe('replaced');
    await old.client.closed;
    expect((await newest.client.event('lobby')).reason).toBe('login');
    await expectCounts({ players: 1, matches: 0 });
    await leave(newest);
  });

  it.each(['the same', 'the other'])('goes on in the match, by %s gateway', async (which) => {
    const [ada, bob, { match }] = await pair();
    const newest = await arriveBy('ada', ada.gateway, which);
    // The logins by the wrong gateway were replaced too, each by the next.
    expect((await ada.client.bye()).code).toBe('replaced');
    expect(await newest.client.event('match')).toMatchObject({ match, reason: 'resumed' });
    await expectEcho(newest);
    await expectCounts({ players: 2, matches: 1 });
    await endPair([newest, bob]);
  });
});

describe('a connection that is lost in a match', () => {
  it.each(['the same', 'the other'])(
    'is back in it within the grace time, by %s gateway',
    async (which) => {
      const [ada, bob, { match }] = await pair();
      ada.client.socket.resetAndDestroy();
      await expectCounts({ players: 1, matches: 1 });
      const back = await arriveBy('ada', ada.gateway, which);
      expect(await back.client.event('match')).toMatchObject({ match, reason: 'resumed' });
      await expectEcho(back);
      await expectEcho(bob);
      await expectCounts({ players: 2, matches: 1 });
      await endPair([back, bob]);
    },
  );

  it('finds Capture the Flag as it was: the same team, a whole field, snapshots', async () => {
    const [ada, bob, { match, team, players }] = await pair('duel');
    ada.client.socket.resetAndDestroy();
    await expectCounts({ players: 1, matches: 1 });
    const back = await arrive('ada');
    const resumed = await back.client.event('match');
    expect(resumed).toMatchObject({ match, team, players, reason: 'resumed' });
    const kinds = new Set<number>();
    while (!(kinds.has(1) && kinds.has(2))) kinds.add((await back.client.state())[0] ?? -1);
    back.client.command('leave');
    bob.client.command('leave');
    await back.client.event('lobby');
    await bob.client.event('lobby');
    await expectCounts({ players: 2, matches: 0 });
    await leave(back, bob);
  });

  it('has lost its seat after the grace time, and the match goes on without it', async () => {
    const [ada, bob] = await pair();
    ada.client.socket.resetAndDestroy();
    await expectCounts({ players: 1, matches: 1 });
    await sleep(GRACE_SECONDS * 1_000 + 300);
    const late = await arrive('ada');
    expect((await late.client.event('lobby')).reason).toBe('login');
    await expectEcho(bob);
    await expectCounts({ players: 2, matches: 1 });
    bob.client.command('leave');
    await bob.client.event('lobby', ({ reason }) => reason === 'left');
    await expectCounts({ players: 2, matches: 0 });
    await leave(late, bob);
  });

  it('leaves nothing behind when nobody comes back', async () => {
    const [ada, bob] = await pair();
    ada.client.socket.resetAndDestroy();
    bob.client.socket.resetAndDestroy();
    await expectCounts({ players: 0, matches: 1 });
    await expectCounts({ players: 0, matches: 0 });
  });

  it('has no seat when it said goodbye', async () => {
    const [ada, bob] = await pair();
    ada.client.command('quit');
    expect((await ada.client.bye()).code).toBe('quit');
    const again = await arrive('ada');
    expect((await again.client.event('lobby')).reason).toBe('login');
    bob.client.command('leave');
    await bob.client.event('lobby', ({ reason }) => reason === 'left');
    await expectCounts({ players: 2, matches: 0 });
    await leave(again, bob);
  });
});

it(`counts right through ${STEPS} random logins, losses, replacements and goodbyes`, async () => {
  const seed = runSeed('reconnect');
  const random = seededRandom(seed);
  const names = Array.from({ length: 12 }, (_, index) => `churn-${index}`);
  const online = new Map<string, Arrived>();
  const marks = { login: 0, replaced: 0, lost: 0, quit: 0, queued: 0, matches: 0 };
  for (let step = 0; step < STEPS; step += 1) {
    const name = names[random.below(names.length)] ?? '';
    const here = online.get(name);
    const choice = random.below(4);
    if (here === undefined || choice === 0) {
      marks[here === undefined ? 'login' : 'replaced'] += 1;
      online.set(name, await arrive(name));
      if (here !== undefined) expect((await here.client.bye()).code).toBe('replaced');
    } else if (choice === 1) {
      marks.queued += 1;
      here.client.command('queue pair');
    } else {
      marks[choice === 2 ? 'lost' : 'quit'] += 1;
      if (choice === 2) here.client.socket.resetAndDestroy();
      else here.client.command('quit');
      await here.client.closed;
      online.delete(name);
    }
    if (step % CHECK_STEPS !== CHECK_STEPS - 1) continue;
    await expectPlayers(online.size);
    marks.matches += host.status().matches.host;
  }
  console.log(`reconnect: seed ${seed}, ${JSON.stringify(marks)}`);
  expect(Math.min(...Object.values(marks))).toBeGreaterThan(3);
  for (const { client } of online.values()) client.command('quit');
  await Promise.all(Array.from(online.values(), ({ client }) => client.closed));
  await expectCounts({ players: 0, matches: 0 });
  expect(Object.values(host.status().queues).map((queue) => queue.host)).toEqual([0, 0]);
});

async function arrive(name: string): Promise<Arrived> {
  const client = await FrameClient.connect(portOf(host, 'frame'));
  const { player } = await client.login(name);
  const slot = Number(player.split(':').at(-2));
  const gateway = Math.floor(slot / host.inside.memory.sizes.slotsPerGateway);
  const here = { client, gateway };
  arrived.push(here);
  return here;
}

/** Logs in again and again, as the kernel spreads connections by chance, until the gateway is the one asked for. */
async function arriveBy(name: string, from: number, which: string): Promise<Arrived> {
  for (let attempt = 0; attempt < CONNECTS_MAX; attempt += 1) {
    const newest = await arrive(name);
    if ((newest.gateway === from) === (which === 'the same')) return newest;
  }
  throw new Error(`Cannot reach ${which} gateway: ${CONNECTS_MAX} connections went elsewhere`);
}

async function pair(mode = 'pair'): Promise<[Arrived, Arrived, MatchEvent]> {
  const ada = await arrive('ada');
  const bob = await arrive('bob');
  ada.client.command(`queue ${mode}`);
  await ada.client.event('queued');
  bob.client.command(`queue ${mode}`);
  const match = await ada.client.event('match');
  expect((await bob.client.event('match')).match).toBe(match.match);
  await expectCounts({ players: 2, matches: 1 });
  return [ada, bob, match];
}

async function endPair(players: readonly Arrived[]): Promise<void> {
  players[0]?.client.command('end');
  for (const { client } of players) {
    await client.event('ended');
    await client.event('lobby', ({ reason }) => reason === 'ended');
  }
  await expectCounts({ players: 2, matches: 0 });
  await leave(...players);
}

async function leave(...players: readonly Arrived[]): Promise<void> {
  for (const { client } of players) await client.close();
  await expectCounts({ players: 0, matches: 0 });
}

/** The handler answers with the same bytes. */
async function expectEcho({ client }: Arrived): Promise<void> {
  const sent = Buffer.from('are you there?');
  client.input(sent);
  expect(await client.state()).toEqual(sent);
}

/** The directory's count and the gateways' own agree on who is here. */
async function expectPlayers(players: number): Promise<void> {
  await eventually(
    () => host.status(),
    ({ players: counts, gateways }) =>
      counts.host === players &&
      gateways.reduce((sum, row) => sum + row.players, 0) === players &&
      gateways.reduce((sum, row) => sum + row.connections, 0) === players,
  );
}

async function expectCounts(expected: { players: number; matches: number }): Promise<void> {
  await expectPlayers(expected.players);
  await eventually(
    () => host.status().matches.host,
    (matches) => matches === expected.matches,
  );
}
