/**
 * The greeter of IRC clients that nobody here wrote: logs them in, puts them into #hall, and sends whoever says `!play` to a game.
 * Runs in a match worker.
 */

import type { GameHandler, HandlerContext, Player } from 'longhouse';
import { IrcChannel, type Member } from './irc-channel.ts';
import type { IrcMessage } from './irc-stream.ts';

const TOPIC = 'Say !play to play hangman with the next one who does';
const NICK = /^[a-z[\]\\`_^{|}][-\w[\]\\`^{|}]{0,15}$/iu;

export default class IrcHall implements GameHandler {
  readonly #context: HandlerContext;
  readonly #hall: IrcChannel;
  /** Those who still have to say USER: RFC 2812, 3.1. */
  readonly #strangers = new Map<Player, { nick: string | undefined; hasUser: boolean }>();

  constructor(context: HandlerContext) {
    this.#context = context;
    this.#hall = new IrcChannel(context, '#hall');
  }

  onJoin(player: Player, reason: string): void {
    this.#hall.add(player);
    if (reason === 'login') this.#strangers.set(player, { nick: undefined, hasUser: false });
  }

  onData(player: Player, bytes: Uint8Array): void {
    const member = this.#hall.get(player);
    member?.stream.read(bytes, (message) => {
      if (member.nick === undefined) this.#register(member, message);
      else this.#hear(member, message);
    });
  }

  onLeave(player: Player): void {
    this.#strangers.delete(player);
    this.#hall.leave(player);
  }

  /** Lobbies close, too: a host that drains moves those who are here. */
  onClose(): void {
    for (const player of this.#context.players) this.#hall.handOver(player);
  }

  #register(member: Member, message: IrcMessage): void {
    const { command, parameters } = message;
    const [nick = ''] = parameters;
    const stranger = this.#strangers.get(member.player);
    if (stranger === undefined) {
      // Back from a game, which puts the name before everything else.
      if (command === 'NICK') this.#hall.enter(member, this.#free(nick), TOPIC);
      return;
    }
    if (command === 'USER') stranger.hasUser = true;
    else if (command === 'NICK') this.#tryNick(member, stranger, nick);
    else this.#hall.answer(member, message);
    if (stranger.nick === undefined || !stranger.hasUser) return;
    this.#strangers.delete(member.player);
    member.nick = stranger.nick;
    this.#hall.reply(member, '001', `:Welcome to Longhouse, ${stranger.nick}`);
    this.#hall.reply(member, '422', ':MOTD File is missing');
    this.#hall.enter(member, stranger.nick, TOPIC);
  }

  #tryNick(member: Member, stranger: { nick: string | undefined }, nick: string): void {
    if (!NICK.test(nick)) this.#hall.reply(member, '432', `${nick} :Erroneous nickname`);
    else if (this.#hall.isTaken(nick)) {
      this.#hall.reply(member, '433', `${nick} :Nickname is already in use`);
    } else stranger.nick = nick;
  }

  #hear(member: Member, message: IrcMessage): void {
    const [target, text = ''] = message.parameters;
    if (message.command !== 'PRIVMSG' || target !== this.#hall.name) {
      this.#hall.answer(member, message);
      return;
    }
    this.#hall.said(member, text);
    if (text.trim() !== '!play') return;
    this.#hall.announce(`${member.nick} waits for a game of hangman`);
    this.#context.queue(member.player, 'hangman');
  }

  /** Somebody may have taken the name while its owner played. */
  #free(nick: string): string {
    let free = nick;
    while (this.#hall.isTaken(free)) free += '_';
    return free;
  }
}
