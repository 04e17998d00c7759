/** Random ticket events for the log's tests: all kinds, with names and results of any characters. */

import fc from 'fast-check';
import type { Ticket } from '../../../src/main/matchmaker/matchmaker.ts';
import type { TicketRemoval } from '../../../src/main/matchmaker/ticket-event.ts';
import type { TicketLogEntry } from '../../../src/main/ticket-log/ticket-event-codec.ts';

/** Four digits after the point, as the log keeps them; without a negative zero, which JSON has not. */
const fraction = fc.integer({ min: -500_000, max: 500_000 }).map((value) => value / 1e4 + 0);
const timeMs = fc.nat();
const id = fc.nat();
const name = fc.string({ unit: 'grapheme', maxLength: 24 });
const team = fc.nat({ max: 63 });

const member = fc.record(
  {
    name,
    rating: fc.record({ mu: fraction, sigma: fraction }),
    recent: fc.record({ id, team, endedMs: timeMs, hasAbandoned: fc.boolean() }),
    avoids: fc.array(name, { minLength: 1, maxLength: 5 }),
  },
  { requiredKeys: ['name', 'rating'], noNullPrototype: true },
);

const ticket: fc.Arbitrary<Ticket> = fc.record({
  id,
  mode: name,
  members: fc.array(member, { minLength: 1, maxLength: 4 }),
  enqueuedMs: timeMs,
  hasPriority: fc.boolean(),
});

const quality = fc.record({
  winProbabilities: fc.array(fraction, { maxLength: 4 }),
  strengthDifference: fraction,
  spread: fraction,
  partyAsymmetry: fc.nat({ max: 8 }),
  waitsMs: fc.array(timeMs, { maxLength: 4 }),
  relaxed: fc.subarray(['ratingWindow', 'evenTeams', 'fullSides', 'partyAgainstParty'] as const),
  isExact: fc.boolean(),
});

const result = fc.option(
  fc.dictionary(name, fc.oneof(fraction, name, fc.boolean(), fc.constant(null)), {
    noNullPrototype: true,
  }),
  { nil: undefined },
);

const reason = fc.constantFrom<TicketRemoval>(
  'left',
  'declined',
  'party-changed',
  'switched',
  'expired',
  'draining',
  'quarantined',
);

const match = { atMs: timeMs, matchId: name, mode: name };

export const ticketEntry: fc.Arbitrary<TicketLogEntry> = fc.oneof(
  fc.record({ kind: fc.constant('added' as const), atMs: timeMs, ticket }),
  fc.record({ kind: fc.constant('removed' as const), atMs: timeMs, ticketId: id, reason }),
  fc.record({
    kind: fc.constant('matched' as const),
    ...match,
    ticketIds: fc.array(id, { maxLength: 4 }),
    seats: fc.array(fc.record({ name, team }), { maxLength: 8 }),
    quality,
  }),
  fc.record({ kind: fc.constant('backfilled' as const), ...match, ticketId: id, team }),
  fc.record({
    kind: fc.constant('ended' as const),
    ...match,
    result,
    abandonedBy: fc.array(name, { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('gap' as const), events: id }),
);
