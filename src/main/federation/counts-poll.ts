/** What the bridge has carried, asked of its thread once a second, for operators. Main thread. */

import type { BridgeCounts } from '../../cluster-bridge/bridge-messages.ts';
import { NO_BRIDGE_COUNTS, type BridgeThread } from './bridge-thread.ts';

const COUNTS_MS = 1_000;

export class CountsPoll {
  #counts = NO_BRIDGE_COUNTS;
  #askedAtMs = -Infinity;

  /** As it said last. */
  get counts(): BridgeCounts {
    return this.#counts;
  }

  step(thread: Pick<BridgeThread, 'counts'> | undefined, nowMs: number): void {
    if (nowMs - this.#askedAtMs < COUNTS_MS) return;
    this.#askedAtMs = nowMs;
    thread?.counts().then(
      (counts) => (this.#counts = counts),
      () => {}, // The thread's end is handled where ends are.
    );
  }
}
