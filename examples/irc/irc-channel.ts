/**
 * One IRC channel with those who are in it: what the hall and the game have in common. Match workers.
 *
 * The host knows a player of a `raw` port by a made-up name (`raw-7`); the nickname is the protocol's affair. It goes from handler to handler
 * in the stream itself: whoever hands a player on puts `NICK name` before what is not read yet.
 */

import type { HandlerContext, Player } from 'longhouse';
import { IrcStream, type IrcMessage } from './irc-stream.ts';

const SERVER = 'longhouse';

export interface Member {
  readonly player: Player;
  readonly stream: IrcStream;
  /** Undefined until the client has said it. */
  nick: string | undefined;
}

export class IrcChannel {
  readonly name: string;
  readonly #context: HandlerContext;
  readonly #members = new Map<Player, Member>();

  constructor(context: HandlerContext, name: string) {
    this.#context = context;
    this.name = name;
  }

  add(player: Player): Member {
    const member: Member = { player, stream: new IrcStream(), nick: undefined };
    this.#members.set(player, member);
    return member;
  }

  get(player: Player): Member | undefined {
    return this.#members.get(player);
  }

  isTaken(nick: string): boolean {
    const wanted = nick.toLowerCase();
    return [...this.#members.values()].some((member) => member.nick?.toLowerCase() === wanted);
  }

  /** The member gets a name, and everyone hears that they have come. */
  enter(member: Member, nick: string, topic: string): void {
    member.nick = nick;
    this.tellAll(`:${source(nick)} JOIN ${this.name}`);
    const names = [...this.#members.values()].flatMap((other) => other.nick ?? []);
    this.reply(member, '332', `${this.name} :${topic}`);
    this.reply(member, '353', `= ${this.name} :${names.join(' ')}`);
    this.reply(member, '366', `${this.name} :End of /NAMES list`);
  }

  nickOf(player: Player): string {
    return this.#members.get(player)?.nick ?? player.name;
  }

  /** Everyone hears that they have left: before the handler ends, since nothing can be sent after it. */
  close(): void {
    for (const member of this.#members.values()) {
      if (member.nick !== undefined) this.tell(member, `:${source(member.nick)} PART ${this.name}`);
    }
  }

  /** The player goes to another handler: everyone hears it, and the stream goes along. */
  leave(player: Player): void {
    const member = this.#members.get(player);
    if (member === undefined) return;
    if (member.nick !== undefined) this.tellAll(`:${source(member.nick)} PART ${this.name}`);
    this.handOver(player);
  }

  /** The same without a word. */
  handOver(player: Player): void {
    const member = this.#members.get(player);
    if (member === undefined) return;
    this.#members.delete(player);
    const introduction = member.nick === undefined ? '' : `NICK ${member.nick}\r\n`;
    const rest = member.stream.takeRest();
    this.#context.unread(player, Buffer.concat([Buffer.from(introduction), rest]));
  }

  /** The client is done: everyone hears it, and the connection closes once it has read the goodbye. */
  quit(member: Member, message: string): void {
    this.tell(member, `ERROR :Closing link (${message})`);
    this.#members.delete(member.player);
    // Whatever it said after its goodbye is for nobody.
    member.stream.takeRest();
    if (member.nick !== undefined) this.tellAll(`:${source(member.nick)} QUIT :${message}`);
    this.#context.close(member.player);
  }

  /** What one member says to the channel: the others hear it. */
  said(from: Member, text: string): void {
    if (from.nick === undefined) return;
    const line = `:${source(from.nick)} PRIVMSG ${this.name} :${text}`;
    for (const member of this.#members.values()) if (member !== from) this.tell(member, line);
  }

  /** What the host says to the channel. */
  announce(text: string): void {
    this.tellAll(`:${source(SERVER)} PRIVMSG ${this.name} :${text}`);
  }

  /** A numeric reply: RFC 2812, 5. */
  reply(to: Member, code: string, text: string): void {
    this.tell(to, `:${SERVER} ${code} ${to.nick ?? '*'} ${text}`);
  }

  tell(to: Member, line: string): void {
    this.#context.send(to.player, Buffer.from(`${line}\r\n`));
  }

  tellAll(line: string): void {
    for (const member of this.#members.values()) {
      if (member.nick !== undefined) this.tell(member, line);
    }
  }

  /** What clients ask of every server, in the hall and in the game alike. */
  answer(member: Member, { command, parameters }: IrcMessage): void {
    const [first = '', second = ''] = parameters;
    if (command === 'PING') this.tell(member, `:${SERVER} PONG ${SERVER} :${first}`);
    else if (command === 'CAP' && first.toUpperCase() === 'LS')
      this.tell(member, `:${SERVER} CAP * LS :`);
    else if (command === 'CAP' && first.toUpperCase() === 'REQ')
      this.tell(member, `:${SERVER} CAP * NAK :${second}`);
    else if (command === 'MODE' && first === this.name) this.reply(member, '324', `${first} +nt`);
    else if (command === 'WHO') this.reply(member, '315', `${first} :End of WHO list`);
    else if (command === 'QUIT') this.quit(member, first);
    else if (!SILENT.has(command)) this.reply(member, '421', `${command} :Unknown command`);
  }
}

/** Said by clients on their own, without a wish for an answer. */
const SILENT: ReadonlySet<string> = new Set([
  'CAP',
  'MODE',
  'USER',
  'PASS',
  'PONG',
  'NICK',
  'JOIN',
  'PART',
  'USERHOST',
]);

function source(nick: string): string {
  return `${nick}!${nick}@${SERVER}`;
}
