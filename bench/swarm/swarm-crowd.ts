/**
 * All persons of one process: brings them as the ramp says, wakes them when something is due, breaks their connections in
 * storms, and counts each second. The swarm's processes. Works in bounded turns: reads get theirs in between.
 */

import { systemClock, type Timer } from '../../src/shared/clock.ts';
import { seededRandom, type Random } from '../../src/shared/random.ts';
import { sourceAddress } from '../load/source-address.ts';
import { castOf, type Role } from './cast.ts';
import { PersonLink, type LinkWake } from './person-link.ts';
import { Ramp } from './ramp.ts';
import type { Storm } from './scenario.ts';
import { levelLimits } from './service-levels.ts';
import type { Address, LatencyKind, RunOrder, SecondReport } from './swarm-messages.ts';
import { noPlaces, SwarmTally } from './swarm-tally.ts';
import { WakeQueue } from './wake-queue.ts';

const TURN_MS = 1;
const WAKES_PER_TURN = 1024;
const SECOND_MS = 1000;
const PLAYERS_PER_ADDRESS = 100;
/** What a person can be woken for; `come` and `go` are the ramp's. Their index is part of a wake's number. */
const KINDS = ['script', 'chat', 'ping', 'stall', 'input', 'come', 'go'] as const;
type CrowdWake = (typeof KINDS)[number];
/** Far from the seeds of persons, which are neighbors. */
const STORM_SEED = 0x5707;
const ARRIVALS_SEED = 0xa881;
/** At the end somebody always waits for something: what has lasted less than a second is not worth a word. */
const UNUSUAL_MS: Readonly<Record<LatencyKind, number>> = {
  login: 1000,
  queue: 1000,
  input: 1000,
  stateAge: 1000,
  stateDelay: 1000,
  chat: 1000,
  ping: 1000,
  lag: 1000,
};

export class SwarmCrowd {
  readonly #order: RunOrder;
  readonly #tally = new SwarmTally();
  readonly #wakes = new WakeQueue();
  readonly #links: PersonLink[] = [];
  readonly #limits: Readonly<Record<LatencyKind, number>>;
  readonly #onSecond: (report: SecondReport) => void;
  readonly #storms: Storm[];
  readonly #stormRandom: Random;
  #second = 0;
  #turn: Timer | undefined;

  constructor(order: RunOrder, onSecond: (report: SecondReport) => void) {
    const { scenario, process: own, processes, tag } = order;
    this.#order = order;
    this.#onSecond = onSecond;
    this.#limits = levelLimits(scenario.levels);
    this.#storms = scenario.storms.toSorted((left, right) => left.atSeconds - right.atSeconds);
    this.#stormRandom = seededRandom(scenario.seed + STORM_SEED + own);
    // Every process draws the whole ramp, so that all agree on it.
    const ramp = new Ramp(
      scenario.stages,
      scenario.arrivals === 'even' ? undefined : seededRandom(scenario.seed + ARRIVALS_SEED),
    );
    for (const role of castOf(scenario.persons, ramp.peak, tag)) {
      if (role.party % processes === own) this.#add(role, ramp);
    }
  }

  start(): void {
    const turn = (): void => {
      this.#workOff();
      this.#turn = systemClock.setTimer(turn, TURN_MS);
    };
    turn();
  }

  /** Everyone goes. Returns what they still waited for, longer than is usual. */
  stop(): SecondReport['overdue'] {
    this.#turn?.cancel();
    const nowMs = systemClock.nowMs();
    for (const link of this.#links) link.tellOverdue(nowMs, UNUSUAL_MS);
    for (const link of this.#links) link.person.go();
    return this.#tally.take(this.#second, noPlaces()).overdue;
  }

  #add(role: Role, ramp: Ramp): void {
    const { scenario, targets, tag, startMs } = this.#order;
    const place = this.#links.length;
    const target = targets[role.party % targets.length];
    if (target === undefined) return;
    this.#links.push(
      new PersonLink({
        role,
        random: seededRandom(scenario.seed * 1_000_003 + role.index),
        tally: this.#tally,
        target,
        localAddress: localAddress(target, role.index),
        tag,
        schedule: (kind, dueMs) => this.#schedule(place, kind, dueMs),
      }),
    );
    for (const { comeMs, goMs } of ramp.attendances(role.index)) {
      this.#schedule(place, 'come', startMs + comeMs);
      if (goMs < ramp.lengthMs) this.#schedule(place, 'go', startMs + goMs);
    }
  }

  #schedule(place: number, kind: CrowdWake, dueMs: number): void {
    this.#wakes.add(dueMs, place * KINDS.length + KINDS.indexOf(kind));
  }

  #workOff(): void {
    const nowMs = systemClock.nowMs();
    for (let count = 0; count < WAKES_PER_TURN && this.#wakes.nextMs <= nowMs; count += 1) {
      const dueMs = this.#wakes.nextMs;
      const whom = this.#wakes.take();
      const link = this.#links[Math.floor(whom / KINDS.length)];
      const kind = KINDS[whom % KINDS.length];
      if (link !== undefined && kind !== undefined) wakeUp(link, kind, { dueMs, nowMs });
    }
    const passedMs = nowMs - this.#order.startMs;
    this.#breakStorms(passedMs, nowMs);
    // After a stall of this process one report covers several seconds: it has the number of the last.
    const ended = Math.floor(passedMs / SECOND_MS);
    if (ended > this.#second) {
      this.#second = ended;
      this.#report(ended - 1, nowMs);
    }
  }

  #breakStorms(passedMs: number, nowMs: number): void {
    const [storm] = this.#storms;
    if (storm === undefined || storm.atSeconds * SECOND_MS > passedMs) return;
    this.#storms.shift();
    const { share, backSeconds } = storm;
    const [least, most] =
      typeof backSeconds === 'number' ? [backSeconds, backSeconds] : backSeconds;
    for (const { person } of this.#links) {
      if (!person.isOnline || this.#stormRandom.next() >= share) continue;
      const awaySeconds = least + (most - least) * this.#stormRandom.next();
      person.breakOff(nowMs + awaySeconds * SECOND_MS);
    }
  }

  #report(number: number, nowMs: number): void {
    const places = noPlaces();
    for (const link of this.#links) {
      places[link.person.state] += 1;
      link.tellOverdue(nowMs, this.#limits);
    }
    this.#onSecond(this.#tally.take(number, places));
  }
}

function wakeUp(
  link: PersonLink,
  kind: CrowdWake,
  { dueMs, nowMs }: { readonly dueMs: number; readonly nowMs: number },
): void {
  if (kind === 'come') link.person.come(dueMs);
  else if (kind === 'go') link.person.go();
  else link.onWake(kind satisfies LinkWake, dueMs, nowMs);
}

/** To a host on this machine the persons come from many addresses, as they would from elsewhere. */
function localAddress({ host }: Address, index: number): string | undefined {
  if (!host.startsWith('127.')) return undefined;
  return sourceAddress(Math.floor(index / PLAYERS_PER_ADDRESS));
}
