/** Goal: matches from opening to their end, and what becomes of their players; one example a rule. */

import { describe, expect, it } from 'vitest';
import { Reason } from '../../../src/shared/reason.ts';
import { Recorder } from './recorder.ts';
import type { PlayerRef } from '../../../src/shared/ids.ts';

function four(host: Recorder): [PlayerRef, PlayerRef, PlayerRef, PlayerRef] {
  host.settle();
  return [host.login('ada'), host.login('bob'), host.login('cyd'), host.login('dan')];
}

describe('Directory, a match', () => {
  it('moves its players with one order when its handler is open, and not before', () => {
    const host = new Recorder();
    const players = four(host);
    host.queue('ctf', ...players);
    host.step();
    const { handler, roster } = host.lastMatch();
    expect(roster.map(({ name }) => name).sort()).toEqual(['ada', 'bob', 'cyd', 'dan']);
    expect(roster.filter(({ team }) => team === 0)).toHaveLength(2);
    expect(host.orders.filter(({ kind }) => kind === 'move')).toEqual([]);
    host.directory.handlerOpened(handler, host.nowMs);
    const moves = host.orders.filter((order) => order.kind === 'move');
    expect(moves).toMatchObject([{ handler, reason: Reason.matched, oldGone: false }]);
    expect(new Set(moves[0]?.players)).toEqual(new Set(players));
    host.step();
    expect(host.told.at(-1)).toMatchObject({ players: 4, matches: 1 });
    expect(host.toldQueues.get('ctf')).toMatchObject({ waiting: 0, matches: 1, matched: 4 });
  });

  it('returns its players to lobbies when it ends, and is forgotten after that', () => {
    const host = new Recorder();
    const players = four(host);
    const match = host.match('ctf', ...players);
    expect(host.directory.isIdle()).toBe(false);
    host.gone(match, Reason.ended);
    for (const player of players) {
      expect(host.routing(player).at(-1)).toMatchObject({ reason: Reason.ended, oldGone: false });
    }
    expect(host.forgotten).toEqual([match]);
    expect(host.directory.isIdle()).toBe(true);
    expect(host.happenings.at(-1)).toMatchObject({ kind: 'matchEnded', handler: match });
  });

  it('lets a seat go with the match when its player is away', () => {
    const host = new Recorder();
    const players = four(host);
    const match = host.match('ctf', ...players);
    host.drop(players[1]);
    host.gone(match, Reason.ended);
    expect(host.directory.find('bob', host.nowMs)).toBeUndefined();
    expect(host.routing(host.login('bob'))).toMatchObject([{ reason: Reason.login }]);
  });

  it('sends the players of a lost worker home without waiting, with priority once', () => {
    const host = new Recorder();
    const players = four(host);
    const late = ['eve', 'fay', 'gus', 'hal'].map((name) => host.login(name));
    const match = host.match('ctf', ...players);
    host.gone(match, Reason.hung, true);
    expect(host.routing(players[0]).at(-1)).toMatchObject({ reason: Reason.hung, oldGone: true });
    host.queue('ctf', ...late.slice(0, 3));
    host.nowMs += 5;
    host.queue('ctf', players[0]);
    expect(host.directory.find('ada', host.nowMs)?.waits).toMatchObject({ position: 1 });
    host.settle();
    host.gone(host.lastMatch().handler, Reason.ended);
    host.queue('ctf', late[3] ?? 0, players[0]);
    expect(host.directory.find('ada', host.nowMs)?.waits).toMatchObject({ position: 2 });
  });

  it('starts without a player who left or dropped while it opened', () => {
    const host = new Recorder();
    const [ada, bob, cyd, dan] = four(host);
    host.queue('ctf', ada, bob, cyd, dan);
    host.step();
    host.ask(ada, { ask: 'leave' });
    host.drop(bob);
    host.drop(cyd, Reason.quit);
    const { handler } = host.lastMatch();
    host.directory.handlerOpened(handler, host.nowMs);
    expect(host.expired.map(({ name }) => name).sort()).toEqual(['ada', 'cyd']);
    expect(host.orders.findLast(({ kind }) => kind === 'move')).toMatchObject({ players: [dan] });
    expect(host.lastEvent(ada)).toEqual({ event: 'unqueued', reason: 'left' });
    expect(host.routing(host.login('bob'))).toMatchObject([{ handler, reason: Reason.resumed }]);
  });

  it('moves a player who dropped and came back while it opened', () => {
    const host = new Recorder();
    const [ada, bob, cyd, dan] = four(host);
    host.queue('ctf', ada, bob, cyd, dan);
    host.step();
    host.drop(bob);
    const back = host.login('bob');
    host.directory.handlerOpened(host.lastMatch().handler, host.nowMs);
    expect(host.routing(back)).toMatchObject([
      { kind: 'admit', reason: Reason.login },
      { kind: 'move', reason: Reason.matched },
    ]);
    expect(host.routing(bob)).toHaveLength(1);
  });

  it('lets a newer login that still waits for a lobby straight in', () => {
    const host = new Recorder();
    const players = four(host);
    host.queue('ctf', ...players);
    host.step();
    const { handler } = host.lastMatch();
    host.room = 0;
    host.gone(host.routeOf(players[0]) ?? 0, Reason.hung, true);
    const young = host.login('ada');
    expect(host.routing(young)).toEqual([]);
    host.directory.handlerOpened(handler, host.nowMs);
    expect(host.routing(young)).toMatchObject([{ kind: 'admit', handler, reason: Reason.matched }]);
    expect(host.routing(players[1]).at(-1)).toMatchObject({ handler, oldGone: true });
  });

  it('puts everyone back to the head of the queue when it cannot be opened', () => {
    const host = new Recorder();
    const players = four(host);
    host.queue('ctf', ...players.slice(0, 4));
    host.step();
    const { handler } = host.lastMatch();
    host.nowMs += 50;
    host.queue('ctf', host.login('eve'));
    host.gone(handler, Reason.crashed);
    expect(host.directory.find('ada', host.nowMs)?.waits).toMatchObject({
      position: 1,
      enqueuedMs: 1_000,
    });
    expect(host.directory.find('eve', host.nowMs)?.waits).toMatchObject({ position: 5 });
    expect(host.events(players[0]).slice(-2)).toMatchObject([
      { event: 'notice' },
      { event: 'queued', mode: 'ctf' },
    ]);
    host.settle();
    expect(host.lastMatch().roster.map(({ name }) => name)).not.toContain('eve');
  });

  it('gives up an opening that takes too long, once', () => {
    const host = new Recorder();
    const players = four(host);
    host.queue('ctf', ...players);
    host.step();
    const { handler } = host.lastMatch();
    host.room = 0;
    host.step(10_000);
    expect(host.ended).toEqual([{ handler, reason: Reason.unavailable }]);
    expect(host.directory.queueCounts('ctf')?.waiting).toBe(4);
    host.directory.handlerOpened(handler, host.nowMs);
    host.gone(handler, Reason.unavailable);
    expect(host.directory.queueCounts('ctf')?.waiting).toBe(4);
    expect(host.forgotten).toEqual([handler]);
  });

  it('is tried again when there was no room for it', () => {
    const host = new Recorder();
    const players = four(host);
    host.room = 0;
    host.queue('ctf', ...players);
    expect(host.step()).toBe(host.nowMs + 250);
    expect(host.directory.queueCounts('ctf')?.waiting).toBe(4);
    host.ask(players[0], { ask: 'why' });
    expect(host.lastEvent(players[0])).toMatchObject({ text: expect.stringMatching(/no room/) });
    host.room = 1;
    host.step(250);
    expect(host.directory.queueCounts('ctf')?.waiting).toBe(0);
  });

  it('is ended when its last player has left', () => {
    const host = new Recorder();
    host.settle();
    const [ada, bob] = [host.login('ada'), host.login('bob')];
    const match = host.match('duel', ada, bob);
    host.ask(ada, { ask: 'leave' });
    expect(host.routing(ada).at(-1)).toMatchObject({ reason: Reason.left, oldGone: false });
    expect(host.ended).toEqual([]);
    host.ask(bob, { ask: 'dismiss', reason: Reason.kicked });
    expect(host.routing(bob).at(-1)).toMatchObject({ reason: Reason.kicked });
    expect(host.ended).toEqual([{ handler: match, reason: Reason.expired }]);
    expect(host.expired).toEqual([]);
  });
});

