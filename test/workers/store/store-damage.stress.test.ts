/**
 * Goal: whatever happened to its files, a store opens, serves, keeps what can be kept, and says when something is missing.
 * Method: files as a killed process leaves them (a log that is not folded in, and one that is) are cut short or get flipped
 * bytes at seeded places; each is opened, read whole and written. LONGHOUSE_DAMAGES=1000 for the long run.
 *
 * Damage that the store does not speak of must have cost nothing: every row is then as it was.
 */

import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../../src/shared/clock.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import type { Store } from '../../../src/workers/store/store.ts';
import { runSeed } from '../../support/run-seed.ts';
import { openTestStore, testBan } from '../../support/store-kit.ts';

const DAMAGES = Number(process.env['LONGHOUSE_DAMAGES'] ?? 60);
const ACCOUNTS = 300;
const SUFFIXES = ['', '-wal', '-shm'] as const;
const FLIPS_MAX = 8;
/** A log cut short is rare among all that can happen, and the one thing that SQLite does not notice. */
const CUT_LOG_ONE_IN = 10;
const PAGE_BYTES = 4_096;

/** The same bytes for each run, so that a seed names the same damage. */
const STANDING: Clock = { ...systemClock, wallMs: () => 1_800_000_000_000 };

interface Original {
  /** As a killed process left it: with a log. */
  readonly folder: string;
  readonly rows: ReadonlySet<string>;
}

interface Marks {
  /** Set aside, with the rows of a fresh file saved from it. */
  salvaged: number;
  /** The same, and not one account could be saved. */
  nothingKept: number;
  /** Opened as if nothing were wrong, but behind the high-water mark. */
  prefixOnly: number;
  /** Says of itself that it is from a newer version: left alone. */
  tooNew: number;
  /** Nothing said, nothing missing. */
  unharmed: number;
}

let originals: readonly Original[] = [];

beforeAll(() => {
  originals = [makeOriginal(false), makeOriginal(true)];
});

describe('a store whose files are damaged', () => {
  it(`opens and serves, and hides nothing, ${DAMAGES} times`, { timeout: DAMAGES * 1_000 }, () => {
    const random = seededRandom(runSeed('store damage'));
    const marks = { salvaged: 0, nothingKept: 0, prefixOnly: 0, tooNew: 0, unharmed: 0 };
    const rowsKept: number[] = [];
    for (let round = 0; round < DAMAGES; round += 1) {
      const isCutLog = round % CUT_LOG_ONE_IN === 0;
      // The first of them is the one with a log.
      const original = originals[isCutLog ? 0 : random.below(originals.length)];
      if (original === undefined) throw new Error('there are two originals');
      const folder = mkdtempSync(path.join(tmpdir(), 'longhouse-damaged-'));
      cpSync(original.folder, folder, { recursive: true });
      const file = path.join(folder, 'longhouse.db');
      const what = isCutLog ? cutLog(file, random) : damage(file, random);
      const kept = checkOpens(file, { original, marks, what: `round ${round}, ${what}` });
      rowsKept.push(kept);
      rmSync(folder, { recursive: true });
    }
    const share = rowsKept.reduce((sum, kept) => sum + kept, 0) / (DAMAGES * originalRows());
    console.log(
      'store damage:',
      JSON.stringify({ ...marks, keptPercent: Math.round(share * 100) }),
    );
    expect(marks.salvaged).toBeGreaterThan(0);
    expect(marks.prefixOnly).toBeGreaterThan(0);
    expect(marks.unharmed).toBeGreaterThan(0);
    expect(share).toBeGreaterThan(0.3);
  });
});

function originalRows(): number {
  return originals[0]?.rows.size ?? 0;
}

/** Copied while the store is open: that is what a killed process leaves. */
function makeOriginal(isFolded: boolean): Original {
  const { store, file } = openTestStore({ clock: STANDING });
  for (let number = 0; number < ACCOUNTS; number += 1) writeSome(store, number);
  const rows = new Set(readRows(store));
  if (isFolded) store.close();
  const folder = mkdtempSync(path.join(tmpdir(), 'longhouse-original-'));
  for (const name of readdirSync(path.dirname(file))) {
    copyFileSync(path.join(path.dirname(file), name), path.join(folder, name));
  }
  store.close();
  return { folder, rows };
}

