/**
 * Goal: what players do on a real host stands in its ticket log, and the log can be replayed. Method: a real host in this
 * process, real clients that queue, leave and play, and the real command on the files that are left.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HostConfig } from '../../../src/main/config/host-config.ts';
import { startHost } from '../../../src/main/host.ts';
import { DEFAULT_RATING } from '../../../src/main/matchmaker/rating.ts';
import type { TicketEvent } from '../../../src/main/matchmaker/ticket-event.ts';
import { replay } from '../../../src/main/replay/replay.ts';
import { TICKET_LOG_FOLDER, hostTicketLog } from '../../../src/main/ticket-log/host-ticket-log.ts';
import {
  decodeTicketLogFile,
  type TicketLogFile,
} from '../../../src/main/ticket-log/ticket-log-file.ts';
import { FrameClient } from '../../support/frame-client.ts';
import { eventually } from '../../support/host-facts.ts';
import { silentLog } from '../../support/silent-log.ts';
import { portOf } from '../../support/start-test-host.ts';
import { load } from '../config/config-kit.ts';

const CLI = new URL('../../../src/main/cli.ts', import.meta.url).pathname;
const DUEL = '[modes.duel]\nhandler = "capture-the-flag"\nteams = 2\nteamSize = 1\n';
const HOST = `
threads = { gateways = 1, matchWorkers = 2 }
players = { capacity = 100 }
practice = { bots = 0 }
log = { level = "error" }
listeners = [{ name = "frame", protocol = "frame", port = 0, bindAddress = "127.0.0.1" }]
[ops]
port = 0
${DUEL}`;

describe('the ticket log of a host', () => {
  it('holds what players did, and can be replayed', async () => {
    const folder = await playAndStop(HOST);
    const [file] = readAll(path.join(folder, TICKET_LOG_FOLDER));
    expect(file?.header.modes).toMatchObject([{ name: 'duel', teams: 2, teamSize: 1 }]);
    expect(file?.entries.map(({ kind }) => kind)).toEqual([
      'added',
      'removed',
      'added',
      'added',
      'matched',
      'ended',
    ]);
    const [added, removed, , , matched] = file?.entries ?? [];
    expect(added).toMatchObject({ ticket: { mode: 'duel', members: [{ name: 'ada' }] } });
    expect(removed).toMatchObject({ reason: 'left' });
    const seats = matched?.kind === 'matched' ? matched.seats.map(({ name }) => name) : [];
    expect(seats.toSorted()).toEqual(['ada', 'bob']);
    writeFileSync(path.join(folder, 'new.toml'), DUEL);
    const argv = [CLI, 'replay', TICKET_LOG_FOLDER, '--rules', 'new.toml'];
    const replayed = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
    expect(replayed.stderr).toBe('');
    expect(replayed.stdout).toContain('made in fact: 1 matches');
    expect(replayed.stdout).toMatch(/duel +matches made +1 +1 +0\n/);
  }, 30_000);

  it('begins a file with each change of the rules, and is replayed by those of each time', async () => {
    const dataDir = dataFolder();
    const config = load({
      file: `${HOST}\n[ticketLog]\nfilesMax = 9\n`,
      flags: { 'host.dataDir': dataDir },
    });
    const larger = { ...config, modes: { ...config.modes, duel: sidesOf(config, 2) } };
    const log = hostTicketLog(config, 7, silentLog());
    log?.useConfig(config);
    log?.record(arrivalOf(1, 1_000));
    log?.useConfig(larger);
    log?.useConfig(larger);
    for (const id of [2, 3, 4]) log?.record(arrivalOf(id, id * 1_000));
    log?.useConfig(config);
    for (const id of [5, 6]) log?.record(arrivalOf(id, id * 1_000));
    // The thread may be slow to start; the end of a host would not wait for it.
    await eventually(
      () => log?.counts(),
      (counts) => counts?.written === 6,
    );
    await log?.close();
    expect(log?.counts()).toMatchObject({ written: 6, dropped: 0 });

    const files = readAll(path.join(dataDir, TICKET_LOG_FOLDER));
    expect(files.map(({ header }) => header.modes[0]?.teamSize)).toEqual([1, 2, 1]);
    expect(files.map(({ entries }) => entries.length)).toEqual([1, 3, 2]);
    expect(new Set(files.map(({ startedWallMs }) => startedWallMs)).size).toBe(1);
    // Four for the large sides, then two for a duel; by the rules of the start it would be three duels.
    const report = replay({ files, newRules: files[0]?.header.modes ?? [], seed: 7 });
    expect(report.log).toMatchObject({ runs: 1, files: 3, tickets: 6 });
    expect(report.modes[0]).toMatchObject({ before: { matches: 2 }, after: { matches: 3 } });
  });

  it('is not written where the configuration wants none', async () => {
    const folder = await playAndStop(`${HOST}\n[ticketLog]\nenabled = false\n`);
    expect(existsSync(path.join(folder, TICKET_LOG_FOLDER))).toBe(false);
  }, 30_000);
});

function dataFolder(): string {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'longhouse-host-tickets-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  return dataDir;
}

/** The mode `duel` with sides of that size. */
function sidesOf({ modes }: HostConfig, teamSize: number): HostConfig['modes'][string] {
  const { duel } = modes;
  if (duel === undefined) throw new Error('Cannot go on: there is no duel');
  return { ...duel, teamSize, minTeamSize: teamSize };
}

function arrivalOf(id: number, atMs: number): TicketEvent {
  const members = [{ name: `p${id}`, rating: DEFAULT_RATING }];
  const ticket = { id, mode: 'duel', members, enqueuedMs: atMs, hasPriority: false };
  return { kind: 'added', atMs, ticket };
}

/** Ada queues, leaves, queues again and meets bob; the host stops under them. Returns its data folder. */
async function playAndStop(toml: string): Promise<string> {
  const dataDir = dataFolder();
  const host = await startHost(load({ file: toml, flags: { 'host.dataDir': dataDir } }));
  const ada = await FrameClient.connect(portOf(host, 'frame'));
  const bob = await FrameClient.connect(portOf(host, 'frame'));
  await ada.login('ada');
  await bob.login('bob');
  ada.command('queue duel');
  await ada.event('queued');
  ada.command('leave');
  await ada.event('unqueued');
  ada.command('queue duel');
  await ada.event('queued');
  bob.command('queue duel');
  await Promise.all([ada.event('match'), bob.event('match')]);
  await host.stop('test', 0);
  return dataDir;
}

function readAll(folder: string): readonly TicketLogFile[] {
  return readdirSync(folder).map((name) => {
    return decodeTicketLogFile(readFileSync(path.join(folder, name)), { name });
  });
}
