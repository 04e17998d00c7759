/**
 * Goal: main is never kept waiting by the store: calls settle, groups wait and are bounded, a dead thread is replaced.
 * Method: the real thread; it is ended from outside, and kept silent by a lock on its file.
 */

import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { backupDatabase } from '../../../src/main/store/backup-file.ts';
import { StoreThread } from '../../../src/main/store/store-thread.ts';
import { sleep } from '../../../src/shared/clock.ts';
import type { StoreHealth } from '../../../src/shared/store-messages.ts';
import { freshStoreFile, storeTask, testBan } from '../../support/store-kit.ts';

interface Running {
  readonly thread: StoreThread;
  readonly file: string;
  readonly told: StoreHealth[];
}

async function startThread(
  limits: { readonly callMsMax?: number; readonly waitingMax?: number } = {},
): Promise<Running> {
  const file = freshStoreFile();
  const told: StoreHealth[] = [];
  const onProblem = (health: StoreHealth): void => void told.push(health);
  const thread = new StoreThread({ task: storeTask(file), onProblem, ...limits });
  await thread.start();
  return { thread, file, told };
}

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isDone(); turn += 1) await sleep(20);
  expect(isDone()).toBe(true);
}

describe('StoreThread', () => {
  it('writes groups soon, and what waits when it is closed', async () => {
    const { thread, file } = await startThread();
    thread.noteSeen([{ key: 'ada', name: 'Ada', atMs: 1 }]);
    thread.putRatings([{ key: 'ada', mode: 'ctf', mu: 30, sigma: 3 }]);
    await until(() => thread.counts().waiting === 0);
    expect((await thread.account('ada'))?.ratings).toEqual({ ctf: { mu: 30, sigma: 3 } });
    thread.putRatings([{ key: 'ada', mode: 'ctf', mu: 31, sigma: 3 }]);
    await thread.close();
    expect(thread.counts()).toMatchObject({ waiting: 0, dropped: 0, failures: 0 });
    const db = new DatabaseSync(file);
    const row = db.prepare("SELECT value FROM entries WHERE kind = 'rating'").get();
    expect(row?.['value']).toContain('31');
    db.close();
    await expect(thread.account('ada')).rejects.toThrow('Cannot reach the store');
  });

  it('passes on what a call refuses', async () => {
    const { thread } = await startThread();
    const version = { version: 5, atMs: 1, by: 'me', document: {} };
    await expect(thread.putConfig(version)).rejects.toThrow('the newest is 0');
    expect(thread.counts()).toMatchObject({ failures: 1, writes: 0 });
    expect(thread.known.state).toBe('good');
    await thread.close();
  });

  it('rejects a call that is not answered in time, says so, and is good again with the next answer', async () => {
    const { thread, file, told } = await startThread({ callMsMax: 300 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(thread.putBan(testBan('b1'))).rejects.toThrow('no answer within 300 ms');
    expect(thread.known).toMatchObject({ state: 'failing', problem: 'it does not answer' });
    other.exec('ROLLBACK');
    other.close();
    await until(() => thread.known.state === 'good');
    await thread.putBan(testBan('b2'));
    expect(told.at(-1)?.state).toBe('good');
    await thread.close();
  });

  it('drops the oldest of too many waiting writes, and counts them', async () => {
    const { thread, file } = await startThread({ waitingMax: 10 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    for (let number = 0; number < 25; number += 1) {
      thread.noteSeen([{ key: `player-${number}`, name: `player-${number}`, atMs: 1 }]);
    }
    expect(thread.counts()).toMatchObject({ waiting: 10, dropped: 15 });
    other.exec('ROLLBACK');
    other.close();
    await until(() => thread.counts().waiting === 0);
    expect(await thread.account('player-14')).toBeUndefined();
    expect((await thread.account('player-15'))?.name).toBe('player-15');
    await thread.close();
  });

  it('starts a dead thread again; calls meanwhile reject, what waits is written afterwards', async () => {
    const workers: Worker[] = [];
    process.once('worker', (worker) => workers.push(worker));
    const { thread, told } = await startThread();
    await thread.putBan(testBan('before'));
    const pending = thread.bans(0);
    const ended = workers.at(-1)?.terminate();
    await Promise.allSettled([pending, ended]);
    await expect(thread.bans(0)).rejects.toThrow('its thread is gone');
    thread.noteSeen([{ key: 'ada', name: 'Ada', atMs: 1 }]);
    await until(() => thread.known.state === 'good');
    expect(told.map(({ state }) => state)).toEqual(['good', 'failing', 'good']);
    expect((await thread.bans(0)).map(({ id }) => id)).toEqual(['before']);
    await until(() => thread.counts().waiting === 0);
    expect((await thread.account('ada'))?.name).toBe('Ada');
    await thread.close();
  });
});

describe('backupDatabase()', () => {
  it('copies the store of a running host, and overwrites nothing', async () => {
    const { thread, file } = await startThread();
    await thread.putBan(testBan('b1'));
    const copy = path.join(path.dirname(file), 'copy.db');
    const report = await backupDatabase(path.dirname(file), copy);
    expect(report).toMatchObject({ file: copy });
    expect(report.rows).toBeGreaterThan(1);
    const again = backupDatabase(path.dirname(file), copy);
    await expect(again).rejects.toMatchObject({ code: 'backup' });
    const nowhere = backupDatabase('/nowhere', path.join(path.dirname(file), 'other.db'));
    await expect(nowhere).rejects.toThrow('there is no such store');
    await thread.close();
  });
});
