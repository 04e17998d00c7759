/**
 * Goal: what a queue leaves out (a ticket near which nothing changed, a selection that was turned down) costs no match: each
 * pass finds the matches that a matchmaker without any memory finds in the same queue.
 * Method: random arrivals and departures; before each pass a new matchmaker is given the same tickets, and both run.
 */

import { expect, it } from 'vitest';
import { FairMatchmaker } from '../../../src/main/matchmaker/fair-matchmaker.ts';
import { MatchSearch } from '../../../src/main/matchmaker/match-search.ts';
import type { MatchFound } from '../../../src/main/matchmaker/matchmaker.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { fairMatchmakerFor, modeRules, normal, ticketOf } from './tickets.ts';

const MODE = modeRules('ctf', 2, 4, {
  ratingWindow: 3,
  ratingWindowPerSecond: 0.5,
  unevenMax: 0.02,
  unevenPerSecond: 0.01,
  smallerAfterMs: 8_000,
  partyMs: 3_000,
  avoidOpponentsMs: 2_000,
  avoidListMs: 4_000,
  minTeamSize: 2,
});
/** Fewer than one search looks at, so that no search is cut off. */
const TICKETS_MAX = 30;
const STEPS = 6_000;

it('FairMatchmaker finds in each pass what one that remembers nothing finds', () => {
  const random = seededRandom(runSeed('searched-again'));
  const matchmaker = fairMatchmakerFor(MODE);
  const marks = { matches: 0, waitedFor: 0, gone: 0, searches: 0, searchesOfNew: 0 };
  const tryFind = MatchSearch.prototype.tryFind;
  let searches = 0;
  MatchSearch.prototype.tryFind = function (...task) {
    searches += 1;
    return tryFind.apply(this, task);
  };
  try {
    let nowMs = 0;
    for (let id = 1; id <= STEPS; id += 1) {
      nowMs += random.below(600);
      change(matchmaker, random, { id, nowMs, marks });
      const forgetful = new FairMatchmaker([MODE], seededRandom(1));
      for (const ticket of matchmaker.tickets('ctf')) forgetful.add(ticket);
      searches = 0;
      const expected = forgetful.run(nowMs).matches;
      marks.searchesOfNew += searches;
      searches = 0;
      const found = matchmaker.run(nowMs).matches;
      marks.searches += searches;
      expect(idsOf(found)).toEqual(idsOf(expected));
      marks.matches += found.length;
      marks.waitedFor += found.filter(({ tickets }) =>
        tickets.every((one) => one.id !== id),
      ).length;
    }
  } finally {
    MatchSearch.prototype.tryFind = tryFind;
  }
  console.log(marks);
  expect(Math.min(marks.matches, marks.waitedFor, marks.gone)).toBeGreaterThan(20);
  expect(marks.searches).toBeLessThan(marks.searchesOfNew);
});

interface Step {
  readonly id: number;
  readonly nowMs: number;
  readonly marks: { gone: number };
}

/** Somebody comes; now and then somebody goes. */
function change(matchmaker: FairMatchmaker, random: Random, { id, nowMs, marks }: Step): void {
  const size = random.below(3) > 0 ? 1 : 1 + random.below(4);
  const recent = { id: random.below(20), team: random.below(2), endedMs: nowMs };
  const ended = random.below(3) === 0 ? { recent: { ...recent, hasAbandoned: false } } : {};
  const mu = 25 + 6 * normal(random);
  const ticket = ticketOf(id, size, { enqueuedMs: nowMs, mu, ...ended });
  const avoids = [`p${id - random.below(20)}_0`];
  const members = ticket.members.map((member) => ({ ...member, avoids }));
  matchmaker.add(random.below(4) === 0 ? { ...ticket, members } : ticket);
  expect(matchmaker.tickets('ctf').length).toBeLessThan(TICKETS_MAX);
  if (random.below(10) === 0 && matchmaker.remove(id - random.below(20)) !== undefined) {
    marks.gone += 1;
  }
}

function idsOf(matches: readonly MatchFound[]): readonly (readonly number[])[] {
  return matches.map(({ tickets }) => tickets.map(({ id }) => id).toSorted((a, b) => a - b));
}