function writeSome(store: Store, number: number): void {
  const key = `player-${number}`;
  store.write('NORMAL', (book) => book.createAccount(key, key, `scrypt$${number}`));
  store.write('NORMAL', (book) => {
    const ratings = [{ key, mode: 'ctf', mu: number, sigma: 8 }];
    book.writeGroup({ seen: [], ratings, results: [] });
  });
  if (number % 3 === 0) store.write('FULL', (book) => book.putBan(testBan(key)));
  if (number % 5 === 0) {
    const act = { atMs: number, by: 'test', act: 'test', detail: { number } };
    store.write('FULL', (book) => book.local.addAudit(act));
  }
}

/** Each row as one text; no row is written twice, so that one that differs was altered. */
function readRows(store: Store): string[] {
  const entries = store.read((book) => book.entries.since('one', 0, 1_000_000));
  const { entries: acts } = store.read((book) => book.local.auditPage(1_000_000));
  return [...entries, ...acts].map((row) => JSON.stringify(row));
}

function cutLog(file: string, random: Random): string {
  const bytes = readFileSync(`${file}-wal`);
  const length = random.below(bytes.length);
  writeFileSync(`${file}-wal`, bytes.subarray(0, length));
  return `cut the log to ${length} bytes`;
}

/** Does the damage; says what it was. */
function damage(file: string, random: Random): string {
  const targets = SUFFIXES.filter((suffix) => existsSync(file + suffix));
  const suffix = targets[random.below(targets.length)] ?? '';
  const bytes = readFileSync(file + suffix);
  const at = random.below(Math.max(1, bytes.length));
  switch (random.below(3)) {
    case 0: {
      writeFileSync(file + suffix, bytes.subarray(0, at));
      return `cut "${suffix}" to ${at} bytes`;
    }
    case 1: {
      bytes.fill(random.below(256), at, Math.min(bytes.length, at + random.below(PAGE_BYTES)));
      writeFileSync(file + suffix, bytes);
      return `overwrote "${suffix}" at ${at}`;
    }
    default: {
      const flips = 1 + random.below(FLIPS_MAX);
      for (let flip = 0; flip < flips; flip += 1) {
        const byte = random.below(bytes.length);
        bytes[byte] = (bytes[byte] ?? 0) ^ (1 + random.below(255));
      }
      writeFileSync(file + suffix, bytes);
      return `flipped ${flips} bytes of "${suffix}"`;
    }
  }
}

/** Opens, reads and writes the store; how many of its rows are still there. */
function checkOpens(
  file: string,
  { original, marks, what }: { original: Original; marks: Marks; what: string },
): number {
  const { store } = openTestStore({ file });
  if (store.health().problem?.includes('newer') === true) {
    marks.tooNew += 1;
    store.close();
    return original.rows.size;
  }
  expect(store.health().state, `${what}: ${store.health().problem}`).not.toBe('failing');
  store.checkAll();
  const rows = readRows(store);
  for (const row of rows) expect(original.rows.has(row), `${what}: altered ${row}`).toBe(true);
  const { state, problem, setAside } = store.health();
  if (problem === undefined) {
    expect(rows.length, what).toBe(original.rows.size);
    marks.unharmed += 1;
  } else {
    expect(state, what).toBe('replaced');
    if (setAside === undefined) marks.prefixOnly += 1;
    else if (rows.length === 0) marks.nothingKept += 1;
    else marks.salvaged += 1;
    if (setAside !== undefined) expect(existsSync(setAside), what).toBe(true);
  }
  store.write('FULL', (book) => book.putBan(testBan('after')));
  store.close();
  const again = openTestStore({ file });
  expect(again.store.health(), what).toMatchObject({ state: 'good' });
  expect(again.store.read((book) => book.bans(0)).at(-1)?.id, what).toBeDefined();
  again.store.checkAll();
  expect(again.store.health(), what).toMatchObject({ state: 'good' });
  again.store.close();
  return rows.length;
}
