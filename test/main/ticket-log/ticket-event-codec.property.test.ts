/**
 * Goal: a ticket event survives its line, and a line that is not one is refused in words. Method: random events of every
 * kind there and back; random changes of their lines; marks counted.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowError } from '../../../src/main/ticket-log/json-row.ts';
import {
  decodeTicketEntry,
  encodeTicketEntry,
} from '../../../src/main/ticket-log/ticket-event-codec.ts';
import { runSeed } from '../../support/run-seed.ts';
import { ticketEntry } from './ticket-events.ts';

const seed = runSeed('ticket-event-codec.property');

describe('a ticket event', () => {
  it('comes back from its line as it was', () => {
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(ticketEntry, (entry) => {
        const line = encodeTicketEntry(entry);
        expect(line).not.toContain('\n');
        expect(decodeTicketEntry(line)).toEqual(entry);
        kinds.set(entry.kind, (kinds.get(entry.kind) ?? 0) + 1);
      }),
      { seed, numRuns: 2_000 },
    );
    expect(kinds.size).toBe(6);
    expect(Math.min(...kinds.values())).toBeGreaterThan(100);
  });

  it('is kept to the millisecond and to four digits', () => {
    const ticket = {
      id: 7,
      mode: 'ctf',
      members: [{ name: 'ada', rating: { mu: 25.123_456, sigma: 8.333_333_333 } }],
      enqueuedMs: 1234.567,
      hasPriority: false,
    };
    const line = encodeTicketEntry({ kind: 'added', atMs: 1234.9, ticket });
    expect(line).toBe('["a",1235,7,"ctf",1235,0,[["ada",25.1235,8.3333]]]');
  });

  it('is refused where its line was changed into something else', () => {
    const marks = { refused: 0, accepted: 0 };
    const change = fc.record({ place: fc.nat(), by: fc.string({ minLength: 0, maxLength: 2 }) });
    fc.assert(
      fc.property(ticketEntry, change, (entry, { place, by }) => {
        const line = encodeTicketEntry(entry);
        const at = place % line.length;
        const changed = line.slice(0, at) + by + line.slice(at + 1);
        try {
          // What is accepted is an event: it has a line of its own, and comes back from it.
          const read = decodeTicketEntry(changed);
          expect(decodeTicketEntry(encodeTicketEntry(read)).kind).toBe(read.kind);
          marks.accepted += 1;
        } catch (error) {
          expect(error instanceof RowError || error instanceof SyntaxError).toBe(true);
          marks.refused += 1;
        }
      }),
      { seed, numRuns: 2_000 },
    );
    expect(marks.refused).toBeGreaterThan(500);
    expect(marks.accepted).toBeGreaterThan(50);
  });

  it.each([
    ['["z",1]', 'found "z" for a known word'],
    ['["r",1,2]', 'found nothing for a known word'],
    ['["r",1,2,"left",3]', 'found 3 for no further field'],
    ['["r",1,-2,"left"]', 'found -2 for a whole number'],
    ['["a",1,2,"ctf",3,2,[]]', 'found 2 for 0 or 1'],
    ['{"a":1}', 'Cannot read a row: found {"a":1}'],
  ])('says what it found in %s', (line, found) => {
    expect(() => decodeTicketEntry(line)).toThrow(found);
  });
});
