/**
 * Goal: whatever comes and goes, nobody is in two matches, no ticket is lost, no seat is given twice, the counts are true;
 * and whoever can be matched by the rules is matched in the end, down to the last players of a quiet queue.
 * Method: a million random operations against a plain map of who waits; random arrivals that stop, then time alone.
 */

import { afterAll, describe, expect, it } from 'vitest';
import assert from 'node:assert/strict';
import { FairMatchmaker } from '../../../src/main/matchmaker/fair-matchmaker.ts';
import type { MatchFound, OpenMatch, Ticket } from '../../../src/main/matchmaker/matchmaker.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import { freshSeed, seededRandom, type Random } from '../../../src/shared/random.ts';
import { modeRules, normal, ticketOf } from './tickets.ts';

const OPERATIONS = 1_000_000;
const RULES = {
  ratingWindow: 3,
  ratingWindowPerSecond: 2,
  unevenMax: 0.02,
  unevenPerSecond: 0.05,
  smallerAfterMs: 4_000,
  partyMs: 2_000,
  avoidOpponentsMs: 500,
  avoidAbandonersMs: 3_000,
};
const MODES: readonly ModeRules[] = [
  modeRules('duel', 2, 1, RULES),
  modeRules('ctf', 2, 4, { ...RULES, minTeamSize: 2 }),
  modeRules('big', 2, 8, RULES),
  modeRules('four', 4, 3, { ...RULES, minTeamSize: 1 }),
  modeRules('relay', 1, 6),
];
const seed = freshSeed();
const marks = {
  added: 0,
  removed: 0,
  matched: 0,
  parties: 0,
  filled: 0,
  refused: 0,
  asked: 0,
  smaller: 0,
  returned: 0,
};

