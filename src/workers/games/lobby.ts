/**
 * The lobby: where players talk and wait between matches. Runs in a match worker, several hundred players each.
 * Queues, parties, private words and help are commands of the host and never come here.
 */

import type { GameHandler, HandlerContext, Player } from '../../shared/api.ts';
import { Chat, whoText } from './chat.ts';
import { RESTORE_SCREEN } from './terminal-control.ts';

/** Above this many players, comings and goings are no news but a flood. */
const ANNOUNCE_PLAYERS_MAX = 16;

/** With `notice: ` before it, it fits a terminal of 80 columns. */
const WELCOME_HINT = 'type to talk; /modes lists games, /queue MODE finds a match, /help more';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class Lobby implements GameHandler {
  readonly #context: HandlerContext;
  readonly #chat: Chat;

  constructor(context: HandlerContext) {
    this.#context = context;
    this.#chat = new Chat(context);
  }

  onJoin(player: Player, reason: string): void {
    if (player.view === 'terminal' && reason !== 'login') {
      // A match that crashed could not put the terminal back itself.
      this.#context.event(player, { event: 'keys', on: false });
      this.#context.send(player, encoder.encode(RESTORE_SCREEN));
    }
    this.#announce(player, 'has come in');
    if (reason === 'login' && (player.view === 'terminal' || player.view === 'plain')) {
      this.#context.event(player, { event: 'notice', text: WELCOME_HINT });
    }
  }

  onData(player: Player, bytes: Uint8Array): void {
    if (player.view === 'terminal' || player.view === 'plain') {
      this.#chat.trySay(player, decoder.decode(bytes));
    }
  }

  onCommand(player: Player, word: string, text: string): boolean {
    if (word === 'say') {
      this.#chat.trySay(player, text);
      return true;
    }
    if (word === 'who') {
      this.#context.event(player, { event: 'notice', text: whoText(this.#context) });
      return true;
    }
    return false;
  }

  onLeave(player: Player, reason: string): void {
    // Whoever lost the connection was announced then.
    if (reason !== 'expired') this.#announce(player, 'has left');
  }

  onReconnect(player: Player): void {
    this.#announce(player, 'is back');
  }

  #announce(player: Player, what: string): void {
    if (this.#context.players.size > ANNOUNCE_PLAYERS_MAX) return;
    const others: Player[] = [];
    for (const other of this.#context.players) if (other !== player) others.push(other);
    if (others.length === 0) return;
    this.#context.event(others, { event: 'notice', text: `${player.name} ${what}` });
  }
}
