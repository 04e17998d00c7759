/**
 * Goal: a person with Debian's telnet, or with nc, can log in, queue, play Capture the Flag and come back to the lobby
 * on one connection, and gets the terminal back as it was. Method: the real programs in a real terminal (tmux), typed into
 * and looked at, against a real host with practice bots.
 */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { spawnHost, type SpawnedHost } from '../support/spawn-host.ts';
import { eventually, statusOf } from '../support/host-facts.ts';
import {
  PROMPT,
  TERMINAL_COLUMNS,
  TERMINAL_ROWS,
  Terminal,
  missingPrograms,
} from '../support/terminal.ts';

const CONFIG = `
threads = { gateways = 1, matchWorkers = 2 }
practice = { bots = 2, patienceMs = 100 }
[modes.duel]
handler = "capture-the-flag"
teams = 2
teamSize = 1
settings = { joinSeconds = 1, countdownSeconds = 1 }
[modes.sprint]
handler = "capture-the-flag"
teams = 2
teamSize = 1
settings = { joinSeconds = 1, countdownSeconds = 0, matchSeconds = 2, scoreLimit = 1 }
`;

const missing = missingPrograms(['telnet', 'nc', 'tmux']);
const isSkipped = missing.length > 0 && process.env['CI'] === undefined;
if (isSkipped) console.warn(`telnet.test.ts is skipped: not installed here: ${missing.join(', ')}`);

const STEPS: readonly (readonly [key: string, columns: number, rows: number])[] = [
  ['d', 1, 0],
  ['s', 0, 1],
  ['a', -1, 0],
  ['w', 0, -1],
];

