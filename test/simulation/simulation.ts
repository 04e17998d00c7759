/**
 * A network of real hosts on virtual time, from one seed: chaos, healing, a last round of matches, rest. Throws when something does
 * not hold. Test files only.
 *
 *   0 ........ CHAOS_MS .... + LAST_MS: all who wait are matched .... + REST_MS: all is over
 */

import type { Bug } from './bugs.ts';
import { checkMatched, checkRest, checkStep } from './checks.ts';
import { injectFaults } from './faults.ts';
import { LoginWatch } from './login-checks.ts';
import { PartyWatch } from './party-checks.ts';
import { SeatWatch } from './seat-checks.ts';
import { Person } from './person.ts';
import { SimHost } from './sim-host.ts';
import type { Skew } from './sim-process.ts';
import { SimNetwork, type Machine } from './sim-network.ts';
import { World } from './world.ts';

const CHAOS_MS = 18_000;
/** Enough for a restart's wait; then all who wait together have been matched for 10 s. */
const QUEUE_MS = 5_500;
const MATCHED_MS = 10_000;
const REST_MS = 25_000;
const LOOK_MS = 400;
const CHECK_MS = 40;
const HOSTS_MIN = 2;
const HOSTS_MAX = 5;
const PEOPLE_MIN = 6;
const PEOPLE_MAX = 12;

export interface SimMachine extends Machine {
  readonly skew: Skew;
  current: SimHost | undefined;
  runs: number;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly bug?: Bug | undefined;
  readonly isTraced?: boolean;
}

export interface SimulationReport {
  readonly hash: string;
  readonly faults: number;
  readonly marks: Readonly<Record<string, number>>;
}

export class Simulation {
  readonly world: World;
  readonly network: SimNetwork;
  readonly machines: readonly SimMachine[];
  readonly people: readonly Person[];
  faults = 0;
  readonly #bug: Bug | undefined;
  readonly #parties: PartyWatch;
  readonly #logins: LoginWatch;
  readonly seats: SeatWatch = new SeatWatch();
  /** All runs of all hosts. */
  readonly #runs: SimHost[] = [];
  /** Undefined: to be gathered again. */
  #hosts: readonly SimHost[] | undefined;
  readonly #handlerIds = new Map<string, string>();
  /** Matches across hosts that are over on their host, by handler id. */
  readonly over: Set<string> = new Set();
  readonly #patience = new Map<string, { sinceMs: number; atStep: number }>();
  #step = 0;

