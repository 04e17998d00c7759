/**
 * Goal: a ban closes whoever is there, keeps out whoever comes, says why, lasts over a restart and ends when it should; a kick
 * ends one visit. Neither leaves a trace in any count. Method: a real host, real clients from different loopback addresses,
 * some of them behind a proxy. Times are printed, not asserted.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BanOutcome } from '../../src/main/bans/ban-desk.ts';
import type { RunningHost } from '../../src/main/running-host.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { counterTable, sumReason } from '../../src/shared/counter-table.ts';
import { Reason } from '../../src/shared/reason.ts';
import { FrameClient } from '../support/frame-client.ts';
import { eventually } from '../support/host-facts.ts';
import { LineClient } from '../support/line-client.ts';
import { portOf, freshDataDir, startTestHost } from '../support/start-test-host.ts';

const PROXY = '127.0.9.9';
const CONFIG = `
threads = { gateways = 2, matchWorkers = 2 }
practice = { bots = 2 }
log = { level = "error" }
limits = { trustedProxies = ["${PROXY}"] }
ops = { port = 0 }
[[listeners]]
name = "frame"
protocol = "frame"
port = 0
[[listeners]]
name = "line"
protocol = "line"
port = 0
[[listeners]]
name = "proxied"
protocol = "frame"
port = 0
proxyProtocol = true
`;

const dataDir = freshDataDir();
let host: RunningHost;

beforeAll(async () => {
  host = await startTestHost(CONFIG, {}, dataDir);
});
afterAll(() => host.stop('test', 0));

describe('a ban of an account', () => {
  it('closes its connection, tells why and until when, and keeps it out until it is lifted', async () => {
    const ada = await enter('ada');
    const bob = await enter('bob');
    const outcome = await timed('account', ada, () =>
      host.inside.bans.add('tester', { account: 'ADA', seconds: 3_600, reason: 'cheating' }),
    );
    expect(await ada.bye()).toMatchObject({
      code: 'banned',
      message: expect.stringMatching(/^Banned until \d{4}-\d\d-\d\d \d\d:\d\d UTC: cheating$/),
    });
    await expect(enter('Ada')).rejects.toThrow('banned');
    await expectPlayers(1);
    await bob.ping();
    await lift(outcome);
    const again = await enter('ada');
    await leave(ada, bob, again);
  });

  it('is told to a person on a line', async () => {
    const eve = await LineClient.connect(portOf(host, 'line'));
    await eve.login('eve');
    const outcome = await host.inside.bans.add('tester', { account: 'eve', reason: 'spam' });
    const [bye] = await eve.text(/^bye: .*$/m);
    expect(bye.trim()).toBe('bye: banned: Banned: spam');
    await eve.closed;
    await lift(outcome);
  });
});

describe('a ban of an address', () => {
  it.each([
    ['one address', '127.0.5.1', '127.0.5.1', '127.0.5.2'],
    ['a range', '127.0.6.0/24', '127.0.6.77', '127.0.7.77'],
    ['an address written as IPv6', '::ffff:127.0.8.1', '127.0.8.1', '127.0.8.2'],
  ])(
    '%s closes and keeps out its connections, and no others',
    async (_what, address, from, beside) => {
      const ada = await enter('ada', from);
      const nameless = await FrameClient.connect(portOf(host, 'frame'), { localAddress: from });
      const bob = await enter('bob', beside);
      const refusedBefore = closedFor(Reason.banned);
      const outcome = await timed(address, ada, () =>
        host.inside.bans.add('tester', { address, reason: '' }),
      );
      expect(await ada.bye()).toEqual({ code: 'banned', message: 'Banned' });
      expect((await nameless.bye()).code).toBe('banned');
      await expectPlayers(1);
      const bans = closedFor(Reason.banned);
      expect(bans).toBe(refusedBefore + 2);
      // At the door there is no word, and nothing is served: that is where floods knock.
      await knock(from);
      await eventually(
        () => closedFor(Reason.banned),
        (count) => count === bans + 1,
      );
      await bob.ping();
      await lift(outcome);
      const again = await enter('ada', from);
      await leave(bob, again);
    },
  );

  it('ends by itself when its time is over', async () => {
    const outcome = await host.inside.bans.add('tester', {
      address: '127.0.5.9',
      seconds: 1,
      reason: '',
    });
    expect(outcome.outcome).toBe('banned');
    await knock('127.0.5.9');
    const ada = await eventually(
      () => enter('ada', '127.0.5.9').catch(() => undefined),
      (client) => client !== undefined,
    );
    expect([...host.inside.bans.all()]).toEqual([]);
    if (ada !== undefined) await leave(ada);
  });

  it('that hides in another stays when the other is lifted', async () => {
    const wide = await host.inside.bans.add('tester', { address: '127.0.5.0/24', reason: '' });
    const narrow = await host.inside.bans.add('tester', { address: '127.0.5.4', reason: '' });
    const twin = await host.inside.bans.add('tester', { address: '127.0.5.4/32', reason: '' });
    await lift(wide);
    await lift(twin);
    const before = closedFor(Reason.banned);
    await knock('127.0.5.4');
    expect(closedFor(Reason.banned)).toBe(before + 1);
    const other = await enter('ada', '127.0.5.5');
    await lift(narrow);
    const back = await enter('bob', '127.0.5.4');
    await leave(other, back);
  });

  it('spares practice bots that are there', async () => {
    await eventually(
      () => host.status().practicePlayers,
      (bots) => bots === 2,
    );
    const ada = await enter('ada');
    const outcome = await host.inside.bans.add('tester', { address: '127.0.0.1', reason: '' });
    expect((await ada.bye()).code).toBe('banned');
    expect(host.status().practicePlayers).toBe(2);
    await lift(outcome);
  });
});

describe('behind a trusted proxy', () => {
  it('the address that counts is the one in the header', async () => {
    const ada = await enterProxied('ada', '203.0.113.5');
    const bob = await enterProxied('bob', '203.0.113.6');
    const outcome = await host.inside.bans.add('tester', { address: '203.0.113.5', reason: '' });
    expect((await ada.bye()).code).toBe('banned');
    await bob.ping();
    await expect(enterProxied('ada', '203.0.113.5')).rejects.toThrow('the connection closed');
    await lift(outcome);
    const again = await enterProxied('ada', '203.0.113.5');
    await leave(bob, again);
  });

  it.each([PROXY, '127.0.9.0/24', '127.0.0.0/8'])(
    'the proxy itself cannot be banned: %s',
    async (address) => {
      const outcome = await host.inside.bans.add('tester', { address, reason: '' });
      expect(outcome).toMatchObject({ outcome: 'refused', code: 'ban-trusted-proxy' });
    },
  );
});

describe('a kick', () => {
  it('closes the connection and says why; the player may come back, to no kept seat', async () => {
    const [ada, bob] = [await enter('ada'), await enter('bob')];
    for (const client of [ada, bob]) client.command('queue duel');
    await Promise.all([ada.event('match'), bob.event('match')]);
    expect(host.inside.logins.kick('ADA', 'take a break')).toBe('ada');
    expect(await ada.bye()).toEqual({ code: 'kicked', message: 'Kicked: take a break' });
    await expectPlayers(1);
    const again = await enter('ada');
    expect(await again.event('lobby')).toMatchObject({ reason: 'login' });
    await leave(bob, again);
  });

  it('of somebody who is not here says so', () => {
    expect(host.inside.logins.kick('nobody', '')).toBeUndefined();
  });

  it('ends a kept seat too', async () => {
    const [ada, bob] = [await enter('ada'), await enter('bob')];
    for (const client of [ada, bob]) client.command('queue duel');
    await Promise.all([ada.event('match'), bob.event('match')]);
    ada.socket.resetAndDestroy();
    await expectPlayers(1);
    expect(host.inside.logins.kick('ada', '')).toBe('ada');
    const again = await enter('ada');
    expect(await again.event('lobby')).toMatchObject({ reason: 'login' });
    await leave(bob, again);
  });
});

describe('after a restart', () => {
  it('bans stand, those that were lifted do not', async () => {
    const { bans } = host.inside;
    await bans.add('tester', { account: 'ada', reason: 'for good' });
    await bans.add('tester', { address: '127.0.5.0/24', seconds: 600, reason: '' });
    await lift(await bans.add('tester', { account: 'bob', reason: '' }));
    const before = [...bans.all()];
    await host.stop('test', 0);
    host = await startTestHost(CONFIG, {}, dataDir);
    expect([...host.inside.bans.all()]).toEqual(before);
    await expect(enter('ada')).rejects.toThrow('banned, Banned: for good');
    await knock('127.0.5.77');
    const bob = await enter('bob');
    await leave(bob);
  });
});

async function enter(name: string, localAddress = '127.0.0.1'): Promise<FrameClient> {
  const client = await FrameClient.connect(portOf(host, 'frame'), { localAddress });
  await client.login(name);
  return client;
}

/** Resolves when the door has been shut in the client's face; the kernel may have let it in before. */
async function knock(localAddress: string): Promise<void> {
  const connecting = FrameClient.connect(portOf(host, 'frame'), { localAddress });
  const client = await connecting.catch(() => undefined);
  await client?.closed;
}

