/**
 * Goal: `longhouse replay` shows what other rules would have done, the same every time. Method: the real command, in
 * processes of its own, over log files that the log's own code wrote from recorded arrivals.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MIXED_PARTIES, realisticArrivals } from '../../../bench/matchmaker/matchmaker-arrivals.ts';
import { configuredRules } from '../../../src/main/matchmaker/configured-rules.ts';
import type { TicketEvent } from '../../../src/main/matchmaker/ticket-event.ts';
import { encodeTicketEntry } from '../../../src/main/ticket-log/ticket-event-codec.ts';
import { encodeTicketLogHeader } from '../../../src/main/ticket-log/ticket-log-file.ts';
import { blockFileHeader, encodeBlock } from '../../../src/shared/block-file-codec.ts';
import { load } from '../config/config-kit.ts';

const CLI = new URL('../../../src/main/cli.ts', import.meta.url).pathname;
const FOLDER = mkdtempSync(path.join(tmpdir(), 'longhouse-replay-'));
const TICKETS = 1_500;
const EVENTS_PER_FILE = 1_000;
const SAME_RULES =
  '[modes.ctf]\nhandler = "capture-the-flag"\nteams = 2\nteamSize = 4\nratingWindow = 2\n';
const LARGE_SIDES = SAME_RULES.replace('teamSize = 4', 'teamSize = 8');
const OTHER_MODE = '[modes.duel]\nhandler = "capture-the-flag"\nteams = 2\nteamSize = 1\n';

beforeAll(() => {
  const logs = path.join(FOLDER, 'tickets');
  mkdirSync(logs);
  for (const [index, bytes] of logFiles().entries()) {
    writeFileSync(path.join(logs, `tickets-00000${index + 1}.log`), bytes);
  }
  writeFileSync(path.join(FOLDER, 'same.toml'), SAME_RULES);
  writeFileSync(path.join(FOLDER, 'large.toml'), LARGE_SIDES);
  writeFileSync(path.join(FOLDER, 'other.toml'), OTHER_MODE);
});

afterAll(() => rmSync(FOLDER, { recursive: true }));

describe('longhouse replay', () => {
  it('prints before and after in one table, the same to the byte every time', () => {
    const once = replay('tickets', '--rules', 'large.toml', '--seed', '7');
    const again = replay('tickets', '--rules', 'large.toml', '--seed', '7');
    expect(once.stderr).toBe('');
    expect(once.status).toBe(0);
    expect(again.stdout).toBe(once.stdout);
    expect(once.stdout).toContain(`${TICKETS} tickets in`);
    for (const heading of ['matches made', 'tickets abandoned', 'wait p95, s', 'regret mean, %']) {
      expect(once.stdout).toContain(heading);
    }
  });

  it('shows what a rule changes: sides of eight need twice the players and longer waits', () => {
    const { stdout } = replay('tickets', '--rules', 'large.toml', '--json');
    const report = JSON.parse(stdout) as {
      readonly log: object;
      readonly modes: readonly {
        readonly before: Record<string, number>;
        readonly after: Record<string, number>;
      }[];
    };
    const [ctf] = report.modes;
    expect(report.log).toMatchObject({ runs: 1, files: 3, tickets: TICKETS, missingEvents: 0 });
    expect(ctf?.before['tickets']).toBe(TICKETS);
    expect(ctf?.after['tickets']).toBe(TICKETS);
    expect(ctf?.before['matches']).toBeGreaterThan(100);
    expect(ctf?.after['matches']).toBeLessThan((ctf?.before['matches'] ?? 0) * 0.7);
  });

  it('shows no change for rules that are those of the log', () => {
    const { stdout } = replay('tickets', '--rules', 'same.toml', '--json');
    const report = JSON.parse(stdout) as {
      readonly modes: readonly { readonly before: object; readonly after: object }[];
    };
    expect(report.modes.map(({ after }) => after)).toEqual(
      report.modes.map(({ before }) => before),
    );
    expect(report.modes.length).toBe(1);
  });

  it('names the modes of the log that the new rules do not have', () => {
    const { stdout, status } = replay('tickets', '--rules', 'other.toml');
    expect(status).toBe(0);
    expect(stdout).toContain(`left out: mode ctf, ${TICKETS} tickets`);
  });

  it.each([
    [['nowhere.log', '--rules', 'large.toml'], 'Cannot read "nowhere.log": there is none'],
    [['large.toml', '--rules', 'large.toml'], 'found no block file at byte 0'],
    [['tickets', '--rules', 'none.toml'], '"none.toml": there is none'],
    [['tickets', '--rules', 'large.toml', '--seed', 'x'], 'Cannot use flag --seed: found "x"'],
    [['tickets'], '--rules'],
  ])('%j ends with 2 and says why', (argv, message) => {
    const { status, stderr, stdout } = replay(...argv);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

function replay(...argv: readonly string[]): ReturnType<typeof run> {
  return run('replay', ...argv);
}

function run(...argv: readonly string[]): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  return spawnSync(process.execPath, [CLI, ...argv], { cwd: FOLDER, encoding: 'utf8' });
}

/** The arrivals of a seeded evening, as a host that made no match would have logged them, in files of some size. */
function logFiles(): readonly Uint8Array[] {
  const events = ticketEvents();
  const { modes } = load({ file: SAME_RULES });
  const rules = Object.entries(modes).map(([name, mode]) => configuredRules(name, mode));
  const header = encodeTicketLogHeader(
    { version: 1, hostId: 'north', seed: 1, modes: rules },
    1_000,
  );
  const files: Uint8Array[] = [];
  for (let first = 0; first < events.length; first += EVENTS_PER_FILE) {
    const lines = events.slice(first, first + EVENTS_PER_FILE).map(encodeTicketEntry);
    const blocks = [encodeBlock(header), encodeBlock(lines.join('\n'))];
    files.push(Buffer.concat([blockFileHeader(), ...blocks]));
  }
  return files;
}

function ticketEvents(): readonly TicketEvent[] {
  const arrivals = realisticArrivals({
    seed: 11,
    mode: 'ctf',
    tickets: TICKETS,
    perSecond: 2,
    partyShares: MIXED_PARTIES,
    dayMs: 600_000,
    patienceMsMean: 60_000,
  });
  const events = arrivals.flatMap(({ ticket, atMs, patienceMs }): TicketEvent[] => [
    { kind: 'added', atMs, ticket },
    { kind: 'removed', atMs: atMs + patienceMs, ticketId: ticket.id, reason: 'left' },
  ]);
  return events.sort((one, other) => one.atMs - other.atMs);
}