/** What a plain map knows of a matchmaker. */
class Model {
  readonly waiting = new Map<number, Ticket>();
  readonly #matchmaker: FairMatchmaker;
  readonly #random: Random;
  #nextId = 1;
  nowMs = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#matchmaker = new FairMatchmaker(MODES, random);
  }

  act(): void {
    const drawn = this.#random.below(100);
    if (drawn < 55) this.#add();
    else if (drawn < 70) this.#remove();
    else if (drawn < 75) this.#fill();
    else if (drawn < 78) this.#ask();
    else this.#run();
  }

  check(): void {
    for (const { name } of MODES) {
      const mine = [...this.waiting.values()].filter(({ mode }) => mode === name);
      const heads = mine.reduce((sum, { members }) => sum + members.length, 0);
      const oldestSinceMs = Math.min(...mine.map(({ enqueuedMs }) => enqueuedMs));
      const expected = { waiting: heads, oldestSinceMs: heads === 0 ? 0 : oldestSinceMs };
      assert.deepEqual(this.#matchmaker.queue(name), expected);
      const ids = this.#matchmaker.tickets(name).map(({ id }) => id);
      assert.deepEqual(new Set(ids), new Set(mine.map(({ id }) => id)));
      assert.equal(ids.length, mine.length);
    }
  }

  #add(): void {
    const random = this.#random;
    const rules = MODES[random.below(MODES.length)];
    assert(rules !== undefined, 'there are modes');
    const size = random.below(3) > 0 ? 1 : 1 + random.below(rules.teamSize);
    const recent = { id: random.below(30), team: random.below(rules.teams), endedMs: this.nowMs };
    const fields = {
      mode: rules.name,
      enqueuedMs: this.nowMs,
      mu: 25 + 6 * normal(random),
      hasPriority: random.below(20) === 0,
      ...(random.below(4) === 0
        ? { recent: { ...recent, hasAbandoned: random.below(5) === 0 } }
        : {}),
    };
    const ticket = ticketOf(this.#nextId, size, fields);
    this.#nextId += 1;
    this.#matchmaker.add(ticket);
    this.waiting.set(ticket.id, ticket);
    marks.added += 1;
    if (size > 1) marks.parties += 1;
  }

  #remove(): void {
    const id = Math.max(1, this.#nextId - 1 - this.#random.below(60));
    const known = this.waiting.get(id);
    assert.equal(this.#matchmaker.remove(id), known);
    assert.equal(this.#matchmaker.find(id), undefined);
    marks[known === undefined ? 'refused' : 'removed'] += 1;
    this.waiting.delete(id);
  }

  #fill(): void {
    const random = this.#random;
    const sides = [0, 1].map(() => {
      const players = random.below(5);
      return { players, mu: players * 25, free: 4 - players };
    });
    const standing = { scoreMargin: random.next(), timeLeftShare: random.next() };
    const match: OpenMatch = { mode: 'ctf', sides, standing };
    const given = this.#matchmaker.backfill(match, this.nowMs);
    const free = sides.map((side) => side.free);
    for (const { ticket, team } of given) {
      this.#take(ticket);
      free[team] = (free[team] ?? 0) - ticket.members.length;
      marks.filled += 1;
    }
    assert(Math.min(...free) >= 0, 'no seat is given twice');
    const isDecided = standing.scoreMargin > 0.67 || standing.timeLeftShare < 0.25;
    if (isDecided) assert.equal(given.length, 0, 'nobody is sent into a match that is decided');
  }

  #ask(): void {
    const id = Math.max(1, this.#nextId - 1 - this.#random.below(60));
    const report = this.#matchmaker.why(id, this.nowMs);
    const known = this.waiting.get(id);
    assert.equal(report?.mode, known?.mode);
    if (report === undefined || known === undefined) return;
    marks.asked += 1;
    const { length } = this.#matchmaker.tickets(known.mode);
    assert(report.position >= 1 && report.position <= length, 'a place in the queue');
    assert(report.candidates >= known.members.length, 'a ticket sees itself');
    assert((report.relaxesAtMs ?? Infinity) > this.nowMs, 'a rule that blocks has not given way');
    assert((report.etaMs ?? 0) >= 0, 'an estimate is not in the past');
  }

  #run(): void {
    this.nowMs += this.#random.below(200);
    const { matches, nextRunMs } = this.#matchmaker.run(this.nowMs);
    assert(nextRunMs > this.nowMs, 'a pass leaves nothing due');
    for (const match of matches) this.#checkMatch(match);
    const last = matches.at(-1);
    // A match that could not be opened: its tickets come back as they were.
    if (last === undefined || this.#random.below(10) > 0) return;
    marks.returned += 1;
    for (const ticket of last.tickets) {
      this.#matchmaker.add(ticket);
      this.waiting.set(ticket.id, ticket);
    }
  }

  #checkMatch({ mode, tickets, seats, quality }: MatchFound): void {
    const rules = MODES.find(({ name }) => name === mode);
    assert(rules !== undefined, 'a match is of a mode');
    for (const ticket of tickets) this.#take(ticket);
    const teamOf = new Map(seats.map(({ name, team }) => [name, team]));
    assert.equal(teamOf.size, seats.length, 'nobody has two seats');
    const sides = Array.from({ length: rules.teams }, () => 0);
    for (const { members } of tickets) {
      const teams = new Set(members.map(({ name }) => teamOf.get(name)));
      assert.equal(teams.size, 1, 'a party is on one side');
      const [team = -1] = teams;
      sides[team] = (sides[team] ?? 0) + members.length;
    }
    assert.equal(new Set(sides).size, 1, 'sides are equal');
    const size = sides[0] ?? 0;
    assert(size >= rules.minTeamSize && size <= rules.teamSize, 'sides have an allowed size');
    assert.equal(seats.length, size * rules.teams, 'every seat is of a ticket');
    if (size < rules.teamSize) marks.smaller += 1;
    assert.equal(quality.relaxed.includes('fullSides'), size < rules.teamSize);
    const sum = quality.winProbabilities.reduce((total, chance) => total + chance, 0);
    assert(Math.abs(sum - 1) < 1e-6, 'somebody wins');
    marks.matched += 1;
  }

  #take(ticket: Ticket): void {
    assert.equal(this.waiting.get(ticket.id), ticket, 'a matched ticket was waiting, once');
    this.waiting.delete(ticket.id);
  }
}

