/** How much may wait for one other host: a figure of the memory that the start names. Pure; main thread. */

import { FRAME_BYTES_MAX } from './link/link-frame-codec.ts';
import { BACKLOG_BYTES_MAX } from './link/tcp-peer.ts';
import { LINK_BYTES_MAX } from './proxy/proxy-link.ts';

/** Queues of this thread: records of each direction, and main's messages. */
const QUEUES = 3;

/**
 * What the transport holds, what waits for it, one message that is being read; and what was in the gateways' rings (`ringBytes`,
 * all of them together) when they saw that the link lags.
 */
export function linkBytesMax(ringBytes: number): number {
  return BACKLOG_BYTES_MAX + QUEUES * LINK_BYTES_MAX + FRAME_BYTES_MAX + ringBytes;
}
