/**
 * Goal: 400 players over ten hosts; a match that only three of the hosts can fill together (8, 4 and 4 players) is found at
 * once, runs on the host that has least to do, is played, and leaves everyone in a lobby of their own host, on the same
 * connection. Method: ten real host processes, real clients; NETWORK_RUNS says how often (3).
 */

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HostNetwork, NetworkHost } from '../../bench/servers/host-network.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { eventually } from '../support/host-facts.ts';
import { homesAfter, logIn, playRelay, type HostPlayer } from '../support/host-players.ts';
import { startProcessNetwork } from '../support/process-network.ts';
import { runSeed } from '../support/run-seed.ts';

const HOSTS = 10;
const PLAYERS_PER_HOST = 40;
const RUNS = Number(process.env['NETWORK_RUNS'] ?? 3);
const SHARES = [8, 4, 4];
const FIRST_STATE_MS_MAX = 5_000;
/** Twice what it costs to proxy all players: match-placement.ts. */
const CLEAR_LEAD = 0.1;
const HEARD_MS_MAX = 60_000;
const seed = runSeed('ten hosts');
const random = seededRandom(seed);
const BURNER = fileURLToPath(new URL('../support/handlers/burner.ts', import.meta.url));

let network: HostNetwork;
let stop: (() => Promise<void>) | undefined;
const players = new Map<string, HostPlayer[]>();
const closed: string[] = [];

beforeAll(async () => {
  ({ network, stop } = await startProcessNetwork(HOSTS, SETTINGS));
  for (const host of network.hosts) {
    const prefix = `p${network.hosts.indexOf(host)}x`;
    const own = await logIn(host, prefix, PLAYERS_PER_HOST);
    for (const { name, client } of own) void client.closed.then(() => closed.push(name));
    players.set(host.id, own);
  }
}, 120_000);

afterAll(async () => {
  await stop?.();
});

const SETTINGS = `
bench = { enabled = true, relayHz = 30, relaySeconds = 3 }
[modes.burn]
handler = "${BURNER}"
teams = 1
teamSize = 1
tickHz = 10
settings = { share = 0.25 }
`;

function draw(): { homes: NetworkHost[]; team: HostPlayer[] } {
  const homes = some(network.hosts, SHARES.length);
  const team = homes.flatMap(({ id }, index) => some(players.get(id) ?? [], SHARES[index] ?? 0));
  return { homes, team };
}

/** `count` of them, each as likely as any. */
function some<Item>(items: readonly Item[], count: number): Item[] {
  const left = [...items];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)).flat();
}

it(`plays ${RUNS} matches of 8, 4 and 4 players of three of ten hosts`, async () => {
  const times: number[] = [];
  const ranOn = new Set<string>();
  let whereMostAre = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const { homes, team } = draw();
    const played = await playRelay(team);
    expect(played.answered).toBe(team.length);
    expect(await homesAfter(team)).toEqual(team.map(({ home }) => home));
    if (played.hostId === homes[0]?.id) whereMostAre += 1;
    times.push(played.toFirstStateMs);
    ranOn.add(played.hostId);
  }
  times.sort((left, right) => left - right);
  const at = (share: number): number => Math.round(times[Math.ceil(times.length * share) - 1] ?? 0);
  console.log(
    `${RUNS} matches on ${ranOn.size} hosts, ${whereMostAre} where most of the players are; last ticket to first state: ` +
      `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`,
  );
  expect(at(1)).toBeLessThan(FIRST_STATE_MS_MAX);
  expect(closed).toEqual([]);
  // All hosts have about as little to do: where most of the players are, the fewest have to be proxied.
  expect(whereMostAre).toBeGreaterThan(RUNS / 2);
  const counted = await Promise.all(network.hosts.map((host) => networkPlayers(host)));
  expect(counted).toEqual(network.hosts.map(() => HOSTS * PLAYERS_PER_HOST));
}, 600_000);

it('runs a match on a host that has clearly less to do, even where none of its players are', async () => {
  const { homes, team } = draw();
  const burners = homes.flatMap(({ id }) => {
    const idle = (players.get(id) ?? []).find((player) => !team.includes(player));
    return idle === undefined ? [] : [idle];
  });
  for (const { client } of burners) client.command('queue burn');
  await Promise.all(burners.map(({ client }) => client.event('match')));
  // Until all have heard of the load: on a busy machine a host without one seems to have one, for a moment.
  const busy = new Set(homes.map(({ id }) => id));
  await eventually(
    () => Promise.all(network.hosts.map((host) => leadOfOthers(host, busy))),
    (leads) => Math.min(...leads) > CLEAR_LEAD,
    HEARD_MS_MAX,
  );
  const played = await playRelay(team);
  expect(homes.map(({ id }) => id)).not.toContain(played.hostId);
  expect(played.answered).toBe(team.length);
  expect(await homesAfter(team)).toEqual(team.map(({ home }) => home));
  for (const { client } of burners) client.command('leave');
  expect(closed).toEqual([]);
});

/** How much less the least loaded of the other hosts has to do than the least loaded of the `busy` ones, as one host knows. */
async function leadOfOthers({ opsPort }: NetworkHost, busy: ReadonlySet<string>): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/v1/hosts`);
  // The host's own schema holds this shape.
  const { hosts } = (await response.json()) as { hosts: { hostId: string; load: number }[] };
  const least = (isBusy: boolean): number =>
    Math.min(...hosts.filter(({ hostId }) => busy.has(hostId) === isBusy).map(({ load }) => load));
  return least(true) - least(false);
}

async function networkPlayers({ opsPort }: NetworkHost): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/v1/status`);
  const status = (await response.json()) as { players: { network: number } };
  return status.players.network;
}
