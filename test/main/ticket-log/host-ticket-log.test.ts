/**
 * Goal: what players do on a real host stands in its ticket log, and the log can be replayed. Method: a real host in this
 * process, real clients that queue, leave and play, and the real command on the files that are left.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startHost } from '../../../src/main/host.ts';
import { TICKET_LOG_FOLDER } from '../../../src/main/ticket-log/host-ticket-log.ts';
import {
  decodeTicketLogFile,
  type TicketLogFile,
} from '../../../src/main/ticket-log/ticket-log-file.ts';
import { FrameClient } from '../../support/frame-client.ts';
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

  it('is not written where the configuration wants none', async () => {
    const folder = await playAndStop(`${HOST}\n[ticketLog]\nenabled = false\n`);
    expect(existsSync(path.join(folder, TICKET_LOG_FOLDER))).toBe(false);
  }, 30_000);
});

/** Ada queues, leaves, queues again and meets bob; the host stops under them. Returns its data folder. */
async function playAndStop(toml: string): Promise<string> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'longhouse-host-tickets-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
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
