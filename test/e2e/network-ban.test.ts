/**
 * Goal: a ban on one host closes a player who is connected to a second one and plays on a third, and the answer lists when each
 * host had it in force. Method: three real host processes, one player of each in one match; wherever it runs, a player of
 * another host is banned on the host that is left.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BanAck } from '../../src/main/bans/ban-desk.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { CutNetwork } from '../support/cut-network.ts';
import { FrameClient } from '../support/frame-client.ts';
import { eventually } from '../support/host-facts.ts';

const IDS = ['a', 'b', 'c'];
const ROUNDS = 3;
const CONFIG = `
threads = { gateways = 1, matchWorkers = 1 }
players = { capacity = 500 }
practice = { bots = 0 }
log = { level = "${process.env['LONGHOUSE_TEST_LOG'] ?? 'error'}" }
[modes.trio]
handler = "relay"
teams = 1
teamSize = 3
tickHz = 10
federateAfterSeconds = 0
`;

let network: CutNetwork;

beforeAll(async () => {
  network = await CutNetwork.start(IDS, CONFIG);
}, 120_000);

afterAll(() => network.stop());

it('a ban closes a player of another host who plays on a third one, and each host acknowledges it', async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const people = await Promise.all(IDS.map((home) => enter(home, `${home}${round}`)));
    for (const { client } of people) client.command('queue trio');
    const seats = await Promise.all(people.map(({ client }) => client.event('match')));
    const [{ hostId: runsOn } = { hostId: '' }] = seats;
    const [banned, other] = people.filter(({ home }) => home !== runsOn);
    if (banned === undefined || other === undefined) throw new Error('Cannot ban: no such player');
    await Promise.all(people.map(({ client }) => client.state()));

    const startedMs = systemClock.nowMs();
    const answer = network.ask(other.home, 'POST', '/v1/bans', {
      account: banned.name,
      reason: 'spam',
    });
    expect(await banned.client.bye()).toEqual({ code: 'banned', message: 'Banned: spam' });
    const byeMs = systemClock.nowMs() - startedMs;
    await banned.client.closed;
    const closedMs = systemClock.nowMs() - startedMs;
    const { status, body } = await answer;
    expect(status).toBe(201);
    const acks = body['acks'] as readonly BanAck[];
    expect(acks.map(({ hostId }) => hostId).toSorted()).toEqual(IDS);
    expect(body['pending']).toEqual([]);
    console.log(
      `banned on ${other.home}, connected to ${banned.home}, playing on ${runsOn}: told after ${Math.round(byeMs)} ms, ` +
        `closed after ${Math.round(closedMs)} ms, acknowledged ${JSON.stringify(acks)}`,
    );

    // The others play on; the match's host has given the seat up; no host lets the account in.
    const others = people.filter((person) => person !== banned);
    for (const { client } of others) client.states.clear();
    await Promise.all(others.map(({ client }) => client.state()));
    await eventually(
      () => namesIn(runsOn),
      (names) => !names.includes(banned.name),
    );
    for (const home of IDS) await expect(enter(home, banned.name)).rejects.toThrow('banned');
    for (const { client } of others) client.command('leave');
    await Promise.all(others.map(({ client }) => client.event('lobby')));
    await eventually(
      async () => (await network.status(runsOn)).matches.host,
      (count) => count === 0,
    );
  }
}, 120_000);

async function enter(
  home: string,
  name: string,
): Promise<{ name: string; home: string; client: FrameClient }> {
  const client = await FrameClient.connect(network.host(home).ports.frame);
  await client.login(name);
  await client.event('lobby');
  return { name, home, client };
}

/** Who plays in the matches that run there. */
async function namesIn(host: string): Promise<readonly string[]> {
  const { body } = await network.ask(host, 'GET', '/v1/matches');
  const matches = body['matches'] as readonly { players: readonly { name: string }[] }[];
  return matches.flatMap(({ players }) => players.map(({ name }) => name));
}
