/** Goal: who gets in, who does not, and what a newer login takes over; one example a rule. */

import { describe, expect, it } from 'vitest';
import { Reason } from '../../../src/shared/reason.ts';
import { GRACE_MS, Recorder } from './recorder.ts';

describe('Directory.login()', () => {
  it('admits into the lobby with the least players', () => {
    const host = new Recorder({ lobbyCapacity: 2 });
    host.settle();
    const players = ['ada', 'bob', 'cyd', 'dan'].map((name) => {
      const player = host.login(name);
      host.settle();
      return player;
    });
    const lobbies = players.map((player) => host.routeOf(player));
    expect(new Set(lobbies).size).toBeGreaterThanOrEqual(2);
    for (const lobby of lobbies) {
      expect(lobbies.filter((other) => other === lobby).length).toBeLessThanOrEqual(2);
    }
    expect(host.routing(players[0] ?? 0)).toMatchObject([{ kind: 'admit', reason: Reason.login }]);
  });

  it('lets a login wait for the first lobby to open', () => {
    const host = new Recorder();
    const ada = host.login('ada');
    host.step();
    expect(host.orders).toEqual([]);
    expect(host.directory.counts().players).toBe(0);
    host.settle();
    expect(host.routing(ada)).toMatchObject([{ kind: 'admit', name: 'ada' }]);
    expect(host.told.at(-1)).toEqual({ players: 1, bots: 0, matches: 0, lobbies: 1 });
  });

  it('refuses a login for which no lobby opens in time', () => {
    const host = new Recorder();
    host.room = 0;
    const ada = host.login('ada');
    host.step(4_999);
    expect(host.goodbyes(ada)).toEqual([]);
    host.step(1);
    expect(host.goodbyes(ada)).toMatchObject([{ kind: 'refuse', reason: Reason.unavailable }]);
    expect(host.directory.find('ada', host.nowMs)).toBeUndefined();
  });

  it('refuses bad names without a trace', () => {
    const host = new Recorder();
    host.settle();
    const names = ['', '-ada', '_ada', 'a b', 'é', 'a'.repeat(25), 'ada\n', 'bot-ada', 'BOT-1'];
    for (const name of names) {
      const player = host.login(name);
      const message: unknown = expect.stringMatching(/^Cannot log in as "/);
      expect(host.goodbyes(player), name).toMatchObject([
        { kind: 'refuse', reason: Reason.badName, message },
      ]);
      host.drop(player);
    }
    host.step();
    expect(host.directory.counts().players + host.directory.counts().bots).toBe(0);
    expect([...host.directory.players(host.nowMs)]).toEqual([]);
  });

  it('accepts the names that the rule allows', () => {
    const host = new Recorder();
    host.settle();
    for (const name of ['a', '7', 'A_-9', 'x'.repeat(24), 'bot', 'robot-1']) {
      expect(host.routeOf(host.login(name)), name).toBeDefined();
    }
  });

  it('counts practice bots apart and lets nobody else use their names', () => {
    const host = new Recorder();
    host.settle();
    expect(host.goodbyes(host.login('bot-eve', { token: 'wrong' }))).toHaveLength(1);
    host.login('bot-eve', { token: 'secret' });
    host.login('ada', { token: 'secret' });
    expect(host.directory.counts()).toMatchObject({ players: 1, bots: 1 });
  });

  it('refuses a new account when all places are taken, and still takes a known one', () => {
    const host = new Recorder({ playersMax: 2 });
    host.settle();
    host.login('ada');
    host.login('bob');
    expect(host.goodbyes(host.login('cyd'))).toMatchObject([{ reason: Reason.hostFull }]);
    expect(host.routeOf(host.login('ADA'))).toBeDefined();
    expect(host.directory.counts().players).toBe(2);
  });

  it('refuses new accounts while it drains', () => {
    const host = new Recorder();
    host.settle();
    host.directory.startDraining(host.nowMs);
    expect(host.goodbyes(host.login('bob'))).toMatchObject([{ reason: Reason.draining }]);
    host.directory.stopDraining();
    expect(host.routeOf(host.login('bob'))).toBeDefined();
  });
});

describe('Directory, the newest login wins', () => {
  it('closes the old connection and gives its place to the new one, whatever the case of the name', () => {
    const host = new Recorder();
    host.settle();
    const old = host.login('Ada');
    const lobby = host.routeOf(old);
    const young = host.login('aDA');
    expect(host.goodbyes(old)).toMatchObject([{ kind: 'close', reason: Reason.replaced }]);
    expect(host.routing(young)).toMatchObject([{ kind: 'admit', name: 'Ada', handler: lobby }]);
    expect(host.directory.counts().players).toBe(1);
  });

  it('is not disturbed by the end of the replaced connection', () => {
    const host = new Recorder();
    host.settle();
    const old = host.login('ada');
    const young = host.login('ada');
    host.drop(old, Reason.replaced);
    expect(host.directory.find('ada', host.nowMs)).toMatchObject({ player: young, state: 'lobby' });
    expect(host.directory.counts().players).toBe(1);
  });

  it('keeps the ticket and tells the new connection of it', () => {
    const host = new Recorder();
    host.settle();
    host.queue('ctf', host.login('ada'));
    const young = host.login('ada');
    expect(host.lastEvent(young)).toEqual({
      event: 'queued',
      mode: 'ctf',
      waiting: 1,
      etaMs: null,
    });
  });

  it('resumes the running match on the new connection', () => {
    const host = new Recorder();
    host.settle();
    const ada = host.login('ada');
    const match = host.match('duel', ada, host.login('bob'));
    const young = host.login('ada');
    expect(host.routing(young)).toMatchObject([
      { kind: 'admit', handler: match, reason: Reason.resumed },
    ]);
  });

  it('refuses an old login that still waits, and lets the new one wait', () => {
    const host = new Recorder();
    const old = host.login('ada');
    const young = host.login('ada');
    expect(host.goodbyes(old)).toMatchObject([{ kind: 'refuse', reason: Reason.replaced }]);
    host.settle();
    expect(host.routing(young)).toHaveLength(1);
    expect(host.routing(old)).toEqual([]);
  });

  it('moves to the lobbies of another listener with it', () => {
    const host = new Recorder({ greeters: new Map([['mud', 'tavern']]) });
    host.settle();
    const old = host.login('ada');
    const young = host.login('ada', { listener: 'mud' });
    const tavern = host.lobbies().find(({ mode }) => mode === 'tavern');
    expect(host.routeOf(young)).toBe(tavern?.handler);
    expect(host.routeOf(old)).not.toBe(tavern?.handler);
    expect(host.directory.counts().players).toBe(1);
  });
});

describe('Directory.closed()', () => {
  it('lets a player in a lobby go at once, with ticket and party', () => {
    const host = new Recorder();
    host.settle();
    const [ada, bob] = [host.login('ada'), host.login('bob')];
    host.ask(ada, { ask: 'party', action: 'invite', name: 'bob' });
    host.ask(bob, { ask: 'party', action: 'accept', name: undefined });
    host.queue('ctf', ada);
    expect(host.directory.queueCounts('ctf')?.waiting).toBe(2);
    host.drop(bob);
    expect(host.directory.find('bob', host.nowMs)).toBeUndefined();
    expect(host.directory.queueCounts('ctf')?.waiting).toBe(0);
    expect(host.events(ada).slice(-2)).toMatchObject([
      { event: 'unqueued', reason: 'party-changed' },
      { event: 'party', action: 'disbanded', by: 'bob' },
    ]);
  });

  it('keeps the seat in a match for the grace time, and resumes it', () => {
    const host = new Recorder();
    host.settle();
    const players = ['ada', 'bob', 'cyd', 'dan'].map((name) => host.login(name));
    const match = host.match('ctf', ...players);
    host.drop(players[0] ?? 0);
    expect(host.directory.counts().players).toBe(3);
    host.step(GRACE_MS - 1);
    const back = host.login('ADA');
    expect(host.routing(back)).toMatchObject([
      { kind: 'admit', name: 'ada', handler: match, reason: Reason.resumed },
    ]);
    host.step(GRACE_MS);
    expect(host.expired).toEqual([]);
  });

  it('gives the seat up when the grace time is over', () => {
    const host = new Recorder();
    host.settle();
    const players = ['ada', 'bob', 'cyd', 'dan'].map((name) => host.login(name));
    const match = host.match('ctf', ...players);
    host.drop(players[0] ?? 0);
    expect(host.step()).toBe(host.nowMs + GRACE_MS);
    host.step(GRACE_MS);
    expect(host.expired).toEqual([{ handler: match, name: 'ada' }]);
    expect(host.directory.find('ada', host.nowMs)).toBeUndefined();
    expect(host.routing(host.login('ada'))).toMatchObject([{ reason: Reason.login }]);
  });

  it('keeps no seat for a player who quit', () => {
    const host = new Recorder();
    host.settle();
    const players = ['ada', 'bob', 'cyd', 'dan'].map((name) => host.login(name));
    host.match('ctf', ...players);
    host.drop(players[0] ?? 0, Reason.quit);
    expect(host.directory.find('ada', host.nowMs)).toBeUndefined();
    expect(host.expired).toEqual([]);
  });

  it('takes a mode without grace time at its word', () => {
    const host = new Recorder();
    host.settle();
    const ada = host.login('ada');
    const match = host.match('duel', ada, host.login('bob'));
    host.drop(ada);
    expect(host.expired).toEqual([{ handler: match, name: 'ada' }]);
    expect(host.directory.find('ada', host.nowMs)).toBeUndefined();
  });

  it('lets a lost connection back into its match while the host drains', () => {
    const host = new Recorder();
    host.settle();
    const players = ['ada', 'bob', 'cyd', 'dan'].map((name) => host.login(name));
    const match = host.match('ctf', ...players);
    host.directory.startDraining(host.nowMs);
    host.drop(players[0] ?? 0);
    expect(host.routeOf(host.login('ada'))).toBe(match);
  });
});
