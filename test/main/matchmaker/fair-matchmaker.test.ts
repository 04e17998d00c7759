/** Goal: the rules of the matchmaker and its answers to "why am I waiting?", one example each. */

import { describe, expect, it } from 'vitest';
import { WaitCause, type MatchFound } from '../../../src/main/matchmaker/matchmaker.ts';
import { fairMatchmakerFor, modeRules, ticketOf } from './tickets.ts';

/** Party sizes by side, largest first, as text: `4 | 2 1 1`. */
function shape(match: MatchFound | undefined): string {
  const sides: number[][] = [];
  for (const { members } of match?.tickets ?? []) {
    const team = match?.seats.find(({ name }) => name === members[0]?.name)?.team ?? 0;
    (sides[team] ??= []).push(members.length);
  }
  const texts = sides.map((sizes) => sizes.sort((left, right) => right - left).join(' '));
  return texts.sort().toReversed().join(' | ');
}

function matchOf(...sizes: readonly number[]): MatchFound | undefined {
  const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 4));
  for (const [index, size] of sizes.entries()) matchmaker.add(ticketOf(index + 1, size));
  return matchmaker.run(100).matches[0];
}

describe('FairMatchmaker, sides', () => {
  it.each([
    [[4, 4], '4 | 4'],
    [[4, 2, 2], '4 | 2 2'],
    [[4, 2, 1, 1], '4 | 2 1 1'],
    [[4, 3, 1], '4 | 3 1'],
    [[1, 1, 1, 1, 4], '4 | 1 1 1 1'],
    [[3, 3, 1, 1], '3 1 | 3 1'],
    [[1, 2, 3, 2], '3 1 | 2 2'],
  ])('fill 4 v 4 with %j', (sizes, expected) => {
    expect(shape(matchOf(...sizes))).toBe(expected);
  });

  it('are as even as they can be, and the match says how even', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 2));
    for (const [index, mu] of [10, 20, 30, 40].entries()) {
      matchmaker.add(ticketOf(index + 1, 1, { mu, sigma: 2 }));
    }
    const [match] = matchmaker.run(1_000).matches;
    const teamOf = new Map(match?.seats.map(({ name, team }) => [name, team]));
    expect(teamOf.get('p1_0')).toBe(teamOf.get('p4_0'));
    expect(match?.quality).toMatchObject({
      strengthDifference: 0,
      spread: 30,
      partyAsymmetry: 0,
      relaxed: [],
      isExact: true,
    });
    expect(match?.quality.winProbabilities[0]).toBeCloseTo(0.5, 6);
    expect(new Set(match?.quality.waitsMs)).toEqual(new Set([996, 997, 998, 999]));
  });

  it('hold everybody together in a mode of one team', () => {
    const matchmaker = fairMatchmakerFor(modeRules('relay', 1, 16));
    for (let id = 1; id <= 32; id += 1) matchmaker.add(ticketOf(id, 1, { mode: 'relay' }));
    const { matches } = matchmaker.run(40);
    expect(matches).toHaveLength(2);
    expect(matches[0]?.quality.winProbabilities).toEqual([1]);
  });

  it('of more than two teams are all filled', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 4, 3));
    for (let id = 1; id <= 6; id += 1) matchmaker.add(ticketOf(id, 2, { mu: 20 + id }));
    expect(matchmaker.run(10).matches).toEqual([]);
    expect(matchmaker.why(1, 10)).toMatchObject({ cause: WaitCause.partiesDoNotFit, missing: 0 });
    for (let id = 7; id <= 10; id += 1) matchmaker.add(ticketOf(id, 1));
    const [match] = matchmaker.run(11).matches;
    expect(match?.seats).toHaveLength(12);
    expect(match?.quality.isExact).toBe(false);
  });
});

