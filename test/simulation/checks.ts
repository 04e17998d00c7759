/** What must hold in the simulated network, at every step and when it has come to rest. Test files only. */

import assert from 'node:assert/strict';
import { SILENT_MS } from '../../src/cluster-bridge/link/link-times.ts';
import { networkTotals, HOST_SILENT_MS } from '../../src/shared/host-table.ts';
import type { SimHost } from './sim-host.ts';
import { checkParties } from './party-checks.ts';
import { canSpeak } from './can-speak.ts';
import { LAST_MODE } from './settings.ts';
import type { Simulation } from './simulation.ts';

/** What one host tells another has been heard by then, on the slowest link that is up. */
const TOLD_MS = 2_500;
const LOST_MS = 500;
/** The longest lease, by the slowest clock. */
const FENCED_MS = 3_900;
/**
 * How old a number may be: main may hang for 1 s before its bridge falls silent, a link is late by less than its silence, and
 * what was heard counts for HOST_SILENT_MS.
 */
const SUMMARY_MS = 1_500 + SILENT_MS + HOST_SILENT_MS + 500;

const CATCH_UP_MS = 200;

/** By home and name: the matches that act for the player. */
function matchesByPlayer(simulation: Simulation): Map<string, Set<string>> {
  const matches = new Map<string, Set<string>>();
  const hosts = simulation.hosts();
  for (const host of hosts) {
    const nowMs = host.nowMs;
    for (const { matchId, homeHostId, name, untilMs } of host.network.leases()) {
      if (untilMs <= nowMs) continue;
      simulation.world.mark('seat under a lease');
      if (simulation.isReleased(homeHostId, `${matchId} ${name}`)) {
        const home = hosts.find(({ hostId }) => hostId === homeHostId);
        if (home === undefined || !canSpeak(simulation, home, host)) continue;
        const what = `${host.hostId} keeps the seat of ${name} in ${matchId}, who gave it up`;
        assert(!simulation.isOverdue(what, TOLD_MS), what);
        continue;
      }
      const key = `${homeHostId} ${name}`;
      const known = matches.get(key);
      if (known === undefined) matches.set(key, new Set([matchId]));
      else known.add(matchId);
    }
  }
  return matches;
}

/** No match acts for a player whom the home has in another one, and no two matches for one. */
function checkOneMatch(simulation: Simulation): void {
  const hosts = new Map(simulation.hosts().map((host) => [host.hostId, host]));
  for (const [key, matches] of matchesByPlayer(simulation)) {
    assert.equal(matches.size, 1, `${key} is in two matches: ${[...matches].join(', ')}`);
    const [homeId = '', name = ''] = key.split(' ');
    const [matchId = ''] = matches;
    const home = hosts.get(homeId);
    const seat = home?.directory.find(name, home.nowMs)?.seat;
    if (seat === undefined) continue;
    const expected = simulation.handlerIdOf(matchId);
    assert.equal(seat, expected, `${key} is in ${seat} while ${matchId} acts for it`);
  }
}

/** Of an account that is logged in on two hosts, the older session goes as soon as they can speak. */
function checkOneSession(simulation: Simulation): void {
  const homes = new Map<string, SimHost[]>();
  for (const host of simulation.hosts()) {
    for (const { name } of host.directory.federation.logins()) {
      const known = homes.get(name);
      if (known === undefined) homes.set(name, [host]);
      else known.push(host);
    }
  }
  for (const [name, hosts] of homes) {
    for (const [index, one] of hosts.entries()) {
      for (const other of hosts.slice(index + 1)) {
        simulation.world.mark('logged in twice');
        if (!canSpeak(simulation, one, other)) continue;
        const what = `${name} is logged in on ${one.hostId} and ${other.hostId}`;
        assert(!simulation.isOverdue(what, TOLD_MS), what);
      }
    }
  }
}

/** Who plays on another host leaves when the match is over there, and when that host is lost. */
function checkLeft(simulation: Simulation): void {
  const { network, over } = simulation;
  const hosts = new Map(simulation.hosts().map((host) => [host.hostId, host]));
  for (const home of hosts.values()) {
    if (home.process.isPaused('main')) continue;
    for (const { host, handlerId, matchId } of home.effects.remotes.values()) {
      if (![...home.directory.matches()].some(({ id }) => id === handlerId)) continue;
      const other = hosts.get(host.hostId);
      if (other === undefined || other === home) continue;
      if (over.has(handlerId) && canSpeak(simulation, home, other)) {
        const what = `${home.hostId} does not know that ${matchId} is over`;
        assert(!simulation.isOverdue(what, TOLD_MS), what);
      }
      if (network.isUpAt(home.hostId, other.hostId) || home.process.isPaused('bridge')) continue;
      const what = `${home.hostId} has players in ${matchId}, whose host is lost`;
      assert(!simulation.isOverdue(what, LOST_MS), what);
    }
  }
}

