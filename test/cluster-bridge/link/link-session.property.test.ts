/**
 * Goal: however bytes are cut, delayed or ended, a link delivers a prefix of what was sent, in order, and nobody comes up
 * without the secret: not with recordings, not with what he is sent himself. Method: real sessions, a seeded scheduler over
 * their wires, an attacker with everything that was ever said; the states hunted are counted.
 */

import { describe, expect, it } from 'vitest';
import { admission } from '../../../src/cluster-bridge/link/link-admission.ts';
import { LINK_CHANNEL } from '../../../src/cluster-bridge/link/link-frame-codec.ts';
import { LinkRefusal } from '../../../src/cluster-bridge/link/link-refusal.ts';
import { LinkState } from '../../../src/cluster-bridge/link/link-state.ts';
import { seededRandom, type Random } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { LinkEnd, exchange, linkPair, type LinkPair } from './link-kit.ts';
import { crossingDials } from './crossing-dials.ts';

const RUNS = 3_000;
const STEPS = 60;

interface Marks {
  handshakeCut: number;
  frameCut: number;
  cleanClose: number;
  wholeRun: number;
  delivered: number;
}

describe('a link under any interleaving', () => {
  it('delivers a prefix of what was sent, after both have proved themselves, and ends once', () => {
    const random = seededRandom(runSeed('link interleavings'));
    const marks: Marks = { handshakeCut: 0, frameCut: 0, cleanClose: 0, wholeRun: 0, delivered: 0 };
    for (let run = 0; run < RUNS; run += 1) runOnce(random, marks);
    console.log('link interleavings:', JSON.stringify(marks));
    for (const [mark, count] of Object.entries(marks)) expect(count, mark).toBeGreaterThan(50);
  });
});

describe('two hosts that dial each other', () => {
  it('end with one link that both call theirs, whatever the order', () => {
    const random = seededRandom(runSeed('crossing dials'));
    const marks = { replaced: 0, refused: 0, single: 0 };
    for (let run = 0; run < RUNS; run += 1) {
      const found = crossingDials(random);
      expect(found.upOfA, `run ${run}`).toHaveLength(1);
      expect(found.upOfB, `run ${run}`).toEqual(found.upOfA);
      marks.replaced += found.replaced;
      marks.refused += found.refused;
      if (found.refused + found.replaced === 0) marks.single += 1;
    }
    console.log('crossing dials:', JSON.stringify(marks));
    expect(marks.replaced).toBeGreaterThan(50);
    expect(marks.refused).toBeGreaterThan(50);
  });

  it('decide by the same rule on both sides', () => {
    const other = { incarnation: 1, role: 'acceptor', upMs: 0 } as const;
    const low = { hostId: 'a', incarnation: 1 };
    const high = { hostId: 'b', incarnation: 1 };
    const asDialer = { self: low, peer: high, role: 'dialer', nowMs: 1 } as const;
    expect(admission({ ...asDialer, other })).toBe('replace');
    // The acceptor of a young link gives it up, that of an old one does not; the dialer obeys either way.
    const asAcceptor = { self: high, peer: low, role: 'acceptor' } as const;
    const dialed = { ...other, role: 'dialer' } as const;
    expect(admission({ ...asAcceptor, other: dialed, nowMs: 1 })).toBe('replace');
    expect(admission({ ...asAcceptor, other: dialed, nowMs: 60_000 })).toBe('duplicate-link');
    expect(admission({ ...asDialer, other, nowMs: 60_000 })).toBe('replace');
  });

  it('are told apart from themselves and from others of their name', () => {
    const self = { hostId: 'a', incarnation: 1 };
    const candidate = { self, role: 'acceptor', other: undefined, nowMs: 0 } as const;
    expect(admission({ ...candidate, peer: self })).toBe('self');
    expect(admission({ ...candidate, peer: { ...self, incarnation: 2 } })).toBe('duplicate-id');
    const other = { incarnation: 1, role: 'acceptor', upMs: 0 } as const;
    const peer = { hostId: 'b', incarnation: 2 };
    expect(admission({ ...candidate, peer, other })).toBe('duplicate-id');
  });
});

describe('an attacker without the secret', () => {
  it('never comes up with recordings of other handshakes, in any mixture', () => {
    const random = seededRandom(runSeed('replayed handshakes'));
    const recordings = recordedFrames(40);
    const refusals = new Map<string, number>();
    for (let attempt = 0; attempt < 20_000; attempt += 1) {
      const victim = freshVictim(random);
      for (let sent = 0; sent < 3; sent += 1) {
        const frame = recordings[random.below(recordings.length)];
        if (frame !== undefined) victim.session.receive(frame);
      }
      expect(victim.opened, `attempt ${attempt}`).toEqual([]);
      expect(victim.messages).toEqual([]);
      const refusal = victim.closed[0]?.refusal ?? 'open still';
      refusals.set(refusal, (refusals.get(refusal) ?? 0) + 1);
    }
    console.log('replayed handshakes:', JSON.stringify(Object.fromEntries(refusals)));
    expect(refusals.get('wrong-secret') ?? 0).toBeGreaterThan(1_000);
    expect(refusals.get('bad-frame') ?? 0).toBeGreaterThan(1_000);
  });

  it('never comes up by sending a host back what it said', () => {
    for (const role of ['dialer', 'acceptor'] as const) {
      const victim = new LinkEnd(role);
      if (role === 'dialer') victim.session.connected();
      else victim.session.receive(recordedFrames(1)[0] ?? new Uint8Array());
      for (let turn = 0; turn < 4; turn += 1) victim.session.receive(victim.take());
      expect(victim.opened).toEqual([]);
      expect(victim.closed).toHaveLength(1);
      expect(victim.late).toBe(0);
    }
  });

  it('cannot use the proof of one role as that of the other', () => {
    const { dialer, acceptor } = linkPair();
    dialer.session.connected();
    acceptor.session.receive(dialer.take());
    dialer.session.receive(acceptor.take());
    // The dialer's own proof over the right hellos.
    dialer.session.receive(dialer.take());
    expect(dialer.closed[0]?.refusal).toBe('wrong-secret');
  });
});

