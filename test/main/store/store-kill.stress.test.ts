/**
 * Goal: what the store acknowledged is in the file, and the file is whole, whenever the process is killed.
 * Method: a child process writes through the real thread and prints what was acknowledged; it is killed with -9 at a seeded
 * moment, again and again on one file, whose log is not folded in between. LONGHOUSE_KILLS=1000 for the long run.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { sleep, systemClock } from '../../../src/shared/clock.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import { checkRows, checkShape } from '../../../src/workers/store/file-check.ts';
import { runSeed } from '../../support/run-seed.ts';

const KILLS = Number(process.env['LONGHOUSE_KILLS'] ?? 25);
/** Kills on one file, before the next one is begun. */
const KILLS_PER_FILE = 50;
const WRITING_MS_MAX = 100;
const STARTING_MS_MAX = 250;
/** One kill of this many comes without waiting for a first write. */
const EARLY_ONE_IN = 5;
const ENTRY = path.join(import.meta.dirname, 'store-writer-process.ts');
/** How much may be lost: nothing. */
const NOTHING = { damaged: [], lost: [] };

interface Line {
  readonly kind: string;
  readonly key: string;
  readonly value: string;
}

describe('a store that is killed while it writes', () => {
  it(
    `is whole and has lost nothing that it acknowledged, ${KILLS} times`,
    async () => {
      const random = seededRandom(runSeed('store kills'));
      const startedMs = systemClock.nowMs();
      const marks = { kills: 0, early: 0, withLog: 0, acknowledged: 0 };
      const found: { damaged: string[]; lost: string[] } = { damaged: [], lost: [] };
      while (marks.kills < KILLS) await killOnOneFile(random, { marks, found });
      const seconds = Math.round((systemClock.nowMs() - startedMs) / 1_000);
      console.log('store kills:', JSON.stringify({ ...marks, seconds }));
      expect(found).toEqual(NOTHING);
      expect(marks.acknowledged).toBeGreaterThan(KILLS * 4);
      // A kill that finds no log behind hits nothing that could tear.
      expect(marks.withLog).toBeGreaterThan(KILLS / 2);
      expect(marks.early).toBeGreaterThan(0);
    },
    KILLS * 2_000 + 60_000,
  );
});

async function killOnOneFile(
  random: Random,
  run: {
    readonly marks: { kills: number; early: number; withLog: number; acknowledged: number };
    readonly found: { damaged: string[]; lost: string[] };
  },
): Promise<void> {
  const { marks, found } = run;
  const folder = mkdtempSync(path.join(tmpdir(), 'longhouse-kill-'));
  const file = path.join(folder, 'longhouse.db');
  const expected = new Map<string, string>();
  for (let kill = 0; kill < KILLS_PER_FILE && marks.kills < KILLS; kill += 1) {
    marks.kills += 1;
    const isEarly = marks.kills % EARLY_ONE_IN === 0;
    if (isEarly) marks.early += 1;
    const lines = await writeUntilKilled(file, `k${marks.kills}`, { isEarly, random });
    for (const { kind, key, value } of lines) {
      if (kind === 'health') {
        if (key !== 'good') found.damaged.push(`kill ${marks.kills}: ${value}`);
        continue;
      }
      expected.set(`${kind} ${key}`, value);
      marks.acknowledged += 1;
    }
    const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
    if (log !== undefined && log.size > 0) marks.withLog += 1;
    if (log === undefined) continue;
    const { damage, rows } = readAll(file);
    if (damage !== undefined) found.damaged.push(`kill ${marks.kills}: ${damage}`);
    for (const [id, value] of expected) {
      if (!isThere(rows, id, value)) found.lost.push(`kill ${marks.kills}: ${id} ${value}`);
    }
  }
  rmSync(folder, { recursive: true });
}

/** The lines that the process printed before it was killed. */
async function writeUntilKilled(
  file: string,
  prefix: string,
  { isEarly, random }: { readonly isEarly: boolean; readonly random: Random },
): Promise<Line[]> {
  const child = spawn(process.execPath, [ENTRY, file, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Line[] = [];
  const isWriting = Promise.withResolvers<void>();
  const isOver = Promise.withResolvers<void>();
  const output = createInterface({ input: child.stdout });
  output.on('line', (text) => {
    lines.push(JSON.parse(text) as Line);
    if (lines.length === 2) isWriting.resolve();
  });
  child.once('close', () => isOver.resolve());
  if (isEarly) await sleep(random.below(STARTING_MS_MAX));
  else {
    await Promise.race([isWriting.promise, isOver.promise]);
    await sleep(random.below(WRITING_MS_MAX));
  }
  child.kill('SIGKILL');
  await isOver.promise;
  return lines;
}

interface Rows {
  readonly accounts: ReadonlySet<string>;
  readonly credentials: ReadonlyMap<string, string>;
  readonly bans: ReadonlyMap<string, boolean>;
  readonly configs: ReadonlyMap<number, string>;
  readonly acts: ReadonlySet<string>;
}

/** Read by SQL and not by our own code, without writing: the log stays as the kill left it. */
function readAll(file: string): { readonly damage: string | undefined; readonly rows: Rows } {
  const db = new DatabaseSync(file, { readOnly: true });
  const of = (kind: string): Record<string, unknown>[] =>
    db.prepare('SELECT key, value, deleted FROM entries WHERE kind = ?').all(kind);
  let damage: string | undefined;
  try {
    checkShape(db);
    const steps = checkRows(db, 1_000);
    while (steps.next().done !== true);
  } catch (error) {
    damage = String(error);
  }
  const rows: Rows = {
    accounts: new Set(of('account').map(({ key }) => String(key))),
    credentials: new Map(of('credential').map(({ key, value }) => [String(key), String(value)])),
    bans: new Map(of('ban').map(({ key, deleted }) => [String(key), deleted === 1])),
    configs: new Map(of('config').map(({ key, value }) => [Number(key), String(value)])),
    acts: new Set(
      db
        .prepare('SELECT act FROM audit')
        .all()
        .map(({ act }) => String(act)),
    ),
  };
  db.close();
  return { damage, rows };
}

/** True also where the row is already what the process wrote next, unacknowledged. */
function isThere(rows: Rows, id: string, value: string): boolean {
  const [kind = '', key = ''] = id.split(' ');
  switch (kind) {
    case 'account': {
      const credential = rows.credentials.get(key) ?? '';
      const isSecond = credential.includes('second');
      return rows.accounts.has(key) && (isSecond || credential.includes(value));
    }
    case 'ban':
      return value === 'removed' ? rows.bans.get(key) === true : rows.bans.has(key);
    case 'config':
      return rows.configs.get(Number(key))?.includes(`"${value}"`) === true;
    case 'audit':
      return rows.acts.has(key);
  }
  return false;
}
