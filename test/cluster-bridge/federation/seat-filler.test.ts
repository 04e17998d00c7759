/** Goal: open seats here are offered to those who wait elsewhere, once, and never for nothing again and again. Method: examples. */

import { describe, expect, it } from 'vitest';
import type { OpenSeats } from '../../../src/cluster-bridge/federation/federation-hosts.ts';
import type { HeardSummary } from '../../../src/cluster-bridge/federation/host-summary.ts';
import {
  emptyBuckets,
  RATING_BOUNDS,
} from '../../../src/cluster-bridge/federation/queue-histograms.ts';
import type { GivenSeats } from '../../../src/cluster-bridge/federation/seat-fills.ts';
import { SeatFiller } from '../../../src/cluster-bridge/federation/seat-filler.ts';
import { StaleOffers } from '../../../src/cluster-bridge/federation/stale-offers.ts';
import { FakeMatchHost, heard, identity, Mail, ticket } from './federation-kit.ts';

const CLAIM = 'm/1/f1';

interface Kit {
  readonly host: FakeMatchHost;
  readonly mail: Mail;
  readonly given: GivenSeats[];
  readonly filler: SeatFiller;
}

function seats(handler: number, mu?: number): OpenSeats {
  const fill = { sizeMax: 1, ...(mu !== undefined && { mu }) };
  return { handler, players: 1, fill, reach: () => 5 };
}

function kit(...open: readonly OpenSeats[]): Kit {
  const host = new FakeMatchHost();
  const mail = new Mail();
  const given: GivenSeats[] = [];
  host.seatsOpen.push(...open);
  const filler = new SeatFiller({
    self: identity('m'),
    host,
    modes: () => ['duel'],
    give: (seatsGiven) => void given.push(seatsGiven),
    send: mail.send,
    stale: new StaleOffers(),
  });
  return { host, mail, given, filler };
}

/** One player waits there, of that rating. */
function waiting(hostId: string, mu: number): HeardSummary {
  const summary = heard(hostId, { waits: 1 });
  const ratings = emptyBuckets(RATING_BOUNDS);
  const bucket = RATING_BOUNDS.findIndex((bound) => mu <= bound);
  ratings[bucket === -1 ? RATING_BOUNDS.length : bucket] = 1;
  const { duel } = summary.modes;
  if (duel === undefined) return summary;
  return {
    ...summary,
    modes: { duel: { ...duel, federatable: { ...duel.federatable, ratings } } },
  };
}

describe('SeatFiller', () => {
  it('claims where others wait, and nowhere when no seat is open or only this host waits', () => {
    const { mail, filler } = kit(seats(1));
    filler.step([heard('m', { waits: 3 }), heard('a')], 0);
    expect(mail.take()).toEqual([]);
    filler.step([heard('m', { waits: 3 }), heard('a', { waits: 1 }), heard('b', { waits: 2 })], 1);
    expect(mail.take()).toEqual(['a claim', 'b claim']);
    const none = kit();
    none.filler.step([heard('a', { waits: 1 })], 0);
    expect(none.mail.take()).toEqual([]);
  });

  it('claims for the match that somebody may fit by the histograms', () => {
    const { host, mail, filler } = kit(seats(1, 10), seats(2, 38));
    filler.step([waiting('a', 36)], 0);
    const want = { mode: 'duel', playersMax: 1, fill: { sizeMax: 1, mu: 38 } };
    expect(mail.sent).toEqual([['a', { kind: 'claim', claimId: CLAIM, want }]]);
    filler.granted('a', CLAIM, { tickets: [ticket(1, 'ada')], nowMs: 10 });
    expect(host.calls).toEqual(['fill 2 of 1']);
  });

  it('gives seats when all have answered, releases the others, and waits until the summaries know', () => {
    const { host, mail, given, filler } = kit(seats(1));
    const hosts = [heard('a', { waits: 1 }), heard('b', { waits: 1 })];
    filler.step(hosts, 0);
    mail.take();
    expect(filler.granted('a', CLAIM, { tickets: [ticket(4, 'ada')], nowMs: 10 })).toBe(true);
    expect(host.calls).toEqual([]);
    filler.granted('b', CLAIM, { tickets: [ticket(4, 'bob')], nowMs: 20 });
    expect(given).toMatchObject([{ matchId: 'm1', claimId: CLAIM, seats: [{ name: 'ada' }] }]);
    expect(mail.sent).toEqual([['b', { kind: 'release', claimId: CLAIM, ticketIds: [4] }]]);
    mail.take();
    filler.step([heard('a', { waits: 1 })], 30);
    expect(mail.take(), 'of a nobody is left').toEqual([]);
    filler.step([heard('a', { waits: 2 })], 40);
    expect(mail.take()).toEqual(['a claim']);
  });

  it('pauses after a claim that was for nothing, and does not wait for who does not answer', () => {
    const { host, mail, filler } = kit(seats(1));
    host.hasRoom = false;
    const hosts = [heard('a', { waits: 1 }), heard('b', { waits: 1 })];
    filler.step(hosts, 0);
    filler.granted('a', CLAIM, { tickets: [ticket(1, 'ada')], nowMs: 10 });
    mail.take();
    filler.step(hosts, 499);
    expect(mail.take()).toEqual([]);
    filler.step(hosts, 500);
    expect(mail.take()).toEqual(['a release']);
    // What comes too late is for nobody here.
    expect(filler.granted('b', CLAIM, { tickets: [ticket(1, 'bob')], nowMs: 600 })).toBe(false);
    filler.step(hosts, 999);
    expect(mail.take()).toEqual([]);
    filler.step(hosts, 1_000);
    expect(mail.take()).toEqual(['a claim', 'b claim']);
  });

  it('gives every match its turn', () => {
    const { host, mail, filler } = kit(seats(1), seats(2));
    host.hasRoom = false;
    for (const [index, nowMs] of [0, 600, 1_200].entries()) {
      filler.step([heard('a', { waits: 1 })], nowMs);
      const claimId = `m/1/f${index + 1}`;
      filler.granted('a', claimId, { tickets: [ticket(1, 'ada')], nowMs });
    }
    expect(host.calls).toEqual(['fill 1 of 1', 'fill 2 of 1', 'fill 1 of 1']);
    expect(mail.take().filter((sent) => sent === 'a release')).toHaveLength(3);
  });

  it('takes a host that is lost for one that offers nobody', () => {
    const { given, filler } = kit(seats(1));
    filler.step([heard('a', { waits: 1 }), heard('b', { waits: 1 })], 0);
    filler.granted('a', CLAIM, { tickets: [ticket(1, 'ada')], nowMs: 10 });
    filler.peerDown('b', 20);
    expect(given).toHaveLength(1);
  });
});