function runOnce(random: Random, marks: Marks): void {
  const pair = linkPair();
  const wires = { up: [] as number[], down: [] as number[] };
  const sent: { fromDialer: string[]; fromAcceptor: string[] } = {
    fromDialer: [],
    fromAcceptor: [],
  };
  pair.dialer.session.connected();
  let isCut = false;
  for (let step = 0; step < STEPS && !isCut; step += 1) {
    collect(pair, wires);
    const choice = random.below(100);
    if (choice < 40) deliver(pair.acceptor, wires.up, random);
    else if (choice < 80) deliver(pair.dialer, wires.down, random);
    else if (choice < 88) send(pair.dialer, sent.fromDialer, random);
    else if (choice < 96) send(pair.acceptor, sent.fromAcceptor, random);
    else if (choice < 98) {
      isCut = true;
      if (pair.acceptor.session.state !== LinkState.up) marks.handshakeCut += 1;
      else if (wires.up.length + wires.down.length > 0) marks.frameCut += 1;
      for (const { session } of [pair.dialer, pair.acceptor]) session.lost('cut');
    } else if (choice === 98) {
      marks.cleanClose += 1;
      pair.dialer.session.close('enough');
      isCut = true;
    }
  }
  if (!isCut) {
    marks.wholeRun += 1;
    for (collect(pair, wires); wires.up.length + wires.down.length > 0; collect(pair, wires)) {
      pair.acceptor.session.receive(Uint8Array.from(wires.up.splice(0)));
      pair.dialer.session.receive(Uint8Array.from(wires.down.splice(0)));
    }
  }
  check(pair.acceptor, sent.fromDialer, isCut);
  check(pair.dialer, sent.fromAcceptor, isCut);
  marks.delivered += pair.acceptor.messages.length + pair.dialer.messages.length;
}

function check(end: LinkEnd, sent: readonly string[], isCut: boolean): void {
  const got = end.messages.map(({ text }) => text);
  expect(got).toEqual(sent.slice(0, got.length));
  if (!isCut) expect(got).toHaveLength(sent.length);
  expect(end.opened.length).toBeLessThanOrEqual(1);
  expect(end.closed.length).toBeLessThanOrEqual(1);
  if (got.length > 0) expect(end.opened).toHaveLength(1);
  expect(end.late).toBe(0);
}

function collect({ dialer, acceptor }: LinkPair, wires: { up: number[]; down: number[] }): void {
  wires.up.push(...dialer.take());
  wires.down.push(...acceptor.take());
}

/** Some of what waits, down to single bytes. */
function deliver({ session }: LinkEnd, wire: number[], random: Random): void {
  if (wire.length === 0) return;
  const length = random.below(4) === 0 ? 1 + random.below(9) : 1 + random.below(wire.length);
  const chunk = Uint8Array.from(wire.splice(0, length));
  session.receive(chunk);
  // The chunk was lent for the call.
  chunk.fill(0xee);
}

function send({ session }: LinkEnd, sent: string[], random: Random): void {
  if (session.state !== LinkState.up) return;
  const text = `${sent.length}:${'x'.repeat(random.below(20))}`;
  sent.push(text);
  session.sendMessage(1 + random.below(5), Buffer.from(text), 0);
}

/** Each frame of so many honest handshakes. */
function recordedFrames(handshakes: number): readonly Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let one = 0; one < handshakes; one += 1) {
    const pair = linkPair();
    pair.dialer.session.connected();
    const { ofDialer, ofAcceptor } = exchange(pair);
    for (const said of [ofDialer, ofAcceptor]) frames.push(...framesOf(said));
  }
  return frames;
}

function* framesOf(said: Uint8Array): Iterable<Uint8Array> {
  const view = new DataView(said.buffer, said.byteOffset, said.byteLength);
  for (let offset = 0; offset < said.length;) {
    const end = offset + 8 + view.getUint32(offset, true);
    expect(said[offset + 4]).toBe(LINK_CHANNEL);
    yield said.subarray(offset, end);
    offset = end;
  }
}

function freshVictim(random: Random): LinkEnd {
  const isDialer = random.below(2) === 0;
  const victim = new LinkEnd(isDialer ? 'dialer' : 'acceptor', {
    hello: { hostId: 'v' },
    admit: () => (random.below(2) === 0 ? undefined : LinkRefusal.duplicateId),
  });
  if (isDialer) victim.session.connected();
  return victim;
}
