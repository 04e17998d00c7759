/**
 * One player's seat as the match shows it: picks what to send for the view the player has now, and takes the
 * terminal over and gives it back. Runs in match workers.
 *
 *   view       on coming in            as it happens     each tick
 *   frame      FIELD                   HAPPENED          SNAPSHOT (by the handler: one broadcast for all)
 *   terminal   keys on, clear screen   a line of the log a picture, at most five a second, when it changed
 *   plain      the rules, the score    a line            nothing
 *   raw        nothing: this game has no protocol of that kind
 */

import type { HandlerContext, Player } from '../../../shared/api.ts';
import { ENTER_SCREEN, LEAVE_SCREEN } from '../terminal-control.ts';
import { encodeField, encodeHappening } from './ctf-codec.ts';
import { TEAM_NAMES } from './ctf-map.ts';
import type { Avatar, CtfState, Happening } from './ctf-state.ts';
import { StepWalker } from './ctf-steps.ts';
import { LOG_ROWS, drawPicture } from './ctf-terminal-picture.ts';
import { TerminalScreen } from './ctf-terminal-screen.ts';
import { happeningText, overText, scoreText } from './ctf-text.ts';

const encoder = new TextEncoder();

export class CtfViewer {
  readonly player: Player;
  readonly avatar: Avatar;
  readonly walker: StepWalker = new StepWalker();
  readonly #context: HandlerContext;
  readonly #state: CtfState;
  readonly #screen = new TerminalScreen();
  #shownView: Player['view'] | undefined = undefined;
  #log: string[] = [];

  constructor(
    context: HandlerContext,
    seat: { readonly player: Player; readonly avatar: Avatar; readonly state: CtfState },
  ) {
    this.#context = context;
    this.#state = seat.state;
    this.player = seat.player;
    this.avatar = seat.avatar;
  }

  /** Shows the match from its start: after joining, coming back, or when a seat was added. */
  enter(): void {
    const { view } = this.player;
    this.#shownView = view;
    if (view === 'frame') {
      this.#context.send(this.player, encodeField(this.#state, this.avatar.seat));
    } else if (view === 'terminal') {
      this.#context.event(this.player, { event: 'keys', on: true });
      this.#sendText(ENTER_SCREEN);
      this.#screen.invalidate();
    } else if (view === 'plain') {
      const team = TEAM_NAMES[this.avatar.team];
      this.#sendLine(`game: you are ${team}. Bring their flag to your own stand`);
      for (const line of PLAIN_HELP) this.#sendLine(line);
      this.#sendLine(scoreText(this.#state));
    }
  }

  /** The match is over: a terminal's log goes with its picture, so the outcome is said below it once more. */
  finish(): void {
    const isTerminal = this.#shownView === 'terminal';
    this.leave();
    if (isTerminal) this.#sendLine(`game: ${overText(this.#state)}`);
  }

  /** Gives the terminal back; harmless for other views, and when the player has gone already. */
  leave(): void {
    if (this.#shownView !== 'terminal') return;
    this.#shownView = undefined;
    this.#context.event(this.player, { event: 'keys', on: false });
    this.#sendText(LEAVE_SCREEN);
  }

  /** Follows a client that changed its view. */
  followView(): void {
    if (!this.player.connected || this.player.view === this.#shownView) return;
    this.leave();
    this.enter();
  }

  tell(happening: Happening): void {
    if (this.#shownView === 'frame') {
      this.#context.send(this.player, encodeHappening(happening));
    } else {
      this.line(happeningText(this.#state, happening));
    }
  }

  /** One line for people: into the terminal's log, or as a line of its own. */
  line(text: string): void {
    if (this.#shownView === 'terminal') {
      this.#log = [...this.#log, text].slice(-LOG_ROWS);
    } else if (this.#shownView === 'plain') {
      this.#sendLine(text);
    } else if (this.#shownView === 'frame') {
      this.#context.event(this.player, { event: 'notice', text });
    }
  }

  hear(from: Player, text: string): void {
    if (this.#shownView === 'terminal') this.line(`${from.name}: ${text}`);
    else this.#context.event(this.player, { event: 'said', from: from.name, text });
  }

  redraw(): void {
    if (this.#shownView === 'terminal') this.enter();
  }

  /** Brings a terminal up to date, when its time has come. */
  draw(nowMs: number): void {
    if (this.#shownView !== 'terminal' || !this.player.connected) return;
    if (!this.#screen.isDue(nowMs)) return;
    const update = this.#screen.update(drawPicture(this.#state, this.avatar, this.#log), nowMs);
    if (update === undefined) return;
    const { volatile } = update;
    this.#context.send(this.player, encoder.encode(update.text), { volatile });
  }

  #sendLine(text: string): void {
    this.#sendText(`${text}\r\n`);
  }

  #sendText(text: string): void {
    this.#context.send(this.player, encoder.encode(text));
  }
}

/** Each fits into a window of 80 columns. */
const PLAIN_HELP: readonly string[] = [
  'game: move by steps, such as wwd, or by running, such as north or ne; stop',
  'game: also /map /where /score /who, /say TEXT, and /leave',
];