  constructor({ seed, bug, isTraced = false }: SimulationOptions) {
    const world = new World(seed, isTraced);
    this.world = world;
    this.#bug = bug;
    this.#parties = new PartyWatch(world);
    const hosts = HOSTS_MIN + world.random.below(HOSTS_MAX - HOSTS_MIN + 1);
    this.machines = Array.from({ length: hosts }, (_, index) => ({
      hostId: 'abcde'.charAt(index),
      transport: undefined,
      current: undefined,
      runs: 0,
      skew: {
        // The fastest is 10.5 % faster than the slowest, and often so; leases allow for 15 %.
        rate: world.pick([0.95, 1.05, world.between(0.95, 1.05)]) ?? 1,
        offsetMs: world.between(0, 1e6),
        wallOffsetMs: world.between(-1_000, 1_000),
      },
    }));
    this.#logins = new LoginWatch(
      world,
      this.machines.map(({ skew }) => skew),
    );
    this.network = new SimNetwork(world, this.machines);
    const people = PEOPLE_MIN + world.random.below(PEOPLE_MAX - PEOPLE_MIN + 1);
    this.people = Array.from(
      { length: people },
      (_, index) => new Person(`p${index}`, world, () => this.hosts()),
    );
  }

  run(): SimulationReport {
    const { world } = this;
    for (const machine of this.machines)
      world.after(world.between(0, 500), () => this.start(machine));
    for (const person of this.people) world.after(world.between(500, 2_000), () => person.live());
    world.after(CHECK_MS, () => this.#check());
    injectFaults(this, CHAOS_MS);
    world.runUntil(CHAOS_MS);
    this.#heal();
    world.runUntil(CHAOS_MS + QUEUE_MS);
    for (const person of this.people) person.queueLast();
    this.#runUntilTrue(() => checkMatched(this), MATCHED_MS);
    for (const person of this.people) person.ask({ ask: 'leave' });
    this.#runUntilTrue(() => checkRest(this), REST_MS);
    return { hash: world.hash, faults: this.faults, marks: world.marks };
  }

  /** All that run now. */
  hosts(): readonly SimHost[] {
    this.#hosts ??= this.machines.flatMap(({ current }) => current ?? []);
    return this.#hosts;
  }

  start(machine: SimMachine): void {
    if (machine.current !== undefined) return;
    machine.runs += 1;
    const { world } = this;
    const { hostId, skew, runs: run } = machine;
    const host = new SimHost({
      world,
      hostId,
      run,
      skew,
      bug: this.#bug,
      onOver: (handlerId) => void this.over.add(handlerId),
      onTicket: (event) => this.#parties.note(`${hostId}.${run}`, event),
      onEntered: ({ matchId, handlerId }) => void this.#handlerIds.set(matchId, handlerId),
      onShared: (matchId, handlerId) => void this.#handlerIds.set(matchId, handlerId),
      onResumed: (seat) => {
        for (const one of this.#runs) if (one.hostId === hostId) one.seats.released.delete(seat);
      },
    });
    host.gateway.logins = this.#logins;
    machine.current = host;
    this.#hosts = undefined;
    machine.transport = host.transport;
    this.#runs.push(host);
    if (run > 1) world.mark('host restarted');
    host.start();
  }

  kill(machine: SimMachine, isSilent: boolean): void {
    const { current, transport } = machine;
    if (current === undefined || transport === undefined) return;
    current.kill();
    this.network.died(transport, isSilent);
    machine.current = undefined;
    this.#hosts = undefined;
    machine.transport = undefined;
    for (const person of this.people) if (person.host === current) person.onHostDied();
  }

  /** The handler that runs a match across hosts, as its players see it. */
  handlerIdOf(matchId: string): string | undefined {
    return this.#handlerIds.get(matchId);
  }

  /** A player of that home gave the seat up, of its own will or for a newer login. */
  isReleased(homeHostId: string, seat: string): boolean {
    return this.#runs.some((run) => run.hostId === homeHostId && run.seats.released.has(seat));
  }

  /** That host has had so many players at some time since then. */
  wasTrue(hostId: string, players: number, sinceMs: number): boolean {
    return this.#runs.some(({ hostId: id, effects: { history } }) => {
      if (id !== hostId) return false;
      return history.some((entry, index) => {
        const untilMs = history[index + 1]?.atMs ?? Infinity;
        return entry.players === players && untilMs >= sinceMs;
      });
    });
  }

  /** Runs until `check` holds; throws what it says when the time is over. */
  #runUntilTrue(check: () => void, withinMs: number): void {
    const { world } = this;
    const endMs = world.nowMs + withinMs;
    for (;;) {
      world.runUntil(Math.min(endMs, world.nowMs + LOOK_MS));
      try {
        check();
        return;
      } catch (error) {
        if (world.nowMs >= endMs) throw error;
      }
    }
  }

  /** True when this has been so at every step for longer than that; to be asked only while it is so. */
  isOverdue(what: string, withinMs: number): boolean {
    const known = this.#patience.get(what);
    const isOngoing = known !== undefined && known.atStep >= this.#step - 1;
    const sinceMs = isOngoing ? known.sinceMs : this.world.nowMs;
    this.#patience.set(what, { sinceMs, atStep: this.#step });
    return this.world.nowMs - sinceMs > withinMs;
  }

  #check(): void {
    this.#step += 1;
    checkStep(this);
    this.world.after(CHECK_MS, () => this.#check());
  }

  /** From now on nothing goes wrong, and everyone is content to be there. */
  #heal(): void {
    const { world, network, machines } = this;
    world.trace('healed');
    for (const { hostId: from } of machines) {
      for (const { hostId: to } of machines) {
        if (from === to) continue;
        network.delay(from, to, 2);
        network.unblock(from, to);
      }
    }
    for (const machine of machines) {
      this.start(machine);
      const host = machine.current;
      if (host === undefined) continue;
      host.workers.isCalm = true;
      host.setDraining(false);
    }
    for (const person of this.people) person.isCalm = true;
  }
}

/** Runs one seed. */
export function simulate(options: SimulationOptions): SimulationReport {
  return new Simulation(options).run();
}
