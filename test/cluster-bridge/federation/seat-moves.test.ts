/**
 * Goal: the seat of a player who comes back elsewhere goes to the newest login, nobody acts for it in between, and one that nobody
 * comes for is dropped in time. Method: examples at chosen times, then random orders of what can happen against what must hold.
 */

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HostedBook } from '../../../src/cluster-bridge/federation/hosted-book.ts';
import { LEASE_TIMES } from '../../../src/cluster-bridge/federation/lease-rules.ts';
import type { SeatOutcome } from '../../../src/cluster-bridge/federation/federation-hosts.ts';
import type { SeatAnswer } from '../../../src/cluster-bridge/federation/federation-messages.ts';
import { FakeMatchHost, hostedMatch, identity, Mail, seat } from './federation-kit.ts';

const { leaseMs, renewMs } = LEASE_TIMES;
const ID = 'c/1/1';
const MATCH = hostedMatch(ID, [seat('ada', 0, 'a', 1), seat('bob', 1, 'b', 2)]);
const GRACE_MS = 5_000;

interface Kit {
  readonly host: FakeMatchHost;
  readonly mail: Mail;
  readonly book: HostedBook;
  readonly reachable: Set<string>;
}

/** Open since 0, ada is of host a and bob of host b. */
function running(): Kit {
  const host = new FakeMatchHost();
  host.grace = GRACE_MS;
  const mail = new Mail();
  const reachable = new Set(['a', 'b', 'c', 'd', 'm']);
  const isReachable = (hostId: string): boolean => reachable.has(hostId);
  const { send } = mail;
  const self = identity('m');
  const book = new HostedBook({ self, host, send, isReachable, times: LEASE_TIMES });
  book.start('c', MATCH, 0);
  book.onOpened(ID, { handler: 7, handlerId: 'm/duel/1' }, 0);
  book.joined('a', { matchId: ID, claimId: ID, names: ['ada'], sentMs: 0 }, 10);
  book.joined('b', { matchId: ID, claimId: ID, names: ['bob'], sentMs: 0 }, 10);
  mail.take();
  host.calls.length = 0;
  return { host, mail, book, reachable };
}

function answer(
  outcome: SeatOutcome,
  sentMs: number,
  name = 'ada',
): SeatAnswer & { readonly matchId: string } {
  return { matchId: ID, name, outcome, sentMs };
}

/** Plain conditions: an expect() for each step of each run would be most of the run. */
function checkSeats({ book, host }: Kit): void {
  const held = [...book.leases()].map((lease) => lease.name);
  assert.equal(new Set(held).size, held.length, 'a seat is of one home');
  const dropped = host.calls.filter((call) => call.startsWith('drop'));
  assert.equal(new Set(dropped).size, dropped.length, 'a seat is dropped once');
  for (const one of held) assert(!dropped.includes(`drop ${one}`), 'nobody holds a dropped seat');
}

function leased({ book }: Kit): string[] {
  return [...book.leases()].map(({ homeHostId, name }) => `${name} of ${homeHostId}`);
}

