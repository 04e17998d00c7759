/**
 * Chat as every built-in handler offers it: one limit of length, one of rate, and no control characters, so that
 * nobody can draw on another player's terminal. Runs in match workers.
 */

import type { HandlerContext, Player } from '../../shared/api.ts';

export const CHAT_CHARACTERS_MAX = 400;
const CHAT_LINES_MAX = 5;
const CHAT_WINDOW_MS = 5_000;
const WHO_NAMES_MAX = 50;

/** C0 and C1 controls, line separators and the marks that turn the direction of the text around. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** When a player's last lines were said: a ring of CHAT_LINES_MAX times. */
interface Pace {
  readonly saidAtMs: number[];
  next: number;
}

export class Chat {
  readonly #context: HandlerContext;
  readonly #deliver: (from: Player, text: string) => void;
  readonly #paces = new WeakMap<Player, Pace>();

  /** `deliver` brings an accepted line to those who hear it. Default: a `said` event to all here. */
  constructor(context: HandlerContext, deliver?: (from: Player, text: string) => void) {
    this.#context = context;
    this.#deliver =
      deliver ??
      ((from, text) => context.event(undefined, { event: 'said', from: from.name, text }));
  }

  /** Says `text` to all who hear `player`, or tells the player why not. Returns whether it was said. */
  trySay(player: Player, text: string): boolean {
    const clean = text.replace(UNSAFE, ' ').trim();
    if (clean === '') return false;
    if (clean.length > CHAT_CHARACTERS_MAX) {
      const found = `${clean.length} characters, at most ${CHAT_CHARACTERS_MAX}`;
      return this.#refuse(player, 'chat-too-long', `Cannot say that: ${found}`);
    }
    if (!this.#tryPace(player)) {
      const allowed = `more than ${CHAT_LINES_MAX} lines in ${CHAT_WINDOW_MS / 1000} s`;
      return this.#refuse(player, 'chat-rate', `Cannot say that: ${allowed}`);
    }
    this.#deliver(player, clean);
    return true;
  }

  #tryPace(player: Player): boolean {
    const nowMs = this.#context.clock.nowMs();
    const pace = this.#paces.get(player) ?? { saidAtMs: [], next: 0 };
    const oldestMs = pace.saidAtMs[pace.next];
    if (oldestMs !== undefined && nowMs - oldestMs < CHAT_WINDOW_MS) return false;
    pace.saidAtMs[pace.next] = nowMs;
    pace.next = (pace.next + 1) % CHAT_LINES_MAX;
    this.#paces.set(player, pace);
    return true;
  }

  #refuse(player: Player, code: string, message: string): false {
    this.#context.event(player, { event: 'error', code, message });
    return false;
  }
}

/** Who is here, as one line: `3 here: ada, bob, eve. 212 players on the network` */
export function whoText(context: HandlerContext): string {
  const names: string[] = [];
  for (const player of context.players) {
    if (names.length === WHO_NAMES_MAX) break;
    names.push(player.connected ? player.name : `${player.name} (away)`);
  }
  const here = context.players.size;
  const more = here > names.length ? ` and ${here - names.length} more` : '';
  const { networkPlayers: count } = context;
  // Bots are among the names and not in that figure.
  const hasBots = [...context.players].some(({ practice }) => practice);
  const network = `${count} player${count === 1 ? '' : 's'} on the network`;
  return `${here} here: ${names.join(', ')}${more}. ${network}${hasBots ? ', bots not counted' : ''}`;
}
