/**
 * Goal: the table answers as node:net's BlockList does, whatever was added and taken out, and says so where it cannot know.
 * Method: random rules over few addresses, so that ranges overlap, rows are reused and a small table overflows; both are asked.
 */

import { BlockList } from 'node:net';
import { expect, it } from 'vitest';
import { BanTableWriter } from '../../src/main/bans/ban-table-writer.ts';
import { BanTable, banTableByteLength } from '../../src/shared/ban-table.ts';
import { seededRandom, type Random } from '../../src/shared/random.ts';
import { runSeed } from '../support/run-seed.ts';

const ROUNDS = 24;
const OPERATIONS = 1_500;
const CHECK_EVERY = 50;
const PREFIXES = [32, 32, 32, 31, 30, 24];
const WIDE = [16, 8, 1];

it('BanTable.has() says what a BlockList of the same rules says', () => {
  const random = seededRandom(runSeed('ban-table'));
  const marks = { banned: 0, free: 0, unknown: 0, removed: 0, full: 0, ipv6: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    // Every other table is too small for its rules.
    const rows = round % 2 === 0 ? 128 : 2_048;
    const buffer = new SharedArrayBuffer(banTableByteLength(rows));
    const rules = new Rules(new BanTableWriter(buffer));
    for (let operation = 0; operation < OPERATIONS; operation += 1) {
      // Growth, then decline, so that rows are freed and used again.
      change(rules, random, { isGrowing: operation % 1_000 < 600, marks });
      if (rules.size > rows / 2) marks.full += 1;
      if (operation % CHECK_EVERY === 0) check(rules, new BanTable(buffer), { random, marks });
    }
  }
  console.log(marks);
  expect(Math.min(...Object.values(marks))).toBeGreaterThan(100);
});

/** The rules that hold, in the table and as a plain map. */
class Rules {
  readonly #table: BanTableWriter;
  readonly #rules = new Map<string, { network: number; prefix: number }>();

  constructor(table: BanTableWriter) {
    this.#table = table;
  }

  get size(): number {
    return this.#rules.size;
  }

  /** Adds a rule that is not there, takes out one that is; false for the latter. */
  toggle(network: number, prefix: number): boolean {
    const key = `${network}/${prefix}`;
    if (this.#rules.delete(key)) {
      this.#table.delete(network, prefix);
      return false;
    }
    this.#rules.set(key, { network, prefix });
    this.#table.add(network, prefix);
    return true;
  }

  any(random: Random): { network: number; prefix: number } | undefined {
    return [...this.#rules.values()][random.below(Math.max(1, this.size))];
  }

  blockList(): BlockList {
    const list = new BlockList();
    for (const { network, prefix } of this.#rules.values()) list.addSubnet(text(network), prefix);
    return list;
  }
}

interface Marks {
  banned: number;
  free: number;
  unknown: number;
  removed: number;
  ipv6: number;
}

function change(
  rules: Rules,
  random: Random,
  { isGrowing, marks }: { isGrowing: boolean; marks: Marks },
): void {
  const known = rules.any(random);
  if (known !== undefined && random.below(4) < (isGrowing ? 1 : 3)) {
    expect(rules.toggle(known.network, known.prefix)).toBe(false);
    marks.removed += 1;
    return;
  }
  const lengths = random.below(300) === 0 ? WIDE : PREFIXES;
  const prefix = lengths[random.below(lengths.length)] ?? 32;
  const size = 2 ** (32 - prefix);
  rules.toggle(Math.floor(addressOf(random.below(2 ** 14)) / size) * size, prefix);
}

function check(
  rules: Rules,
  reader: BanTable,
  { random, marks }: { random: Random; marks: Marks },
): void {
  const list = rules.blockList();
  for (let asked = 0; asked < 40; asked += 1) {
    const address = text(addressOf(random.below(2 ** 14)));
    const found = reader.has(address);
    marks[found === undefined ? 'unknown' : found ? 'banned' : 'free'] += 1;
    if (found !== undefined) expect(found, address).toBe(list.check(address));
  }
  for (const address of ['::1', '2001:db8::7', 'fe80::1', '']) {
    expect(reader.has(address)).toBeUndefined();
    marks.ipv6 += 1;
  }
}

it('BanTable.has() finds the first and the last address of the space', () => {
  const buffer = new SharedArrayBuffer(banTableByteLength(8));
  const table = new BanTable(buffer);
  const writer = new BanTableWriter(buffer);
  expect([table.has('0.0.0.0'), table.has('255.255.255.255')]).toEqual([false, false]);
  writer.add(0, 32);
  writer.add(0xffffffff, 32);
  expect([table.has('0.0.0.0'), table.has('255.255.255.255')]).toEqual([true, true]);
  expect(table.has('0.0.0.1')).toBe(false);
  // What starts otherwise is nobody's, and the whole address need not be read to say so.
  expect(table.has('0.1.0.1')).toBe(false);
  // A ban of everybody is the BlockList's.
  writer.add(0, 0);
  expect(table.has('0.0.0.1')).toBeUndefined();
});

/** Spread over the space, a few to each network. */
function addressOf(index: number): number {
  return ((index >> 4) * 0x0301_0500 + (index & 15)) % 2 ** 32;
}

function text(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
