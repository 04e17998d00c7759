/**
 * Goal: a walk over the pages gives every row that stays exactly once, whatever comes and goes meanwhile.
 * Method: players that come and go between the pages by a seed, compared with a list; the cost with 18,000 is printed.
 */

import { describe, expect, it } from 'vitest';
import { Reason } from '../../../src/shared/reason.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { Recorder } from './recorder.ts';

const MANY = 18_000;
const RUNS = 21;

describe('DirectoryLists.players()', () => {
  it('gives everyone who stays exactly once while others come and go', () => {
    const random = seededRandom(runSeed('directory lists'));
    const marks = { gone: 0, cursorGone: 0, came: 0 };
    for (let round = 0; round < 30; round += 1) {
      const host = new Recorder({ lobbyCapacity: 500 });
      host.settle();
      const players = new Map<string, number>();
      for (let at = 0; at < 60; at += 1) players.set(`p${at}`, host.login(`p${at}`));
      const seen: string[] = [];
      const gone = new Set<string>();
      let after: number | undefined = 0;
      while (after !== undefined) {
        const page = host.directory.lists.players({ after, limit: 7 }, undefined);
        expect(page.total).toBe(players.size);
        seen.push(...page.rows.map(({ name }) => name));
        after = page.next;
        const last = seen.at(-1);
        for (const name of players.keys()) {
          if (random.below(12) > 0) continue;
          host.drop(players.get(name) ?? 0, Reason.quit);
          players.delete(name);
          gone.add(name);
          marks.gone += 1;
          if (name === last) marks.cursorGone += 1;
        }
        const fresh = `new-${round}-${seen.length}`;
        if (random.below(4) > 0 || after === undefined) continue;
        players.set(fresh, host.login(fresh));
        marks.came += 1;
      }
      expect(new Set(seen).size).toBe(seen.length);
      for (const name of players.keys()) expect(seen).toContain(name);
      expect(seen.filter((name) => !players.has(name) && !gone.has(name))).toEqual([]);
    }
    expect(Object.values(marks).every((count) => count > 0)).toBe(true);
  });

  it('finds by a part of the name, in any case of letters', () => {
    const host = new Recorder();
    host.settle();
    for (const name of ['Ada', 'bob', 'Cadam']) host.login(name);
    const page = host.directory.lists.players({ after: 0, limit: 1 }, 'AD');
    expect([page.rows.map(({ name }) => name), page.total]).toEqual([['Ada'], 2]);
    const next = host.directory.lists.players({ after: page.next ?? 0, limit: 1 }, 'AD');
    expect([next.rows.map(({ name }) => name), next.next]).toEqual([['Cadam'], undefined]);
  });

  it('prints what a page of 18,000 players costs main', () => {
    const host = new Recorder({ lobbyCapacity: MANY, playersMax: MANY });
    host.settle();
    for (let at = 0; at < MANY; at += 1) host.login(`player-${at}`);
    const { lists } = host.directory;
    const page = (after: number): void => {
      const { rows, total } = lists.players({ after, limit: 500 }, undefined);
      expect([rows.length, total]).toEqual([500, MANY]);
    };
    const search = (): void => {
      expect(lists.players({ after: 0, limit: 500 }, 'layer-17').total).toBe(1_111);
    };
    const costs = [() => page(0), () => page(MANY / 2), () => page(MANY - 500), search].map(costMs);
    process.stdout.write(`pages of 18,000 players: ${costs.join(', ')} ms\n`);
  });
});

describe('DirectoryLists.player()', () => {
  it('knows the address, the queue and the ratings', () => {
    const host = new Recorder();
    host.settle();
    const ada = host.login('Ada');
    host.settle();
    host.ask(ada, { ask: 'queue', mode: 'duel' });
    const player = host.directory.lists.player('aDA');
    expect(player).toMatchObject({ name: 'Ada', key: 'ada', state: 'lobby', isQueued: true });
    expect(player).toMatchObject({ mode: 'duel', match: undefined, address: '127.0.0.1' });
    expect(host.directory.lists.ratings('ada')['duel']).toMatchObject({ mu: 25 });
    expect(host.directory.lists.player('nobody')).toBeUndefined();
  });
});

describe('DirectoryLists.matches()', () => {
  it('lists those that open and run, of one mode if wanted, with team and worker', () => {
    const host = new Recorder();
    host.settle();
    for (const name of ['ada', 'bob', 'cyd', 'dan']) {
      const player = host.login(name);
      host.settle();
      host.ask(player, { ask: 'queue', mode: 'duel' });
    }
    host.settle();
    const { lists } = host.directory;
    const first = lists.matches({ after: 0, limit: 1 }, undefined);
    expect([first.rows.length, first.total]).toEqual([1, 2]);
    const second = lists.matches({ after: first.next ?? 0, limit: 1 }, 'duel');
    expect(second.rows[0]?.id).not.toBe(first.rows[0]?.id);
    expect(second.next).toBeUndefined();
    expect(lists.matches({ after: 0, limit: 9 }, 'no-such').total).toBe(0);
    const teams = first.rows[0]?.players.map(({ team }) => team).toSorted();
    expect(teams).toEqual([0, 1]);
    const [one] = first.rows[0]?.players ?? [];
    expect(lists.player(one?.name ?? '')).toMatchObject({
      match: first.rows[0]?.id,
      mode: 'duel',
      team: one?.team,
      state: 'match',
    });
  });
});

/** The median of some runs, as text. */
function costMs(run: () => void): string {
  const costs = Array.from({ length: RUNS }, () => {
    const startMs = systemClock.nowMs();
    run();
    return systemClock.nowMs() - startMs;
  });
  return costs.toSorted((one, other) => one - other)[(RUNS - 1) / 2]?.toFixed(2) ?? '';
}
