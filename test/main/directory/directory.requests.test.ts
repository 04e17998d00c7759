/** Goal: what players ask, and the answer each request gets; one example a rule. */

import { describe, expect, it } from 'vitest';
import { Reason } from '../../../src/shared/reason.ts';
import { Recorder } from './recorder.ts';
import type { PlayerRef } from '../../../src/shared/ids.ts';

function hostWith(...names: readonly string[]): [Recorder, ...PlayerRef[]] {
  const host = new Recorder();
  host.settle();
  return [host, ...names.map((name) => host.login(name))];
}

function codeOf(host: Recorder, player: PlayerRef): string | undefined {
  const event = host.lastEvent(player);
  return event?.event === 'error' ? event.code : undefined;
}

function join(host: Recorder, leader: PlayerRef, guest: PlayerRef): void {
  const name = [...host.directory.players(0)].find(({ player }) => player === guest)?.name;
  host.ask(leader, { ask: 'party', action: 'invite', name });
  host.ask(guest, { ask: 'party', action: 'accept', name: undefined });
}

describe('Directory.request() queue', () => {
  it('answers with the queue, or says why not', () => {
    const [host, ada = 0, bob = 0] = hostWith('ada', 'bob');
    host.queue('chess', ada);
    expect(host.lastEvent(ada)).toEqual({
      event: 'error',
      code: 'unknown-mode',
      message: 'Cannot queue for "chess": the modes here are "ctf", "duel"',
    });
    host.queue('ctf', ada);
    expect(host.lastEvent(ada)).toMatchObject({ event: 'queued', mode: 'ctf', waiting: 1 });
    host.queue('ctf', ada);
    expect(codeOf(host, ada)).toBe('already-queued');
    host.queue('duel', ada, bob);
    expect(host.events(ada).slice(-2)).toMatchObject([
      { event: 'unqueued', reason: 'switched' },
      { event: 'queued', mode: 'duel' },
    ]);
    expect(host.directory.queueCounts('ctf')?.waiting).toBe(0);
    host.step();
    host.queue('ctf', ada);
    expect(codeOf(host, ada)).toBe('in-match');
    host.settle();
    host.queue('ctf', ada);
    expect(codeOf(host, ada)).toBe('in-match');
  });

  it('takes nobody while the host drains, and lets those go who wait', () => {
    const [host, ada = 0, bob = 0] = hostWith('ada', 'bob');
    host.queue('ctf', ada);
    host.directory.startDraining(host.nowMs);
    expect(host.events(ada)).toContainEqual({ event: 'unqueued', reason: 'draining' });
    host.queue('ctf', bob);
    expect(codeOf(host, bob)).toBe('draining');
  });

  it('queues a party as one, by its leader only, if a side takes it', () => {
    const [host, ada = 0, bob = 0, cyd = 0] = hostWith('ada', 'bob', 'cyd');
    join(host, ada, bob);
    host.queue('ctf', bob);
    expect(codeOf(host, bob)).toBe('not-leader');
    host.queue('duel', ada);
    expect(codeOf(host, ada)).toBe('party-too-large');
    host.queue('ctf', ada);
    expect(host.lastEvent(bob)).toMatchObject({ event: 'queued', waiting: 2 });
    join(host, ada, cyd);
    expect(host.events(bob).slice(-2)).toMatchObject([
      { event: 'unqueued', reason: 'party-changed' },
      { event: 'party', action: 'joined', by: 'cyd', members: ['ada', 'bob', 'cyd'] },
    ]);
  });
});

describe('Directory.request() leave', () => {
  it('takes the whole party out of the queue', () => {
    const [host, ada = 0, bob = 0] = hostWith('ada', 'bob');
    join(host, ada, bob);
    host.queue('ctf', ada);
    host.ask(bob, { ask: 'leave' });
    expect(host.lastEvent(ada)).toEqual({ event: 'unqueued', reason: 'left' });
    host.ask(bob, { ask: 'leave' });
    expect(codeOf(host, bob)).toBe('not-queued');
  });

  it('does not take a player out of a match that began while the request was under way', () => {
    const [host, ada = 0, bob = 0] = hostWith('ada', 'bob');
    const lobby = host.routeOf(ada) ?? 0;
    const match = host.match('duel', ada, bob);
    host.directory.request(lobby, ada, { ask: 'leave' }, host.nowMs);
    expect(codeOf(host, ada)).toBe('too-late');
    expect(host.routeOf(ada)).toBe(match);
    host.directory.request(lobby, ada, { ask: 'dismiss', reason: Reason.left }, host.nowMs);
    expect(host.routeOf(ada)).toBe(match);
  });
});

