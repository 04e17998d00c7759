/** Goal: the accept step of a found match, from the question to its end; one example a rule. */

import { describe, expect, it } from 'vitest';
import type { ModeRules } from '../../../src/main/matchmaker/mode-rules.ts';
import type { PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { Recorder } from './recorder.ts';

const ACCEPT_MS = 10_000;
const SIEGE: ModeRules = {
  name: 'siege',
  teams: 2,
  teamSize: 2,
  minTeamSize: 2,
  tickHz: 10,
  graceMs: 5_000,
  matching: { acceptMs: ACCEPT_MS },
};

interface Asked {
  readonly host: Recorder;
  readonly players: readonly [PlayerRef, PlayerRef, PlayerRef, PlayerRef];
}

/** Four players for whom a match was found after they had waited a second. */
function asked(): Asked {
  const host = new Recorder({ modes: [SIEGE] });
  host.settle();
  const players = [host.login('ada'), host.login('bob'), host.login('cyd'), host.login('dan')];
  const [ada, bob, cyd, dan] = players as [PlayerRef, PlayerRef, PlayerRef, PlayerRef];
  return askedOf(host, [ada, bob, cyd, dan]);
}

function askedOf(host: Recorder, players: Asked['players']): Asked {
  const [ada, ...others] = players;
  host.queue('siege', ada);
  host.step(1_000);
  for (const player of others) {
    if (host.directory.find(nameOf(host, player), host.nowMs)?.waits === undefined) {
      host.queue('siege', player);
    }
  }
  host.step(0);
  return { host, players };
}

function nameOf(host: Recorder, player: PlayerRef): string {
  const found = [...host.directory.players(host.nowMs)].find((one) => one.player === player);
  return found?.name ?? '';
}

function accept(host: Recorder, ...players: readonly PlayerRef[]): void {
  for (const player of players) host.ask(player, { ask: 'accept' });
}

/** Those who were told to be out of the queue, and why. */
function reasons(host: Recorder, player: PlayerRef): readonly string[] {
  return host.events(player).flatMap((event) => (event.event === 'unqueued' ? [event.reason] : []));
}

describe('Directory, a found match that is to be accepted', () => {
  it('asks all its players, and opens nothing before the last of them has accepted', () => {
    const { host, players } = asked();
    const [ada, bob, cyd, dan] = players;
    const found = { event: 'found', mode: 'siege', players: 4, acceptMs: ACCEPT_MS };
    for (const player of players) expect(host.events(player)).toContainEqual(found);
    accept(host, ada, bob, cyd);
    host.step(100);
    expect(host.opened.filter(({ isLobby }) => !isLobby)).toEqual([]);
    accept(host, dan);
    host.settle();
    for (const player of players) expect(host.routeOf(player)).toBe(host.lastMatch().handler);
  });

  it('opens at once where the mode asks nobody', () => {
    const host = new Recorder();
    host.settle();
    const players = [host.login('ada'), host.login('bob')];
    host.match('duel', ...players);
    for (const player of players) {
      expect(host.events(player).filter(({ event }) => event === 'found')).toEqual([]);
    }
  });

  it('sends the others back to the head of the queue when one declines, with the wait that they had', () => {
    const { host, players } = asked();
    const [ada, bob, cyd, dan] = players;
    host.ask(bob, { ask: 'decline' });
    expect(reasons(host, bob)).toEqual(['declined']);
    for (const player of [ada, cyd, dan]) expect(reasons(host, player)).toEqual([]);
    expect(host.directory.find('bob', host.nowMs)?.waits).toBeUndefined();
    const waits = host.directory.find('ada', host.nowMs)?.waits;
    expect(waits).toMatchObject({ mode: 'siege', hasPriority: true, enqueuedMs: 1_000 });
    host.queue('siege', host.login('eve'));
    host.step(0);
    accept(host, ada, cyd, dan);
    expect(host.ticketEvents).toContainEqual(
      expect.objectContaining({ kind: 'removed', reason: 'declined' }),
    );
    expect(host.events(ada).filter(({ event }) => event === 'found')).toHaveLength(2);
  });

  it('takes silence for a no: the silent go, who accepted waits again', () => {
    const { host, players } = asked();
    const [ada, bob, cyd, dan] = players;
    accept(host, ada, cyd);
    expect(host.step(ACCEPT_MS - 1)).toBeLessThanOrEqual(host.nowMs + 1);
    expect(reasons(host, bob)).toEqual([]);
    host.step(1);
    for (const player of [bob, dan]) expect(reasons(host, player)).toEqual(['declined']);
    for (const name of ['ada', 'cyd']) {
      expect(host.directory.find(name, host.nowMs)?.waits).toMatchObject({ hasPriority: true });
    }
  });

  it('takes the whole party out when one of it declines', () => {
    const host = new Recorder({ modes: [SIEGE] });
    host.settle();
    const [ada, bob, cyd, dan] = [
      host.login('ada'),
      host.login('bob'),
      host.login('cyd'),
      host.login('dan'),
    ] as const;
    host.ask(ada, { ask: 'party', action: 'invite', name: 'bob' });
    host.ask(bob, { ask: 'party', action: 'accept', name: 'ada' });
    askedOf(host, [ada, bob, cyd, dan]);
    accept(host, ada, cyd);
    host.ask(bob, { ask: 'decline' });
    for (const player of [ada, bob]) expect(reasons(host, player)).toEqual(['declined']);
    for (const name of ['cyd', 'dan']) {
      expect(host.directory.find(name, host.nowMs)?.waits).toBeDefined();
    }
  });

  it.each(['disconnects', 'leaves', 'changes party'])('is called off when a player %s', (how) => {
    const { host, players } = asked();
    const [ada, bob, cyd, dan] = players;
    accept(host, ada, bob, cyd, dan);
    if (how === 'disconnects') host.drop(bob);
    else if (how === 'leaves') host.ask(bob, { ask: 'leave' });
    else {
      host.ask(ada, { ask: 'party', action: 'invite', name: 'bob' });
      host.ask(bob, { ask: 'party', action: 'accept', name: 'ada' });
    }
    host.step(10);
    expect(host.opened.filter(({ isLobby }) => !isLobby)).toEqual([]);
    expect(host.directory.find('cyd', host.nowMs)?.waits).toMatchObject({ hasPriority: true });
    expect(host.directory.find('bob', host.nowMs)?.waits).toBeUndefined();
  });

  it('is asked again on the connection that takes a player over, and the answer counts', () => {
    const { host, players } = asked();
    const [ada, , cyd, dan] = players;
    const bob = host.login('bob');
    expect(host.lastEvent(bob)).toMatchObject({ event: 'found', players: 4 });
    accept(host, ada, bob, cyd, dan);
    host.settle();
    expect(host.routeOf(bob)).toBe(host.lastMatch().handler);
  });

  it('stays accepted while there is no room for it', () => {
    const { host, players } = asked();
    host.room = 0;
    accept(host, ...players);
    host.step(10);
    host.step(ACCEPT_MS * 2);
    for (const player of players) expect(reasons(host, player)).toEqual([]);
    host.room = Infinity;
    host.step(1_000);
    host.settle();
    expect(host.lastMatch().roster).toHaveLength(4);
  });

  it('is called off for all when the host drains', () => {
    const { host, players } = asked();
    accept(host, players[0]);
    host.directory.startDraining(host.nowMs);
    for (const player of players) expect(reasons(host, player)).toEqual(['draining']);
    host.settle();
    expect(host.directory.isIdle()).toBe(true);
  });

  it('is called off for all when its mode is quarantined', () => {
    const limits = { crashesMax: 1 };
    const host = new Recorder({ modes: [SIEGE], limits });
    host.settle();
    const names = ['eve', 'fay', 'gus', 'hal'];
    const first = names.map((name) => host.login(name));
    host.queue('siege', ...first);
    host.step(0);
    accept(host, ...first);
    host.settle();
    const running = host.lastMatch().handler;
    const logins = ['ada', 'bob', 'cyd', 'dan'].map((name) => host.login(name));
    const [ada, bob, cyd, dan] = logins as [PlayerRef, PlayerRef, PlayerRef, PlayerRef];
    askedOf(host, [ada, bob, cyd, dan]);
    host.gone(running, Reason.crashed);
    for (const player of logins) expect(reasons(host, player)).toEqual(['quarantined']);
  });

  it('keeps its players out of other queues, and says where it stands', () => {
    const { host, players } = asked();
    const [ada] = players;
    host.queue('siege', ada);
    expect(host.lastEvent(ada)).toMatchObject({ event: 'error', code: 'match-found' });
    accept(host, ada);
    expect(host.directory.why('ada', host.nowMs)?.text).toBe(
      'A match of siege is found: you have; 1 of 4 have accepted, 10 s are left.',
    );
    expect(host.directory.why('bob', host.nowMs)?.text).toContain('/accept or /decline it');
  });

  it('answers a player for whom no match is found', () => {
    const host = new Recorder({ modes: [SIEGE] });
    host.settle();
    const ada = host.login('ada');
    accept(host, ada);
    expect(host.lastEvent(ada)).toMatchObject({ event: 'error', code: 'no-match' });
  });
});
