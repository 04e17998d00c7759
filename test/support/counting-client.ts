/**
 * A ProtocolClient for fuzzers, in one thread: counts each kind of call and folds all calls, in order, into one number,
 * so that two runs can be compared without keeping anything. One object serves many connections.
 */

import type { ProtocolClient } from '../../src/shared/client-protocol.ts';
import { ClientView } from '../../src/shared/client-view.ts';
import { reasonWord } from '../../src/shared/reason.ts';
import type { Reason } from '../../src/shared/reason.ts';

/** How often each thing happened, over all connections. */
export class Marks {
  readonly counts: Map<string, number> = new Map();

  add(mark: string): void {
    this.counts.set(mark, (this.counts.get(mark) ?? 0) + 1);
  }

  count(mark: string): number {
    return this.counts.get(mark) ?? 0;
  }

  summary(): string {
    return [...this.counts].map(([mark, count]) => `${mark} ${count}`).join(', ');
  }
}

export class CountingClient implements ProtocolClient {
  readonly marks: Marks;
  greeting = true;
  open = true;
  /** The calls of the current connection. Of opaque input only the bytes count, not where they were cut. */
  digest = 0;
  readonly #isOpaque: boolean;
  #callsAfterClose = 0;
  #logins = 0;

  constructor(marks: Marks, isOpaque: boolean) {
    this.marks = marks;
    this.#isOpaque = isOpaque;
  }

  /** Ready for another connection. */
  reset(): void {
    this.greeting = true;
    this.open = true;
    this.digest = 0x811c9dc5;
    this.#callsAfterClose = 0;
    this.#logins = 0;
  }

  /** What the session did that no session may do, or undefined. */
  fault(): string | undefined {
    if (this.#callsAfterClose > 0) return 'Cannot accept a call after the close';
    return this.#logins > 1 ? 'Cannot accept a second login' : undefined;
  }

  reply(bytes: Uint8Array): void {
    this.#begin(1);
    this.#fold(bytes, 0, bytes.length);
    if (bytes[0] === 0xff && bytes[1] === 0xfb && bytes[2] === 1) this.marks.add('key mode');
    else if (bytes[0] === 0x1b) this.marks.add('key line drawn');
    else if (bytes[0] === 0xff && bytes.length === 3) this.marks.add('option answered');
    else if (bytes[2] === 0x84) this.marks.add('pong');
  }

  login(name: string, token: string | undefined): void {
    this.#begin(2);
    this.#foldText(name);
    this.#foldText(token ?? '-');
    this.greeting = false;
    this.#logins += 1;
    this.marks.add('login');
  }

  command(bytes: Uint8Array, start: number, end: number): void {
    this.#begin(3);
    this.#fold(bytes, start, end);
    this.marks.add('command');
  }

  input(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#isOpaque) this.#begin(4);
    this.#fold(bytes, start, end);
    this.marks.add('input');
  }

  setView(view: ClientView): void {
    this.#begin(5 + view);
    if (view === ClientView.terminal) this.marks.add('terminal');
  }

  quit(): void {
    this.#begin(10);
    this.open = false;
    this.marks.add('quit');
  }

  violation(reason: Reason, detail: string): void {
    this.#begin(100 + reason);
    this.#foldText(detail);
    this.open = false;
    this.marks.add(reasonWord(reason));
  }

  #begin(kind: number): void {
    if (!this.open) this.#callsAfterClose += 1;
    this.digest = Math.imul(this.digest ^ kind, FNV_PRIME);
  }

  #fold(bytes: Uint8Array, start: number, end: number): void {
    let digest = this.digest;
    for (let at = start; at < end; at += 1)
      digest = Math.imul(digest ^ (bytes[at] ?? 0), FNV_PRIME);
    this.digest = digest;
  }

  #foldText(text: string): void {
    for (let at = 0; at < text.length; at += 1) {
      this.digest = Math.imul(this.digest ^ text.charCodeAt(at), FNV_PRIME);
    }
  }
}

const FNV_PRIME = 0x01000193;
