/**
 * Goal: pages of the ban list hold every ban once, in order, also where bans end and are made between two pages, and hold no more
 * than they are asked for. Method: a list that counts how it is read, cut at every size, with the ban of the cursor lifted.
 */

import { describe, expect, it } from 'vitest';
import { banPage } from '../../../src/main/bans/ban-page.ts';
import type { Page } from '../../../src/main/ops/ops-host.ts';
import type { BanRow } from '../../../src/shared/store-messages.ts';

class Bans {
  rows: BanRow[];

  constructor(count: number) {
    this.rows = Array.from({ length: count }, (_, index) => ban(index));
  }

  has(id: string): boolean {
    return this.rows.some((row) => row.id === id);
  }

  *all(): Generator<BanRow, void> {
    yield* this.rows;
  }

  lift(id: string | undefined): void {
    this.rows = this.rows.filter((row) => row.id !== id);
  }
}

/** Two bans each millisecond. */
function ban(index: number): BanRow {
  const target = { kind: 'account', key: `eve-${index}` } as const;
  const id = `ban-${index}`;
  const createdMs = 1_000 + Math.floor(index / 2);
  return { id, target, reason: '', by: 'ada', createdMs, untilMs: undefined };
}

function page(bans: Bans, limit: number, after: string | undefined): Page<BanRow> {
  const found = banPage(bans, { limit, after });
  if ('refused' in found) throw new Error(found.message);
  return found;
}

describe('banPage()', () => {
  it.each([1, 2, 3, 7, 20, 21])('by %i shows each ban once, in order', (limit) => {
    const bans = new Bans(20);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { rows, next, total } = page(bans, limit, after);
      expect(total).toBe(20);
      expect(rows.length).toBeLessThanOrEqual(limit);
      seen.push(...rows.map(({ id }) => id));
      after = next;
    } while (after !== undefined);
    expect(seen).toEqual(bans.rows.map(({ id }) => id));
  });

  it('goes on with what was made later where the ban of its cursor is gone', () => {
    const bans = new Bans(10);
    const first = page(bans, 4, undefined);
    bans.lift(first.rows.at(-1)?.id);
    const second = page(bans, 4, first.next);
    expect(second.rows.map(({ id }) => id)).toEqual(['ban-4', 'ban-5', 'ban-6', 'ban-7']);
    bans.rows = bans.rows.slice(0, 4);
    expect(page(bans, 4, second.next)).toEqual({ rows: [], next: undefined, total: 4 });
  });

  it('is empty of an empty list, and refuses what is no cursor', () => {
    expect(page(new Bans(0), 5, undefined)).toEqual({ rows: [], next: undefined, total: 0 });
    for (const after of ['', 'ban-1', '12', '-ban', '1'.repeat(16) + '-ban']) {
      expect(banPage(new Bans(3), { limit: 5, after })).toMatchObject({ refused: 'bad-cursor' });
    }
  });
});
