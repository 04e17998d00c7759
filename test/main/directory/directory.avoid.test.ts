/** Goal: a player's avoid list, from the command to the match that it holds back for a time; one example a rule. */

import { describe, expect, it } from 'vitest';
import { AVOIDS_MAX, AvoidBook } from '../../../src/main/directory/avoid-book.ts';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import type { PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { Recorder } from './recorder.ts';

const AVOID_LIST_MS = 20_000;
const ABANDONED_MS = 60_000;
const DUEL: ModeRules = {
  name: 'duel',
  teams: 2,
  teamSize: 1,
  minTeamSize: 1,
  tickHz: 10,
  graceMs: 0,
  matching: { avoidListMs: AVOID_LIST_MS },
};

function avoid(host: Recorder, player: PlayerRef, name: string): void {
  host.ask(player, { ask: 'avoid', action: 'add', name });
}

function hostWith(rules: ModeRules): { host: Recorder; ada: PlayerRef; bob: PlayerRef } {
  const host = new Recorder({ modes: [rules] });
  host.settle();
  return { host, ada: host.login('ada'), bob: host.login('bob') };
}

function matches(host: Recorder): number {
  return host.opened.filter(({ isLobby }) => !isLobby).length;
}

describe('Directory, avoid lists', () => {
  it.each(['first', 'last'])('keeps two apart when the one who came %s avoids the other', (who) => {
    const { host, ada, bob } = hostWith(DUEL);
    if (who === 'first') avoid(host, ada, 'Bob');
    else avoid(host, bob, 'ADA');
    host.queue('duel', ada, bob);
    host.step(10);
    expect(matches(host)).toBe(0);
    expect(host.directory.why('ada', host.nowMs)).toMatchObject({ report: { cause: 'avoidList' } });
    host.queue('duel', host.login('cyd'));
    host.step(10);
    expect(matches(host)).toBe(1);
  });

  it('gives way after a time, so that nobody waits for ever', () => {
    const { host, ada, bob } = hostWith(DUEL);
    avoid(host, ada, 'bob');
    host.queue('duel', ada, bob);
    host.step(10);
    expect(host.step(AVOID_LIST_MS - 11)).toBeLessThanOrEqual(host.nowMs + 1);
    expect(matches(host)).toBe(0);
    host.step(1);
    expect(matches(host)).toBe(1);
  });

  it('keeps nobody apart in a mode that has no time for it', () => {
    const { host, ada, bob } = hostWith({ ...DUEL, matching: { avoidListMs: 0 } });
    avoid(host, ada, 'bob');
    host.queue('duel', ada, bob);
    host.step(10);
    expect(matches(host)).toBe(1);
  });

  it('outlives the connection of its player, and ends with /unavoid', () => {
    const { host, ada, bob } = hostWith(DUEL);
    avoid(host, ada, 'bob');
    host.drop(ada);
    const again = host.login('ada');
    host.ask(again, { ask: 'avoid', action: 'list', name: undefined });
    expect(host.lastEvent(again)).toMatchObject({ text: `You avoid bob (at most ${AVOIDS_MAX}).` });
    host.ask(again, { ask: 'avoid', action: 'remove', name: 'BOB' });
    host.queue('duel', again, bob);
    host.step(10);
    expect(matches(host)).toBe(1);
  });

  it('is short, and says what is wrong with a name', () => {
    const { host, ada } = hostWith(DUEL);
    for (let index = 0; index <= AVOIDS_MAX; index += 1) avoid(host, ada, `foe${index}`);
    expect(host.lastEvent(ada)).toMatchObject({ event: 'error', code: 'avoid-full' });
    avoid(host, ada, 'foe0');
    expect(host.lastEvent(ada)).toMatchObject({ event: 'notice' });
    avoid(host, ada, 'Ada');
    expect(host.lastEvent(ada)).toMatchObject({ event: 'error', code: 'self' });
    avoid(host, ada, '-no');
    expect(host.lastEvent(ada)).toMatchObject({ event: 'error', code: 'bad-name' });
    host.ask(ada, { ask: 'avoid', action: 'remove', name: 'nemo' });
    expect(host.lastEvent(ada)).toMatchObject({ event: 'error', code: 'not-avoided' });
  });
});

describe('free seats of a running match', () => {
  const SQUAD: ModeRules = {
    ...DUEL,
    name: 'squad',
    teamSize: 2,
    matching: { avoidListMs: AVOID_LIST_MS, avoidAbandonersMs: ABANDONED_MS },
  };

  /** Ada and Bob play, and would have one more on each side. */
  function running(rules: ModeRules): { host: Recorder; ada: PlayerRef; bob: PlayerRef } {
    const begun = hostWith(rules);
    const { host, ada, bob } = begun;
    host.match('squad', ada, bob);
    want(host, [1, 1]);
    return begun;
  }

  function want(host: Recorder, perTeam: readonly number[]): void {
    const standing = { scoreMargin: 0, timeLeftShare: 0.9 };
    host.directory.playersWanted(host.lastMatch().handler, { perTeam, standing }, host.nowMs);
  }

  function given(host: Recorder): readonly string[] {
    return host.added.flatMap(({ seats }) => seats.map(({ name }) => name));
  }

  it.each(['inside', 'who waits'])('are not for who is kept apart by the list of one %s', (who) => {
    const { host, ada } = running(SQUAD);
    const cyd = host.login('cyd');
    if (who === 'inside') avoid(host, ada, 'Cyd');
    else avoid(host, cyd, 'ADA');
    host.queue('squad', cyd, host.login('dan'));
    host.step(10);
    expect(given(host), 'others come first').toEqual(['dan']);
    host.step(AVOID_LIST_MS - 20);
    expect(given(host)).toEqual(['dan']);
    host.step(20);
    expect(given(host), 'it gives way').toEqual(['dan', 'cyd']);
  });

  it('are not for two at once of whom one avoids the other', () => {
    const { host } = running(SQUAD);
    const dan = host.login('dan');
    avoid(host, dan, 'cyd');
    host.queue('squad', host.login('cyd'), dan);
    host.step(10);
    expect(given(host)).toEqual(['cyd']);
  });

  it('are for everybody in a mode that has no time for lists', () => {
    const { host, ada } = running({ ...SQUAD, matching: {} });
    avoid(host, ada, 'cyd');
    host.queue('squad', host.login('cyd'));
    host.step(10);
    expect(given(host)).toEqual(['cyd']);
  });

  it('are not for who has just left that match, before its time', () => {
    const { host, bob } = running(SQUAD);
    host.ask(bob, { ask: 'leave' });
    host.queue('squad', bob);
    host.step(10);
    host.step(ABANDONED_MS - 20);
    expect(given(host)).toEqual([]);
    host.step(20);
    expect(given(host)).toEqual(['bob']);
  });

  it('are not for who left a match that one inside stayed in', () => {
    const { host, ada, bob } = running(SQUAD);
    host.ask(bob, { ask: 'leave' });
    const outcome = { reason: Reason.ended, result: { winner: 0 }, error: undefined };
    host.directory.handlerGone(host.lastMatch().handler, outcome, false, host.nowMs);
    host.settle();
    host.match('squad', ada, host.login('cyd'));
    want(host, [1, 1]);
    host.queue('squad', bob);
    host.step(10);
    expect(given(host)).toEqual([]);
    host.step(ABANDONED_MS);
    expect(given(host)).toEqual(['bob']);
  });
});

describe('AvoidBook', () => {
  it('forgets the account that changed its list longest ago when it is full', () => {
    const book = new AvoidBook(2);
    for (const key of ['ada', 'bob', 'ada', 'cyd']) expect(book.tryAdd(key, 'eve')).toBe(true);
    expect(['ada', 'bob', 'cyd'].map((key) => book.of(key).length)).toEqual([1, 0, 1]);
  });
});
