/**
 * Goal: parties whose members are at home on different hosts keep the rules of parties on one host, whoever speaks first and whatever is
 * lost. Method: real directories with a post between them that is delivered by hand.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import type { PlayerRef } from '../../../src/shared/ids.ts';
import { QUALITY, seat } from '../../cluster-bridge/federation/federation-kit.ts';
import { Network, type HostId, type Member } from './party-network.ts';

let network: Network;
let a: Member;
let b: Member;
let c: Member;
let ada: PlayerRef;
let bob: PlayerRef;
let cyd: PlayerRef;

beforeEach(() => {
  network = new Network();
  ({ a, b, c } = network.hosts);
  [ada, bob, cyd] = [a.login('ada'), b.login('Bob'), c.login('cyd')];
  network.deliver();
});

function invite(name: string): void {
  a.ask(ada, { ask: 'party', action: 'invite', name });
  network.deliver();
}

function accept(host: Member, player: PlayerRef): void {
  host.ask(player, { ask: 'party', action: 'accept', name: 'ada' });
  network.deliver();
}

/** All three are in ada's party. */
function three(): void {
  invite('bob');
  invite('cyd');
  accept(b, bob);
  accept(c, cyd);
  expect(b.party('bob')).toEqual(['ada', 'bob', 'cyd']);
}

function codeOf(host: Member, player: PlayerRef): string | undefined {
  const error = host.events(player).findLast(({ event }) => event === 'error');
  return error?.event === 'error' ? error.code : undefined;
}

