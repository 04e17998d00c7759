/** What the link to each host carries, and how fast: of counts that come once a second. Main thread. */

import type { BridgeCounts } from '../../cluster-bridge/bridge-messages.ts';
import type { ChannelTraffic, LinkTrafficCounts } from '../../cluster-bridge/link/link-traffic.ts';
import type { LinkView } from '../ops/ops-views.ts';

const SECOND_MS = 1_000;

export class LinkRates {
  #links: ReadonlyMap<string, LinkView> = new Map();
  #notedMs = -Infinity;

  /** Takes the counts as they were at `nowMs`, in clock milliseconds. */
  note(links: BridgeCounts['links'], nowMs: number): void {
    const seconds = (nowMs - this.#notedMs) / SECOND_MS;
    const before = this.#links;
    this.#notedMs = nowMs;
    this.#links = new Map(
      links.map(({ hostId, traffic, backlogBytes }) => {
        const last = before.get(hostId);
        const sentBytes = linkBytes(traffic, 'bytesSent');
        const receivedBytes = linkBytes(traffic, 'bytesReceived');
        const sentBytesPerSecond = perSecond(sentBytes, last?.sentBytes, seconds);
        const receivedBytesPerSecond = perSecond(receivedBytes, last?.receivedBytes, seconds);
        const rates = { sentBytesPerSecond, receivedBytesPerSecond };
        return [hostId, { sentBytes, receivedBytes, ...rates, backlogBytes }];
      }),
    );
  }

  /** Undefined where there is no link to that host now. */
  of(hostId: string): LinkView | undefined {
    return this.#links.get(hostId);
  }
}

/** Bytes of all channels of a link, the link's own frames included. */
export function linkBytes(
  traffic: LinkTrafficCounts,
  key: Extract<keyof ChannelTraffic, `bytes${string}`>,
): number {
  return Object.values(traffic).reduce((total, channel) => total + channel[key], 0);
}

/** Of a link that is new since the last counts, what it has carried so far came since then. */
function perSecond(bytes: number, before: number | undefined, seconds: number): number {
  if (!Number.isFinite(seconds) || seconds <= 0) return 0;
  const isSame = before !== undefined && before <= bytes;
  return Math.round((isSame ? bytes - before : bytes) / seconds);
}