describe.skipIf(isSkipped)('a person at a terminal', () => {
  let host: SpawnedHost;
  let terminal: Terminal;

  beforeAll(async () => {
    expect(missing, 'programs that are not installed').toEqual([]);
    host = await spawnHost({ config: CONFIG });
    await eventually(
      () => statusOf(host),
      ({ practicePlayers }) => practicePlayers === 2,
    );
  });

  afterAll(async () => {
    expect(await host.stop()).toEqual({ code: 0, signal: null });
  });

  beforeEach(async () => {
    terminal = await Terminal.open();
  });

  afterEach(async () => {
    await terminal.close();
  });

  it('plays with telnet by single keys, talks, leaves, and has the shell back as it was', async () => {
    await enter('telnet', 'ada');
    await terminal.keep('telnet-lobby');
    await terminal.line('/queue duel');
    await terminal.shows(/the match has begun/);
    await terminal.keep('telnet-match');
    await checkPicture();

    expect(await steer()).toBe(true);
    await terminal.type('/say hello there');
    await terminal.shows(/^\/say hello there\s*$/m);
    await terminal.keep('telnet-typing');
    await terminal.key('Enter');
    await terminal.shows(/^ada: hello there/m);
    await checkPicture();
    await terminal.line('/score');
    await terminal.shows(/^score: red 0 blue 0, \d:\d\d left/m);

    await terminal.line('/leave');
    const lobby = await terminal.shows(/^lobby: \S+ \(left\), 1 player on the network/m);
    expect(lobby).not.toContain('##');
    await terminal.keep('telnet-left');
    await terminal.line('/quit');
    await terminal.shows(/^bye: quit[^]*Connection closed by foreign host/m);
    await terminal.keep('telnet-quit');
    await checkShell();
  });

  it('plays with telnet to the end of the match and is in the lobby again', async () => {
    await enter('telnet', 'bea');
    await terminal.line('/queue sprint');
    await terminal.shows(/##/);
    await terminal.shows(/^lobby: \S+ \(ended\)/m);
    await terminal.keep('telnet-ended');
    await terminal.shows(
      /^game: a draw at 0 to 0 \(time\)\nended: \S+\/sprint\/\d+, unrated, nobody won$/m,
    );
    await terminal.line('/who');
    await terminal.shows(/^notice: \d here: .*bea/m);
    await terminal.line('/quit');
    await checkShell();
  });

  it.each(['/quit', 'C-c'])('leaves with %s in the midst of a match', async (farewell) => {
    await enter('telnet', 'cleo');
    await terminal.line('/queue duel');
    await terminal.shows(/##/);
    if (farewell === 'C-c') await terminal.key(farewell);
    else await terminal.line(farewell);
    await terminal.shows(/^bye: quit[^]*Connection closed/m);
    await terminal.keep('telnet-quit-in-match');
    await checkShell();
  });

  it('plays with nc, one event a line', async () => {
    await enter('nc', 'dora');
    await terminal.line('/plain');
    await terminal.line('/queue duel');
    await terminal.shows(/^queued: duel/m, true);
    await terminal.shows(/^match: \S+ \(matched\), duel/m, true);
    await terminal.shows(/^game: the match has begun/m, true);
    await terminal.keep('nc-match');
    const [, column = '', row = ''] = await whereAmI();
    await terminal.line(Number(row) > 8 ? 'wwd' : 'ssd');
    await terminal.keep('nc-steps');
    const isAway = ([, x, y]: readonly string[]): boolean => x !== column || y !== row;
    await eventually(whereAmI, isAway);

    await terminal.line('/map');
    const map = await terminal.shows(/^map: #{40}\n(?:map: #.{38}#\n){14}map: #{40}\n/m, true);
    expect(map.match(/^map: .*@.*$/gm)).toHaveLength(1);
    await terminal.keep('nc-map');
    await terminal.line('/score');
    await terminal.shows(/^score: red 0 blue 0, \d:\d\d left/m, true);
    await terminal.line('/leave');
    await terminal.shows(/^lobby: \S+ \(left\)/m, true);
    await terminal.line('/quit');
    const all = await terminal.shows(/^bye: quit: /m, true);
    await terminal.keep('nc-quit');
    expect(all).not.toContain('\u001b');
    // nc itself stays until its own input ends.
    await terminal.key('C-d');
    await checkShell();
  });

  it('plays with nc to the end of the match and is in the lobby again', async () => {
    await enter('nc', 'elsa');
    await terminal.line('/plain');
    await terminal.line('/queue sprint');
    await terminal.shows(/^game: (?:a draw|red wins|blue wins)/m, true);
    await terminal.shows(/^ended: \S+\/sprint\/\d+, unrated/m, true);
    await terminal.shows(/^lobby: \S+ \(ended\)/m, true);
    await terminal.keep('nc-ended');
    await terminal.line('/quit');
    await terminal.shows(/^bye: quit: /m, true);
    await terminal.key('C-d');
    await checkShell();
  });

  async function enter(program: 'telnet' | 'nc', name: string): Promise<void> {
    await terminal.clear();
    await terminal.line(`${program} 127.0.0.1 ${host.ports.line}`);
    await terminal.shows(/^name: /m);
    await terminal.line(name);
    await terminal.shows(new RegExp(`^lobby: \\S+ \\(login\\), 1 player on the network`, 'm'));
  }

  /** Every row of the field is there, from wall to wall, and nothing has pushed it up. */
  async function checkPicture(): Promise<void> {
    const rows = await terminal.rows();
    expect(rows[0]).toMatch(/^RED 0 .* BLUE 0$/);
    expect(rows[1]).toBe('#'.repeat(TERMINAL_COLUMNS));
    for (const row of rows.slice(2, 16)) expect(row).toMatch(/^##.{76}##$/);
    expect(rows[16]).toBe('#'.repeat(TERMINAL_COLUMNS));
    expect(rows[17]).toMatch(/^you are @@, (?:red|blue): /);
  }

  /** Presses one direction after the other until one of them has moved the player the way that it names. */
  async function steer(): Promise<boolean> {
    for (const [key, columns, rows] of STEPS) {
      const from = await myPlace();
      await terminal.type(key);
      const moved = await eventually(
        myPlace,
        (to) => to.column !== from.column || to.row !== from.row,
        1_000,
      ).catch(
        // A wall is that way: try another.
        () => from,
      );
      await terminal.type(' ');
      const isThere =
        Math.sign(moved.column - from.column) === columns &&
        Math.sign(moved.row - from.row) === rows;
      if (isThere) return true;
    }
    return false;
  }

  async function myPlace(): Promise<{ column: number; row: number }> {
    const rows = await terminal.rows();
    const row = rows.findIndex((text, index) => index < 17 && text.includes('@@'));
    return { row, column: rows[row]?.indexOf('@@') ?? -1 };
  }

  async function whereAmI(): Promise<string[]> {
    await terminal.line('/where');
    const text = await terminal.shows(/^you: \d+,\d+ .*half/m, true);
    return [...text.matchAll(/^you: (\d+),(\d+) /gm)].at(-1) ?? [];
  }

  /** The shell answers, shows what is typed, has its cursor, and scrolls over the whole screen. */
  async function checkShell(): Promise<void> {
    await terminal.shows(new RegExp(`^${PROMPT} *$`, 'm'));
    expect(await terminal.state()).toEqual({
      regionFirstRow: 0,
      regionLastRow: TERMINAL_ROWS - 1,
      isCursorShown: true,
    });
    await terminal.line('seq 1001 1040');
    await terminal.shows(/^1040$/m);
    const rows = await terminal.rows();
    expect(rows[0]).toBe('1018');
    expect(rows[TERMINAL_ROWS - 2]).toBe('1040');
    await terminal.type('echo typed');
    await terminal.shows(new RegExp(`^${PROMPT} echo typed$`, 'm'));
  }
});
