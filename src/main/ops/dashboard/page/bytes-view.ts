/** A watched match of a game that the page cannot draw: how much it says, and its newest state in hex. Browser, not a thread of the host. */

import { element, setText } from './dom.ts';
import { bytesText, countText } from './format.ts';
import { wallMs } from './page-clock.ts';

const ROW_BYTES = 16;
const ROWS_MAX = 64;
/** The rate is of this long a time. */
const RATE_MS = 2_000;

interface Count {
  readonly atMs: number;
  readonly messages: number;
  readonly messageBytes: number;
}

export class BytesView {
  readonly node: HTMLElement;
  readonly #rate = element('p');
  readonly #hex = element('pre', {
    className: 'hex',
    attributes: { tabindex: '0', 'aria-label': 'Newest state in hex' },
  });
  #counts: Count[] = [];

  constructor() {
    const words =
      'The page knows no picture of this game; this is the newest state that its players were sent.';
    this.node = element(
      'div',
      {},
      element('p', { className: 'soft', text: words }),
      this.#rate,
      this.#hex,
    );
  }

  show(sample: { states: readonly Uint8Array[]; messages: number; messageBytes: number }): void {
    const { states, messages, messageBytes } = sample;
    const nowMs = wallMs();
    this.#counts.push({ atMs: nowMs, messages, messageBytes });
    this.#counts = this.#counts.filter(({ atMs }) => atMs > nowMs - RATE_MS);
    const spanMs = Math.max(200, nowMs - (this.#counts[0]?.atMs ?? nowMs));
    const sum = (pick: (count: Count) => number): number =>
      (this.#counts.slice(1).reduce((total, count) => total + pick(count), 0) * 1000) / spanMs;
    const newest = states.at(-1);
    const size = newest === undefined ? '' : `, the newest has ${bytesText(newest.byteLength)}`;
    const perSecond = `${countText(sum((count) => count.messages))} broadcasts a second`;
    setText(
      this.#rate,
      `${perSecond}, ${bytesText(sum((count) => count.messageBytes))} a second${size}`,
    );
    if (newest !== undefined) setText(this.#hex, hexText(newest));
  }
}

/** `0010  67 68 …  gh`; the first kilobyte. */
function hexText(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let start = 0; start < bytes.length && rows.length < ROWS_MAX; start += ROW_BYTES) {
    const row = [...bytes.subarray(start, start + ROW_BYTES)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·'));
    const at = start.toString(16).padStart(4, '0');
    rows.push(`${at}  ${hex.padEnd(ROW_BYTES * 3 - 1)}  ${text.join('')}`);
  }
  if (bytes.length > ROW_BYTES * ROWS_MAX) rows.push('…');
  return rows.join('\n');
}
