/**
 * Goal: a host that was started in a terminal ends with the terminal, as after Ctrl-C; one whose standard input is no
 * terminal stays. Method: real hosts in tmux, whose server is ended as a closed window ends a shell.
 */

import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sleep } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { eventually } from '../support/host-facts.ts';
import { freePortOffset } from '../support/spawn-host.ts';
import { missingPrograms, Terminal } from '../support/terminal.ts';

const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));
const FRAME_PORT = 7_778;
const START_WAIT_MS = 45_000;
/** A host that stops without a match is gone within two seconds. */
const STAYS_MS = 3_000;

const missing = missingPrograms(['tmux']);
const isSkipped = missing.length > 0 && process.env['CI'] === undefined;
if (isSkipped) console.warn(`hangup.test.ts is skipped: not installed: ${missing.join(', ')}`);

let dataDir: string;
let pid = 0;

describe.skipIf(isSkipped)('a host whose terminal is closed', () => {
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'longhouse-test-'));
  });

  afterEach(async () => {
    if (isAlive()) process.kill(pid, 'SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  it('tells its players and stops', async () => {
    const { terminal, player } = await startInTerminal('');
    await terminal.close();
    expect((await player.bye()).code).toBe('shutdown');
    await eventually(isAlive, (alive) => !alive);
  });

  it('stays where its standard input is no terminal', async () => {
    const { terminal, player } = await startInTerminal(' < /dev/null');
    await terminal.close();
    await sleep(STAYS_MS);
    expect(isAlive()).toBe(true);
    process.kill(pid, 'SIGTERM');
    expect((await player.bye()).code).toBe('shutdown');
  });
});

function isAlive(): boolean {
  return existsSync(`/proc/${pid}`);
}

/** A host on the terminal's screen and a player who is logged in; `redirection` as a shell takes it. */
async function startInTerminal(
  redirection: string,
): Promise<{ terminal: Terminal; player: FrameClient }> {
  const offset = await freePortOffset();
  const terminal = await Terminal.open();
  const flags = ['--port-offset', String(offset), '--data', dataDir, '--bots', '0'];
  await terminal.line([process.execPath, CLI, 'start', ...flags].join(' ') + redirection);
  await terminal.shows(/^ +stop +Ctrl-C/m, true, START_WAIT_MS);
  pid = (await terminal.children())[0] ?? 0;
  const player = await FrameClient.connect(FRAME_PORT + offset);
  await player.login('ada');
  await player.event('lobby');
  return { terminal, player };
}
