/** Goal: nobody acts for a seat of a running match before its player's home has agreed to it. Method: examples, at chosen times. */

import { describe, expect, it } from 'vitest';
import { HostedBook } from '../../../src/cluster-bridge/federation/hosted-book.ts';
import { LEASE_TIMES } from '../../../src/cluster-bridge/federation/lease-rules.ts';
import { Reason } from '../../../src/shared/reason.ts';
import { FakeMatchHost, hostedMatch, identity, Mail, seat } from './federation-kit.ts';

const { leaseMs, renewMs } = LEASE_TIMES;
const ID = 'm/1/s1';
const CLAIM = 'm/1/f1';
const OPENED = { handler: 7, handlerId: 'm/duel/1' };
const ENDED = { reason: Reason.ended, result: undefined, ratings: undefined };

interface Kit {
  readonly host: FakeMatchHost;
  readonly mail: Mail;
  readonly book: HostedBook;
}

/** A match of `ada`, at home here; `bob` of `b` has got a seat. */
function filling(): Kit {
  const host = new FakeMatchHost();
  const mail = new Mail();
  const self = identity('m');
  const { send } = mail;
  const book = new HostedBook({ self, host, send, isReachable: () => true, times: LEASE_TIMES });
  const match = hostedMatch(ID, [seat('ada', 0, 'm', 0)]);
  book.adopt(match, { opened: OPENED, names: ['ada'], nowMs: 0 });
  book.give({ matchId: ID, claimId: CLAIM, seats: [seat('bob', 1, 'b', 5)] }, 0);
  return { host, mail, book };
}

function filled(): Kit {
  const all = filling();
  all.book.seatsKnown(ID, ['bob'], 10);
  all.book.joined('b', { matchId: ID, claimId: CLAIM, names: ['bob'], sentMs: 10 }, 20);
  all.mail.take();
  return all;
}

function leased({ book }: Kit): string[] {
  return [...book.leases()].map(
    ({ homeHostId, name, untilMs }) => `${homeHostId} ${name} ${untilMs}`,
  );
}

describe('a seat that is given while the match runs', () => {
  it('is asked for when the handler knows it, after its home was told that older ones are over', () => {
    const { mail, book } = filling();
    expect(mail.take()).toEqual(['b ended']);
    book.seatsKnown(ID, ['bob'], 10);
    const [[to, message] = []] = mail.sent;
    const seats = [{ name: 'bob', team: 1, ticketId: 5 }];
    expect([to, message]).toMatchObject([
      'b',
      { kind: 'confirm', match: { matchId: ID, claimId: CLAIM, isRunning: true, seats } },
    ]);
  });

  it('is acted for once its home has agreed, for a lease from the question', () => {
    const all = filling();
    all.book.seatsKnown(ID, ['bob'], 10);
    expect(leased(all)).toEqual([`m ada ${leaseMs}`]);
    all.book.joined('b', { matchId: ID, claimId: CLAIM, names: ['bob'], sentMs: 10 }, 20);
    expect(leased(all)).toEqual([`m ada ${leaseMs}`, `b bob ${10 + leaseMs}`]);
    all.mail.take();
    all.book.step(renewMs);
    expect(all.mail.take()).toEqual(['m renew', 'b renew']);
  });

  it('is dropped when its player does not come, or its home is lost before', () => {
    const declined = filling();
    declined.book.seatsKnown(ID, ['bob'], 10);
    declined.book.joined('b', { matchId: ID, claimId: CLAIM, names: [], sentMs: 10 }, 20);
    expect(declined.host.calls).toEqual(['drop bob']);
    const lost = filling();
    lost.book.peerDown(identity('b'), 10);
    expect(lost.host.calls).toEqual(['drop bob']);
    lost.book.seatsKnown(ID, ['bob'], 20);
    expect(lost.mail.take()).toEqual(['b ended']);
  });

  it('leaves the other seats of that home as they are, and they it', () => {
    const all = filled();
    const claimId = 'm/1/f2';
    all.book.give({ matchId: ID, claimId, seats: [seat('cyd', 0, 'b', 6)] }, 100);
    expect(all.mail.take(), 'it has a seat: nothing of before is over').toEqual([]);
    // An answer to something older names only who is in.
    all.book.joined('b', { matchId: ID, claimId: CLAIM, names: ['bob'], sentMs: 90 }, 110);
    expect(all.host.calls).toEqual([]);
    all.book.seatsKnown(ID, ['cyd'], 120);
    all.book.joined('b', { matchId: ID, claimId, names: ['cyd'], sentMs: 120 }, 130);
    expect(all.host.calls, 'the home has lost him since').toEqual(['drop bob']);
    expect(leased(all)).toContain(`b cyd ${120 + leaseMs}`);
  });

  it('gives its ticket back when the match ends before', () => {
    const { mail, book } = filling();
    mail.take();
    book.onGone(ID, ENDED, 10);
    expect(mail.take()).toEqual(['b release', 'm ended', 'b ended']);
    const running = filled();
    running.book.onGone(ID, ENDED, 30);
    expect(running.mail.take()).toEqual(['m ended', 'b ended']);
  });
});
