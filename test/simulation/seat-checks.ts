/**
 * What must hold of seats in running matches when their players log in on another simulated host: the seat is there soon, where
 * the hosts can speak, and no match keeps a seat that its home does not know. Test files only.
 */

import assert from 'node:assert/strict';
import { canSpeak } from './can-speak.ts';
import type { Person } from './person.ts';
import type { Connection } from './sim-gateway.ts';
import type { SimHost } from './sim-host.ts';
import type { SimHandler } from './sim-workers.ts';
import type { Simulation } from './simulation.ts';

/** For all that happens in the hosts between the messages. */
const RESUMED_MS = 150;
/** Renewals come so often by the slowest clock, and new offers with them. */
const RETRY_MS = 600;
/** What one host tells another has been heard by then. */
const TOLD_MS = 2_500;
/** A silent death is noticed by then, or a lease over by the slowest clock. */
const NOTICED_MS = 4_000;
/** A seat of the simulated modes waits for 2 s: whoever is back by then must find it. */
const BACK_MS = 1_000;
/** A host that was started lately lets nobody into a match of before yet. */
const YOUNG_MS = 6_000;

/** Where a person was seen in a running match last. */
interface LastSeat {
  readonly home: SimHost;
  readonly handlerId: string;
  readonly connection: Connection | undefined;
  /** Since when the connection is lost, or the home dead. */
  awaySinceMs: number;
}

interface AwaySeat {
  readonly place: string;
  readonly nowMs: number;
}

interface Expected {
  readonly old: SimHost;
  readonly home: SimHost;
  readonly handlerId: string;
  readonly connection: Connection;
  readonly hasDied: boolean;
  /** How often the new home had matched the player by then. */
  readonly timesMatched: number;
  /** The longest that its three messages can be on their way. */
  lagMs: number;
  /** How long a new offer can take, where the first came too early. */
  retryMs: number;
}

export class SeatWatch {
  readonly #last = new Map<string, LastSeat>();
  readonly #expected = new Map<string, Expected>();
  readonly #away = new Map<string, { readonly place: string; readonly sinceMs: number }>();

  /** At every step. */
  check(simulation: Simulation): void {
    for (const person of simulation.people) {
      this.#expect(simulation, person);
      this.#follow(simulation, person);
      this.#see(simulation, person);
    }
    checkKept(simulation);
    checkKnown(simulation);
  }

