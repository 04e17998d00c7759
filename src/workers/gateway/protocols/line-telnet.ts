/**
 * The telnet half of a `line` connection: which options stand, the window's size, and our answers.
 * Runs in gateway threads.
 *
 *   option    ours or theirs   when
 *   NAWS      theirs           asked for in the greeting (RFC 1073)
 *   ECHO      ours             offered only while the host wants keys or a password (RFC 857)
 *   SGA       ours             with ECHO: both together are what telnet clients call character mode (RFC 858)
 *   others                     refused: DO gets WONT, WILL gets DONT, and nothing else is answered
 *
 * Invariant: at most ANSWERS_MAX answers per connection, so a client that negotiates forever costs nothing.
 */

import type { ProtocolClient } from '../../../shared/client-protocol.ts';
import { OPTION_TRANSITIONS } from './telnet-option-state.ts';
import type { OptionInput, OptionState } from './telnet-option-state.ts';
import { Telnet, TelnetOption, TelnetParser } from './telnet-parser.ts';
import type { TelnetSink } from './telnet-parser.ts';

const ANSWERS_MAX = 256;

/** Hears what is not telnet's own business. */
export interface LineTelnetOwner {
  onText(bytes: Uint8Array, start: number, end: number): void;
  onTelnetCommand(code: number): void;
  onTerminalChange(): void;
  onResize(columns: number, rows: number): void;
  onSubnegotiationOverflow(): void;
}

export class LineTelnet implements TelnetSink {
  readonly #client: ProtocolClient;
  readonly #owner: LineTelnetOwner;
  readonly #parser: TelnetParser = new TelnetParser();
  #window: 'asked' | 'on' | 'off' = 'asked';
  #columns = 0;
  #rows = 0;
  #echo: OptionState = 'off';
  #suppressGoAhead: OptionState = 'off';
  #answersLeft = ANSWERS_MAX;

  constructor(client: ProtocolClient, owner: LineTelnetOwner) {
    this.#client = client;
    this.#owner = owner;
  }

  /** True once the client said that it has a window: a terminal that can be drawn on. */
  get hasWindow(): boolean {
    return this.#window === 'on';
  }

  get echoRefused(): boolean {
    return this.#echo === 'refused';
  }

  /** 0 until the client told. */
  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  push(chunk: Uint8Array): void {
    this.#parser.push(chunk, this);
  }

  /** Asks the client for character mode, or gives it back. */
  wantKeys(on: boolean): void {
    this.#onOurOption(TelnetOption.echo, on ? 'want' : 'unwant');
    this.#onOurOption(TelnetOption.suppressGoAhead, on ? 'want' : 'unwant');
  }

  /** Asks the client not to show what is typed, or gives that back. Only telnet clients are asked: others would print it. */
  wantSecret(on: boolean): void {
    if (this.#window !== 'asked') this.#onOurOption(TelnetOption.echo, on ? 'want' : 'unwant');
  }

  onText(bytes: Uint8Array, start: number, end: number): void {
    this.#owner.onText(bytes, start, end);
  }

  onCommand(code: number): void {
    if (code === Telnet.areYouThere) this.#answer(STILL_HERE);
    else this.#owner.onTelnetCommand(code);
  }

  onOption(verb: number, option: number): void {
    if (!this.#client.open) return;
    const isOurs = verb === Telnet.do || verb === Telnet.dont;
    if (!isOurs) {
      this.#onTheirOption(verb, option);
    } else if (option === TelnetOption.echo || option === TelnetOption.suppressGoAhead) {
      const wasRefused = this.echoRefused;
      this.#onOurOption(option, verb === Telnet.do ? 'do' : 'dont');
      if (this.echoRefused !== wasRefused) this.#owner.onTerminalChange();
    } else if (verb === Telnet.do) {
      this.#answer(optionBytes(Telnet.wont, option));
    }
  }

  onSubnegotiation(option: number, bytes: Uint8Array): void {
    const [columnsHigh = 0, columnsLow = 0, rowsHigh = 0, rowsLow = 0] = bytes;
    if (option !== TelnetOption.windowSize || bytes.length !== 4) return;
    this.#columns = (columnsHigh << 8) | columnsLow;
    this.#rows = (rowsHigh << 8) | rowsLow;
    this.#owner.onResize(this.#columns, this.#rows);
  }

  onOverflow(): void {
    this.#owner.onSubnegotiationOverflow();
  }

  #onTheirOption(verb: number, option: number): void {
    if (option !== TelnetOption.windowSize) {
      if (verb === Telnet.will) this.#answer(optionBytes(Telnet.dont, option));
    } else if (verb === Telnet.will && this.#window === 'asked') {
      this.#window = 'on';
      this.#owner.onTerminalChange();
    } else if (verb === Telnet.will && this.#window === 'off') {
      this.#answer(optionBytes(Telnet.dont, option));
    } else if (verb === Telnet.wont && this.#window === 'asked') {
      this.#window = 'off';
    }
    // A window that is taken back stays a terminal: its size merely does not change any more.
  }

  #onOurOption(option: number, input: OptionInput): void {
    const isEcho = option === TelnetOption.echo;
    const { to, say } = OPTION_TRANSITIONS[isEcho ? this.#echo : this.#suppressGoAhead][input];
    if (isEcho) this.#echo = to;
    else this.#suppressGoAhead = to;
    if (say === undefined) return;
    const bytes = optionBytes(Telnet[say], option);
    if (input === 'want' || input === 'unwant') this.#client.reply(bytes);
    else this.#answer(bytes);
  }

  #answer(bytes: Uint8Array): void {
    if (this.#answersLeft === 0 || !this.#client.open) return;
    this.#answersLeft -= 1;
    this.#client.reply(bytes);
  }
}

const STILL_HERE = Buffer.from('notice: yes, still here\r\n');

function optionBytes(verb: number, option: number): Uint8Array {
  return Uint8Array.of(Telnet.iac, verb, option);
}
