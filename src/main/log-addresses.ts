/**
 * Hides clients' addresses in log lines: marks instead, the same for an address until the next start, so that lines can
 * still be brought together. Main thread.
 */

import { createHmac, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';

/** What may be an IPv6 address: with two colons at least, and what may stand around it. */
const CANDIDATE_6 = /(?:[0-9a-f]*:){2,}[0-9a-f:.]*/gi;
const CANDIDATE_4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d]|\.\d)/g;
const MARK_CHARACTERS = 10;
/** What the host listens on and says of itself. */
const NOT_A_CLIENTS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '127.0.0.1', '::1']);
const DEPTH_MAX = 8;

export class AddressMask {
  readonly #key: Buffer = randomBytes(32);

  /** The text with every address in it replaced by its mark. */
  text(text: string): string {
    return text
      .replace(CANDIDATE_6, (candidate) => this.#version6(candidate))
      .replace(CANDIDATE_4, (candidate) => this.#mark(candidate));
  }

  /** A copy of the fields in which no text holds an address. */
  fields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return this.#object(fields, DEPTH_MAX);
  }

  #object(fields: object, depth: number): Record<string, unknown> {
    const entries = Object.entries(fields).map(([name, value]) => [
      name,
      this.#value(value, depth),
    ]);
    return Object.fromEntries(entries);
  }

  #value(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    // Deeper than any field of ours: nothing rather than an address.
    if (depth === 0) return undefined;
    if (Array.isArray(value)) return value.map((item) => this.#value(item, depth - 1));
    if (value instanceof Error) return this.text(value.stack ?? value.message);
    return this.#object(value, depth - 1);
  }

  /** A full stop, a colon or a port may stand around it: `from 2001:db8::1:`. */
  #version6(candidate: string): string {
    if (isIP(candidate) !== 0) return this.#mark(candidate);
    const [, before = '', address = '', behind = ''] = /^(:?)(.*?)([.:]*)$/.exec(candidate) ?? [];
    return isIP(address) === 6 ? before + this.#mark(address) + behind : candidate;
  }

  #mark(address: string): string {
    if (NOT_A_CLIENTS.has(address)) return address;
    const digest = createHmac('sha256', this.#key).update(address.toLowerCase()).digest('hex');
    return `address-${digest.slice(0, MARK_CHARACTERS)}`;
  }
}
