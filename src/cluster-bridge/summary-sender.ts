/**
 * When this host's summary goes out, and how much of it. Knows no peers: says what all of them are to get. Bridge thread.
 *
 *   said() --changed, and the gap is over--> whole     every SUMMARY_MS otherwise --> its age: what was said still holds
 *
 * Invariant: peers get no more than SUMMARY_BYTES_PER_SECOND of it, whatever there is to tell; what main has not said for
 * SUMMARY_OLD_MS is not repeated.
 */

import type { HostSummary } from './federation/host-summary.ts';
import {
  encodeSummary,
  SUMMARY_SAME,
  SUMMARY_WHOLE,
  summaryMessage,
} from './federation/summary-codec.ts';

/** How often a summary goes out. */
export const SUMMARY_MS = 250;
/** What main has said longer ago is not repeated: it hangs, and its host is not to be counted or chosen. */
const SUMMARY_OLD_MS = 1_000;
/** To each peer: a summary that is long is told less often. */
const SUMMARY_BYTES_PER_SECOND = 3_072;
/** But so often in any case. */
const GAP_MS_MAX = 1_000;
const SECOND_MS = 1_000;
const NO_BYTES = new Uint8Array(0);

export class SummarySender {
  /** To all peers; false where one of them had no room. */
  readonly #sendToAll: (message: Uint8Array) => boolean;
  /** What main said last of this host, encoded. */
  #summary: Uint8Array = NO_BYTES;
  /** What all peers have; empty: not all of them have anything. */
  #sent: Uint8Array = NO_BYTES;
  #sentAtMs = -Infinity;
  /** Nothing new is told before. */
  #nextNewsAtMs = 0;
  /** Something is to be told as soon as it may. */
  #isUrgent = false;
  #saidAtMs = 0;

  constructor(sendToAll: (message: Uint8Array) => boolean) {
    this.#sendToAll = sendToAll;
  }

  said(summary: HostSummary, isUrgent: boolean, nowMs: number): void {
    this.#summary = encodeSummary(summary);
    this.#saidAtMs = nowMs;
    if (!isUrgent) return;
    this.#isUrgent = true;
    this.#send(nowMs);
  }

  /** One of the peers knows nothing yet. */
  peerUp(nowMs: number): void {
    this.#sent = NO_BYTES;
    this.#nextNewsAtMs = 0;
    this.#send(nowMs);
  }

  /** Every few milliseconds. */
  step(nowMs: number): void {
    if (this.#isUrgent || nowMs - this.#sentAtMs >= SUMMARY_MS) this.#send(nowMs);
  }

  #send(nowMs: number): void {
    const summary = this.#summary;
    const ageMs = nowMs - this.#saidAtMs;
    if (summary.length === 0 || ageMs > SUMMARY_OLD_MS) return;
    const isSame = Buffer.compare(summary, this.#sent) === 0;
    if (!isSame && nowMs < this.#nextNewsAtMs) return;
    this.#sentAtMs = nowMs;
    this.#isUrgent = false;
    const kind = isSame ? SUMMARY_SAME : SUMMARY_WHOLE;
    const isSentToAll = this.#sendToAll(summaryMessage(kind, summary, ageMs));
    this.#sent = isSentToAll ? summary : NO_BYTES;
    if (isSame) return;
    const gapMs = (summary.length * SECOND_MS) / SUMMARY_BYTES_PER_SECOND;
    this.#nextNewsAtMs = nowMs + Math.min(GAP_MS_MAX, gapMs);
  }
}
