/**
 * Goal: the terminal shows the match as docs/games.md draws it, and still does when pictures are lost on the way.
 * Method: golden pictures, and a small terminal that obeys the sequences we send.
 */

import { expect, test } from 'vitest';
import { seededRandom } from '../../../../src/shared/random.ts';
import { readSettings } from '../../../../src/workers/games/capture-the-flag/ctf-settings.ts';
import { stepMatch } from '../../../../src/workers/games/capture-the-flag/ctf-simulation.ts';
import {
  createState,
  enterSeat,
} from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';
import type { CtfState } from '../../../../src/workers/games/capture-the-flag/ctf-state.ts';
import { drawPicture } from '../../../../src/workers/games/capture-the-flag/ctf-terminal-picture.ts';
import { TerminalScreen } from '../../../../src/workers/games/capture-the-flag/ctf-terminal-screen.ts';

function newMatch(): CtfState {
  const random = seededRandom(8);
  const { map, rules } = readSettings({ countdownSeconds: 0 }, 10);
  const roster = ['ada', 'bob', 'bot-otter', 'Ænima'].map((name, seat) => ({
    name,
    team: seat % 2,
  }));
  const state = createState(map, rules, roster);
  for (const avatar of state.avatars) enterSeat(state, avatar, random);
  stepMatch(state, random);
  return state;
}

/** What a terminal of 80 x 24 shows after these bytes. */
class Terminal {
  readonly rows: string[] = Array.from({ length: 24 }, () => ' '.repeat(80));
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const [piece, parameters = '', final] of text.matchAll(SEQUENCE)) {
      if (final === 'H') {
        const [row = 1, column = 1] = parameters.split(';').map(Number);
        [this.#row, this.#column] = [row - 1, column - 1];
      } else if (final === 'K') {
        this.rows[this.#row] = (this.rows[this.#row] ?? '').slice(0, this.#column).padEnd(80, ' ');
      } else if (final === undefined && piece.length === 1) {
        const row = this.rows[this.#row] ?? '';
        this.rows[this.#row] = row.slice(0, this.#column) + piece + row.slice(this.#column + 1);
        this.#column += 1;
      }
    }
  }

  get text(): string {
    return this.rows.map((row) => row.trimEnd()).join('\n');
  }
}

const SEQUENCE = /\u001b\[([?0-9;]*)([A-Za-z])|\u001b[78]|[^\u001b]/g;

function shown(rows: readonly string[]): string {
  const terminal = new Terminal();
  terminal.write(new TerminalScreen().update(rows, 0)?.text ?? '');
  return terminal.text;
}

test('the picture of a running match', () => {
  const state = newMatch();
  const [ada, bob, otter, aenima] = state.avatars;
  if (ada === undefined || bob === undefined || otter === undefined || aenima === undefined) {
    throw new Error('Cannot draw: no avatars');
  }
  Object.assign(ada, { x: 25, y: 9 });
  Object.assign(bob, { x: 22, y: 5 });
  Object.assign(otter, { x: 12, y: 7 });
  Object.assign(aenima, { x: 8, y: 4 });
  Object.assign(state.flags[1], { place: 1, carrier: 0 });
  Object.assign(state.flags[0], { place: 2, x: 13, y: 10 });
  state.score[0] = 2;
  const log = ['flag: ada (red) took the blue flag', 'bob: after her!'];
  expect(shown(drawPicture(state, ada, log))).toMatchInlineSnapshot(`
    "RED 2  flag at 13,10               4:00 left               flag with ada  BLUE 0
    ################################################################################
    ##                                    ####                                    ##
    ##              ##########            ####            ##########              ##
    ##              ##                    ####                    ##              ##
    ##              ?n                     :                                      ##
    ##        ####                ####     :    bo####                ####        ##
    ##        ##                    ##     :      ##                    ##        ##
    ##    __  ##    ########ot             :                ########    ##  __    ##
    ##        ##    ##                     :                      ##    ##        ##
    ##        ####            ####         :          @!##            ####        ##
    ##                        |>           :                                      ##
    ##              ##                     :                      ##              ##
    ##              ##########            ####            ##########              ##
    ##                      ##            ####            ##                      ##
    ##                                    ####                                    ##
    ################################################################################
    you are @@, red: you have the blue flag, but yours must be home to score
    flag: ada (red) took the blue flag
    bob: after her!
    run: w a s d, arrows, y u b n   stop: space   talk: /say   help: ?   out: /leave


    "
  `);
  expect(shown(drawPicture(state, bob, log)).split('\n')[17]).toBe(
    'you are @@, blue: they have your flag: tag the carrier!',
  );
});

test('no row is wider than the terminal, whatever names and log say', () => {
  const state = newMatch();
  Object.assign(state.flags[0], { place: 1, carrier: 1 });
  Object.assign(state.flags[1], { place: 1, carrier: 0 });
  for (const avatar of state.avatars) Object.assign(avatar, { name: 'x'.repeat(40) });
  for (const phase of [0, 1, 2, 3] as const) {
    state.phase = phase;
    for (const you of [undefined, ...state.avatars]) {
      const rows = drawPicture(state, you, ['y'.repeat(500), 'z']);
      expect(rows).toHaveLength(21);
      for (const row of rows) {
        expect(
          row.replaceAll(SEQUENCE, (piece) => (piece.length === 1 ? piece : '')).length,
          row,
        ).toBeLessThanOrEqual(80);
      }
    }
  }
});

test('a terminal that loses volatile pictures is right again after the next one', () => {
  const state = newMatch();
  const [ada] = state.avatars;
  const random = seededRandom(2);
  const screen = new TerminalScreen();
  const terminal = new Terminal();
  let lost = 0;
  let right = 0;
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) {
    for (const avatar of state.avatars)
      if (random.below(5) === 0) avatar.held = avatar.seat === 0 ? 3 : 7;
    stepMatch(state, random);
    if (!screen.isDue(nowMs)) continue;
    const rows = drawPicture(state, ada, []);
    const update = screen.update(rows, nowMs);
    if (update === undefined) continue;
    if (update.volatile && random.below(3) > 0) {
      lost += 1;
      continue;
    }
    terminal.write(update.text);
    expect(terminal.text).toBe(shown(rows));
    right += 1;
  }
  expect(lost).toBeGreaterThan(20);
  expect(right).toBeGreaterThan(20);
});

test('a screen that already shows the picture is sent nothing until the key picture is due', () => {
  const rows = drawPicture(newMatch(), undefined, []);
  const screen = new TerminalScreen();
  expect(screen.update(rows, 0)?.volatile).toBe(false);
  expect(screen.isDue(100)).toBe(false);
  expect(screen.update(rows, 200)).toBeUndefined();
  expect(screen.update(rows, 5_000)?.volatile).toBe(false);
  screen.invalidate();
  expect(screen.isDue(5_100)).toBe(true);
  expect(screen.update(rows, 5_100)?.volatile).toBe(false);
});
