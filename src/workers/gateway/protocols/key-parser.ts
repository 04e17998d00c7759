/**
 * Parts what a terminal sends in character mode into keys: one byte, one UTF-8 character, or one escape sequence,
 * whole. Pure; runs in gateway threads.
 *
 *   state      a byte of            leads to
 *   idle       ESC                  escape
 *              0xC2..0xF4           utf8, until the character is whole
 *              0x80..0xC1, 0xF5..   idle: dropped, no character starts so
 *              other                idle: a key
 *   escape     [ or O               sequence
 *              other                idle: ESC was a key by itself; the byte is looked at anew
 *   sequence   0x40..0x7E           idle: the sequence is a key
 *              0x20..0x3F           sequence, up to 16 bytes
 *              other                idle: ESC is the key, the rest is dropped; the byte is looked at anew
 *   utf8       0x80..0xBF           utf8, or idle when the character is whole
 *              other                idle: the half character is dropped; the byte is looked at anew
 *
 * Invariant: each ESC ends in exactly one key that starts with it. There is no clock here, so ESC pressed alone is
 * passed on with the next byte.
 */

import { isUtf8 } from 'node:buffer';

const KEY_BYTES_MAX = 16;
const ESCAPE = 0x1b;

const State = { idle: 0, escape: 1, sequence: 2, utf8: 3 } as const;
type State = (typeof State)[keyof typeof State];

/** Hears each key: `bytes[0, length)`, valid during the call only. */
export interface KeySink {
  onKey(bytes: Uint8Array, length: number): void;
}

export class KeyParser {
  readonly #bytes: Uint8Array = new Uint8Array(KEY_BYTES_MAX);
  #state: State = State.idle;
  #length = 0;
  #wantedLength = 0;

  push(byte: number, sink: KeySink): void {
    switch (this.#state) {
      case State.idle:
        this.#onIdle(byte, sink);
        break;
      case State.escape:
        this.#onEscape(byte, sink);
        break;
      case State.sequence:
        this.#onSequence(byte, sink);
        break;
      case State.utf8:
        this.#onUtf8(byte, sink);
        break;
    }
  }

  #onIdle(byte: number, sink: KeySink): void {
    this.#length = 0;
    this.#keep(byte);
    if (byte === ESCAPE) {
      this.#state = State.escape;
    } else if (byte < 0x80) {
      this.#emit(sink);
    } else if (byte >= 0xc2 && byte <= 0xf4) {
      this.#state = State.utf8;
      this.#wantedLength = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    }
  }

  #onEscape(byte: number, sink: KeySink): void {
    if (byte === 0x5b || byte === 0x4f) {
      this.#keep(byte);
      this.#state = State.sequence;
    } else {
      this.#emit(sink);
      this.#onIdle(byte, sink);
    }
  }

  #onSequence(byte: number, sink: KeySink): void {
    if (byte < 0x20 || byte > 0x7e || this.#length === KEY_BYTES_MAX) {
      this.#length = 1;
      this.#emit(sink);
      this.#onIdle(byte, sink);
      return;
    }
    this.#keep(byte);
    if (byte >= 0x40) this.#emit(sink);
  }

  #onUtf8(byte: number, sink: KeySink): void {
    if (byte < 0x80 || byte > 0xbf) {
      this.#state = State.idle;
      this.#onIdle(byte, sink);
      return;
    }
    this.#keep(byte);
    if (this.#length < this.#wantedLength) return;
    // Overlong forms and surrogates have the right shape and are still not UTF-8.
    if (isUtf8(this.#bytes.subarray(0, this.#length))) this.#emit(sink);
    this.#state = State.idle;
  }

  #keep(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #emit(sink: KeySink): void {
    this.#state = State.idle;
    sink.onKey(this.#bytes, this.#length);
  }
}
