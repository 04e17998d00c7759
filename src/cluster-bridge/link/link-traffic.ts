/**
 * What a link has carried: frames and bytes by channel, each way, headers and the link's own frames included. Pure. Bridge
 * thread; main reads what it is told.
 */

import { Channel } from '../transport.ts';
import { FRAME_HEADER_BYTES, LINK_CHANNEL } from './link-frame-codec.ts';

/** Every channel by its name in metrics; `link` carries the link's own frames. */
const TRAFFIC_CHANNELS = { link: LINK_CHANNEL, ...Channel } as const;

export type TrafficChannel = 'link' | keyof typeof Channel;

export interface ChannelTraffic {
  readonly framesSent: number;
  readonly bytesSent: number;
  readonly framesReceived: number;
  readonly bytesReceived: number;
}

export type LinkTrafficCounts = Readonly<Record<TrafficChannel, ChannelTraffic>>;

const CHANNELS = Math.max(...Object.values(TRAFFIC_CHANNELS)) + 1;

export class LinkTraffic {
  readonly #framesSent = new Float64Array(CHANNELS);
  readonly #bytesSent = new Float64Array(CHANNELS);
  readonly #framesReceived = new Float64Array(CHANNELS);
  readonly #bytesReceived = new Float64Array(CHANNELS);

  /** Hot: once a frame. */
  sent(channel: number, bodyBytes: number): void {
    this.#framesSent[channel] = (this.#framesSent[channel] ?? 0) + 1;
    this.#bytesSent[channel] = (this.#bytesSent[channel] ?? 0) + FRAME_HEADER_BYTES + bodyBytes;
  }

  /** Hot: once a frame. */
  received(channel: number, bodyBytes: number): void {
    this.#framesReceived[channel] = (this.#framesReceived[channel] ?? 0) + 1;
    this.#bytesReceived[channel] =
      (this.#bytesReceived[channel] ?? 0) + FRAME_HEADER_BYTES + bodyBytes;
  }

  /** Takes what a link that is over has carried. */
  add(other: LinkTraffic): void {
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      addAt(this.#framesSent, other.#framesSent, channel);
      addAt(this.#bytesSent, other.#bytesSent, channel);
      addAt(this.#framesReceived, other.#framesReceived, channel);
      addAt(this.#bytesReceived, other.#bytesReceived, channel);
    }
  }

  counts(): LinkTrafficCounts {
    const of = (channel: number): ChannelTraffic => ({
      framesSent: this.#framesSent[channel] ?? 0,
      bytesSent: this.#bytesSent[channel] ?? 0,
      framesReceived: this.#framesReceived[channel] ?? 0,
      bytesReceived: this.#bytesReceived[channel] ?? 0,
    });
    return {
      link: of(TRAFFIC_CHANNELS.link),
      summary: of(TRAFFIC_CHANNELS.summary),
      control: of(TRAFFIC_CHANNELS.control),
      replica: of(TRAFFIC_CHANNELS.replica),
      recordsUp: of(TRAFFIC_CHANNELS.recordsUp),
      recordsDown: of(TRAFFIC_CHANNELS.recordsDown),
    };
  }
}

/** Nothing was carried. */
export const NO_TRAFFIC: LinkTrafficCounts = new LinkTraffic().counts();

function addAt(sums: Float64Array, other: Float64Array, channel: number): void {
  sums[channel] = (sums[channel] ?? 0) + (other[channel] ?? 0);
}