describe('a party of players of several hosts', () => {
  it('comes with an acceptance, and every home knows it', () => {
    invite('BOB');
    expect(b.lastEvent(bob)).toMatchObject({ event: 'party', action: 'invited', by: 'ada' });
    expect(a.lastEvent(ada)).toMatchObject({ text: 'Bob is invited to the party of ada' });
    accept(b, bob);
    const joined = { event: 'party', action: 'joined', by: 'Bob', members: ['ada', 'Bob'] };
    expect(a.lastEvent(ada)).toMatchObject(joined);
    expect(b.lastEvent(bob)).toMatchObject(joined);
    expect([a.party('ada'), b.party('bob')]).toEqual([
      ['ada', 'bob'],
      ['ada', 'bob'],
    ]);
  });

  it('invites nobody who is nowhere, twice, or in it; only its leader does', () => {
    invite('nobody');
    expect(codeOf(a, ada)).toBe('not-online');
    invite('bob');
    invite('bob');
    expect(codeOf(a, ada)).toBe('already-invited');
    accept(b, bob);
    invite('bob');
    expect(codeOf(a, ada)).toBe('already-member');
    b.ask(bob, { ask: 'party', action: 'invite', name: 'cyd' });
    expect(codeOf(b, bob)).toBe('not-leader');
  });

  it('says how many hosts did not answer', () => {
    a.ask(ada, { ask: 'party', action: 'invite', name: 'nobody' });
    network.post.length = 0;
    network.pass(1_001);
    const error = a.lastEvent(ada);
    expect(error).toMatchObject({ event: 'error', code: 'not-online' });
    expect(error?.event === 'error' && error.message).toContain('2 of the hosts did not answer');
  });

  it('is not joined when the leader is gone, leads no more, or does not answer', () => {
    invite('bob');
    a.drop(ada);
    accept(b, bob);
    expect(codeOf(b, bob)).toBe('not-online');
    ada = a.login('ada');
    network.deliver();
    invite('cyd');
    c.ask(cyd, { ask: 'party', action: 'accept', name: 'ada' });
    network.post.length = 0;
    network.pass(1_001);
    expect(codeOf(c, cyd)).toBe('no-answer');
  });

  it('has nobody in it who has given up waiting to join', () => {
    invite('bob');
    b.ask(bob, { ask: 'party', action: 'accept', name: 'ada' });
    b.nowMs += 1_001;
    b.step();
    expect(codeOf(b, bob)).toBe('no-answer');
    network.deliver();
    expect([a.party('ada'), b.party('bob')]).toEqual([[], []]);
  });

  it('stays behind when a member logs in on another host, who is told and may be invited again', () => {
    three();
    const there = c.login('bob');
    const login = { name: 'bob', wallMs: 1e15, hostId: 'c', heardMs: b.nowMs };
    b.directory.federation.loggedInElsewhere(login, b.nowMs);
    network.deliver();
    expect([a.party('ada'), b.party('bob'), c.party('bob')]).toEqual([['ada', 'cyd'], [], []]);
    expect(c.lastEvent(there)).toMatchObject({ event: 'notice' });
    expect(JSON.stringify(c.lastEvent(there))).toContain('out of the party of ada');
    invite('bob');
    accept(c, there);
    expect([a.party('ada'), c.party('bob')]).toEqual([
      ['ada', 'cyd', 'bob'],
      ['ada', 'cyd', 'bob'],
    ]);
  });

  it('has the next one as leader, on the home of that one, when the leader leaves', () => {
    three();
    a.ask(ada, { ask: 'party', action: 'leave', name: undefined });
    network.deliver();
    expect(a.lastEvent(ada)).toMatchObject({ action: 'left', members: [] });
    expect(c.lastEvent(cyd)).toMatchObject({ action: 'left', by: 'ada', leader: 'Bob' });
    expect([a.party('ada'), b.party('bob'), c.party('cyd')]).toEqual([
      [],
      ['bob', 'cyd'],
      ['bob', 'cyd'],
    ]);
    expect(b.directory.federation.parties()[0]).toMatchObject({ ownerHostId: 'b' });
    c.ask(cyd, { ask: 'party', action: 'leave', name: undefined });
    network.deliver();
    expect(b.lastEvent(bob)).toMatchObject({ action: 'disbanded', by: 'cyd', members: [] });
  });

  it('goes on without the members of a host that is lost, and says why', () => {
    three();
    network.lose('c');
    network.deliver();
    expect(a.events(ada).slice(-2)).toMatchObject([
      { event: 'party', action: 'left', by: 'cyd', members: ['ada', 'Bob'] },
      { event: 'notice', text: 'Host c is lost, with its players.' },
    ]);
    expect(b.party('bob')).toEqual(['ada', 'bob']);
    expect(c.events(cyd).slice(-2)).toMatchObject([
      { event: 'party', action: 'disbanded', members: [] },
      { event: 'notice' },
    ]);
    expect(c.party('cyd')).toEqual([]);
  });

  it('is over when the host of its leader is lost, or silent', () => {
    three();
    network.lose('a');
    network.deliver();
    expect([b.party('bob'), c.party('cyd')]).toEqual([[], []]);
    expect(a.party('ada')).toEqual([]);
    network.down.clear();
    b.ask(bob, { ask: 'party', action: 'invite', name: 'cyd' });
    network.deliver();
    c.ask(cyd, { ask: 'party', action: 'accept', name: 'bob' });
    network.deliver();
    expect(c.party('cyd')).toEqual(['bob', 'cyd']);
    for (let second = 0; second < 10; second += 1) network.pass(1_000);
    expect(c.party('cyd')).toEqual(['bob', 'cyd']);
    // A main that hangs: its links live.
    c.nowMs += 3_501;
    c.step();
    expect(c.party('cyd')).toEqual([]);
    network.pass(1_000);
    expect(b.party('bob')).toEqual([]);
  });
});

