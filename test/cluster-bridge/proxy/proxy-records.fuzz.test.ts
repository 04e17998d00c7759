/**
 * Goal: whatever a peer sends as records of proxied players, this host does not fail, its memory stays bounded, its own players
 * notice nothing, and guests sit nowhere but where main has admitted them. Method: a real Bridge with rings, players and
 * workers; garbled messages from a seed, most of them one flaw away from sound; PROXY_MESSAGES says how many (200,000).
 */

import { expect, it } from 'vitest';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import type { HandlerRef } from '../../../src/shared/ids.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { CountingPeer, garbledMessage } from './garbled-peer.ts';
import { BRIDGE_ROW, ProxyHost, SLOTS_PER_GATEWAY } from './proxy-host.ts';

const MESSAGES = Number(process.env['PROXY_MESSAGES'] ?? 200_000);
const MESSAGES_PER_TURN = 20;
const PLAYERS = 16;
const BYTES_GROWN_MAX = 300 * 1024 * 1024;
const seed = runSeed('proxy records');
const random = seededRandom(seed);

it(`stays whole under ${MESSAGES} garbled messages`, () => {
  const marks = { read: 0, refused: 0, joined: 0, closed: 0 };
  const host = new ProxyHost({ hostId: 'one', incarnation: 1 }, () => 1);
  const { lobby, match, away } = places(host);
  const player = { moves: 0, ringsFull: 0, bytesUnread: 0, bytesEchoed: 0, counts: 0 };
  const playerMarks = { ...player, fenced: 0, cut: 0, held: 0 };
  for (let index = 0; index < PLAYERS; index += 1) {
    host.addPlayer({ seed: seed + index, marks: playerMarks }, lobby);
  }
  host.bridge.apply([{ kind: 'admit', handler: match }]);
  const known = {
    handlers: [lobby, match, away],
    players: host.players.map((one) => one.player),
  };
  let peer = connect(host, away, match);
  const heapBefore = process.memoryUsage().rss;
  for (let message = 0; message < MESSAGES; message += 1) {
    const isUp = random.below(2) === 0;
    const channel = isUp ? Channel.recordsUp : Channel.recordsDown;
    host.bridge.onMessage(peer, channel, garbledMessage(random, known, isUp));
    if (peer.closedWhy === undefined) marks.read += 1;
    else {
      expect(peer.closedWhy).toBe('it sent what this host cannot read');
      marks.refused += 1;
      host.bridge.onDown(peer, peer.closedWhy);
      peer = connect(host, away, match);
    }
    if (message % MESSAGES_PER_TURN !== 0) continue;
    for (const one of host.players) one.send(1 + random.below(20));
    host.turn();
    peer.sent.length = 0;
    const { guests } = host.bridge.counts();
    marks.joined += guests;
    expect(guests).toBeLessThanOrEqual(SLOTS_PER_GATEWAY);
    const seated = new Set(host.workers.flatMap((worker) => worker.handlers()));
    for (const handler of seated) expect([lobby, match]).toContain(handler);
  }
  console.log(`proxy records: ${JSON.stringify(marks)}, ${playerMarks.bytesEchoed} bytes echoed`);
  expect(
    host.players.filter(({ wrong, closedWhy }) => wrong > 0 || closedWhy !== undefined),
  ).toEqual([]);
  expect(playerMarks.bytesEchoed).toBeGreaterThan(MESSAGES / 100);
  expect(process.memoryUsage().rss - heapBefore).toBeLessThan(BYTES_GROWN_MAX);
  for (const mark of ['read', 'refused', 'joined'] as const) {
    expect(marks[mark], mark).toBeGreaterThan(MESSAGES / 100);
  }
}, 300_000);

/** A lobby, a match that guests may join, and the row of a match on another host. */
function places(host: ProxyHost): {
  readonly lobby: HandlerRef;
  readonly match: HandlerRef;
  readonly away: HandlerRef;
} {
  const lobby = host.open();
  const match = host.open();
  const away = host.rows.tryTakeRemote(BRIDGE_ROW, { modeRow: 0, nowMs: 0 }) ?? 0;
  return { lobby, match, away };
}

function connect(host: ProxyHost, away: HandlerRef, match: HandlerRef): CountingPeer {
  const peer = new CountingPeer();
  host.bridge.onUp(peer);
  host.bridge.apply([{ kind: 'route', handler: away, host: peer, matchHandler: match }]);
  return peer;
}
