/**
 * Goal: what a host records can be read again, in files of bounded number and size, and a disk that refuses costs
 * events that are counted, nothing else. Method: the real log with its real thread and real files.
 */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TicketLogHeader } from '../../../src/main/matchmaker/ticket-event.ts';
import { encodeTicketEntry } from '../../../src/main/ticket-log/ticket-event-codec.ts';
import { TicketLog, type TicketLogOptions } from '../../../src/main/ticket-log/ticket-log.ts';
import {
  decodeTicketLogFile,
  encodeTicketLogHeader,
  type TicketLogFile,
} from '../../../src/main/ticket-log/ticket-log-file.ts';

const RULES = { teams: 2, teamSize: 4, minTeamSize: 4, tickHz: 10, graceMs: 0 };
const HEADER: TicketLogHeader = {
  version: 1,
  hostId: 'north',
  seed: 5,
  modes: [{ ...RULES, name: 'ctf', matching: { ratingWindow: Infinity, backfill: false } }],
};
const STARTED_WALL_MS = 1_800_000_000_000;

describe('the ticket log', () => {
  it('gives back every event that was recorded, under the rules of its header', async () => {
    const folder = freshFolder();
    const log = openLog(folder);
    for (let id = 1; id <= 5_000; id += 1) log.record(removedLine(id));
    await log.close();
    const [file, ...others] = readAll(folder);
    expect(others).toEqual([]);
    expect(file).toMatchObject({ header: HEADER, startedWallMs: STARTED_WALL_MS });
    expect(file?.end).toEqual({ kind: 'complete' });
    expect(file?.entries.length).toBe(5_000);
    expect(file?.entries.at(-1)).toMatchObject({ kind: 'removed', ticketId: 5_000 });
  });

  it('starts a new file when one is full and removes the oldest', async () => {
    const folder = freshFolder();
    const fileBytesMax = 20_000;
    const log = openLog(folder, { fileBytesMax, filesMax: 3 });
    let id = 0;
    for (let batch = 0; batch < 40; batch += 1) {
      for (let line = 0; line < 500; line += 1) log.record(removedLine((id += 1)));
      log.flush();
    }
    await log.close();
    const files = readAll(folder);
    expect(files.length).toBe(3);
    expect(readdirSync(folder)).not.toContain('tickets-000001.log');
    for (const name of readdirSync(folder)) {
      expect(statSync(path.join(folder, name)).size).toBeLessThanOrEqual(fileBytesMax);
    }
    // What is left is the newest, without a hole.
    const ids = files.flatMap(({ entries }) =>
      entries.map((entry) => (entry.kind === 'removed' ? entry.ticketId : -1)),
    );
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, n) => id - ids.length + 1 + n));
    expect(ids.length).toBeGreaterThan(1_000);
  });

  it('opens a file of its own beside those of earlier starts', async () => {
    const folder = freshFolder();
    for (const id of [1, 2]) {
      const log = openLog(folder);
      log.record(removedLine(id));
      await log.close();
    }
    expect(readdirSync(folder)).toEqual(['tickets-000001.log', 'tickets-000002.log']);
  });

  it('drops and counts what is more than may wait, and says so in the log', async () => {
    const folder = freshFolder();
    const log = openLog(folder, { waitingMax: 1_000 });
    for (let id = 1; id <= 100; id += 1) log.record(removedLine(id));
    const { dropped } = log.counts();
    expect(dropped).toBeGreaterThan(10);
    await written(log, 100 - dropped);
    log.record(removedLine(101));
    await log.close();
    const [file] = readAll(folder);
    expect(file?.entries.slice(-2)).toEqual([
      { kind: 'gap', events: dropped },
      { kind: 'removed', atMs: 101, ticketId: 101, reason: 'left' },
    ]);
  });

  it('goes on when the disk takes files again, and counts what was lost', async () => {
    const folder = freshFolder();
    // A file where the folder should be: nothing can be made in it, not even by root.
    const blocked = path.join(folder, 'tickets');
    writeFileSync(blocked, '');
    const troubles: string[] = [];
    const log = openLog(blocked, { onTrouble: (error) => troubles.push(error) });
    log.record(removedLine(1));
    log.record(removedLine(2));
    log.flush();
    await until(() => troubles.length > 0);
    expect(troubles.join()).toMatch(/EEXIST|ENOTDIR/);
    expect(log.counts()).toMatchObject({ written: 0, dropped: 2 });
    rmSync(blocked);
    mkdirSync(blocked);
    log.record(removedLine(3));
    await log.close();
    const [file] = readAll(blocked);
    expect(file?.entries.map(({ kind }) => kind)).toEqual(['gap', 'removed']);
  });

  it('says where a damaged file can be read to, and reads that far when asked', async () => {
    const folder = freshFolder();
    const log = openLog(folder);
    for (let id = 1; id <= 3; id += 1) {
      log.record(removedLine(id));
      log.flush();
    }
    await log.close();
    const bytes = readFileSync(path.join(folder, 'tickets-000001.log'));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    const name = 'a.log';
    expect(() => decodeTicketLogFile(bytes, { name })).toThrow(
      /^Cannot read ticket log "a\.log": found a block with a wrong checksum at byte \d+, 3 blocks/,
    );
    expect(decodeTicketLogFile(bytes, { name, salvage: true }).entries.length).toBe(2);
    const cut = decodeTicketLogFile(bytes.subarray(0, -3), { name });
    expect([cut.entries.length, cut.end.kind]).toEqual([2, 'cut']);
    expect(() => decodeTicketLogFile(bytes.subarray(0, 20), { name })).toThrow('before its header');
  });
});

function openLog(folder: string, options: Partial<TicketLogOptions> = {}): TicketLog {
  const log = new TicketLog({
    folder,
    fileBytesMax: 2 ** 20,
    filesMax: 4,
    header: encodeTicketLogHeader(HEADER, STARTED_WALL_MS),
    gapLine: (events) => encodeTicketEntry({ kind: 'gap', events }),
    onTrouble: (error) => {
      throw new Error(error);
    },
    ...options,
  });
  onTestFinished(() => log.close());
  return log;
}

function removedLine(ticketId: number): string {
  return encodeTicketEntry({ kind: 'removed', atMs: ticketId, ticketId, reason: 'left' });
}

function readAll(folder: string): readonly TicketLogFile[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => decodeTicketLogFile(readFileSync(path.join(folder, name)), { name }));
}

function freshFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'longhouse-tickets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function written(log: TicketLog, lines: number): Promise<void> {
  log.flush();
  await until(() => log.counts().written >= lines);
}

async function until(isTrue: () => boolean): Promise<void> {
  await expect.poll(isTrue, { timeout: 10_000 }).toBe(true);
}
