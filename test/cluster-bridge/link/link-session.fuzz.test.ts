/**
 * Goal: no bytes that a stranger or a peer may send make a session throw, open, keep memory, or disturb another link.
 * Method: a million hostile streams from a seed, mutations of real handshakes and messages, against sessions in every state;
 * a good link beside them talks on.
 */

import { describe, expect, it } from 'vitest';
import { Channel } from '../../../src/cluster-bridge/transport.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { StreamFuzzer } from '../../support/stream-fuzzer.ts';
import { type LinkEnd, exchange, linkPair, upPair } from './link-kit.ts';

const STREAMS = 1_000_000;
const GOOD_EVERY = 1_000;
/** What a million sessions leave behind, well above the noise of the collector. */
const GROWTH_BYTES_MAX = 128 * 1024 * 1024;
const CUTS = ['whole', 'random', 'random', 'bytes'] as const;
/** Bytes that mean something in a header: small lengths, channels, kinds, and the most of each. */
const SPECIAL = Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 8, 32, 0x10, 0x7b, 0x22, 0x7f, 0x80, 0xff]);

type Target = 'greeting' | 'awaiting' | 'dialing' | 'proving' | 'up';
const TARGETS: readonly Target[] = ['greeting', 'awaiting', 'dialing', 'proving', 'up'];

describe('LinkSession against a million hostile streams', () => {
  it('never throws, opens for nobody, and leaves a good link alone', () => {
    const random = seededRandom(runSeed('link fuzz'));
    const fuzzer = new StreamFuzzer(random, corpus(), SPECIAL);
    const good = upPair();
    const ends = new Map<string, number>();
    const before = usedBytes();
    let peakBytes = before;
    let up = upPair().acceptor;
    for (let index = 0; index < STREAMS; index += 1) {
      const target = TARGETS[random.below(TARGETS.length)] ?? 'up';
      if (target === 'up' && up.closed.length > 0) up = upPair().acceptor;
      const victim = target === 'up' ? up : stranger(target);
      const cut = CUTS[random.below(CUTS.length)] ?? 'whole';
      const stream = fuzzer.next();
      const range = { stream, start: 0, end: stream.length };
      fuzzer.deliver(range, cut, (chunk) => victim.session.receive(chunk));
      if (victim.closed.length === 0 && random.below(3) === 0) victim.session.lost('cut');
      // Nobody without the secret is ever up; whatever has ended says nothing more.
      if (target !== 'up' && victim.opened.length > 0) expect(victim.opened).toEqual([]);
      if (victim.late > 0) expect(victim.late).toBe(0);
      const end = `${target}: ${victim.closed[0]?.refusal ?? 'still waiting'}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
      victim.messages.length = 0;
      victim.addresses.length = 0;
      victim.written.length = 0;
      if (index % GOOD_EVERY !== 0) continue;
      good.dialer.session.sendMessage(Channel.control, Buffer.from(String(index)), 0);
      exchange(good);
      peakBytes = Math.max(peakBytes, usedBytes());
    }
    console.log(`link fuzz: ${STREAMS} streams`, JSON.stringify(Object.fromEntries(ends)));
    console.log(`link fuzz: memory grew by at most ${Math.round((peakBytes - before) / 1024)} KiB`);
    expect(good.acceptor.messages).toHaveLength(STREAMS / GOOD_EVERY);
    expect([good.acceptor.closed, good.dialer.closed]).toEqual([[], []]);
    for (const target of TARGETS)
      expect(ends.get(`${target}: bad-frame`) ?? 0, target).toBeGreaterThan(1_000);
    for (const target of ['awaiting', 'proving']) {
      expect(ends.get(`${target}: wrong-secret`) ?? 0, target).toBeGreaterThan(100);
    }
    expect(peakBytes - before).toBeLessThan(GROWTH_BYTES_MAX);
  });
});

/** A session that waits for a stranger's next word. */
function stranger(target: Exclude<Target, 'up'>): LinkEnd {
  const { dialer, acceptor } = linkPair();
  if (target === 'greeting') return acceptor;
  dialer.session.connected();
  if (target === 'dialing') return dialer;
  acceptor.session.receive(dialer.take());
  if (target === 'awaiting') return acceptor;
  dialer.session.receive(acceptor.take());
  return dialer;
}

/** Whole handshakes of either side, their parts, and messages of every channel. */
function corpus(): readonly Uint8Array[] {
  const pair = linkPair();
  pair.dialer.session.connected();
  const { ofDialer, ofAcceptor } = exchange(pair);
  const proofStart = ofDialer.length - 40;
  for (const channel of Object.values(Channel)) {
    pair.dialer.session.sendMessage(channel, Buffer.from(`{"channel":${channel}}`), 0);
  }
  pair.dialer.session.sendAddresses(['127.0.0.1:7779', '10.0.0.1:7779']);
  const messages = pair.dialer.take();
  return [
    ofDialer,
    ofAcceptor,
    ofDialer.subarray(0, proofStart),
    ofDialer.subarray(proofStart),
    messages,
  ];
}

function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