describe('Directory.request() why', () => {
  it('says what is waited for, in a sentence', () => {
    const [host, ada = 0, bob = 0] = hostWith('ada', 'bob');
    const why = (): string => {
      host.ask(ada, { ask: 'why' });
      const event = host.lastEvent(ada);
      return event?.event === 'notice' ? event.text : '';
    };
    expect(why()).toBe('You wait for nothing: you are in no queue.');
    host.queue('ctf', bob, ada);
    host.nowMs += 12_345;
    expect(why()).toBe(
      'You have waited for ctf for 12 s: place 2 in the queue; 2 players are in it. A match needs 2 more.',
    );
    host.queue('duel', bob, ada);
    host.step();
    expect(why()).toBe('Your match of duel is found and opens now.');
    host.settle();
    expect(why()).toMatch(/^You wait for nothing: you are in match h\/duel\//);
  });
});

describe('Directory.request() tell', () => {
  it('reaches a player anywhere on the host, and confirms', () => {
    const [host, ada = 0, bob = 0, cyd = 0] = hostWith('ada', 'Bob', 'cyd');
    host.match('duel', bob, cyd);
    host.ask(ada, { ask: 'tell', to: 'bOB', text: 'hi' });
    expect(host.lastEvent(bob)).toEqual({
      event: 'said',
      from: 'ada',
      text: 'hi',
      private: true,
    });
    expect(host.lastEvent(ada)).toEqual({ event: 'notice', text: 'You told Bob: hi' });
    host.ask(ada, { ask: 'tell', to: 'no\u001b[31mbody', text: 'hi' });
    expect(host.lastEvent(ada)).toEqual({
      event: 'error',
      code: 'not-online',
      message: 'Cannot tell "no?[31mbody": no player of that name is online',
    });
    host.ask(ada, { ask: 'tell', to: 'bob', text: '' });
    expect(codeOf(host, ada)).toBe('empty');
  });
});

describe('Directory.request() party', () => {
  it('passes the lead on when the leader leaves, and ends with one', () => {
    const [host, ada = 0, bob = 0, cyd = 0] = hostWith('ada', 'bob', 'cyd');
    join(host, ada, bob);
    join(host, ada, cyd);
    host.ask(ada, { ask: 'party', action: 'leave', name: undefined });
    expect(host.lastEvent(cyd)).toEqual({
      event: 'party',
      action: 'left',
      by: 'ada',
      leader: 'bob',
      members: ['bob', 'cyd'],
    });
    host.ask(bob, { ask: 'party', action: 'leave', name: undefined });
    expect(host.lastEvent(cyd)).toMatchObject({ action: 'disbanded', members: [] });
    host.ask(cyd, { ask: 'party', action: 'leave', name: undefined });
    expect(codeOf(host, cyd)).toBe('no-party');
  });

  it('refuses what makes no sense', () => {
    const [host, ada = 0, bob = 0] = hostWith('ada', 'bob', 'cyd');
    host.ask(ada, { ask: 'party', action: 'invite', name: 'nobody' });
    expect(codeOf(host, ada)).toBe('not-online');
    host.ask(ada, { ask: 'party', action: 'invite', name: 'ADA' });
    expect(codeOf(host, ada)).toBe('self');
    host.ask(bob, { ask: 'party', action: 'accept', name: undefined });
    expect(codeOf(host, bob)).toBe('no-invite');
    host.ask(ada, { ask: 'party', action: 'invite', name: 'bob' });
    host.ask(ada, { ask: 'party', action: 'invite', name: 'bob' });
    expect(codeOf(host, ada)).toBe('already-invited');
    host.drop(ada);
    host.ask(bob, { ask: 'party', action: 'accept', name: 'ada' });
    expect(codeOf(host, bob)).toBe('not-online');
  });

  it('forgets an invitation after a minute', () => {
    const [host, ada = 0, bob = 0] = hostWith('ada', 'bob');
    host.ask(ada, { ask: 'party', action: 'invite', name: 'bob' });
    expect(host.lastEvent(bob)).toMatchObject({ event: 'party', action: 'invited', by: 'ada' });
    host.nowMs += 60_000;
    host.ask(bob, { ask: 'party', action: 'accept', name: 'ada' });
    expect(codeOf(host, bob)).toBe('no-invite');
  });
});