  /** A connection on another host than the seat's home: the seat should come. */
  #expect({ world }: Simulation, person: Person): void {
    const { name, host, connection, isOnline, hasQuit, leftThrough } = person;
    const last = this.#last.get(name);
    if (last === undefined || !isOnline || host === undefined || connection === undefined) return;
    if (host === last.home || connection === last.connection) return;
    this.#last.delete(name);
    const { home: old, handlerId, awaySinceMs } = last;
    const hasLeft = leftThrough !== undefined && leftThrough === last.connection;
    const isLate = world.nowMs - awaySinceMs > BACK_MS;
    const isYoung = world.nowMs - host.bornMs < YOUNG_MS;
    if (hasQuit || hasLeft || isLate || isYoung || host.hostId === old.hostId) return;
    const hasDied = old.process.isDead;
    this.#expected.set(name, {
      old,
      home: host,
      handlerId,
      connection,
      hasDied,
      timesMatched: host.seats.timesMatched(name),
      lagMs: 0,
      retryMs: 0,
    });
  }

  #follow(simulation: Simulation, { name, connection, askedLeave }: Person): void {
    const expected = this.#expected.get(name);
    if (expected === undefined) return;
    const { world } = simulation;
    const { old, home, handlerId } = expected;
    const seat = seatOf(home, name);
    const matchHost = hostOf(simulation, handlerId);
    if (seat === handlerId) {
      world.mark('seat resumed');
      if (expected.hasDied) world.mark('seat resumed: home died');
      else if (matchHost === home) world.mark('seat resumed: where the match runs');
      else if (matchHost === old) world.mark('seat resumed: from where the match runs');
      else world.mark('seat resumed: from one to another');
      this.#expected.delete(name);
      return;
    }
    if (home.seats.timesMatched(name) !== expected.timesMatched) {
      // Queued there and was put into another match before the offer came, perhaps one that is over already.
      world.mark('matched before the seat came');
      this.#expected.delete(name);
      return;
    }
    const third = thirdHost(simulation, expected, { name, matchHost });
    const holders = [...(expected.hasDied ? [] : [old]), ...(third === undefined ? [] : [third])];
    const canHear = [home, ...holders].every(
      (one) => matchHost !== undefined && isThere(one) && canSpeak(simulation, one, matchHost),
    );
    const isTold = holders.every((one) => canSpeak(simulation, one, home));
    const isSame = connection === expected.connection && connection.isOpen && !askedLeave;
    if (!canHear || !isTold || !isSame || seat !== undefined) {
      this.#expected.delete(name);
      return;
    }
    if (home.directory.find(name, home.nowMs)?.isHeld === true) {
      // The new home answers that it is too early, and is asked again later.
      world.mark('seat offered too early');
      expected.retryMs = RETRY_MS;
      return;
    }
    if (third !== undefined) world.mark('seat on its way by a third host');
    const by = third === undefined ? '' : ` by ${third.hostId}`;
    const what = `${name} waits on ${home.hostId} for the seat of ${old.hostId}${by} in ${handlerId}`;
    const matchHostId = matchHost?.hostId ?? '';
    expected.lagMs = Math.max(expected.lagMs, lagMs(simulation, { old, home, third }, matchHostId));
    const { lagMs: wayMs, retryMs } = expected;
    const withinMs = RESUMED_MS + wayMs + retryMs + (expected.hasDied ? NOTICED_MS : 0);
    assert(!simulation.isOverdue(what, withinMs), what);
  }

  #see(simulation: Simulation, { name, connection }: Person): void {
    const { world } = simulation;
    const last = this.#last.get(name);
    const home = simulation.hosts().find((host) => runningSeat(simulation, host, name));
    if (home === undefined) {
      if (last?.home.process.isDead !== true) this.#last.delete(name);
      else if (last.awaySinceMs === Infinity) last.awaySinceMs = world.nowMs;
      return;
    }
    const status = home.directory.find(name, home.nowMs);
    const handlerId = status?.seat ?? '';
    const awaySinceMs = this.#awaySinceMs(name, status?.state === 'away', {
      place: `${home.hostId} ${home.bornMs} ${handlerId}`,
      nowMs: world.nowMs,
    });
    this.#last.set(name, { home, handlerId, connection, awaySinceMs });
  }

  /** Since when that seat waits, however often its player has tried other hosts meanwhile. */
  #awaySinceMs(name: string, isAway: boolean, { place, nowMs }: AwaySeat): number {
    const known = this.#away.get(name);
    if (!isAway) this.#away.delete(name);
    else if (known?.place !== place) this.#away.set(name, { place, sinceMs: nowMs });
    return this.#away.get(name)?.sinceMs ?? Infinity;
  }
}

/**
 * The seat was offered to the host of a login in between, before the newest one was heard of: that host must answer, or take it and
 * give it up, before it can come here.
 */
function thirdHost(
  simulation: Simulation,
  { old, home, handlerId }: Expected,
  { name, matchHost }: { readonly name: string; readonly matchHost: SimHost | undefined },
): SimHost | undefined {
  const offeredTo = matchHost?.seats.offers.get(`${handlerId} ${name}`);
  if (offeredTo === old.hostId || offeredTo === home.hostId) return undefined;
  return simulation.hosts().find(({ hostId }) => hostId === offeredTo);
}

/** From the new home to the old one, to the match's host, to the new home; of a third host, the offer and its way back as well. */
function lagMs({ network }: Simulation, { old, home, third }: Way, matchHostId: string): number {
  const viaMs =
    third === undefined
      ? 0
      : network.lagMs(matchHostId, third.hostId) +
        network.lagMs(home.hostId, third.hostId) +
        network.lagMs(third.hostId, matchHostId);
  return (
    viaMs +
    network.lagMs(home.hostId, old.hostId) +
    network.lagMs(old.hostId, matchHostId) +
    network.lagMs(home.hostId, matchHostId) +
    network.lagMs(matchHostId, home.hostId)
  );
}

