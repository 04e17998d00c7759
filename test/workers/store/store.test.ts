/**
 * Goal: what the store promises by call, and what it says and does when the file or the disk gives trouble.
 * Method: real files; a full disk is the setting for the greatest file, an unusable one a folder where the file should be, a busy one another
 * connection's lock.
 */

import { copyFileSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../../src/shared/clock.ts';
import type { ResultRow } from '../../../src/shared/store-messages.ts';
import { backUp } from '../../../src/workers/store/backup.ts';
import { migrate, MIGRATIONS, schemaVersion } from '../../../src/workers/store/store-schema.ts';
import { Store } from '../../../src/workers/store/store.ts';
import { freshStoreFile, openTestStore, storeTask, testBan } from '../../support/store-kit.ts';

/** A clock whose timers run when they are told to. */
function handClock(): Clock & { readonly fire: () => void } {
  let due: (() => void)[] = [];
  return {
    ...systemClock,
    setTimer: (callback) => {
      due.push(callback);
      return { cancel: () => (due = due.filter((one) => one !== callback)) };
    },
    fire: () => {
      const now = due;
      due = [];
      for (const callback of now) callback();
    },
  };
}

function result(match: string, winner: string): ResultRow {
  const players = ['ada', 'bob', 'bot-1'].map((key, team) => {
    return { key, team, hasWon: key === winner, isPractice: key.startsWith('bot-') };
  });
  const times = { startedMs: 1, endedMs: 2 };
  return { match, mode: 'ctf', ...times, reason: 'ended', result: { winner }, players };
}

describe('Store', () => {
  it('keeps accounts, ratings, counts and bans over a restart', () => {
    const { store, file } = openTestStore();
    const seen = [{ key: 'ada', name: 'Ada', atMs: 5 }];
    const ratings = [{ key: 'ada', mode: 'ctf', mu: 31, sigma: 2 }];
    store.write('NORMAL', (book) =>
      book.writeGroup({ seen, ratings, results: [result('m1', 'ada')] }),
    );
    // The same group once more, as after an answer that was lost.
    store.write('NORMAL', (book) =>
      book.writeGroup({ seen, ratings, results: [result('m1', 'ada'), result('m2', 'bob')] }),
    );
    expect(store.write('FULL', (book) => book.setCredential('ada', 'scrypt$1'))).toBe(true);
    expect(store.write('FULL', (book) => book.setCredential('eve', 'scrypt$1'))).toBe(false);
    store.write('FULL', (book) => book.putBan(testBan('b1')));
    store.write('FULL', (book) => book.putBan({ ...testBan('b2'), untilMs: 1_000 }));
    store.close();
    const again = openTestStore({ file });
    expect(again.told.map(({ state }) => state)).toEqual(['good']);
    expect(again.store.read((book) => book.account('ada'))).toMatchObject({
      name: 'Ada',
      credential: 'scrypt$1',
      matches: 2,
      wins: 1,
      ratings: { ctf: { mu: 31, sigma: 2 } },
    });
    expect(again.store.read((book) => book.account('bot-1'))).toBeUndefined();
    expect(again.store.read((book) => book.bans(999)).map(({ id }) => id)).toEqual(['b1', 'b2']);
    expect(again.store.read((book) => book.bans(1_000)).map(({ id }) => id)).toEqual(['b1']);
    again.store.close();
  });

  it('creates an account once, and numbers configurations without gaps', () => {
    const { store } = openTestStore();
    expect(store.write('FULL', (book) => book.createAccount('ada', 'Ada', 'x'))).toBe(true);
    expect(store.write('FULL', (book) => book.createAccount('ada', 'ADA', 'y'))).toBe(false);
    expect(store.read((book) => book.account('ada'))).toMatchObject({
      name: 'Ada',
      credential: 'x',
    });
    const put = (version: number): void => {
      store.write('FULL', (book) => book.putConfig({ version, atMs: 1, by: 'me', document: {} }));
    };
    for (let version = 1; version <= 11; version += 1) put(version);
    expect(() => put(11)).toThrow('the newest is 11');
    expect(() => put(13)).toThrow('the newest is 11');
    const newest = store.read((book) => book.configVersions(2));
    expect(newest.map(({ version }) => version)).toEqual([11, 10]);
    expect(store.health().state).toBe('good');
    store.close();
  });

  it('keeps at most as many results and acts as it is told to', () => {
    const { store } = openTestStore();
    for (let atMs = 0; atMs < 1_100; atMs += 1) {
      store.write('NORMAL', (book) =>
        book.local.addAudit({ atMs, by: 'me', act: 'x', detail: {} }),
      );
    }
    const { entries, total } = store.read((book) => book.local.auditPage(2_000));
    expect(total).toBe(1_000);
    expect([entries[0]?.atMs, entries.at(-1)?.atMs]).toEqual([1_099, 100]);
    store.close();
  });

  it('never gives a sequence twice, even where the file is set back', () => {
    const { store, file } = openTestStore();
    store.write('FULL', (book) => book.putBan(testBan('first')));
    const old = path.join(path.dirname(file), 'old');
    store.close();
    copyFileSync(file, old);
    const later = openTestStore({ file });
    later.store.write('FULL', (book) => book.putBan(testBan('second')));
    const last = later.store.read((book) => book.entries.vector())['one'] ?? 0;
    later.store.close();
    copyFileSync(old, file);
    const stopped = { ...systemClock, wallMs: () => 0 };
    const back = openTestStore({ file, clock: stopped });
    expect(back.told.at(-1)).toMatchObject({ state: 'replaced' });
    expect(back.told.at(-1)?.problem).toContain('its last 1 transaction');
    back.store.write('FULL', (book) => book.putBan(testBan('third')));
    const third = back.store.read((book) => book.entries.since('one', last, 10));
    expect(third.map(({ key }) => key)).toEqual(['third']);
    back.store.close();
  });
});

describe('Store in trouble', () => {
  it('says once that there is no room, rejects what it cannot keep, and reads on', () => {
    const { store, file, told } = openTestStore({ fileMbMax: 1 });
    store.write('FULL', (book) => book.createAccount('ada', 'Ada', undefined));
    const kept: string[] = [];
    let rejected = 0;
    for (let number = 0; number < 40; number += 1) {
      const ban = { ...testBan(`b${number}`), reason: 'x'.repeat(50_000) };
      try {
        store.write('FULL', (book) => book.putBan(ban));
        kept.push(ban.id);
      } catch (error) {
        expect(String(error)).toContain('full');
        rejected += 1;
      }
    }
    expect(kept.length).toBeGreaterThan(5);
    expect(rejected).toBeGreaterThan(5);
    expect(told.map(({ state }) => state)).toEqual(['good', 'failing']);
    expect(store.read((book) => book.account('ada'))?.name).toBe('Ada');
    store.close();
    const roomy = openTestStore({ file });
    expect(roomy.store.health().state).toBe('good');
    const bans = roomy.store.read((book) => book.bans(0)).map(({ id }) => id);
    expect(bans.sort()).toEqual(kept.sort());
    roomy.store.close();
  });

  it('writes again once it can, and says so', () => {
    const { store, file, told } = openTestStore();
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    expect(() => store.write('FULL', (book) => book.putBan(testBan('b1')))).toThrow('locked');
    other.exec('ROLLBACK');
    other.close();
    store.write('FULL', (book) => book.putBan(testBan('b2')));
    expect(told.map(({ state }) => state)).toEqual(['good', 'failing', 'good']);
    expect(store.read((book) => book.bans(0)).map(({ id }) => id)).toEqual(['b2']);
    store.close();
  });

  it('opens when the disk has come back, without being asked', () => {
    const clock = handClock();
    const file = freshStoreFile();
    mkdirSync(file);
    const { store, told } = openTestStore({ file, clock });
    expect(told.at(-1)?.state).toBe('failing');
    expect(() => store.read((book) => book.bans(0))).toThrow('Cannot reach the store');
    clock.fire();
    expect(told).toHaveLength(1);
    rmdirSync(file);
    clock.fire();
    expect(told.at(-1)?.state).toBe('good');
    store.write('FULL', (book) => book.putBan(testBan('b1')));
    store.close();
  });

  it('leaves the file of a newer version alone, to the byte', () => {
    const { store, file } = openTestStore();
    store.write('FULL', (book) => book.putBan(testBan('b1')));
    store.close();
    const db = new DatabaseSync(file);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    db.close();
    const before = readFileSync(file);
    const newer = openTestStore({ file });
    expect(newer.told.at(-1)).toMatchObject({ state: 'failing' });
    expect(newer.told.at(-1)?.problem).toContain('newer');
    newer.store.close();
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('keeps credentials from other users of the machine', () => {
    const { store, file } = openTestStore();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    store.close();
  });
});

describe('migrate()', () => {
  it('brings a file of version 1 up to date with its rows, and undoes a step that fails', () => {
    const { store, file } = openTestStore();
    store.write('FULL', (book) => book.putBan(testBan('b1')));
    store.close();
    const db = new DatabaseSync(file);
    expect(schemaVersion(db)).toBe(1);
    const broken = [...MIGRATIONS, 'CREATE TABLE extra (a); INSERT INTO nowhere VALUES (1);'];
    expect(() => migrate(db, broken)).toThrow('nowhere');
    expect(schemaVersion(db)).toBe(1);
    expect(db.prepare("SELECT * FROM sqlite_schema WHERE name = 'extra'").all()).toEqual([]);
    migrate(db, [...MIGRATIONS, 'CREATE TABLE extra (a); INSERT INTO extra VALUES (1);']);
    expect(schemaVersion(db)).toBe(2);
    expect(db.prepare('SELECT count(*) AS count FROM entries').get()?.['count']).toBe(1);
    migrate(db, [...MIGRATIONS, 'this would not run again']);
    db.close();
  });
});

describe('backUp()', () => {
  it('copies a file that is being written; a plain copy of that restores it, an old log aside', async () => {
    const { store, file } = openTestStore();
    store.write('FULL', (book) => book.putBan(testBan('before')));
    const copy = path.join(path.dirname(file), 'copy.db');
    const done = await backUp({ source: file, file: copy });
    expect(done.rows).toBeGreaterThan(0);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    store.write('FULL', (book) => book.putBan(testBan('after')));
    await expect(backUp({ source: file, file: copy })).rejects.toThrow('EEXIST');
    // The host is killed: its log stays behind. Then the backup is put in its place.
    const folder = path.dirname(freshStoreFile());
    const restored = path.join(folder, 'longhouse.db');
    copyFileSync(`${file}-wal`, `${restored}-wal`);
    copyFileSync(copy, restored);
    const again = openTestStore({ file: restored });
    again.store.checkAll();
    expect(again.store.health().state).toBe('good');
    expect(again.store.read((book) => book.bans(0)).map(({ id }) => id)).toEqual(['before']);
    again.store.close();
    store.close();
  });

  it('leaves nothing behind where it fails', async () => {
    const file = freshStoreFile();
    const copy = path.join(path.dirname(file), 'copy.db');
    await expect(backUp({ source: file, file: copy })).rejects.toThrow('unable to open');
    expect(statSync(copy, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('a store in memory', () => {
  it('answers all calls, and ends with the process', () => {
    const store = new Store({
      task: storeTask(':memory:'),
      clock: systemClock,
      onHealth: () => {},
    });
    expect(store.open().state).toBe('good');
    store.write('FULL', (book) => book.putBan(testBan('b1')));
    expect(store.read((book) => book.bans(0))).toHaveLength(1);
    store.close();
    expect(() => store.read((book) => book.bans(0))).toThrow('it is closed');
  });
});
