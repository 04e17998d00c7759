/** Hangman in an IRC channel: a letter for each line, whoever finds most of them wins. Runs in a match worker. */

import type { GameHandler, HandlerContext, Player } from 'longhouse';
import { IrcChannel, type Member } from './irc-channel.ts';

const WORDS = ['longhouse', 'hearth', 'rafters', 'thatch', 'mead', 'skald', 'oakbeam'] as const;
const MISSES_MAX = 8;

export default class IrcHangman implements GameHandler {
  readonly #context: HandlerContext;
  readonly #channel: IrcChannel;
  readonly #word: string;
  readonly #letters: readonly string[];
  readonly #said = new Set<string>();
  readonly #found = new Map<Player, number>();

  constructor(context: HandlerContext) {
    this.#context = context;
    this.#channel = new IrcChannel(context, '#hangman');
    this.#word = WORDS[context.random.below(WORDS.length)] ?? WORDS[0];
    this.#letters = this.#word.split('');
  }

  onJoin(player: Player): void {
    this.#channel.add(player);
  }

  onData(player: Player, bytes: Uint8Array): void {
    const member = this.#channel.get(player);
    member?.stream.read(bytes, (message) => {
      const [target = '', text = ''] = message.parameters;
      if (member.nick === undefined && message.command === 'NICK') this.#enter(member, target);
      else if (message.command === 'PRIVMSG' && target === this.#channel.name)
        this.#hear(member, text);
      else this.#channel.answer(member, message);
    });
  }

  /** Two play: when one goes, the other has won. */
  onLeave(player: Player): void {
    this.#channel.leave(player);
    const other = [...this.#context.players].find((one) => one !== player);
    this.#end(other);
  }

  /** However it ends: the players' streams go back to the hall. */
  onClose(): void {
    for (const player of this.#context.players) this.#channel.handOver(player);
  }

  #enter(member: Member, nick: string): void {
    this.#channel.enter(member, nick, 'Say a letter; !leave leaves');
    this.#channel.announce(`${nick} is here. ${this.#board()}`);
  }

  #hear(member: Member, text: string): void {
    this.#channel.said(member, text);
    const letter = text.trim().toLowerCase();
    if (letter === '!leave') this.#context.dismiss(member.player);
    if (!/^[a-z]$/u.test(letter) || this.#said.has(letter)) return;
    this.#said.add(letter);
    const hits = this.#letters.filter((other) => other === letter).length;
    this.#found.set(member.player, (this.#found.get(member.player) ?? 0) + hits);
    this.#channel.announce(this.#board());
    const isFound = this.#letters.every((other) => this.#said.has(other));
    if (isFound || this.#misses() >= MISSES_MAX) this.#finish(isFound);
  }

  #finish(isFound: boolean): void {
    const [[best] = []] = [...this.#found].toSorted(([, one], [, other]) => other - one);
    const winner = isFound ? best : undefined;
    const verdict = winner === undefined ? 'nobody wins' : `${this.#channel.nickOf(winner)} wins`;
    this.#channel.announce(`It was "${this.#word}": ${verdict}`);
    this.#end(winner);
  }

  #end(winner: Player | undefined): void {
    this.#channel.close();
    this.#context.end({ winner: winner?.name ?? null, word: this.#word });
  }

  #board(): string {
    const letters = this.#letters.map((letter) => (this.#said.has(letter) ? letter : '_'));
    return `${letters.join(' ')}   ${MISSES_MAX - this.#misses()} misses left`;
  }

  #misses(): number {
    return [...this.#said].filter((letter) => !this.#word.includes(letter)).length;
  }
}
