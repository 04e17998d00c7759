/** Goal: totals hold only hosts that are linked and heard, a lost host stays known, one that was drained does not. Method: examples. */

import { describe, expect, it } from 'vitest';
import type { HeardSummary } from '../../../src/cluster-bridge/federation/host-summary.ts';
import { HostBook } from '../../../src/main/federation/host-book.ts';
import { hostTable, networkTotals, type HostTable } from '../../../src/shared/host-table.ts';

const ROWS = 4;

function freshTable(): HostTable {
  return hostTable.view(new SharedArrayBuffer(hostTable.byteLength(ROWS)), ROWS);
}

function summaryOf(hostId: string, heardMs: number, players: number): HeardSummary {
  return {
    hostId,
    incarnation: 1,
    state: 'up',
    players,
    bots: 0,
    playersMax: 100,
    matches: 1,
    lobbies: 1,
    load: 0,
    configVersion: 0,
    modes: {},
    heardMs,
  };
}

function join(book: HostBook, hostId: string, heardMs: number, players = 1): void {
  book.joined({ hostId, incarnation: 1 });
  book.heard(summaryOf(hostId, heardMs, players));
}

describe('HostBook', () => {
  it('counts a linked host, and no more once its link is lost', () => {
    const table = freshTable();
    const book = new HostBook(table);
    join(book, 'b', 11_000, 5);
    expect(networkTotals(table, 11_100)).toMatchObject({
      players: 5,
      hostsHeard: 2,
      hostsKnown: 2,
    });
    expect(book.lost({ hostId: 'b', incarnation: 1 }, 11_200)).toBe(false);
    expect(networkTotals(table, 11_200)).toMatchObject({
      players: 0,
      hostsHeard: 1,
      hostsKnown: 2,
    });
    expect(book.known()).toMatchObject([{ hostId: 'b', isLinked: false, lostMs: 11_200 }]);
    expect(book.heardSince(0)).toEqual([]);
  });

  it('forgets a host that was draining', () => {
    const table = freshTable();
    const book = new HostBook(table);
    join(book, 'b', 11_000);
    book.heard({ ...summaryOf('b', 11_050, 1), state: 'draining' });
    expect(book.lost({ hostId: 'b', incarnation: 1 }, 11_100)).toBe(true);
    expect(networkTotals(table, 11_100)).toMatchObject({ hostsKnown: 1 });
    expect(book.known()).toEqual([]);
  });

  it('takes no word of a run that is over', () => {
    const table = freshTable();
    const book = new HostBook(table);
    join(book, 'b', 11_000);
    book.joined({ hostId: 'b', incarnation: 2 });
    book.heard(summaryOf('b', 11_100, 50));
    expect(book.lost({ hostId: 'b', incarnation: 1 }, 11_200)).toBe(false);
    expect(networkTotals(table, 11_200)).toMatchObject({ players: 1, hostsHeard: 2 });
  });

  it('gives the row of the host that was lost first to a new one when all are taken', () => {
    const table = freshTable();
    const book = new HostBook(table);
    for (const hostId of ['b', 'c', 'd']) join(book, hostId, 11_000);
    join(book, 'e', 11_000);
    expect(book.known().map(({ hostId }) => hostId)).toEqual(['b', 'c', 'd']);
    book.lost({ hostId: 'c', incarnation: 1 }, 11_100);
    book.lost({ hostId: 'b', incarnation: 1 }, 11_200);
    join(book, 'e', 11_300);
    expect(book.known().map(({ hostId }) => hostId)).toEqual(['b', 'd', 'e']);
    expect(networkTotals(table, 11_300)).toMatchObject({ hostsHeard: 3, hostsKnown: 4 });
  });
});