describe('Directory, a mode that crashes too often', () => {
  it('is quarantined, says so, and is released by itself', () => {
    const host = new Recorder({ limits: { crashesMax: 2, quarantineMs: 5_000 } });
    host.settle();
    const players = [host.login('ada'), host.login('bob'), host.login('cyd')];
    const [ada = 0, bob = 0, cyd = 0] = players;
    host.gone(host.match('duel', ada, bob), Reason.crashed);
    host.nowMs += 1_000;
    const second = host.match('duel', ada, bob);
    host.queue('duel', cyd);
    host.gone(second, Reason.crashed);
    expect(host.lastEvent(cyd)).toEqual({ event: 'unqueued', reason: 'quarantined' });
    host.queue('duel', ada);
    expect(host.lastEvent(ada)).toMatchObject({ event: 'error', code: 'quarantined' });
    expect(host.happenings.at(-1)).toMatchObject({ kind: 'modeQuarantined', mode: 'duel' });
    host.step(5_000);
    expect(host.happenings.at(-1)).toEqual({ kind: 'modeReleased', mode: 'duel' });
    host.queue('duel', ada);
    expect(host.lastEvent(ada)).toMatchObject({ event: 'queued' });
  });

  it('is released, its crashes forgotten, when an operator says so', () => {
    const host = new Recorder({ limits: { crashesMax: 2 } });
    host.settle();
    const [ada, bob] = [host.login('ada'), host.login('bob')];
    host.gone(host.match('duel', ada, bob), Reason.crashed);
    host.directory.releaseQuarantine('duel');
    expect(host.happenings.filter(({ kind }) => kind === 'modeReleased')).toEqual([]);
    host.gone(host.match('duel', ada, bob), Reason.crashed);
    host.gone(host.match('duel', ada, bob), Reason.crashed);
    host.directory.releaseQuarantine('duel');
    host.queue('duel', ada);
    expect(host.lastEvent(ada)).toMatchObject({ event: 'queued' });
  });

  it('is not for one worker that takes many matches with it', () => {
    const host = new Recorder({ limits: { crashesMax: 2 } });
    host.settle();
    const names = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay'];
    const players = names.map((name) => host.login(name));
    host.match('duel', ...players);
    for (const { handler, isLobby } of host.opened) {
      if (!isLobby) host.gone(handler, Reason.hung, true);
    }
    host.queue('duel', players[0] ?? 0);
    expect(host.lastEvent(players[0] ?? 0)).toMatchObject({ event: 'queued' });
  });
});