/** A ticket that no match takes is free again after the lease of its claim. */
function checkFences(simulation: Simulation): void {
  for (const { hostId, directory, process } of simulation.hosts()) {
    if (process.isPaused('main')) continue;
    for (const { ticket, matchId } of directory.federation.fences()) {
      const what = `${hostId} keeps ticket ${ticket.id} for ${matchId}`;
      assert(!simulation.isOverdue(what, FENCED_MS), what);
    }
  }
}

/** Each number of another host is one that was true there not long ago; who is silent is in no total. */
function checkTotals(simulation: Simulation): void {
  const { world } = simulation;
  for (const host of simulation.hosts()) {
    if (host.process.isPaused('main')) continue;
    // Who has hung takes for fresh what waited meanwhile.
    const sinceMs =
      world.nowMs - SUMMARY_MS - host.process.hungSince(world.nowMs - HOST_SILENT_MS - CATCH_UP_MS);
    const { hosts: table } = host.tables;
    for (const { hostId, row } of host.network.hosts.known()) {
      if (host.nowMs - (table.heardAtMs[row] ?? 0) > HOST_SILENT_MS) continue;
      const players = table.players[row] ?? 0;
      const wasTrue = simulation.wasTrue(hostId, players, sinceMs);
      assert(wasTrue, `${host.hostId} counts ${players} players of ${hostId}, never true lately`);
      world.mark('number of another host checked');
    }
  }
}

export function checkStep(simulation: Simulation): void {
  checkOneMatch(simulation);
  checkOneSession(simulation);
  checkLeft(simulation);
  checkFences(simulation);
  checkTotals(simulation);
  checkParties(simulation);
  simulation.seats.check(simulation);
}

/** Where enough players wait together, they do not wait any more. */
export function checkMatched(simulation: Simulation): void {
  // Those whose tickets are fenced among them.
  let waiting = 0;
  let fenced = 0;
  for (const { directory } of simulation.hosts()) {
    waiting += directory.queueCounts(LAST_MODE.name)?.waiting ?? 0;
    fenced += directory.federation.fences().length;
  }
  assert(waiting < LAST_MODE.players, `${waiting} players wait, ten seconds after healing`);
  assert.equal(fenced, 0, 'every fenced ticket has come free');
}

/** Everybody is in a lobby, once; nothing is left of any match. */
export function checkRest(simulation: Simulation): void {
  const hosts = simulation.hosts();
  let players = 0;
  for (const { name, host, connection, isOnline } of simulation.people) {
    assert(isOnline && host !== undefined && connection !== undefined, `${name} is online`);
    const status = host.directory.find(name, host.nowMs);
    assert.equal(status?.player, connection.player, `${name} has the session of its connection`);
    assert.equal(status.state, 'lobby', `${name} is in a lobby`);
    assert.equal(status.seat, undefined, `${name} has no seat`);
    const handler = host.workers.handlers.get(connection.handler ?? 0);
    assert(handler?.isLobby && handler.isOpen, `the gateway sends ${name} to an open lobby`);
  }
  for (const { directory } of hosts) players += directory.counts().players;
  assert.equal(players, simulation.people.length, 'everybody is online once');
  for (const host of hosts) {
    const { hostId, directory, network, tables, nowMs } = host;
    assert.equal([...directory.federation.logins()].length, directory.counts().players);
    assert.equal(directory.federation.fences().length, 0, `${hostId} has fenced no ticket`);
    assert.equal([...network.leases()].length, 0, `${hostId} holds no seat`);
    assert.equal(directory.federation.hostedCount(), 0, `${hostId} runs no match of others`);
    assert(directory.isIdle(), `${hostId} runs no match`);
    const rows = tables.handlers.state.filter((state) => state !== 0).length;
    assert.equal(rows, directory.counts().lobbies, `${hostId} has given all rows back`);
    const totals = networkTotals(tables.hosts, nowMs);
    assert.equal(totals.players, players, `${hostId} counts all players of the network`);
    assert.equal(totals.hostsHeard, hosts.length, `${hostId} hears all hosts`);
  }
}
