/** What must hold of parties with members on several simulated hosts: who is in, which match they go to. Test files only. */

import assert from 'node:assert/strict';
import type { TicketPart } from '../../src/cluster-bridge/federation/federation-hosts.ts';
import type { TicketEvent } from '../../src/main/matchmaker/ticket-event.ts';
import type { SimHost } from './sim-host.ts';
import type { Simulation } from './simulation.ts';
import type { World } from './world.ts';

/** An owner is not heard: 3.5 s of the slowest clock, and a step. */
const MIRROR_MS = 4_000;
/** A home that does not know of a member says so when the owner is heard next; its answer is on the slowest link. */
const MEMBER_MS = 4_500;
/** The longest lease, by the slowest clock, and the way of a message. */
const PART_MS = 6_500;

interface Part extends TicketPart {
  readonly names: ReadonlySet<string>;
}

type PartSeats = Pick<Extract<TicketEvent, { kind: 'matched' }>, 'matchId' | 'seats'>;

interface Matched {
  readonly match: string;
  readonly team: number;
  players: number;
}

/** Follows the tickets of parties from their parts to the matches that these went to. */
export class PartyWatch {
  readonly #world: World;
  /** By run of a host and ticket. */
  readonly #parts = new Map<string, Part>();
  /** By party and number of the ticket. */
  readonly #matched = new Map<string, Matched>();

  constructor(world: World) {
    this.#world = world;
  }

  /** `run`: of a host. All parts of one ticket go to one match, and to one team of it. */
  note(run: string, event: TicketEvent): void {
    if (event.kind === 'added') {
      const { id, party, members } = event.ticket;
      if (party === undefined) return;
      const names = new Set(members.map(({ name }) => name));
      this.#parts.set(`${run} ${id}`, { ...party, names });
      this.#world.mark('part of a party queued');
    }
    if (event.kind === 'backfilled') {
      const part = this.#parts.get(`${run} ${event.ticketId}`);
      const seats = Array.from(part?.names ?? [], (name) => ({ name, team: event.team }));
      if (part !== undefined) this.#noteMatched(part, { ...event, seats });
    }
    if (event.kind !== 'matched') return;
    for (const id of event.ticketIds) {
      const part = this.#parts.get(`${run} ${id}`);
      if (part !== undefined) this.#noteMatched(part, event);
    }
  }

  #noteMatched(part: Part, { matchId, seats }: PartSeats): void {
    const key = `${part.id} ${part.number}`;
    for (const { name, team } of seats) {
      if (!part.names.has(name)) continue;
      const known = this.#matched.get(key) ?? { match: matchId, team, players: 0 };
      this.#matched.set(key, known);
      assert.equal(matchId, known.match, `ticket ${key} of a party goes to one match`);
      assert.equal(team, known.team, `ticket ${key} of a party goes to one team`);
      known.players += 1;
      assert(known.players <= part.size, `nobody of ticket ${key} is matched twice`);
      if (known.players === 1) this.#world.mark('first of a party matched');
      if (known.players === part.size) this.#world.mark('party of several hosts matched');
    }
  }
}

/** Owners and homes agree on who is in, or will soon: nobody stays in a party whose owner is lost or knows nothing of it. */
export function checkParties(simulation: Simulation): void {
  const hosts = new Map(simulation.hosts().map((host) => [host.hostId, host]));
  for (const host of hosts.values()) {
    if (host.process.isPaused('main')) continue;
    for (const party of host.directory.federation.parties()) {
      if (party.ownerHostId === host.hostId) checkOwned(simulation, { host, hosts, party });
      else checkMirror(simulation, { host, hosts, party });
    }
  }
}

type PartyView = ReturnType<SimHost['directory']['federation']['parties']>[number];

interface Look {
  readonly host: SimHost;
  readonly hosts: ReadonlyMap<string, SimHost>;
  readonly party: PartyView;
}

function checkMirror(simulation: Simulation, { host, hosts, party }: Look): void {
  simulation.world.mark('mirrored party checked');
  const owner = hosts.get(party.ownerHostId);
  const isKnown = owner?.directory.federation.parties().some(({ id }) => id === party.id) ?? false;
  if (!isKnown) {
    simulation.world.mark('party without its owner');
    const what = `${host.hostId} is in party ${party.id}, which ${party.ownerHostId} does not know`;
    assert(!simulation.isOverdue(what, MIRROR_MS), what);
  }
  checkPart(simulation, host, party);
}

function checkOwned(simulation: Simulation, { host, hosts, party }: Look): void {
  for (const { name, hostId } of party.members) {
    if (hostId === host.hostId) continue;
    const home = hosts.get(hostId);
    if (home === undefined || !canSpeak(simulation, host, home)) continue;
    const known = home.directory.federation.parties().find(({ id }) => id === party.id);
    if (known?.present.includes(name.toLowerCase()) !== true) {
      simulation.world.mark('member who is not in');
      const what = `${host.hostId} has ${name} of ${hostId} in party ${party.id}, who is not in`;
      assert(!simulation.isOverdue(what, MEMBER_MS), what);
    } else if (party.waitsFor !== undefined && known.part !== party.waitsFor) {
      const what = `party ${party.id} waits for ${party.waitsFor} without its part at ${hostId}`;
      assert(!simulation.isOverdue(what, PART_MS), what);
    }
  }
  checkPart(simulation, host, party);
}

/** Both could have told each other anything, were it so for long. */
function canSpeak({ network }: Simulation, one: SimHost, other: SimHost): boolean {
  const isPaused = [one, other].some(
    ({ process }) => process.isPaused('main') || process.isPaused('bridge'),
  );
  return !isPaused && network.isGood(one.hostId, other.hostId);
}

/** A part waits only as long as the party does. */
function checkPart(simulation: Simulation, host: SimHost, { id, waitsFor, part }: PartyView): void {
  if (part === undefined || part === waitsFor) return;
  const what = `${host.hostId} keeps part ${part} of party ${id}, which waits for ${waitsFor}`;
  assert(!simulation.isOverdue(what, PART_MS), what);
}