async function enterProxied(name: string, source: string): Promise<FrameClient> {
  const client = await FrameClient.connect(portOf(host, 'proxied'), { localAddress: PROXY });
  const addresses = Buffer.from([...source.split('.').map(Number), 127, 0, 0, 1, 0, 80, 0, 80]);
  const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
  client.send(
    Buffer.concat([signature, Buffer.from([0x21, 0x11, 0, addresses.length]), addresses]),
  );
  await client.login(name);
  return client;
}

/** Prints how long a ban takes: to its acknowledgement, and to the end of the client's connection. */
async function timed(
  what: string,
  client: FrameClient,
  ban: () => Promise<BanOutcome>,
): Promise<BanOutcome> {
  const startMs = systemClock.nowMs();
  const closed = client.closed.then(() => systemClock.nowMs() - startMs);
  const outcome = await ban();
  const acknowledged = outcome.outcome === 'banned' ? outcome.acks[0]?.ms : Number.NaN;
  const closedMs = Math.round(await closed);
  console.log(`ban of ${what}: acknowledged after ${acknowledged} ms, closed after ${closedMs} ms`);
  return outcome;
}

async function lift(outcome: BanOutcome): Promise<void> {
  if (outcome.outcome !== 'banned') throw new Error(`Cannot lift: ${outcome.message}`);
  const lifted = await host.inside.bans.remove('tester', outcome.row.id);
  expect(lifted.outcome).toBe('removed');
}

async function leave(...clients: readonly FrameClient[]): Promise<void> {
  for (const client of clients) client.command('quit');
  await Promise.all(clients.map((client) => client.closed));
  await expectPlayers(0);
}

/** Everything that counts players agrees. */
async function expectPlayers(count: number): Promise<void> {
  await eventually(
    () => {
      const { players, gateways, practicePlayers } = host.status();
      const named = gateways.reduce((sum, gateway) => sum + gateway.players, 0) - practicePlayers;
      return { host: players.host, network: players.network, named };
    },
    (counts) => Object.values(counts).every((found) => found === count),
  );
}

function closedFor(reason: Reason): number {
  const { memory } = host.inside;
  return sumReason(counterTable.view(memory.counters, memory.sizes.gateways), reason);
}
