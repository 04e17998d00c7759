/** What the bridge has carried, asked of its thread once a second, for operators. Main thread. */

import type { BridgeCounts } from '../../cluster-bridge/bridge-messages.ts';
import type { LinkView } from '../ops/ops-views.ts';
import { NO_BRIDGE_COUNTS, type BridgeThread } from './bridge-thread.ts';
import { LinkRates } from './link-rates.ts';

const COUNTS_MS = 1_000;

export class CountsPoll {
  readonly #rates = new LinkRates();
  #counts = NO_BRIDGE_COUNTS;
  #askedAtMs = -Infinity;

  /** As it said last. */
  get counts(): BridgeCounts {
    return this.#counts;
  }

  /** The link to a host; undefined where there is none. */
  link(hostId: string): LinkView | undefined {
    return this.#rates.of(hostId);
  }

  step(thread: Pick<BridgeThread, 'counts'> | undefined, nowMs: number): void {
    if (nowMs - this.#askedAtMs < COUNTS_MS) return;
    this.#askedAtMs = nowMs;
    thread?.counts().then(
      (counts) => {
        this.#counts = counts;
        this.#rates.note(counts.links, nowMs);
      },
      () => {}, // The thread's end is handled where ends are.
    );
  }
}