describe('FairMatchmaker, rules that give way', () => {
  const RULES = {
    ratingWindow: 2,
    ratingWindowPerSecond: 1,
    smallerAfterMs: 20_000,
    partyMs: 5_000,
    avoidOpponentsMs: 3_000,
    avoidAbandonersMs: 60_000,
    minTeamSize: 1,
  };

  it('the rating window widens with the wait of the oldest', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 1, RULES));
    matchmaker.add(ticketOf(1, 1, { enqueuedMs: 1_000, mu: 20 }));
    matchmaker.add(ticketOf(2, 1, { enqueuedMs: 2_000, mu: 25 }));
    expect(matchmaker.run(2_000)).toEqual({ matches: [], nextRunMs: 4_000 });
    expect(matchmaker.why(2, 2_000)).toMatchObject({
      cause: WaitCause.ratingWindow,
      candidates: 1,
      relaxesAtMs: 5_000,
      etaMs: 3_000,
    });
    const [match] = matchmaker.run(4_000).matches;
    expect(match?.quality.relaxed).toEqual(['ratingWindow']);
    expect(match?.waitMsMax).toBe(3_000);
  });

  it('the oldest is served first, with those next to it in rating', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 1, RULES));
    for (const [index, mu] of [25, 26.5, 25.1, 30].entries()) {
      matchmaker.add(ticketOf(index + 1, 1, { mu }));
    }
    const [match] = matchmaker.run(10).matches;
    expect(match?.tickets.map(({ id }) => id).sort()).toEqual([1, 3]);
  });

  it('smaller sides will do after a wait, the largest that can be filled', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 4, RULES));
    for (let id = 1; id <= 7; id += 1) matchmaker.add(ticketOf(id, 1, { enqueuedMs: 1_000 }));
    expect(matchmaker.run(1_000)).toEqual({ matches: [], nextRunMs: 21_000 });
    expect(matchmaker.why(1, 1_000)).toMatchObject({
      cause: WaitCause.fullSides,
      missing: 1,
      relaxesAtMs: 21_000,
    });
    const [match] = matchmaker.run(21_000).matches;
    expect(match?.seats).toHaveLength(6);
    expect(match?.quality.relaxed).toEqual(['fullSides']);
  });

  it('a party waits for a party, for a time', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 2, RULES));
    matchmaker.add(ticketOf(1, 2, { enqueuedMs: 1_000 }));
    matchmaker.add(ticketOf(2, 1, { enqueuedMs: 1_000 }));
    matchmaker.add(ticketOf(3, 1, { enqueuedMs: 1_000 }));
    expect(matchmaker.run(1_000).matches).toEqual([]);
    expect(matchmaker.why(1, 1_000)).toMatchObject({
      cause: WaitCause.partyAgainstParty,
      relaxesAtMs: 6_000,
    });
    const [match] = matchmaker.run(6_000).matches;
    expect(match?.quality).toMatchObject({ relaxed: ['partyAgainstParty'], partyAsymmetry: 1 });
  });

  it('a party meets the party that is there, though others are nearer', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 2, RULES));
    matchmaker.add(ticketOf(1, 2));
    for (let id = 2; id <= 5; id += 1) matchmaker.add(ticketOf(id, 1));
    matchmaker.add(ticketOf(6, 2, { mu: 26 }));
    const shapes = matchmaker.run(10).matches.map((match) => shape(match));
    expect(shapes).toEqual(['2 | 2', '1 1 | 1 1']);
  });

  it('opponents do not meet again at once, team mates may', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 1, RULES));
    const recent = { id: 7, endedMs: 1_000, hasAbandoned: false };
    matchmaker.add(ticketOf(1, 1, { enqueuedMs: 1_000, recent: { ...recent, team: 0 } }));
    matchmaker.add(ticketOf(2, 1, { enqueuedMs: 1_000, recent: { ...recent, team: 1 } }));
    expect(matchmaker.run(1_000)).toEqual({ matches: [], nextRunMs: 4_000 });
    expect(matchmaker.why(1, 1_000)).toMatchObject({
      cause: WaitCause.recentPlayers,
      candidates: 2,
      relaxesAtMs: 4_000,
    });
    expect(matchmaker.run(4_000).matches).toHaveLength(1);
    matchmaker.add(ticketOf(3, 1, { enqueuedMs: 4_000, recent: { ...recent, team: 0 } }));
    matchmaker.add(ticketOf(4, 1, { enqueuedMs: 4_000, recent: { ...recent, team: 0 } }));
    expect(matchmaker.run(4_000).matches).toHaveLength(1);
  });

  it('who abandoned a match is kept from its other players for longer', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 1, RULES));
    const recent = { id: 7, team: 0, endedMs: 1_000 };
    matchmaker.add(ticketOf(1, 1, { recent: { ...recent, hasAbandoned: true } }));
    matchmaker.add(ticketOf(2, 1, { recent: { ...recent, hasAbandoned: false } }));
    expect(matchmaker.run(60_900).matches).toEqual([]);
    expect(matchmaker.run(61_000).matches).toHaveLength(1);
  });
});

describe('FairMatchmaker.why()', () => {
  it('gives no estimate from nothing, and one from how players came lately', () => {
    const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 4));
    matchmaker.add(ticketOf(1, 1, { enqueuedMs: 0 }));
    expect(matchmaker.etaMs('ctf', 0)).toBeNull();
    for (let id = 2; id <= 5; id += 1) matchmaker.add(ticketOf(id, 1, { enqueuedMs: id * 1_000 }));
    expect(matchmaker.why(5, 5_000)).toMatchObject({
      cause: WaitCause.tooFewPlayers,
      position: 5,
      missing: 3,
      relaxesAtMs: null,
      etaMs: 3_750,
    });
    // Nobody comes: the estimate grows.
    expect(matchmaker.etaMs('ctf', 10_000)).toBe(7_500);
    expect(matchmaker.etaMs('ctf', 100_000_000)).toBeNull();
  });

  it('does not change what the next pass finds', () => {
    const found = [false, true].map((asks) => {
      const matchmaker = fairMatchmakerFor(modeRules('ctf', 2, 4));
      for (let id = 1; id <= 30; id += 1) {
        matchmaker.add(ticketOf(id, (id % 3) + 1, { mu: (id * 7) % 11 }));
        if (asks) matchmaker.why(id, id);
      }
      return matchmaker.run(100);
    });
    expect(found[0]).toEqual(found[1]);
    expect(found[0]?.matches.length).toBeGreaterThan(4);
  });
});
