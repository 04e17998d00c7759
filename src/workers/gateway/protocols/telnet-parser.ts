/**
 * Parts a telnet stream into text and telnet's own commands (RFC 854, 855). Pure; runs in gateway threads.
 *
 *   state       a byte of        leads to
 *   text        IAC              command; every other byte is text
 *   command     IAC              text, and the byte 0xFF is text
 *               WILL WONT DO DONT  option
 *               SB               subOption
 *               other            text, after onCommand()
 *   option      any              text, after onOption()
 *   subOption   any              sub: the byte is the option
 *   sub         IAC              subCommand; every other byte is kept
 *   subCommand  SE               text, after onSubnegotiation()
 *               IAC              sub, and the byte 0xFF is kept
 *               other            as in `command`: the subnegotiation was broken off
 */

export const Telnet = {
  endOfFile: 236,
  abort: 238,
  subEnd: 240,
  interrupt: 244,
  areYouThere: 246,
  eraseCharacter: 247,
  eraseLine: 248,
  sub: 250,
  will: 251,
  wont: 252,
  do: 253,
  dont: 254,
  iac: 255,
} as const;

/** Options (RFC 857, 858, 1073) that Longhouse knows; it refuses all others. */
export const TelnetOption = { echo: 1, suppressGoAhead: 3, windowSize: 31 } as const;

/** The longest subnegotiation; the only one we ask for has 4 bytes. */
export const SUBNEGOTIATION_BYTES_MAX = 256;

/** Hears what the parser finds. Ranges are valid during the call only. */
export interface TelnetSink {
  onText(bytes: Uint8Array, start: number, end: number): void;
  onCommand(code: number): void;
  /** `verb`: Telnet.will, wont, do or dont. */
  onOption(verb: number, option: number): void;
  onSubnegotiation(option: number, bytes: Uint8Array): void;
  /** A subnegotiation was longer than allowed; the parser waits for its end and keeps nothing of it. */
  onOverflow(): void;
}

const State = { text: 0, command: 1, option: 2, subOption: 3, sub: 4, subCommand: 5 } as const;
type State = (typeof State)[keyof typeof State];

export class TelnetParser {
  #state: State = State.text;
  #verb = 0;
  #subOption = 0;
  #subBytes: number[] | undefined = undefined;

  /** Consumes all of `chunk`. */
  push(chunk: Uint8Array, sink: TelnetSink): void {
    let position = 0;
    while (position < chunk.length) {
      if (this.#state === State.text) {
        position = this.#passText(chunk, position, sink);
      } else {
        this.#onByte(chunk, position, sink);
        position += 1;
      }
    }
  }

  /** Passes on text up to the next IAC; returns where to go on. */
  #passText(chunk: Uint8Array, start: number, sink: TelnetSink): number {
    const iacAt = chunk.indexOf(Telnet.iac, start);
    const end = iacAt === -1 ? chunk.length : iacAt;
    if (end > start) sink.onText(chunk, start, end);
    if (iacAt === -1) return end;
    this.#state = State.command;
    return end + 1;
  }

  #onByte(chunk: Uint8Array, at: number, sink: TelnetSink): void {
    const byte = chunk[at] ?? 0;
    if (this.#state === State.sub) {
      if (byte === Telnet.iac) this.#state = State.subCommand;
      else this.#keep(byte, sink);
    } else if (this.#state === State.option) {
      this.#state = State.text;
      sink.onOption(this.#verb, byte);
    } else if (this.#state === State.subOption) {
      this.#state = State.sub;
      this.#subOption = byte;
      this.#subBytes = [];
    } else if (this.#state === State.subCommand) {
      this.#onSubCommand(chunk, at, sink);
    } else {
      this.#onCommand(chunk, at, sink);
    }
  }

  #onSubCommand(chunk: Uint8Array, at: number, sink: TelnetSink): void {
    const byte = chunk[at];
    if (byte === Telnet.iac) {
      this.#state = State.sub;
      this.#keep(byte, sink);
      return;
    }
    const bytes = this.#subBytes;
    this.#subBytes = undefined;
    if (byte !== Telnet.subEnd) {
      this.#onCommand(chunk, at, sink);
      return;
    }
    this.#state = State.text;
    if (bytes !== undefined) sink.onSubnegotiation(this.#subOption, Uint8Array.from(bytes));
  }

  #onCommand(chunk: Uint8Array, at: number, sink: TelnetSink): void {
    const byte = chunk[at] ?? 0;
    this.#state = State.text;
    if (byte === Telnet.iac) {
      sink.onText(chunk, at, at + 1);
    } else if (byte === Telnet.sub) {
      this.#state = State.subOption;
    } else if (byte >= Telnet.will) {
      this.#verb = byte;
      this.#state = State.option;
    } else {
      sink.onCommand(byte);
    }
  }

  #keep(byte: number, sink: TelnetSink): void {
    if (this.#subBytes === undefined) return;
    if (this.#subBytes.length < SUBNEGOTIATION_BYTES_MAX) {
      this.#subBytes.push(byte);
    } else {
      this.#subBytes = undefined;
      sink.onOverflow();
    }
  }
}
