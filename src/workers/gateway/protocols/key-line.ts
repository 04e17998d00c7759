/**
 * Key mode of a `line` connection: keys go to the handler, and '/' opens a line at the foot of the window that is
 * edited and shown by us, so that commands and chat stay possible. Runs in gateway threads.
 *
 *   playing --'/'--> editing --Enter--> the line is passed on, playing
 *                       |--Escape, or Backspace over the '/'--> playing
 *   anywhere: Ctrl-C, Ctrl-D --> the player leaves
 */

import type { ProtocolClient } from '../../../shared/client-protocol.ts';
import { neutralized } from './event-text.ts';
import { KeyParser } from './key-parser.ts';
import type { KeySink } from './key-parser.ts';
import { LineEditor } from './line-editor.ts';

/** Hears what the keys amount to. */
export interface KeyLineOwner {
  onInputKey(bytes: Uint8Array, length: number): void;
  onInterruptKey(): void;
  onLine(line: Uint8Array): void;
}

export class KeyLine implements KeySink {
  readonly #client: ProtocolClient;
  readonly #owner: KeyLineOwner;
  readonly #parser: KeyParser = new KeyParser();
  readonly #editor: LineEditor;
  #editing = false;
  /** The key that starts with the ESC by which a line was cancelled is spent. */
  #escapeSpent = false;
  #columns = 0;
  #rows = 0;

  constructor(client: ProtocolClient, owner: KeyLineOwner, lineBytesMax: number) {
    this.#client = client;
    this.#owner = owner;
    this.#editor = new LineEditor(lineBytesMax);
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** One byte from the terminal; line ends come as a single CR. */
  push(byte: number): void {
    // Escape acts when it is pressed, although only the next byte tells whether it began a sequence.
    if (byte === ESCAPE && this.#editing) {
      this.#parser.push(byte, this);
      this.cancel();
      this.#escapeSpent = true;
    } else {
      this.#parser.push(byte, this);
    }
  }

  /** Drops the line that is being edited, if any. */
  cancel(): void {
    if (this.#editing) this.#endEditing();
  }

  onKey(bytes: Uint8Array, length: number): void {
    const first = bytes[0] ?? 0;
    if (first === ESCAPE && this.#escapeSpent) this.#escapeSpent = false;
    else if (first === CONTROL_C || first === CONTROL_D) this.#owner.onInterruptKey();
    else if (this.#editing) this.#onEditKey(bytes, length);
    else if (first === SLASH) this.#startEditing();
    else if (first !== 0) this.#owner.onInputKey(bytes, length);
  }

  #onEditKey(bytes: Uint8Array, length: number): void {
    const first = bytes[0] ?? 0;
    if (first === CARRIAGE_RETURN) {
      const line = this.#editor.take();
      this.#endEditing();
      this.#owner.onLine(line);
    } else if (first === BACKSPACE || first === DELETE) {
      this.#editor.erase();
      if (this.#editor.length === 0) this.#endEditing();
      else this.#draw();
    } else if (first >= SPACE) {
      this.#type(bytes, length);
    }
  }

  /** A full line takes no more: half a character would not be text. */
  #type(bytes: Uint8Array, length: number): void {
    const lengthBefore = this.#editor.length;
    for (let at = 0; at < length; at += 1) {
      if (this.#editor.tryPush(bytes[at] ?? 0)) continue;
      if (this.#editor.length > lengthBefore) this.#editor.erase();
      break;
    }
    this.#draw();
  }

  #startEditing(): void {
    this.#editing = true;
    this.#editor.clear();
    this.#editor.tryPush(SLASH);
    this.#draw();
  }

  #endEditing(): void {
    this.#editing = false;
    this.#editor.clear();
    this.#show('');
  }

  /** The line's tail, as much as fits, with a block for the cursor: the real one belongs to the game's picture. */
  #draw(): void {
    const columns = this.#columns === 0 ? COLUMNS_DEFAULT : this.#columns;
    const room = Math.max(TAIL_CHARS_MIN, columns - 2);
    const text = neutralized(UTF8.decode(this.#editor.peek()));
    this.#show(`${text.slice(-room)}\x1b[7m \x1b[27m`);
  }

  /** Writes the window's last row and puts the cursor back. */
  #show(text: string): void {
    const row = this.#rows === 0 ? ROWS_DEFAULT : this.#rows;
    this.#client.reply(Buffer.from(`\x1b7\x1b[${row};1H\x1b[2K${text}\x1b8`));
  }
}

/** A window that says it has no size has most likely that of a VT100. */
const COLUMNS_DEFAULT = 80;
const ROWS_DEFAULT = 24;
const TAIL_CHARS_MIN = 8;
const UTF8 = new TextDecoder();
const CONTROL_C = 0x03;
const CONTROL_D = 0x04;
const BACKSPACE = 0x08;
const CARRIAGE_RETURN = 0x0d;
const ESCAPE = 0x1b;
const SPACE = 0x20;
const SLASH = 0x2f;
const DELETE = 0x7f;
