/**
 * Goal: a person of the swarm does only what a client may do, whatever the host says and whenever connections break; and the
 * same seed does the same. Method: persons against a small model of the host, on a virtual clock; what travels takes its time,
 * in order, and connections break at random. The marks that are hunted are counted.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { castOf, type Role } from '../../../bench/swarm/cast.ts';
import {
  WAKES,
  type HostEvent,
  type PersonHands,
  type Wake,
} from '../../../bench/swarm/person-hands.ts';
import { PersonState } from '../../../bench/swarm/person-moves.ts';
import { Person } from '../../../bench/swarm/person.ts';
import { parseScenario } from '../../../bench/swarm/scenario.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';
import { runSeed } from '../../support/run-seed.ts';
import { marks, ModelHost } from './model-host.ts';

const RUN_MS = 120_000;
const TRAVEL_MS = 150;

const KINDS = parseScenario(
  `stages = [{ players = 8, seconds = 1 }]
   [[persons]]
   name = "alone"
   mode = "duel"
   thinkSeconds = [0, 2]
   patienceSeconds = [1, 6]
   playSeconds = [0, 4]
   visitSeconds = [5, 30]
   awaySeconds = [0, 2]
   dropShare = 0.3
   dropSeconds = [0, 2]
   chatsPerMinute = 20
   pingSeconds = [1, 2]
   stallSeconds = [0, 1]
   [[persons]]
   name = "party"
   mode = "ctf"
   partySize = 3
   thinkSeconds = [0, 2]
   [[persons]]
   name = "talker"
   visitSeconds = [1, 5]`,
  'property',
).persons;

/** A person's hands on a model connection; each rule that it breaks is a failed assertion. */
class ModelShell implements PersonHands {
  readonly person: Person;
  readonly log: string[] = [];
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly #host: ModelHost;
  readonly #due: Record<Wake, number> = { script: 0, chat: 0, ping: 0, stall: 0 };
  /** Counts connections; 0 while there is none. */
  #connection = 0;
  #connections = 0;
  #isLoggedIn = false;
  #isPlaying = false;

  constructor(role: Role, clock: VirtualClock, random: Random) {
    this.#clock = clock;
    this.#random = random;
    this.#host = new ModelHost(clock, random, (event) => this.#travel(() => this.#hear(event)));
    this.person = new Person(role, seededRandom(role.index), this);
  }

  dial(): void {
    this.#note('dial');
    expect(this.#connection, 'one connection at a time').toBe(0);
    this.#connections += 1;
    this.#connection = this.#connections;
    this.#travel(() => {
      this.person.onConnected();
      this.#travel(() => this.#host.login());
    });
    // Now and then it breaks by itself, at any time.
    const connection = this.#connection;
    this.#clock.setTimer(() => {
      if (connection === this.#connection) this.#lose();
    }, this.#random.below(60_000));
  }

  command(text: string): void {
    this.#note(text);
    expect(this.#isLoggedIn, `logged in before "${text}"`).toBe(true);
    this.#travel(() => this.#host.command(text));
  }

  say(dueMs: number): void {
    this.command('say something');
    expect(dueMs).toBeLessThanOrEqual(this.#clock.nowMs());
  }

  ping(dueMs: number): void {
    expect(this.#isLoggedIn, 'logged in before a ping').toBe(true);
    expect(dueMs).toBeLessThanOrEqual(this.#clock.nowMs());
  }

  play(isPlaying: boolean): void {
    this.#isPlaying = isPlaying;
  }

  stall(isStalled: boolean): void {
    this.#note(`stall ${isStalled}`);
    expect(this.#connection, 'a connection to stall').not.toBe(0);
  }

  hangUp(politely: boolean): void {
    this.#note('hang up');
    expect(this.#connection, 'a connection to end').not.toBe(0);
    if (politely) marks.visitsEnded += 1;
    this.#end();
  }

  wake(kind: Wake, dueMs: number): void {
    this.#due[kind] = dueMs;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const act = (): void => {
      if (this.#due[kind] !== dueMs) return;
      this.#due[kind] = Number.POSITIVE_INFINITY;
      this.person.onWake(kind, dueMs);
      this.#check();
    };
    this.#clock.setTimer(act, Math.max(0, dueMs - this.#clock.nowMs()));
  }

  took(_kind: string, startMs: number, nowMs: number): void {
    expect(startMs).toBeLessThanOrEqual(nowMs);
  }

  count(what: string): void {
    if (what === 'matches' || what === 'gaveUp' || what === 'drops') marks[what] += 1;
  }

  error(name: string): void {
    // The model host says nothing that the table does not know.
    expect(name).toBe('event unknown-mode');
  }

  breakOff(): void {
    this.person.breakOff(this.#clock.nowMs() + this.#random.below(3_000));
    this.#check();
  }

  /** After it has gone for good: nothing is left to be done. */
  expectGone(): void {
    expect(this.#connection).toBe(0);
    expect(this.person.state).toBe(PersonState.offline);
    for (const kind of WAKES) expect(this.#due[kind]).toBe(Number.POSITIVE_INFINITY);
  }

  #hear(event: HostEvent): void {
    if (event.event === 'lobby' || event.event === 'match') this.#isLoggedIn = true;
    this.#note(`< ${event.event}`);
    this.person.onEvent(event, this.#clock.nowMs());
    this.#check();
  }

  #lose(): void {
    marks.lost += 1;
    this.#note('lost');
    this.#end();
    this.person.onLost(this.#clock.nowMs());
    this.#check();
  }

  #end(): void {
    this.#connection = 0;
    this.#isLoggedIn = false;
    this.#host.lost();
  }

  #check(): void {
    const { state } = this.person;
    expect(this.#isPlaying, `inputs in state ${state}`).toBe(state === PersonState.playing);
    expect(this.#connection === 0).toBe(state === PersonState.offline);
    expect(Number.isNaN(this.person.loginDueMs)).toBe(
      state !== PersonState.connecting && state !== PersonState.greeting,
    );
  }

  /** One way takes TRAVEL_MS: order is kept. What is under way when the connection ends is lost. */
  #travel(act: () => void): void {
    const connection = this.#connection;
    this.#clock.setTimer(() => {
      if (connection === this.#connection && connection !== 0) act();
    }, TRAVEL_MS);
  }

  #note(what: string): void {
    this.log.push(`${Math.round(this.#clock.nowMs())} ${what}`);
  }
}

function live(seed: number): readonly string[] {
  const clock = new VirtualClock();
  const random = seededRandom(seed);
  const shells = castOf(KINDS, 5, 'x').map((role) => new ModelShell(role, clock, random));
  for (const shell of shells) {
    clock.setTimer(() => shell.person.come(clock.nowMs()), random.below(1_000));
    clock.setTimer(() => shell.breakOff(), random.below(RUN_MS));
  }
  clock.advance(RUN_MS);
  for (const shell of shells) shell.person.go();
  clock.advance(RUN_MS);
  for (const shell of shells) shell.expectGone();
  return shells.flatMap(({ log }) => log);
}

test('a person does what a client may do, however its connections break', () => {
  const seed = runSeed('person.property');
  fc.assert(
    fc.property(fc.nat(), (run) => {
      live(run);
    }),
    { seed, numRuns: 60 },
  );
  for (const [mark, count] of Object.entries(marks)) expect(count, mark).toBeGreaterThan(5);
});

test('the same seed does the same', () => {
  const seed = runSeed('person.property: same seed');
  const first = live(seed);
  expect(first.length).toBeGreaterThan(50);
  expect(live(seed)).toEqual(first);
  expect(live(seed + 1)).not.toEqual(first);
});