describe('the ticket of such a party', () => {
  beforeEach(() => {
    three();
    a.queue('squad', ada);
    network.deliver();
  });

  it('waits on every home, and nobody of it is matched there', () => {
    expect(codeOf(a, ada)).toBeUndefined();
    for (const [host, player] of [
      [a, ada],
      [b, bob],
      [c, cyd],
    ] as const) {
      expect(host.lastEvent(player)).toMatchObject({ event: 'queued', mode: 'squad', waiting: 1 });
    }
    b.queue('duel', bob);
    expect(codeOf(b, bob)).toBe('not-leader');
    expect(b.directory.why('bob', b.nowMs)?.text).toContain('party on several hosts');
    expect(b.directory.federation.federatable('squad', b.nowMs)).toMatchObject({ players: 1 });
  });

  it('counts once in the network: on each home its own part, also while a match claims it', () => {
    const counts = (): unknown[] =>
      [a, b, c].map((host) => host.toldQueues.get('squad')?.waiting ?? 0);
    expect(counts()).toEqual([1, 1, 1]);
    const { nowMs } = a;
    // Practice bots play with nobody of these.
    expect(a.toldQueues.get('squad')).toMatchObject({ queued: 0, oldestSinceMs: nowMs });
    network.pass(10);
    const dan = a.login('dan');
    a.queue('squad', dan);
    expect(a.lastEvent(dan)).toMatchObject({ event: 'queued', waiting: 2 });
    b.claim('m1');
    network.deliver();
    expect(counts()).toEqual([2, 1, 1]);
    expect(a.toldQueues.get('squad')).toMatchObject({ queued: 1, oldestSinceMs: nowMs });
    c.ask(cyd, { ask: 'leave' });
    network.deliver();
    expect(counts()).toEqual([1, 0, 0]);
  });

  it('is off everywhere when one leaves the queue, goes, or is not let in', () => {
    b.ask(bob, { ask: 'leave' });
    network.deliver();
    expect(a.lastEvent(ada)).toEqual({ event: 'unqueued', reason: 'left' });
    expect(c.lastEvent(cyd)).toEqual({ event: 'unqueued', reason: 'left' });
    a.queue('squad', ada);
    network.deliver();
    expect(c.lastEvent(cyd)).toMatchObject({ event: 'queued' });
    c.directory.startDraining(c.nowMs);
    network.deliver();
    expect(a.lastEvent(ada)).toEqual({ event: 'unqueued', reason: 'draining' });
    a.queue('squad', ada);
    network.deliver();
    expect(codeOf(a, ada)).toBe('party-away');
    expect(b.lastEvent(bob)).toMatchObject({ event: 'unqueued' });
    for (const host of [a, b, c]) expect(host.claim('m1')).toEqual([]);
  });

  it('goes to one match, and a part that is left behind does not wait', () => {
    const [ofA, ofB, ofC] = [a.claim('m1'), b.claim('m1'), c.claim('m1')];
    expect([ofA, ofB, ofC].map((tickets) => tickets.map(({ names }) => names))).toEqual([
      [['ada']],
      [['Bob']],
      [['cyd']],
    ]);
    const match = {
      matchId: 'm1',
      claimId: 'm1',
      mode: 'squad',
      host: { hostId: 'a', incarnation: 1 },
    };
    const opened = { handler: 77, handlerId: 'a/squad/1', quality: QUALITY, inputAtTick: false };
    const seatOf = (host: Member, name: string, hostId: HostId, id = 0): readonly string[] =>
      host.directory.federation.enter(
        { ...match, ...opened, seats: [seat(name, 0, hostId, id)] },
        host.nowMs,
      );
    expect(seatOf(b, 'Bob', 'b', ofB[0]?.id)).toEqual(['Bob']);
    network.deliver();
    // The claims of the others run on: their confirm is on its way.
    expect(seatOf(a, 'ada', 'a', ofA[0]?.id)).toEqual(['ada']);
    network.deliver();
    expect(c.lastEvent(cyd)).toMatchObject({ event: 'queued' });
    c.directory.federation.unfence('m1', 'all', c.nowMs);
    network.deliver();
    expect(c.lastEvent(cyd)).toMatchObject({ event: 'unqueued' });
    expect(c.claim('m2')).toEqual([]);
    expect(a.party('ada')).toEqual(['ada', 'bob', 'cyd']);
  });

  it('waits on when a claim comes to nothing, and has company where it has waited', () => {
    const dan = a.login('dan');
    a.settle();
    a.queue('squad', dan);
    expect(a.claim('m1').map(({ names }) => names)).toEqual([['ada']]);
    a.directory.federation.unfence('m1', 'all', a.nowMs);
    network.pass(999);
    const eve = a.login('eve');
    a.settle();
    a.queue('squad', eve);
    network.pass(1);
    // eve has not waited long enough to go elsewhere, but for the party she may.
    expect(a.claim('m2').map(({ names }) => names)).toEqual([['ada'], ['dan'], ['eve']]);
    expect(b.claim('m2').map(({ names }) => names)).toEqual([['Bob']]);
  });
});
