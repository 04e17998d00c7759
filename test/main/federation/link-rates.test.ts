/** Goal: operators see what each link carries a second, also after it was cut and made anew. Method: counts, second by second. */

import { expect, test } from 'vitest';
import {
  NO_TRAFFIC,
  type LinkTrafficCounts,
} from '../../../src/cluster-bridge/link/link-traffic.ts';
import { CountsPoll } from '../../../src/main/federation/counts-poll.ts';
import { NO_BRIDGE_COUNTS } from '../../../src/main/federation/bridge-thread.ts';
import { LinkRates } from '../../../src/main/federation/link-rates.ts';

/** Summaries and records that add up to so many bytes. */
function traffic(bytesSent: number, bytesReceived: number): LinkTrafficCounts {
  const frames = { framesSent: 1, framesReceived: 1 };
  return {
    ...NO_TRAFFIC,
    summary: { ...frames, bytesSent: 100, bytesReceived: 100 },
    recordsUp: { ...frames, bytesSent: bytesSent - 100, bytesReceived: bytesReceived - 100 },
  };
}

function link(bytesSent: number, bytesReceived: number, backlogBytes = 0) {
  return { hostId: 'b', backlogBytes, traffic: traffic(bytesSent, bytesReceived) };
}

test('a rate is what all channels carried between two counts, by the time between them', () => {
  const rates = new LinkRates();
  rates.note([link(1_000, 2_000)], 10_000);
  expect(rates.of('b')).toMatchObject({ sentBytesPerSecond: 0, receivedBytesPerSecond: 0 });
  rates.note([link(1_600, 2_300, 5)], 12_000);
  expect(rates.of('b')).toEqual({
    sentBytes: 1_600,
    receivedBytes: 2_300,
    sentBytesPerSecond: 300,
    receivedBytesPerSecond: 150,
    backlogBytes: 5,
  });
});

test('a link that is gone has none, and one that was made anew starts again, never below 0', () => {
  const rates = new LinkRates();
  rates.note([link(9_000, 9_000)], 0);
  rates.note([], 1_000);
  expect(rates.of('b')).toBeUndefined();
  rates.note([link(400, 600)], 2_000);
  expect(rates.of('b')).toMatchObject({ sentBytesPerSecond: 400, receivedBytesPerSecond: 600 });
  // Cut and made anew between two counts.
  rates.note([link(300, 200)], 3_000);
  expect(rates.of('b')).toMatchObject({ sentBytesPerSecond: 300, receivedBytesPerSecond: 200 });
});

test('the same instant twice divides by nothing', () => {
  const rates = new LinkRates();
  rates.note([link(1_000, 1_000)], 5);
  rates.note([link(2_000, 2_000)], 5);
  expect(rates.of('b')).toMatchObject({ sentBytesPerSecond: 0, receivedBytesPerSecond: 0 });
});

test('the poll asks the bridge once a second and keeps what it said', async () => {
  const poll = new CountsPoll();
  let asked = 0;
  const thread = {
    counts: async () => {
      asked += 1;
      return { ...NO_BRIDGE_COUNTS, peers: 1, links: [link(asked * 1_000, asked * 2_000)] };
    },
  };
  for (const nowMs of [0, 500, 1_000]) {
    poll.step(thread, nowMs);
    await Promise.resolve();
  }
  expect(asked).toBe(2);
  expect(poll.counts.peers).toBe(1);
  expect(poll.link('b')).toMatchObject({
    sentBytesPerSecond: 1_000,
    receivedBytesPerSecond: 2_000,
  });
  expect(poll.link('c')).toBeUndefined();
});
