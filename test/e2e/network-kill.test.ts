/**
 * Goal: a host that dies at once costs others only the matches that ran there. Method: three real host processes, over 300
 * players in matches of all three, one host killed with SIGKILL and started again. Printed: how long each thing took.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HostNetwork, NetworkHost } from '../../bench/servers/host-network.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { eventually } from '../support/host-facts.ts';
import { logIn, type HostPlayer } from '../support/host-players.ts';
import { startProcessNetwork } from '../support/process-network.ts';

const SHARES = [8, 4, 4];
const OTHER_SHARES = [4, 8, 4];
const WAVES = 20;
const TEAM = 16;
/** Players who come to the host when it is back. */
const FRESH = 5;
const WAIT_MS = 30_000;
/** Most players of each match are there, so that the matches run there. */
const KILLED = 0;
const SETTINGS = `
bench = { enabled = true, relayHz = 5 }
`;

interface Seat {
  readonly player: HostPlayer;
  readonly match: string;
  readonly hostId: string;
}

let network: HostNetwork;
let stop: (() => Promise<void>) | undefined;
const seats: Seat[] = [];
const closed = new Set<string>();

beforeAll(async () => {
  ({ network, stop } = await startProcessNetwork(3, SETTINGS));
  const players = await Promise.all(
    network.hosts.map((host, index) =>
      logIn(host, `k${index}x`, (((SHARES[index] ?? 0) + (OTHER_SHARES[index] ?? 0)) * WAVES) / 2),
    ),
  );
  for (let wave = 0; wave < WAVES; wave += 1) {
    // No host has enough for a match: they can only meet across hosts.
    // Every other match has most of its players on the second host, and runs there.
    const shares = wave % 2 === 0 ? SHARES : OTHER_SHARES;
    const team = players.flatMap((own, index) => own.splice(0, shares[index]));
    for (const { client } of team) client.command('queue relay');
    const found = await Promise.all(team.map(({ client }) => client.event('match')));
    for (const [index, player] of team.entries()) {
      seats.push({ player, match: found[index]?.match ?? '', hostId: found[index]?.hostId ?? '' });
      void player.client.closed.then(() => closed.add(player.name));
    }
  }
}, 120_000);

afterAll(async () => {
  await stop?.();
});

it('kill -9 of one of three hosts: its matches end for all others at once, all other matches go on, no socket closes', async () => {
  const killed = network.hosts[KILLED];
  if (killed === undefined) return;
  const left = network.hosts.filter((host) => host !== killed);
  const survivors = seats.filter(({ player }) => player.home !== killed.id);
  const homeless = survivors.filter(({ hostId }) => hostId === killed.id);
  const others = survivors.filter(({ hostId }) => hostId !== killed.id);
  for (const host of network.hosts) expect(await playersOf(host)).toEqual([seats.length, 3]);
  expect(others.length).toBeGreaterThan(0);
  const killedMs = systemClock.nowMs();
  network.kill(KILLED);
  const goingHome = homeless.map(({ player }) => player.client.event('lobby'));
  const away = Promise.all(goingHome).then((lobbies) => {
    expect(new Set(lobbies.map(({ reason }) => reason))).toEqual(new Set(['host-lost']));
    return systemClock.nowMs() - killedMs;
  });
  for (const host of left) {
    await eventually(
      () => playersOf(host),
      ([players, heard]) => players === survivors.length && heard === 2,
      WAIT_MS,
    );
    expect(await stateOf(host, killed.id)).toBe('lost');
  }
  const totalsMs = systemClock.nowMs() - killedMs;
  const homeMs = await away;
  expect(homeless.length).toBeGreaterThan(0);
  // Whoever plays elsewhere plays on: states of after the kill.
  for (const { player } of others) player.client.states.clear();
  await Promise.all(others.map(({ player }) => player.client.state()));
  expect(survivors.filter(({ player }) => closed.has(player.name))).toEqual([]);

  network.restart(KILLED);
  const restartedMs = systemClock.nowMs();
  await network.ready();
  const back = network.hosts[KILLED] ?? killed;
  expect(back.pid).not.toBe(killed.pid);
  const fresh = await logIn(back, 'fresh', FRESH);
  for (const { name, client } of fresh) void client.closed.then(() => closed.add(name));
  const loggedInMs = systemClock.nowMs();
  for (const host of network.hosts) {
    await eventually(
      () => playersOf(host),
      ([players, heard]) => players === survivors.length + fresh.length && heard === 3,
      WAIT_MS,
    );
    await eventually(
      () => stateOf(host, back.id),
      (state) => state === 'up',
      WAIT_MS,
    );
  }
  const equalMs = systemClock.nowMs() - loggedInMs;
  // The new run is one of them: its players meet those who lost their match with the old one.
  const team = [...fresh, ...homeless.slice(0, TEAM - FRESH).map(({ player }) => player)];
  for (const { client } of team) client.command('queue relay');
  const found = await Promise.all(
    team.map(({ client }) => client.event('match', () => true, WAIT_MS)),
  );
  expect(new Set(found.map(({ match }) => match)).size).toBe(1);
  for (const { client } of team) client.states.clear();
  await Promise.all(team.map(({ client }) => client.state()));
  expect(await matchesEverywhere()).toBe(new Set(others.map(({ match }) => match)).size + 1);
  expect(survivors.filter(({ player }) => closed.has(player.name))).toEqual([]);
  expect(fresh.filter(({ name }) => closed.has(name))).toEqual([]);
  console.log(
    `kill -9: ${seats.length} players in ${WAVES} matches, ${homeless.length} survivors were in matches of the ` +
      `killed host; out of totals after ${Math.round(totalsMs)} ms, survivors in lobbies after ` +
      `${Math.round(homeMs)} ms, back after ${Math.round(loggedInMs - restartedMs)} ms, totals equal ` +
      `${Math.round(equalMs)} ms later`,
  );
}, 120_000);

/** Players on the network and hosts heard, as that host says. */
async function playersOf({ opsPort }: NetworkHost): Promise<readonly [number, number]> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/v1/status`);
  const status = (await response.json()) as { players: { network: number; hostsHeard: number } };
  return [status.players.network, status.players.hostsHeard];
}

/** What `host` says of the other one. */
async function stateOf({ opsPort }: NetworkHost, hostId: string): Promise<string | undefined> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/v1/hosts`);
  const { hosts } = (await response.json()) as { hosts: { hostId: string; state: string }[] };
  return hosts.find((host) => host.hostId === hostId)?.state;
}

/** Matches on the network, once all hosts say the same. */
async function matchesEverywhere(): Promise<number | undefined> {
  const [matches] = await eventually(
    () =>
      Promise.all(
        network.hosts.map(async ({ opsPort }) => {
          const response = await fetch(`http://127.0.0.1:${opsPort}/v1/status`);
          const status = (await response.json()) as { matches: { network: number } };
          return status.matches.network;
        }),
      ),
    (counts) => new Set(counts).size === 1,
    WAIT_MS,
  );
  return matches;
}