describe('FairMatchmaker, any order of events', () => {
  it(
    `loses no ticket and gives no seat twice in ${OPERATIONS} operations`,
    { timeout: 120_000 },
    () => {
      console.log(`seed ${seed}`);
      const model = new Model(seededRandom(seed));
      for (let operation = 0; operation < OPERATIONS; operation += 1) {
        model.act();
        if (operation % 5_000 === 0) model.check();
      }
      model.check();
      expect(model.waiting.size, 'some wait in the end').toBeGreaterThan(0);
    },
  );

  it('makes the same of the same calls', () => {
    const texts = [0, 1].map(() => {
      const random = seededRandom(seed);
      const matchmaker = new FairMatchmaker(MODES, seededRandom(7));
      const log: unknown[] = [];
      for (let id = 1; id <= 2_000; id += 1) {
        const mu = 25 + 6 * normal(random);
        const mode = MODES[random.below(MODES.length)]?.name ?? '';
        matchmaker.add(ticketOf(id, 1, { mode, mu, enqueuedMs: id * 10 }));
        if (id % 20 === 0) log.push(matchmaker.run(id * 10));
      }
      return JSON.stringify(log);
    });
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]?.length).toBeGreaterThan(100_000);
  });

  afterAll(() => {
    console.log(marks);
    for (const [mark, count] of Object.entries(marks)) {
      expect(count, `mark ${mark}`).toBeGreaterThan(100);
    }
  });
});

describe('FairMatchmaker, a queue that falls quiet', () => {
  it('matches all but those for whom there is nobody left, within the time that the rules take', () => {
    const counts = { quiet: 0, parties: 0, left: 0 };
    for (let run = 0; run < 300; run += 1) {
      const random = seededRandom((seed + run) >>> 0);
      const rules = modeRules('ctf', 2, 1 + random.below(5), { ...RULES, minTeamSize: 1 });
      const matchmaker = new FairMatchmaker([rules], random);
      const count = 1 + random.below(40);
      let nowMs = 0;
      for (let id = 1; id <= count; id += 1) {
        nowMs += random.below(300);
        const size = random.below(3) > 0 ? 1 : 1 + random.below(rules.teamSize);
        if (size > 1) counts.parties += 1;
        const recent = { id: 1, team: random.below(2), endedMs: nowMs, hasAbandoned: false };
        matchmaker.add(
          ticketOf(id, size, { mu: 25 + 8 * normal(random), enqueuedMs: nowMs, recent }),
        );
        matchmaker.run(nowMs);
      }
      let nextMs = matchmaker.run(nowMs).nextRunMs;
      // Ratings are within 80 of each other: at 2 a second the window holds them all after 40 s.
      while (nextMs <= nowMs + 60_000) nextMs = matchmaker.run(nextMs).nextRunMs;
      expect(nextMs, 'nothing but a newcomer helps').toBe(Infinity);
      counts.quiet += 1;
      counts.left += matchmaker.tickets('ctf').length;
      expect(canPlay(rules.teamSize, matchmaker.tickets('ctf')), `seed ${seed + run}`).toBe(false);
    }
    console.log(counts);
    expect(Math.min(counts.parties, counts.quiet, counts.left)).toBeGreaterThan(100);
  });
});

/** Whether two sides of any allowed size can be made of some of these: brute force over sums. */
function canPlay(teamSize: number, tickets: readonly Ticket[]): boolean {
  let reachable = new Set(['0,0']);
  for (const { members } of tickets) {
    const next = new Set(reachable);
    for (const key of reachable) {
      const [one = 0, other = 0] = key.split(',').map(Number);
      if (one + members.length <= teamSize) next.add(`${one + members.length},${other}`);
      if (other + members.length <= teamSize) next.add(`${one},${other + members.length}`);
    }
    reachable = next;
  }
  return Array.from({ length: teamSize }, (_, index) => index + 1).some((size) =>
    reachable.has(`${size},${size}`),
  );
}
