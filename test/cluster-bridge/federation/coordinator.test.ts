/** Goal: one host gathers tickets for a mode, and gives back what it does not use. Method: examples, at chosen times. */

import { describe, expect, it } from 'vitest';
import { Coordinator, coordinatorOf } from '../../../src/cluster-bridge/federation/coordinator.ts';
import { StaleOffers } from '../../../src/cluster-bridge/federation/stale-offers.ts';
import { heard, identity, Mail, QUALITY, seat, ticket } from './federation-kit.ts';

const DUEL = { mode: 'duel', playersMin: 2, playersMax: 2 };
const BOTH = [heard('a', { waits: 2 }), heard('b', { waits: 1 })];

function kit(): { mail: Mail; coordinator: Coordinator } {
  const mail = new Mail();
  const coordinator = new Coordinator({
    self: identity('a'),
    modes: () => [DUEL],
    // Tickets of `a` and of `b`, pair by pair.
    form: (_mode, tickets) => {
      const [ofA, ofB] = ['a', 'b'].map((id) => tickets.filter((one) => one.homeHostId === id));
      return (ofA ?? []).flatMap((one, index) => {
        const other = ofB?.[index];
        if (other === undefined) return [];
        const seats = [one, other].flatMap(({ id, homeHostId, members }, team) =>
          members.map(({ name }) => seat(name, team, homeHostId, id)),
        );
        return [{ seats, quality: QUALITY }];
      });
    },
    send: mail.send,
    stale: new StaleOffers(),
  });
  return { mail, coordinator };
}

/** Both have been asked, and have answered. */
function starting(hosts = BOTH): ReturnType<typeof kit> {
  const all = kit();
  all.coordinator.step(hosts, 0);
  all.mail.take();
  const tickets = [ticket(1, 'ada'), ticket(2, 'eve')];
  all.coordinator.granted('a', 'a/1/1', { tickets, nowMs: 10 });
  all.coordinator.granted('b', 'a/1/1', { tickets: [ticket(1, 'bob')], nowMs: 20 });
  return all;
}

describe('coordinatorOf()', () => {
  it('is the host with most to offer, of two alike that of the lower id', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((hostId, index) => ({
      hostId,
      players: [2, 3, 3][index] ?? 0,
    }));
    expect(coordinatorOf([a, b, c].flatMap((offer) => offer ?? []))).toBe('b');
    expect(coordinatorOf([])).toBeUndefined();
  });
});

