/** Goal: the rules of the first-come matchmaker, one example each. */

import { describe, expect, it } from 'vitest';
import { WaitCause } from '../../../src/main/matchmaker/matchmaker.ts';
import { matchmakerFor, modeRules, ticketOf } from './tickets.ts';

const CTF = modeRules('ctf', 2, 4);

describe('FirstComeMatchmaker', () => {
  it('makes no match of seven where eight are needed, and one of eight', () => {
    const matchmaker = matchmakerFor(CTF);
    for (let id = 1; id <= 7; id += 1) matchmaker.add(ticketOf(id, 1));
    expect(matchmaker.run(100).matches).toEqual([]);
    matchmaker.add(ticketOf(8, 1));
    const [match] = matchmaker.run(108).matches;
    expect(match?.seats).toHaveLength(8);
    expect(match?.seats.filter(({ team }) => team === 0)).toHaveLength(4);
    expect(match?.waitMsMax).toBe(107);
    expect(matchmaker.queue('ctf')).toEqual({ waiting: 0, oldestSinceMs: 0 });
  });

  it('takes the oldest first and leaves the newest', () => {
    const matchmaker = matchmakerFor(CTF);
    for (let id = 9; id >= 1; id -= 1) matchmaker.add(ticketOf(id, 1));
    const [match] = matchmaker.run(100).matches;
    expect(match?.tickets.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(matchmaker.tickets('ctf').map(({ id }) => id)).toEqual([9]);
  });

  it('serves a ticket with priority before older ones', () => {
    const matchmaker = matchmakerFor(modeRules('ctf', 2, 1));
    matchmaker.add(ticketOf(1, 1));
    matchmaker.add(ticketOf(2, 1));
    matchmaker.add(ticketOf(3, 1, { hasPriority: true }));
    expect(matchmaker.queue('ctf').oldestSinceMs).toBe(1);
    expect(matchmaker.why(3, 5)).toMatchObject({ position: 1, hasPriority: true });
    expect(matchmaker.run(5).matches[0]?.tickets.map(({ id }) => id)).toEqual([3, 1]);
  });

  it('keeps a party whole and on one side', () => {
    const matchmaker = matchmakerFor(CTF);
    matchmaker.add(ticketOf(1, 1));
    matchmaker.add(ticketOf(2, 4));
    matchmaker.add(ticketOf(3, 2));
    matchmaker.add(ticketOf(4, 1));
    const [match] = matchmaker.run(10).matches;
    const sides = match?.seats.filter(({ name }) => name.startsWith('p2_')).map(({ team }) => team);
    expect(new Set(sides).size).toBe(1);
    expect(match?.seats).toHaveLength(8);
  });

  it('finds sides that add up where taking the oldest that fits ends with a hole', () => {
    const matchmaker = matchmakerFor(modeRules('ctf', 2, 8));
    // Oldest first gives 5 against 4 + 4, and then 3 places that only the pair of 1 and 2 fills.
    const sizes = [5, 6, 7, 3, 5, 3];
    sizes.forEach((size, index) => matchmaker.add(ticketOf(index + 1, size)));
    const [match] = matchmaker.run(10).matches;
    expect(match?.tickets.map(({ members }) => members.length).sort()).toEqual([3, 3, 5, 5]);
  });

  it('lets others play when the oldest ticket fits nobody', () => {
    const matchmaker = matchmakerFor(modeRules('ctf', 2, 3));
    matchmaker.add(ticketOf(1, 2));
    matchmaker.add(ticketOf(2, 3));
    matchmaker.add(ticketOf(3, 3));
    expect(matchmaker.run(10).matches[0]?.tickets.map(({ id }) => id)).toEqual([2, 3]);
    expect(matchmaker.tickets('ctf').map(({ id }) => id)).toEqual([1]);
  });

  it('says why a ticket waits: too few, or parties that do not add up', () => {
    const matchmaker = matchmakerFor(modeRules('ctf', 2, 3));
    matchmaker.add(ticketOf(1, 2));
    matchmaker.run(1);
    expect(matchmaker.why(1, 1)).toMatchObject({ cause: WaitCause.tooFewPlayers, missing: 4 });
    matchmaker.add(ticketOf(2, 2));
    matchmaker.add(ticketOf(3, 2));
    expect(matchmaker.why(3, 3)).toMatchObject({ cause: WaitCause.nextPass, position: 3 });
    expect(matchmaker.run(3).matches).toEqual([]);
    expect(matchmaker.why(3, 3)).toMatchObject({ cause: WaitCause.partiesDoNotFit, missing: 0 });
    expect(matchmaker.why(3, 3)).toMatchObject({ etaMs: null, relaxesAtMs: null });
  });

  it('forgets a removed ticket, and says so when asked twice', () => {
    const matchmaker = matchmakerFor(CTF);
    matchmaker.add(ticketOf(1, 2));
    expect(matchmaker.remove(1)?.id).toBe(1);
    expect(matchmaker.remove(1)).toBeUndefined();
    expect(matchmaker.why(1, 1)).toBeUndefined();
    expect(matchmaker.queue('ctf').waiting).toBe(0);
  });

  it('keeps modes apart', () => {
    const matchmaker = matchmakerFor(modeRules('ctf', 2, 1), modeRules('duel', 2, 1));
    matchmaker.add(ticketOf(1, 1));
    matchmaker.add(ticketOf(2, 1, { mode: 'duel' }));
    expect(matchmaker.run(5).matches).toEqual([]);
    matchmaker.add(ticketOf(3, 1, { mode: 'duel' }));
    expect(matchmaker.run(5).matches.map(({ mode }) => mode)).toEqual(['duel']);
  });

  it('makes 1,125 matches of 16 out of 18,000 tickets in one pass', () => {
    const matchmaker = matchmakerFor(modeRules('ctf', 1, 16));
    for (let id = 1; id <= 18_000; id += 1) matchmaker.add(ticketOf(id, 1));
    const { matches } = matchmaker.run(20_000);
    expect(matches).toHaveLength(1_125);
    expect(matches.at(-1)?.tickets.at(-1)?.id).toBe(18_000);
  });
});
