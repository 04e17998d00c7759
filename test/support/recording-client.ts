/**
 * A ProtocolClient that only remembers: what an adapter's session called, in order. For tests of adapters, in one thread.
 * It behaves as the gateway's connection does: a login is accepted at once, quit and violation close it.
 */

import type { ProtocolClient } from '../../src/shared/client-protocol.ts';
import { ClientView } from '../../src/shared/client-view.ts';
import type { Reason } from '../../src/shared/reason.ts';

export type RecordedCall =
  | { readonly call: 'login'; readonly name: string; readonly token: string | undefined }
  | { readonly call: 'command' | 'input'; readonly text: string; readonly bytes: readonly number[] }
  | { readonly call: 'view'; readonly view: ClientView }
  | { readonly call: 'quit' }
  | { readonly call: 'violation'; readonly reason: Reason; readonly detail: string };

export class RecordingClient implements ProtocolClient {
  readonly calls: RecordedCall[] = [];
  view: ClientView = ClientView.plain;
  greeting = true;
  open = true;
  #replies: Buffer[] = [];

  reply(bytes: Uint8Array): void {
    this.#replies.push(Buffer.from(bytes));
  }

  login(name: string, token: string | undefined): void {
    this.greeting = false;
    this.calls.push({ call: 'login', name, token });
  }

  command(bytes: Uint8Array, start: number, end: number): void {
    this.#record('command', bytes.subarray(start, end));
  }

  input(bytes: Uint8Array, start: number, end: number): void {
    this.#record('input', bytes.subarray(start, end));
  }

  setView(view: ClientView): void {
    this.view = view;
    this.calls.push({ call: 'view', view });
  }

  quit(): void {
    this.open = false;
    this.calls.push({ call: 'quit' });
  }

  violation(reason: Reason, detail: string): void {
    this.open = false;
    this.calls.push({ call: 'violation', reason, detail });
  }

  /** All replies so far, put together, and forgets them. */
  takeReplies(): Buffer {
    const bytes = Buffer.concat(this.#replies);
    this.#replies = [];
    return bytes;
  }

  /** The texts of all calls of one kind. */
  texts(kind: 'command' | 'input'): string[] {
    return this.calls.flatMap((call) => (call.call === kind ? [call.text] : []));
  }

  /** The reasons of all violations: at most one, or the session went on after it. */
  violations(): Reason[] {
    return this.calls.flatMap((call) => (call.call === 'violation' ? [call.reason] : []));
  }

  #record(call: 'command' | 'input', bytes: Uint8Array): void {
    this.calls.push({ call, text: Buffer.from(bytes).toString(), bytes: [...bytes] });
  }
}
