/**
 * Goal: whoever is banned is found, nobody else, and until exactly the time that was said; the gateways' list agrees.
 * Method: random histories of bans, removals and passing time over few addresses, beside a list of rows that is searched from
 * end to end with addresses written as bits. The seed is printed; hunted states are counted.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAddressRange } from '../../../src/main/bans/address-range.ts';
import { BanBook } from '../../../src/main/bans/ban-book.ts';
import { BannedAddresses } from '../../../src/main/bans/banned-addresses.ts';
import type { BanRow } from '../../../src/shared/store-messages.ts';
import { runSeed } from '../../support/run-seed.ts';

const SEED = runSeed('ban-book.property');
const RUNS = 500;
const KEYS = ['ada', 'bob', 'eve'];

/** Few enough that ranges and addresses meet. */
const ipv4 = fc
  .tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 3 }))
  .map(([third, fourth]) => `10.0.${third}.${fourth}`);
const ipv6 = fc
  .tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 3 }))
  .map(([seventh, eighth]) => `2001:db8::${seventh}:${eighth}`);
const address = fc.oneof(
  ipv4,
  ipv6,
  ipv4.map((text) => `::ffff:${text}`),
);
const range = fc.oneof(
  address,
  fc.tuple(ipv4, fc.constantFrom(24, 31)).map(([text, prefix]) => `${text}/${prefix}`),
  fc.tuple(ipv6, fc.constantFrom(112, 127)).map(([text, prefix]) => `${text}/${prefix}`),
);
const target: fc.Arbitrary<BanRow['target']> = fc.oneof(
  fc.constantFrom(...KEYS).map((key) => ({ kind: 'account' as const, key })),
  range.map((text) => ({ kind: 'address' as const, address: text })),
);
const step = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    target,
    lastsMs: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('remove' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 15 }) }),
);

it('BanBook finds what a search from end to end finds', () => {
  const marks = { expired: 0, removed: 0, hits: 0, ranges: 0, doubles: 0 };
  const property = fc.property(
    fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
    fc.array(address, { minLength: 5, maxLength: 5 }),
    (steps, asked) => {
      const book = new BanBook();
      const doors = new BannedAddresses();
      let model: BanRow[] = [];
      let nowMs = 1_000;
      let lastId = 0;
      const open = (row: BanRow): void => {
        const found = row.target.kind === 'address' ? parseAddressRange(row.target.address) : null;
        if (!found) return;
        if (book.hasRange(found)) marks.doubles += 1;
        else doors.delete(found);
      };
      for (const one of steps) {
        if (one.kind === 'add') {
          lastId += 1;
          const untilMs = one.lastsMs === undefined ? undefined : nowMs + one.lastsMs;
          const row = {
            id: `b${lastId}`,
            target: one.target,
            untilMs,
            reason: '',
            by: 'x',
            createdMs: 0,
          };
          expect(book.tryAdd(row)).toBe(true);
          expect(book.tryAdd(row)).toBe(false);
          const found = row.target.kind === 'address' && parseAddressRange(row.target.address);
          if (found) doors.add(found);
          model.push(row);
        } else if (one.kind === 'remove') {
          const row = model[one.which % Math.max(1, model.length)];
          expect(book.remove(row?.id ?? 'none')).toBe(row);
          if (row === undefined) continue;
          model = model.filter((other) => other !== row);
          open(row);
          marks.removed += 1;
        } else {
          nowMs += one.ms;
          const ended = book.takeEnded(nowMs);
          expect(new Set(ended)).toEqual(new Set(model.filter((row) => !holds(row, nowMs))));
          model = model.filter((row) => holds(row, nowMs));
          for (const row of ended) open(row);
          marks.expired += ended.length;
        }
        expect(book.size).toBe(model.length);
        for (const key of KEYS) {
          const rows = model.filter(
            (row) => row.target.kind === 'account' && row.target.key === key,
          );
          expect(endOf(book.ofAccount(key, nowMs))).toBe(latestEnd(rows, nowMs));
        }
        for (const text of asked) {
          const rows = model.filter((row) => isHit(row, text));
          const end = latestEnd(rows, nowMs);
          expect(endOf(book.ofAddress(text, nowMs)), text).toBe(end);
          const family = text.includes(':') ? 'ipv6' : 'ipv4';
          expect(doors.list.check(text, family), `door ${text}`).toBe(rows.length > 0);
          if (end !== undefined) marks.hits += 1;
          if (
            rows.some((row) => row.target.kind === 'address' && row.target.address.includes('/'))
          ) {
            marks.ranges += 1;
          }
        }
      }
    },
  );
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  for (const [mark, count] of Object.entries(marks)) expect(count, mark).toBeGreaterThan(50);
});

function holds({ untilMs }: BanRow, nowMs: number): boolean {
  return untilMs === undefined || untilMs > nowMs;
}

function endOf(row: BanRow | undefined): number | undefined {
  return row === undefined ? undefined : (row.untilMs ?? Infinity);
}

function latestEnd(rows: readonly BanRow[], nowMs: number): number | undefined {
  const ends = rows.filter((row) => holds(row, nowMs)).map(({ untilMs }) => untilMs ?? Infinity);
  return ends.length === 0 ? undefined : Math.max(...ends);
}

function isHit({ target: banned }: BanRow, text: string): boolean {
  if (banned.kind !== 'address') return false;
  const [network = '', prefix] = banned.address.split('/');
  const [mine, theirs] = [bits(text), bits(network)];
  if (mine.length !== theirs.length) return false;
  const length = prefix === undefined ? mine.length : Number(prefix);
  return mine.slice(0, length) === theirs.slice(0, length);
}

/** 32 or 128 characters; knows only the spellings that the generators make. */
function bits(text: string): string {
  const plain = text.replace('::ffff:', '');
  if (plain.includes('.')) {
    return plain
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  }
  const [head = '', tail = ''] = plain.split('::');
  const groups = [...head.split(':'), '0', '0', '0', '0', ...tail.split(':')];
  return groups.map((group) => parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