interface Way extends Pick<Expected, 'old' | 'home'> {
  readonly third: SimHost | undefined;
}

/** A match acts only for players whose home has them in it. */
function checkKept(simulation: Simulation): void {
  const hosts = new Map(simulation.hosts().map((host) => [host.hostId, host]));
  for (const host of hosts.values()) {
    for (const { matchId, homeHostId, name, untilMs } of host.network.leases()) {
      const home = hosts.get(homeHostId);
      if (untilMs <= host.nowMs || home === undefined) continue;
      const seat = seatOf(home, name);
      if (seat === simulation.handlerIdOf(matchId) || !canSpeak(simulation, home, host)) continue;
      const what = `${host.hostId} keeps a seat of ${name} of ${homeHostId} in ${matchId}`;
      assert(!simulation.isOverdue(what, TOLD_MS), what);
    }
  }
}

/** Whoever is in a match has a seat there: its host has it, and its handler knew it before. */
function checkKnown(simulation: Simulation): void {
  for (const home of simulation.hosts()) {
    if (home.process.isPaused('main')) continue;
    for (const { hostId, handlerId, name } of playersAway(home)) {
      const host = simulation.hosts().find((one) => one.hostId === hostId);
      const handler = handlerNamed(host, handlerId);
      if (host === undefined || !handler?.isOpen || !canSpeak(simulation, home, host)) continue;
      simulation.world.mark('player away checked');
      const what = `${name} of ${home.hostId} plays in ${handlerId}, where nobody knows of it`;
      if (!handler.seats.has(name)) assert(!simulation.isOverdue(what, TOLD_MS), what);
    }
    for (const { matchId, name, untilMs } of home.network.leases()) {
      const handler = handlerNamed(home, simulation.handlerIdOf(matchId) ?? '');
      if (untilMs <= home.nowMs || handler === undefined) continue;
      const what = `${home.hostId} acts for ${name} in ${matchId}, whose handler has no such seat`;
      if (!handler.seats.has(name)) assert(!simulation.isOverdue(what, TOLD_MS), what);
    }
  }
}

function* playersAway(home: SimHost): Iterable<Away> {
  const hostIds = new Map<string, string>();
  for (const { handlerId, host } of home.effects.remotes.values()) {
    hostIds.set(handlerId, host.hostId);
  }
  for (const { name } of home.directory.federation.logins()) {
    const status = home.directory.find(name, home.nowMs);
    const hostId = hostIds.get(status?.seat ?? '');
    if (status?.state !== 'match' || status.seat === undefined || hostId === undefined) continue;
    yield { name, handlerId: status.seat, hostId };
  }
}

interface Away {
  readonly name: string;
  readonly handlerId: string;
  readonly hostId: string;
}

function handlerNamed(host: SimHost | undefined, handlerId: string): SimHandler | undefined {
  for (const handler of host?.workers.handlers.values() ?? []) {
    if (handler.id === handlerId) return handler;
  }
  return undefined;
}

function seatOf(host: SimHost, name: string): string | undefined {
  return host.directory.find(name, host.nowMs)?.seat;
}

function runningSeat(simulation: Simulation, host: SimHost, name: string): boolean {
  const status = host.directory.find(name, host.nowMs);
  const isIn = status?.state === 'match' || status?.state === 'away';
  if (!isIn || status.seat === undefined) return false;
  const place = [...host.directory.matches()].find(({ id }) => id === status.seat);
  return place?.state === 'open' && hostOf(simulation, status.seat) !== undefined;
}

/** The host that runs the match; undefined when it is over. */
function hostOf(simulation: Simulation, handlerId: string): SimHost | undefined {
  return simulation.hosts().find(({ workers }) => {
    for (const { id, isOpen } of workers.handlers.values()) if (id === handlerId) return isOpen;
    return false;
  });
}

function isThere({ process }: SimHost): boolean {
  return !process.isDead;
}
