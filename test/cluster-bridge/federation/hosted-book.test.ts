/** Goal: a match host acts for a home's players only while that home has agreed to it. Method: examples, at chosen times. */

import { describe, expect, it } from 'vitest';
import { HostedBook } from '../../../src/cluster-bridge/federation/hosted-book.ts';
import { LEASE_TIMES } from '../../../src/cluster-bridge/federation/lease-rules.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { FakeMatchHost, hostedMatch, identity, Mail, seat } from './federation-kit.ts';

const { leaseMs, renewMs } = LEASE_TIMES;
const ID = 'c/1/1';
const MATCH = hostedMatch(ID, [seat('ada', 0, 'a', 1), seat('bob', 1, 'b', 2)]);
const OPENED = { handler: 7, handlerId: 'm/duel/1' };
const ENDED = { reason: Reason.ended, result: undefined, ratings: undefined };

interface Kit {
  readonly host: FakeMatchHost;
  readonly mail: Mail;
  readonly book: HostedBook;
}

function kit(reachable: readonly string[] = ['a', 'b', 'c']): Kit {
  const host = new FakeMatchHost();
  const mail = new Mail();
  const isReachable = (hostId: string): boolean => reachable.includes(hostId);
  const { send } = mail;
  const self = identity('m');
  const book = new HostedBook({ self, host, send, isReachable, times: LEASE_TIMES });
  return { host, mail, book };
}

/** Open since 0, both homes have answered. */
function running(): Kit {
  const all = kit();
  all.book.start('c', MATCH, 0);
  all.book.onOpened(ID, OPENED, 0);
  all.book.joined('a', { matchId: ID, claimId: ID, names: ['ada'], sentMs: 0 }, 10);
  all.book.joined('b', { matchId: ID, claimId: ID, names: ['bob'], sentMs: 0 }, 10);
  all.mail.take();
  return all;
}

describe('a match that is started here', () => {
  it('is refused when there is no room, or a home cannot be asked to come', () => {
    const full = kit();
    full.host.hasRoom = false;
    full.book.start('c', MATCH, 0);
    expect(full.mail.take()).toEqual(['c notStarted']);
    const apart = kit(['a', 'c']);
    apart.book.start('c', MATCH, 0);
    expect(apart.mail.take()).toEqual(['c notStarted']);
    expect(apart.host.calls).toEqual([]);
  });

  it('is opened once, and confirmed to each home with its own seats', () => {
    const { host, mail, book } = kit();
    book.start('c', MATCH, 0);
    book.start('c', MATCH, 1);
    expect(host.calls).toEqual([`open ${ID}`]);
    book.onOpened(ID, OPENED, 50);
    const confirms = mail.sent.flatMap(([to, message]) =>
      message.kind === 'confirm' ? [[to, message.match.seats.map(({ name }) => name)]] : [],
    );
    expect(confirms).toEqual([
      ['a', ['ada']],
      ['b', ['bob']],
    ]);
  });

  it('drops who does not come', () => {
    const { host, book } = kit();
    book.start('c', MATCH, 0);
    book.onOpened(ID, OPENED, 0);
    book.joined('a', { matchId: ID, claimId: ID, names: [], sentMs: 0 }, 10);
    expect(host.calls).toContain('drop ada');
    expect(host.calls).not.toContain(`end ${ID}`);
    book.joined('b', { matchId: ID, claimId: ID, names: [], sentMs: 0 }, 10);
    expect(host.calls).toContain(`end ${ID}`);
  });
});

describe('a lease', () => {
  it('counts from the sending of what was answered, however late the answer is heard', () => {
    const { host, book } = running();
    book.renewed('a', { matchIds: [ID], sentMs: 300 });
    book.renewed('b', { matchIds: [ID], sentMs: 300 });
    // Heard at 3,200 after a hang: it agrees to what was said at 600.
    book.renewed('a', { matchIds: [ID], sentMs: 600 });
    book.step(300 + leaseMs);
    expect(host.calls).toContain('drop bob');
    expect(host.calls).not.toContain('drop ada');
    book.step(600 + leaseMs);
    expect(host.calls).toContain('drop ada');
  });

  it('is none before the home has agreed', () => {
    const { book } = kit();
    book.start('c', MATCH, 0);
    book.onOpened(ID, OPENED, 0);
    expect([...book.leases()]).toEqual([]);
    book.joined('a', { matchId: ID, claimId: ID, names: ['ada'], sentMs: 0 }, 10);
    expect([...book.leases()]).toEqual([
      { matchId: ID, homeHostId: 'a', name: 'ada', untilMs: leaseMs },
    ]);
  });

  it('is asked for again several times before it is over', () => {
    const { mail, book } = running();
    book.step(renewMs);
    expect(mail.take()).toEqual(['a renew', 'b renew']);
    book.step(renewMs + 1);
    expect(mail.take()).toEqual([]);
  });

  it('that was dropped is not agreed to any more: the home hears at once that it is over', () => {
    const { mail, book } = running();
    book.step(leaseMs);
    mail.take();
    book.renewed('a', { matchIds: [ID], sentMs: 300 });
    expect(mail.take()).toEqual(['a ended']);
    book.joined('b', { matchId: ID, claimId: ID, names: ['bob'], sentMs: 0 }, leaseMs + 10);
    expect(mail.take()).toEqual(['b ended']);
  });
});

describe('the end of a match', () => {
  it('is told to each home until it has answered', () => {
    const { mail, book } = running();
    book.onGone(ID, ENDED, 1_000);
    expect(mail.take()).toEqual(['a ended', 'b ended']);
    book.endedSeen('a', ID);
    book.step(1_000 + renewMs);
    expect(mail.take()).toEqual(['b ended']);
    book.endedSeen('b', ID);
    book.step(1_000 + 2 * renewMs);
    expect(mail.take()).toEqual([]);
  });

  it("before it was open is the coordinator's to hear", () => {
    const { mail, book } = kit();
    book.start('c', MATCH, 0);
    book.onGone(ID, ENDED, 100);
    expect(mail.take()).toEqual(['c notStarted']);
  });

  it('of a home alone: its seats wait and are dropped, the others play on', () => {
    const { host, book } = running();
    book.peerDown(identity('a'), 500);
    expect(host.calls).toEqual([`open ${ID}`]);
    book.step(1_500);
    expect(host.calls).toEqual([`open ${ID}`, 'drop ada']);
    book.seatReleased('b', ID, { name: 'bob', nowMs: 1_600 });
    expect(host.calls.slice(2)).toEqual(['drop bob', `end ${ID}`]);
  });
});
