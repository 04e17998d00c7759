/**
 * Goal: whatever comes and goes, no ticket is lost or played twice, parties stay whole, sides are full, the oldest come
 * first, and a match that can be formed is formed.
 * Method: random adds, removals and passes against a plain list, and a brute-force search for sides that add up.
 */

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compareTickets } from '../../../src/main/matchmaker/ticket-line.ts';
import { fullSize, type ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import { freshSeed } from '../../../src/shared/random.ts';
import { matchmakerFor, modeRules, ticketOf } from './tickets.ts';
import type { MatchFound, Ticket } from '../../../src/main/matchmaker/matchmaker.ts';

const seed = freshSeed();
const marks = { matches: 0, parties: 0, removals: 0, priority: 0, stuckWithEnough: 0, searched: 0 };

type Action = { add: number; hasPriority: boolean } | { remove: number } | 'pass';

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      add: fc.integer({ min: 1, max: 5 }),
      hasPriority: fc.integer({ min: 0, max: 9 }).map((drawn) => drawn === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ remove: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant('pass' as const) },
);

describe('FirstComeMatchmaker, any order of events', () => {
  it('loses no ticket, plays none twice, keeps parties whole and forms what can be formed', () => {
    console.log(`seed ${seed}`);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(action, { size: 'max', maxLength: 400 }),
        (teams, teamSize, actions) => checkRun(modeRules('ctf', teams, teamSize), actions),
      ),
      { seed, numRuns: 300 },
    );
  });

  afterAll(() => {
    console.log(marks);
    for (const [mark, count] of Object.entries(marks)) {
      expect(count, `mark ${mark}`).toBeGreaterThan(20);
    }
  });
});

function checkRun(rules: ModeRules, actions: readonly Action[]): void {
  const matchmaker = matchmakerFor(rules);
  const waiting = new Map<number, Ticket>();
  let nextId = 1;
  for (const step of actions) {
    if (step === 'pass') {
      const { matches } = matchmaker.run(nextId);
      for (const match of matches) checkMatch(rules, match, waiting);
      checkNothingMissed(rules, waiting);
    } else if ('add' in step) {
      const size = Math.min(step.add, rules.teamSize);
      const ticket = ticketOf(nextId, size, { hasPriority: step.hasPriority });
      nextId += 1;
      waiting.set(ticket.id, ticket);
      matchmaker.add(ticket);
    } else {
      const id = [...waiting.keys()][step.remove % Math.max(1, waiting.size)] ?? 0;
      if (id > 0) marks.removals += 1;
      expect(matchmaker.remove(id)).toBe(waiting.get(id));
      waiting.delete(id);
    }
    const expected = [...waiting.values()].sort(compareTickets);
    expect(matchmaker.tickets('ctf')).toEqual(expected);
    expect(matchmaker.queue('ctf').waiting).toBe(heads(expected));
    const oldest = Math.min(...expected.map(({ enqueuedMs }) => enqueuedMs));
    expect(matchmaker.queue('ctf').oldestSinceMs).toBe(expected.length === 0 ? 0 : oldest);
    const middle = Math.floor(expected.length / 2);
    const asked = expected[middle];
    const position = matchmaker.why(asked?.id ?? 0, nextId)?.position;
    expect(position).toBe(asked === undefined ? undefined : middle + 1);
  }
}

function checkMatch(rules: ModeRules, match: MatchFound, waiting: Map<number, Ticket>): void {
  marks.matches += 1;
  const candidates = [...waiting.values()].sort(compareTickets);
  const sides = Array.from({ length: rules.teams }, () => 0);
  const teamOf = new Map(match.seats.map(({ name, team }) => [name, team]));
  expect(teamOf.size).toBe(fullSize(rules));
  expect(match.seats).toHaveLength(fullSize(rules));
  for (const ticket of match.tickets) {
    expect(waiting.get(ticket.id), 'a matched ticket was waiting').toBe(ticket);
    waiting.delete(ticket.id);
    const teams = new Set(ticket.members.map(({ name }) => teamOf.get(name)));
    expect(teams.size, 'a party is on one side').toBe(1);
    const [team] = teams;
    sides[team ?? -1] = (sides[team ?? -1] ?? 0) + ticket.members.length;
    if (ticket.members.length > 1) marks.parties += 1;
    if (ticket.hasPriority) marks.priority += 1;
  }
  expect(sides).toEqual(Array.from({ length: rules.teams }, () => rules.teamSize));
  // Of one size, those taken are the first.
  for (const size of new Set(match.tickets.map(({ members }) => members.length))) {
    const ofSize = candidates.filter(({ members }) => members.length === size);
    const taken = match.tickets.filter(({ members }) => members.length === size);
    expect(new Set(taken)).toEqual(new Set(ofSize.slice(0, taken.length)));
  }
  // The oldest ticket of all is in the match, unless no match with it can be formed.
  const [oldest] = candidates;
  if (oldest !== undefined && !match.tickets.includes(oldest)) {
    marks.searched += 1;
    expect(canLead(rules, sizesOf(candidates), oldest.members.length)).toBe(false);
  }
}

function checkNothingMissed(rules: ModeRules, waiting: ReadonlyMap<number, Ticket>): void {
  const tickets = [...waiting.values()];
  if (heads(tickets) < fullSize(rules)) return;
  marks.stuckWithEnough += 1;
  expect(canFill(rules, sizesOf(tickets), { team: 0, room: rules.teamSize })).toBe(false);
}

function canLead(rules: ModeRules, sizes: readonly number[], lead: number): boolean {
  const rest = sizes.map((count, size) => (size === lead ? count - 1 : count));
  return canFill(rules, rest, { team: 0, room: rules.teamSize - lead });
}

/** Brute force: whether side after side can be filled exactly. `sizes[n]` tickets of n players. */
function canFill(
  rules: ModeRules,
  sizes: readonly number[],
  { team, room }: { team: number; room: number },
): boolean {
  if (team === rules.teams) return true;
  if (room === 0) return canFill(rules, sizes, { team: team + 1, room: rules.teamSize });
  return sizes.some((available, size) => {
    if (size === 0 || size > room || available === 0) return false;
    const rest = sizes.map((count, index) => (index === size ? count - 1 : count));
    return canFill(rules, rest, { team, room: room - size });
  });
}

function sizesOf(tickets: readonly Ticket[]): number[] {
  const sizes = Array.from({ length: 6 }, () => 0);
  for (const { members } of tickets) sizes[members.length] = (sizes[members.length] ?? 0) + 1;
  return sizes;
}

function heads(tickets: readonly Ticket[]): number {
  return tickets.reduce((sum, { members }) => sum + members.length, 0);
}