describe('a seat whose player has logged in on another host', () => {
  it('is offered there at once, and of that home when it has agreed', () => {
    const kit = running();
    kit.book.seatMoved('a', { matchId: ID, name: 'ada', to: 'd' }, 100);
    // What that home may think of the match from before is over first.
    expect(kit.mail.take()).toEqual(['d ended', 'd resume']);
    expect(leased(kit)).toEqual(['bob of b']);
    kit.book.resumed('d', answer('in', 100), 120);
    expect(leased(kit)).toEqual(['bob of b', 'ada of d']);
    expect(kit.host.calls).toEqual(['ada at d']);
    expect(kit.book.homeOf(ID, 'ada')).toBe('d');
    // The home that lost its last seat is asked for no lease any more.
    kit.book.step(renewMs);
    expect(kit.mail.take()).toEqual(['b renew', 'd renew']);
  });

  it('joins the others of a home that has players in the match already, which keeps its lease', () => {
    const kit = running();
    kit.book.seatMoved('a', { matchId: ID, name: 'ada', to: 'b' }, 100);
    expect(kit.mail.take()).toEqual(['b resume']);
    kit.book.resumed('b', answer('in', 100), 110);
    expect(leased(kit)).toEqual(['bob of b', 'ada of b']);
    kit.book.seatReleased('b', ID, { name: 'bob', nowMs: 200 });
    expect(leased(kit)).toEqual(['ada of b']);
  });

  it('is not taken for declined by the answer to a confirm that was on its way', () => {
    const kit = running();
    kit.book.seatMoved('a', { matchId: ID, name: 'ada', to: 'b' }, 100);
    kit.book.joined('b', { matchId: ID, claimId: ID, names: ['bob'], sentMs: 0 }, 110);
    expect(kit.host.calls).toEqual([]);
    kit.book.resumed('b', answer('in', 100), 120);
    expect(leased(kit)).toContain('ada of b');
  });

  it('that was refused goes to a still newer login, and else is dropped after the grace time', () => {
    const kit = running();
    kit.book.seatMoved('a', { matchId: ID, name: 'ada', to: 'd' }, 100);
    kit.book.loggedIn(identity('c'), { name: 'ada', wallMs: 9 }, 110);
    kit.mail.take();
    kit.book.resumed('d', answer('refused', 100), 120);
    expect(kit.mail.take()).toEqual(['c ended', 'c resume']);
    kit.book.resumed('c', answer('refused', 120), 140);
    expect(kit.mail.take()).toEqual([]);
    kit.book.step(100 + GRACE_MS - 1);
    expect(kit.host.calls).not.toContain('drop ada');
    kit.book.step(100 + GRACE_MS);
    expect(kit.host.calls).toContain('drop ada');
  });

  it('is the same account in other letters', () => {
    const kit = running();
    kit.book.seatMoved('a', { matchId: ID, name: 'ada', to: 'd' }, 100);
    kit.mail.take();
    kit.book.resumed('d', answer('refused', 100), 120);
    kit.book.loggedIn(identity('c'), { name: 'ADA', wallMs: 9 }, 130);
    expect(kit.mail.take()).toEqual(['c ended', 'c resume']);
    kit.book.resumed('c', answer('in', 130), 140);
    expect(leased(kit)).toContain('ada of c');
    expect(kit.book.homeOf(ID, 'Ada')).toBe('c');
    // An older login in yet other letters is none of a newer one.
    kit.book.seatMoved('c', { matchId: ID, name: 'ada', to: 'e' }, 200);
    kit.mail.take();
    kit.book.loggedIn(identity('b'), { name: 'aDA', wallMs: 8 }, 210);
    expect(kit.mail.take()).toEqual([]);
  });

  it('is offered again where it was too early', () => {
    const kit = running();
    kit.book.loggedIn(identity('d'), { name: 'ada', wallMs: 9 }, 90);
    kit.book.seatMoved('a', { matchId: ID, name: 'ada', to: 'd' }, 100);
    kit.book.resumed('d', answer('early', 100), 120);
    kit.mail.take();
    kit.book.step(120 + renewMs);
    expect(kit.mail.take()).toContain('d resume');
  });

  it('is offered again when the link broke before there was an answer: the offer may never have arrived', () => {
    const kit = running();
    kit.book.loggedIn(identity('d'), { name: 'ada', wallMs: 9 }, 90);
    kit.book.seatMoved('a', { matchId: ID, name: 'ada', to: 'd' }, 100);
    kit.mail.take();
    kit.book.peerDown(identity('d'), 110);
    kit.book.loggedIn(identity('d'), { name: 'ada', wallMs: 9 }, 600);
    expect(kit.mail.take()).toEqual(['d ended', 'd resume']);
    expect(kit.host.calls).toEqual([]);
  });

  it('that was taken when its lease was all but over is lost there too: the home is told', () => {
    const kit = running();
    kit.book.seatMoved('a', { matchId: ID, name: 'ada', to: 'd' }, 100);
    kit.book.resumed('d', answer('in', 100), 100 + leaseMs - 1);
    kit.mail.take();
    kit.book.step(100 + leaseMs);
    expect(kit.host.calls).toContain('drop ada');
    expect(kit.mail.take()).toContain('d ended');
  });

  it('of a host that is not linked waits for its link', () => {
    const kit = running();
    kit.reachable.delete('d');
    kit.book.seatMoved('a', { matchId: ID, name: 'ada', to: 'd' }, 100);
    expect(kit.mail.take()).toEqual([]);
    kit.reachable.add('d');
    kit.book.loggedIn(identity('d'), { name: 'ada', wallMs: 9 }, 900);
    expect(kit.mail.take()).toEqual(['d ended', 'd resume']);
  });
});

