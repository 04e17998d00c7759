/**
 * Goal: `longhouse top` is a picture that fits its terminal at any size, lives, takes keys, and gives the terminal back as it
 * was, however it ends. Method: the real program in tmux beside a real host.
 */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FrameClient } from '../support/frame-client.ts';
import { cliLine } from '../support/run-cli.ts';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';
import { missingPrograms, PROMPT, Terminal, TERMINAL_COLUMNS } from '../support/terminal.ts';

const CONFIG = `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = 0 }
[modes.duel]
handler = "capture-the-flag"
teams = 2
teamSize = 1
settings = { joinSeconds = 1, countdownSeconds = 0, matchSeconds = 600 }
`;

/** A program of its own has to start for each test. */
const START_WAIT_MS = 45_000;

const missing = missingPrograms(['tmux']);
const isSkipped = missing.length > 0 && process.env['CI'] === undefined;
if (isSkipped) console.warn(`top.test.ts is skipped: not installed here: ${missing.join(', ')}`);
let host: SpawnedHost;
let terminal: Terminal;

describe.skipIf(isSkipped)('longhouse top in a terminal', () => {
  beforeAll(async () => {
    host = await spawnHost({ config: CONFIG });
    terminal = await Terminal.open();
  });

  afterAll(async () => {
    await terminal.close();
    await host.stop();
  });

  beforeEach(async () => {
    await terminal.clear();
    await terminal.line(cliLine(['top'], host));
    await terminal.shows(/● ready/, false, START_WAIT_MS);
  });

  it('shows what happens within a second or two, in every pane', async () => {
    const [ada, bob] = [await login('ada'), await login('bob')];
    await terminal.shows(/^players 2 of/m);
    ada.command('queue duel');
    await terminal.shows(/^duel +1 +1 +\d+ s/m);
    bob.command('queue duel');
    const { match } = await ada.event('match');
    await terminal.shows(new RegExp(`^${match} .*(ada bob|bob ada)`, 'm'));
    await terminal.shows(/match-started/);
    await terminal.keep('top-overview');
    await terminal.type('3');
    await terminal.shows(new RegExp(`^ada +match +\\d+ s +${match}`, 'm'));
    await terminal.keep('top-players');
    await terminal.key('Tab');
    expect(await terminal.shows(/^gateway 0 +\w+ .* 2 +2 connections/m)).toContain('worker 1');
    for (const player of [ada, bob]) {
      player.command('leave');
      // Whoever is left alone may be back, with the reason `ended`, before its own command has come.
      await player.event('lobby');
      await player.close();
    }
    await terminal.type('q');
    await terminal.shows(new RegExp(`${PROMPT} *\n*$`));
  });

  it('fills another size at once, its keys in the last row', async () => {
    for (const [columns, rows] of [
      [120, 40],
      [50, 12],
      [80, 24],
    ] as const) {
      await terminal.resize(columns, rows);
      const clock = columns >= TERMINAL_COLUMNS ? ' \\d\\d:\\d\\d:\\d\\d' : '';
      const picture = new RegExp(`^longhouse .*${clock}\n(?:.*\n){${rows - 2}}q quit`);
      expect(await terminal.shows(picture)).toContain('busiest worker');
      await terminal.keep(`top-${columns}x${rows}`);
    }
    await terminal.type('q');
    await terminal.shows(new RegExp(`${PROMPT} *\n*$`));
  });

  it('pauses and goes on', async () => {
    await terminal.type('p');
    expect(await terminal.shows(/^longhouse .* paused/)).toContain('p go on');
    await terminal.type('p');
    expect(await terminal.shows(/^longhouse .*● ready/)).toContain('p pause');
    await terminal.type('q');
    await terminal.shows(new RegExp(`${PROMPT} *\n*$`));
  });

  it.each([
    ['q', (): Promise<void> => terminal.type('q'), 0],
    ['Ctrl-C', (): Promise<void> => terminal.key('C-c'), 0],
    ['SIGTERM', (): Promise<void> => killTop(), 143],
  ] as const)('gives the terminal back at %s', async (_how, end, code) => {
    await end();
    await terminal.shows(new RegExp(`${PROMPT} *\n*$`));
    expect(await terminal.state()).toMatchObject({ isCursorShown: true });
    // Lines are echoed and edited again, and the screen is the shell's.
    await terminal.line('echo "ended with $?"');
    const text = await terminal.shows(/^ended with \d+/m);
    expect(text).toContain(`ended with ${code}`);
    expect(text).not.toContain('busiest worker');
  });
});

async function login(name: string): Promise<FrameClient> {
  const client = await FrameClient.connect(host.ports.frame);
  await client.login(name);
  await client.event('lobby');
  return client;
}

/** From another window, as a supervisor does: tmux knows what runs in the pane. */
async function killTop(): Promise<void> {
  const [shell] = await terminal.children();
  if (shell === undefined) throw new Error('Cannot find the program: nothing runs in the terminal');
  process.kill(shell, 'SIGTERM');
}
