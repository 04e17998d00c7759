/**
 * A match that remembers which of its players came, went and came back, and tells whoever asks; it answers input with the same
 * bytes, and asks for one more player for each team when it is told to. Runs in match workers.
 */

import type { GameHandler, HandlerContext, Player } from '../../../src/shared/api.ts';

const EVEN = { scoreMargin: 0, timeLeftShare: 1 };

export default class Witness implements GameHandler {
  readonly #context: HandlerContext;
  /** `callback name reason`, oldest first. */
  readonly #seen: string[] = [];
  /** One object a player, from the first join to the end. */
  readonly #players = new Map<string, Player>();

  constructor(context: HandlerContext) {
    this.#context = context;
  }

  onJoin(player: Player, reason: string): void {
    this.#seen.push(`join ${player.name} ${reason}`);
    this.#players.set(player.name, player);
  }

  onReconnect(player: Player): void {
    const known = this.#players.get(player.name) === player ? 'known' : 'unknown';
    this.#seen.push(`reconnect ${player.name} ${known}`);
  }

  onLeave(player: Player, reason: string): void {
    this.#seen.push(`leave ${player.name} ${reason}`);
  }

  onData(player: Player, bytes: Uint8Array): void {
    this.#context.send(player, bytes);
  }

  onCommand(player: Player, word: string): boolean {
    if (word === 'seen') this.#context.send(player, Buffer.from(JSON.stringify(this.#seen)));
    else if (word === 'end') this.#context.end({ winner: player.team });
    else if (word === 'want') this.#context.requestPlayers({ perTeam: [1, 1], standing: EVEN });
    else return false;
    return true;
  }
}
