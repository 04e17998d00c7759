/** Goal: how many lobbies there are, and what becomes of their players; one example a rule. */

import { describe, expect, it } from 'vitest';
import { Reason } from '../../../src/shared/reason.ts';
import { Recorder } from './recorder.ts';

describe('Directory, lobbies', () => {
  it('keeps one open, and opens another when less than a tenth is free', () => {
    const host = new Recorder({ lobbyCapacity: 10 });
    host.settle();
    expect(host.lobbies()).toHaveLength(1);
    for (let count = 1; count <= 9; count += 1) host.login(`p${count}`);
    host.settle();
    expect(host.lobbies()).toHaveLength(1);
    host.login('p10');
    host.settle();
    expect(host.lobbies()).toHaveLength(2);
    host.step(1_000_000);
    host.step(1_000_000);
    expect(host.ended).toEqual([]);
  });

  it('reserves a place for those who play', () => {
    const host = new Recorder({ lobbyCapacity: 2 });
    host.settle();
    const players = ['ada', 'bob', 'cyd', 'dan'].map((name) => host.login(name));
    host.settle();
    const match = host.match('ctf', ...players);
    host.step(100_000);
    host.step(100_000);
    host.room = 0;
    host.gone(match, Reason.ended);
    for (const player of players) expect(host.routeOf(player)).not.toBe(match);
  });

  it('takes the players of a match in together, with one order', () => {
    const host = new Recorder();
    host.settle();
    for (let count = 1; count <= 10; count += 1) host.login(`p${count}`);
    host.settle();
    const players = ['ada', 'bob', 'cyd', 'dan'].map((name) => host.login(name));
    const match = host.match('ctf', ...players);
    const before = host.orders.length;
    host.gone(match, Reason.ended);
    const moves = host.orders.slice(before).filter((order) => order.kind === 'move');
    expect(moves).toHaveLength(1);
    expect(new Set(moves[0]?.players)).toEqual(new Set(players));
  });

  it('closes a surplus empty one after a while, and forgets it when it is gone', () => {
    const host = new Recorder({ lobbyCapacity: 2 });
    host.settle();
    const players = ['ada', 'bob', 'cyd', 'dan'].map((name) => host.login(name));
    host.settle();
    const count = host.directory.counts().lobbies;
    for (const player of players) host.drop(player);
    host.step();
    host.step(59_999);
    expect(host.ended).toEqual([]);
    host.step(1);
    expect(host.ended).toHaveLength(count - 1);
    expect(host.directory.counts().lobbies).toBe(1);
    for (const { handler, reason } of host.ended) host.gone(handler, reason);
    expect(host.forgotten).toEqual(host.ended.map(({ handler }) => handler));
    expect(host.happenings.filter(({ kind }) => kind === 'lobbyFailed')).toEqual([]);
  });

  it('moves the players of a lobby that dies to another, with the reason', () => {
    const host = new Recorder({ lobbyCapacity: 2 });
    host.settle();
    const ada = host.login('ada');
    host.login('bob');
    host.login('cyd');
    host.settle();
    const lobby = host.routeOf(ada) ?? 0;
    host.gone(lobby, Reason.outOfMemory, true);
    expect(host.routeOf(ada)).not.toBe(lobby);
    expect(host.routing(ada).at(-1)).toMatchObject({ reason: Reason.outOfMemory, oldGone: true });
    host.nowMs += 100;
    host.settle();
    expect(host.forgotten).toContain(lobby);
  });

  it('lets players wait for a new one when the only one dies, and forgets the old one only then', () => {
    const host = new Recorder();
    host.settle();
    const ada = host.login('ada');
    host.queue('ctf', ada);
    const lobby = host.routeOf(ada) ?? 0;
    host.gone(lobby, Reason.crashed);
    expect(host.directory.find('ada', host.nowMs)).toMatchObject({ state: 'stranded' });
    expect(host.forgotten).toEqual([]);
    host.nowMs += 100;
    host.settle();
    expect(host.routing(ada).at(-1)).toMatchObject({ reason: Reason.crashed, oldGone: false });
    expect(host.forgotten).toEqual([lobby]);
    expect(host.directory.find('ada', host.nowMs)?.waits).toMatchObject({ mode: 'ctf' });
  });

  it('opens another at once for the players of one that went down with its worker, also after a slow start', () => {
    const host = new Recorder();
    // Before the workers are up nothing can be opened: those failures must not count later.
    host.room = 0;
    for (let step = 0; step < 100; step += 1) host.step(10);
    host.room = Infinity;
    host.step(1_000);
    host.settle();
    host.login('ada');
    for (let round = 0; round < 4; round += 1) {
      const before = host.lobbies().length;
      host.gone(host.lobbies().at(-1)?.handler ?? 0, Reason.hung, true);
      host.step(1);
      expect(host.lobbies().length).toBeGreaterThan(before);
      host.settle();
    }
  });

  it('closes the connections of those for whom no lobby opens', () => {
    const host = new Recorder();
    host.settle();
    const ada = host.login('ada');
    host.room = 0;
    const lobby = host.routeOf(ada) ?? 0;
    host.gone(lobby, Reason.crashed);
    host.step(30_000);
    expect(host.goodbyes(ada)).toMatchObject([{ kind: 'close', reason: Reason.unavailable }]);
    expect(host.forgotten).toEqual([lobby]);
    expect(host.directory.counts().players).toBe(0);
  });

  it('tries less and less often to open one that keeps failing', () => {
    const host = new Recorder();
    let tries = 0;
    for (let step = 0; step < 6_000; step += 1) {
      host.step(10);
      for (const { handler } of host.lobbies().slice(tries)) host.gone(handler, Reason.crashed);
      tries = host.lobbies().length;
    }
    expect(tries).toBeGreaterThan(10);
    expect(tries).toBeLessThan(30);
  });
});