describe('the seats of a home that is lost', () => {
  it('wait for the grace time, and go to whoever logs in elsewhere', () => {
    const kit = running();
    kit.book.peerDown(identity('a'), 500);
    expect(leased(kit)).toEqual(['bob of b']);
    expect(kit.host.calls).toEqual([]);
    kit.book.loggedIn(identity('m'), { name: 'ada', wallMs: 9 }, 600);
    expect(kit.mail.take()).toEqual(['m ended', 'm resume']);
    kit.book.resumed('m', answer('in', 600), 600);
    expect(leased(kit)).toEqual(['bob of b', 'ada of m']);
  });

  it('go to a login that came before the loss was noticed, also where only the lease is over', () => {
    const cut = running();
    cut.book.loggedIn(identity('d'), { name: 'ada', wallMs: 9 }, 100);
    cut.book.peerDown(identity('a'), 2_100);
    expect(cut.mail.take()).toEqual(['d ended', 'd resume']);
    const hung = running();
    hung.book.loggedIn(identity('d'), { name: 'ada', wallMs: 9 }, 100);
    hung.book.step(leaseMs);
    expect(hung.mail.take()).toEqual(['d ended', 'd resume', 'a ended', 'b ended']);
    expect(hung.host.calls).toEqual(['drop bob']);
  });

  it('are dropped when that run of the host says that its players are still there, and kept for the next run', () => {
    const same = running();
    same.book.peerDown(identity('a'), 500);
    same.book.loggedIn(identity('a'), { name: 'ada', wallMs: 9 }, 600);
    expect(same.host.calls).toEqual(['drop ada']);
    const next = running();
    next.book.peerDown(identity('a'), 500);
    next.book.loggedIn(identity('a', 2), { name: 'ada', wallMs: 9 }, 600);
    expect(next.mail.take()).toEqual(['a ended', 'a resume']);
  });

  it('keep a match alive in which nobody else plays, until the grace time is over', () => {
    const { book, host } = running();
    book.peerDown(identity('a'), 500);
    book.peerDown(identity('b'), 600);
    book.step(500 + GRACE_MS);
    expect(host.calls).toEqual(['drop ada']);
    book.step(600 + GRACE_MS);
    expect(host.calls).toEqual(['drop ada', 'drop bob', `end ${ID}`]);
  });
});

describe('whatever happens in whatever order', () => {
  it('a seat is of one home at most, one that is dropped stays so, and none waits for ever', () => {
    const marks = { resumed: 0, refused: 0, lost: 0, dropped: 0, ended: 0 };
    const homes = fc.constantFrom('a', 'b', 'c', 'd', 'm');
    const steps = fc.array(
      fc.record({
        what: fc.constantFrom('move', 'in', 'refused', 'early', 'down', 'login', 'wait', 'renew'),
        name: fc.constantFrom('ada', 'bob'),
        from: homes,
        to: homes,
        forMs: fc.integer({ min: 0, max: 1_200 }),
      }),
      { minLength: 20, maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const kit = running();
        const { book, host, mail } = kit;
        let nowMs = 100;
        const offered = new Map<string, { readonly name: string; readonly sentMs: number }>();
        for (const { what, name, from, to, forMs } of all) {
          nowMs += forMs / 10;
          const offer = offered.get(from);
          if (what === 'move') book.seatMoved(from, { matchId: ID, name, to }, nowMs);
          else if (what === 'down') book.peerDown(identity(from), nowMs);
          else if (what === 'login') book.loggedIn(identity(to, 2), { name, wallMs: nowMs }, nowMs);
          else if (what === 'renew') book.renewed(from, { matchIds: [ID], sentMs: nowMs });
          else if (what === 'wait') nowMs += forMs;
          else if (offer !== undefined) {
            offered.delete(from);
            book.resumed(from, { ...answer(what, offer.sentMs), name: offer.name }, nowMs);
            if (what !== 'in') marks.refused += 1;
          }
          book.step(nowMs);
          if (what === 'down') marks.lost += 1;
          for (const [hostId, message] of mail.sent.splice(0)) {
            const one = message.kind === 'resume' ? message.match.seats[0]?.name : undefined;
            if (one !== undefined) offered.set(hostId, { name: one, sentMs: nowMs });
          }
          checkSeats(kit);
        }
        marks.resumed += host.calls.filter((call) => call.includes(' at ')).length;
        for (let wait = 0; wait < 30; wait += 1) book.step((nowMs += 500));
        // No home agrees any more: all leases and waits are over, and with them the match.
        marks.dropped += host.calls.filter((call) => call.startsWith('drop')).length;
        expect(host.calls.filter((call) => call.startsWith('drop')).toSorted()).toEqual([
          'drop ada',
          'drop bob',
        ]);
        if (host.calls.includes(`end ${ID}`)) marks.ended += 1;
        expect(host.calls).toContain(`end ${ID}`);
      }),
      { numRuns: 300 },
    );
    for (const count of Object.values(marks)) expect(count).toBeGreaterThan(30);
  });
});