describe('Coordinator', () => {
  it('asks nobody where one host alone has players, too few wait, or another one coordinates', () => {
    const { mail, coordinator } = kit();
    coordinator.step([heard('a', { waits: 5 }), heard('b')], 0);
    coordinator.step([heard('a', { waits: 1 }), heard('b', { waits: 2 })], 0);
    coordinator.step([heard('a'), heard('b', { waits: 1 }), heard('c', { waits: 1 })], 0);
    expect(mail.take()).toEqual([]);
  });

  it('asks all who offer, once', () => {
    const { mail, coordinator } = kit();
    coordinator.step([...BOTH, heard('c')], 0);
    coordinator.step([...BOTH, heard('c')], 100);
    expect(mail.take()).toEqual(['a claim', 'b claim']);
  });

  it('starts the match when all have answered, and releases what it does not use', () => {
    const { mail } = starting();
    const release = mail.sent.find(([, { kind }]) => kind === 'release');
    expect(release).toEqual(['a', { kind: 'release', claimId: 'a/1/1', ticketIds: [2] }]);
    expect(mail.take()).toEqual(['a release', 'a start']);
  });

  it('does not wait for a home that does not answer', () => {
    const { mail, coordinator } = kit();
    const hosts = [...BOTH, heard('c', { waits: 1 })];
    coordinator.step(hosts, 0);
    coordinator.granted('a', 'a/1/1', { tickets: [ticket(1, 'ada')], nowMs: 10 });
    coordinator.granted('b', 'a/1/1', { tickets: [ticket(1, 'bob')], nowMs: 20 });
    mail.take();
    coordinator.step(hosts, 499);
    expect(mail.take()).toEqual([]);
    coordinator.step(hosts, 500);
    // And goes on with those who are left.
    expect(mail.take()).toEqual(['a start', 'a claim', 'c claim']);
    // Its tickets come too late.
    coordinator.granted('c', 'a/1/1', { tickets: [ticket(1, 'cid')], nowMs: 600 });
    expect(mail.take()).toEqual(['c release']);
  });

  it('releases all and pauses where no match can be formed', () => {
    const { mail, coordinator } = kit();
    coordinator.step(BOTH, 0);
    mail.take();
    coordinator.granted('a', 'a/1/1', { tickets: [ticket(1, 'ada')], nowMs: 10 });
    coordinator.granted('b', 'a/1/1', { tickets: [], nowMs: 20 });
    expect(mail.take()).toEqual(['a release']);
    coordinator.step(BOTH, 100);
    expect(mail.take()).toEqual([]);
    coordinator.step(BOTH, 600);
    expect(mail.take()).toEqual(['a claim', 'b claim']);
  });

  it('places the next attempt elsewhere when a host could not open the match', () => {
    const { mail, coordinator } = starting();
    mail.take();
    coordinator.notStarted('a', 'a/1/1.1', 30);
    expect(mail.take()).toEqual(['a release', 'b release']);
    coordinator.step(BOTH, 600);
    mail.take();
    coordinator.granted('a', 'a/1/2', { tickets: [ticket(1, 'ada')], nowMs: 610 });
    coordinator.granted('b', 'a/1/2', { tickets: [ticket(1, 'bob')], nowMs: 620 });
    expect(mail.take()).toEqual(['b start']);
  });

  it('gives up when the match host is lost or silent, and is done when it says that the match runs', () => {
    const lost = starting();
    lost.mail.take();
    lost.coordinator.peerDown('a', 30);
    expect(lost.mail.take()).toEqual(['a release', 'b release']);
    const silent = starting();
    silent.mail.take();
    silent.coordinator.step(BOTH, 2_100);
    expect(silent.mail.take()).toEqual(['a release', 'b release']);
    const done = starting();
    done.mail.take();
    done.coordinator.started('a', 'a/1/1.1');
    done.coordinator.step([heard('a'), heard('b')], 5_000);
    expect(done.mail.take()).toEqual([]);
  });

  it('starts all matches that the tickets make, and releases those of one that could not be opened', () => {
    const { mail, coordinator } = kit();
    coordinator.step([heard('a', { waits: 2 }), heard('b', { waits: 2 })], 0);
    const ofA = [ticket(1, 'ada'), ticket(2, 'abe')];
    const ofB = [ticket(1, 'bob'), ticket(2, 'bea')];
    coordinator.granted('a', 'a/1/1', { tickets: ofA, nowMs: 10 });
    mail.take();
    coordinator.granted('b', 'a/1/1', { tickets: ofB, nowMs: 20 });
    const started = mail.sent.map(([, message]) => message.kind === 'start' && message.match);
    expect(started).toMatchObject([
      { matchId: 'a/1/1.1', claimId: 'a/1/1' },
      { matchId: 'a/1/1.2', claimId: 'a/1/1' },
    ]);
    mail.take();
    coordinator.notStarted('a', 'a/1/1.2', 30);
    const release = { kind: 'release', claimId: 'a/1/1', ticketIds: [2] };
    expect(mail.sent).toEqual([
      ['a', release],
      ['b', release],
    ]);
  });

  it('does not claim again for players whom it has matched, until the summaries know', () => {
    const { mail, coordinator } = starting([heard('a', { waits: 1 }), heard('b', { waits: 1 })]);
    mail.take();
    coordinator.started('a', 'a/1/1.1');
    coordinator.step([heard('a', { waits: 1 }), heard('b', { waits: 1 })], 100);
    expect(mail.take()).toEqual([]);
    // More have come to both.
    coordinator.step([heard('a', { waits: 2 }), heard('b', { waits: 2 })], 200);
    expect(mail.take()).toEqual(['a claim', 'b claim']);
  });

  it('claims again when the summaries keep saying so', () => {
    const { mail, coordinator } = starting([heard('a', { waits: 1 }), heard('b', { waits: 1 })]);
    mail.take();
    coordinator.step([heard('a', { waits: 1 }), heard('b', { waits: 1 })], 600);
    expect(mail.take()).toEqual(['a claim', 'b claim']);
  });
});
