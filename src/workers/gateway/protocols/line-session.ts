/**
 * One connection of the `line` protocol: telnet below, lines or single keys above. Runs in gateway threads.
 *
 *   bytes -> TelnetParser -> text -> line mode: LineEditor -> a line: a name, a command or input
 *                         |       -> key mode:  KeyParser  -> a key: input, or a line begun with '/'
 *                         -> options, window size, interrupt
 *
 * Invariants: key mode only while the host wants keys, the view is terminal and the client let us echo; `/plain` is
 * final; login() is called at most once; the same bytes give the same calls however they are cut into chunks.
 */

import type { ClientEvent } from '../../../shared/client-event.ts';
import type { ProtocolClient, ProtocolSession } from '../../../shared/client-protocol.ts';
import { ClientView } from '../../../shared/client-view.ts';
import { Reason } from '../../../shared/reason.ts';
import { lineText } from './event-text.ts';
import { KeyLine } from './key-line.ts';
import { LineEditor } from './line-editor.ts';
import { LineTelnet } from './line-telnet.ts';
import { SUBNEGOTIATION_BYTES_MAX, Telnet } from './telnet-parser.ts';

export interface LineLimits {
  /** The longest line, its end not counted. */
  readonly lineBytesMax: number;
  /** Ask for a password after a name that came alone. */
  readonly asksPassword: boolean;
}

export const LINE_LIMITS_DEFAULT: LineLimits = { lineBytesMax: 512, asksPassword: false };

export class LineSession implements ProtocolSession {
  readonly #client: ProtocolClient;
  readonly #limits: LineLimits;
  readonly #telnet: LineTelnet;
  readonly #editor: LineEditor;
  /** Defined exactly while in key mode. */
  #keyLine: KeyLine | undefined = undefined;
  #afterCarriageReturn = false;
  #named = false;
  /** The name that was given, while its password is asked for. */
  #passwordOf: string | undefined;
  #plainAsked = false;
  #keysWanted = false;

  constructor(client: ProtocolClient, limits: LineLimits) {
    this.#client = client;
    this.#limits = limits;
    this.#editor = new LineEditor(limits.lineBytesMax);
    this.#telnet = new LineTelnet(client, this);
  }

  onBytes(chunk: Uint8Array): void {
    if (this.#client.open) this.#telnet.push(chunk);
  }

  onEvent(event: ClientEvent): void {
    if (event.event !== 'keys' || !this.#client.open) return;
    this.#keysWanted = event.on;
    this.#updateKeys();
  }

  /** From LineTelnet: the window answered, or the client refused to let us echo. */
  onTerminalChange(): void {
    if (this.#telnet.hasWindow && !this.#plainAsked) this.#client.setView(ClientView.terminal);
    this.#updateKeys();
  }

  /** From LineTelnet: text between telnet's commands. */
  onText(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end && this.#client.open; at += 1) {
      this.#onTextByte(bytes[at] ?? 0);
    }
  }

  /** From LineTelnet: one of telnet's editing or interrupting commands. */
  onTelnetCommand(code: number): void {
    if (!this.#client.open) return;
    if (code === Telnet.interrupt || code === Telnet.abort || code === Telnet.endOfFile) {
      this.#client.quit();
    } else if (code === Telnet.eraseCharacter) {
      this.#onTextByte(BACKSPACE);
    } else if (code === Telnet.eraseLine && this.#keyLine === undefined) {
      this.#editor.clear();
    }
  }

  /** From LineTelnet. */
  onSubnegotiationOverflow(): void {
    if (!this.#client.open) return;
    const detail = `Cannot read a telnet subnegotiation: over ${SUBNEGOTIATION_BYTES_MAX} bytes`;
    this.#client.violation(Reason.lineTooLong, detail);
  }

  /** From KeyLine: a key for the handler. */
  onInputKey(bytes: Uint8Array, length: number): void {
    this.#client.input(bytes, 0, length);
  }

  /** From KeyLine: Ctrl-C or Ctrl-D. */
  onInterruptKey(): void {
    this.#client.quit();
  }

  /** From KeyLine, and from line mode: a whole line. */
  onLine(line: Uint8Array): void {
    const isCommand = line[0] === SLASH;
    const word = isCommand && line.length <= OWN_COMMAND_BYTES_MAX ? decode(line).trim() : '';
    if (word.toLowerCase() === '/quit') this.#client.quit();
    else if (word.toLowerCase() === '/plain') this.#onPlain();
    else if (this.#passwordOf !== undefined) this.#onPassword(this.#passwordOf, decode(line));
    else if (!this.#named) this.#onName(line, isCommand);
    else if (isCommand) this.#client.command(line, 1, line.length);
    else this.#client.input(line, 0, line.length);
  }

  /** A line end is CR LF, CR NUL, LF or CR, in both modes; NUL needs no rule, as it is dropped everywhere. */
  #onTextByte(byte: number): void {
    const ended = this.#afterCarriageReturn && byte === LINE_FEED;
    this.#afterCarriageReturn = byte === CARRIAGE_RETURN;
    if (ended) return;
    const character = byte === LINE_FEED ? CARRIAGE_RETURN : byte;
    if (this.#keyLine === undefined) this.#onLineByte(character);
    else this.#keyLine.push(character);
  }

  #onLineByte(byte: number): void {
    if (byte === CARRIAGE_RETURN) {
      this.onLine(this.#editor.take());
    } else if (byte === BACKSPACE || byte === DELETE) {
      this.#editor.erase();
    } else if (byte >= SPACE || byte === TAB) {
      if (this.#editor.tryPush(byte === TAB ? SPACE : byte)) return;
      const detail = `Cannot read a line: over ${this.#limits.lineBytesMax} bytes`;
      this.#client.violation(Reason.lineTooLong, detail);
    }
  }

  #onPlain(): void {
    this.#plainAsked = true;
    this.#client.setView(ClientView.plain);
    this.#updateKeys();
  }

  #onName(line: Uint8Array, isCommand: boolean): void {
    const words = decode(line)
      .split(/\s+/u)
      .filter((word) => word !== '');
    const first = words[0] ?? '';
    if (isCommand) {
      this.#say('error', 'not-logged-in: Cannot take a command: say your name first');
    } else if (first.toLowerCase() === 'login' && (words.length === 2 || words.length === 3)) {
      this.#login(words[1] ?? '', words[2]);
    } else if (words.length === 1 && first.toLowerCase() !== 'login') {
      this.#onNameAlone(first);
    } else if (words.length > 0) {
      this.#say(
        'error',
        'bad-name: Cannot take that as a name: type one word, or login NAME TOKEN',
      );
    }
  }

  #onNameAlone(name: string): void {
    if (!this.#limits.asksPassword) {
      this.#login(name, undefined);
      return;
    }
    this.#passwordOf = name;
    this.#telnet.wantSecret(true);
    this.#say('password', `type the one of ${name}, or a new one for a new name`);
  }

  /** An empty line goes back to the name. */
  #onPassword(name: string, password: string): void {
    this.#passwordOf = undefined;
    this.#telnet.wantSecret(false);
    if (password === '') this.#say('name', 'what shall we call you?');
    else this.#login(name, password);
  }

  #login(name: string, token: string | undefined): void {
    this.#named = true;
    this.#client.login(name, token);
  }

  #updateKeys(): void {
    const { hasWindow, echoRefused } = this.#telnet;
    const on = this.#keysWanted && hasWindow && !echoRefused && !this.#plainAsked;
    if (on === (this.#keyLine !== undefined)) return;
    this.#editor.clear();
    this.#keyLine?.cancel();
    this.#keyLine = on ? new KeyLine(this.#client, this, this.#limits.lineBytesMax) : undefined;
    this.#keyLine?.resize(this.#telnet.columns, this.#telnet.rows);
    this.#telnet.wantKeys(on);
  }

  /** From LineTelnet: the window has another size. */
  onResize(columns: number, rows: number): void {
    this.#keyLine?.resize(columns, rows);
  }

  #say(word: 'error' | 'name' | 'password', text: string): void {
    const isTerminal = this.#telnet.hasWindow && !this.#plainAsked;
    const view = isTerminal ? ClientView.terminal : ClientView.plain;
    this.#client.reply(Buffer.from(lineText(word, text, view)));
  }
}

function decode(line: Uint8Array): string {
  return UTF8.decode(line);
}

const UTF8 = new TextDecoder();
/** Room for `/plain` and some spaces after it. */
const OWN_COMMAND_BYTES_MAX = 16;
const BACKSPACE = 0x08;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const SLASH = 0x2f;
const DELETE = 0x7f;
