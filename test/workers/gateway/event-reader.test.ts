/**
 * Goal: whatever another host's worker writes for an event, no adapter throws over it, and every real event is read.
 * Method: one event of each kind; then random JSON under their names, whole or with a field exchanged, through the adapters.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../../../src/shared/client-event.ts';
import { ClientView } from '../../../src/shared/client-view.ts';
import { readEvent } from '../../../src/workers/gateway/event-reader.ts';
import { FrameProtocol } from '../../../src/workers/gateway/protocols/frame-protocol.ts';
import { LineProtocol } from '../../../src/workers/gateway/protocols/line-protocol.ts';
import { runSeed } from '../../support/run-seed.ts';

const MATCH = { match: 'one/ctf/1', mode: 'ctf' };
const EVENTS: { readonly [Name in ClientEvent['event']]: Extract<ClientEvent, { event: Name }> } = {
  lobby: { event: 'lobby', lobby: 'one/lobby/1', reason: 'login', networkPlayers: 3 },
  queued: { event: 'queued', mode: 'ctf', waiting: 2, etaMs: null },
  unqueued: { event: 'unqueued', reason: 'left' },
  found: { event: 'found', mode: 'ctf', players: 8, acceptMs: 10_000 },
  match: { event: 'match', ...MATCH, team: 0, players: ['a'], hostId: 'one', reason: 'matched' },
  ended: { event: 'ended', match: 'one/ctf/1', result: { winner: null }, rating: null },
  said: { event: 'said', from: 'ada', text: 'hello' },
  party: { event: 'party', action: 'joined', by: 'ada', leader: 'bob', members: ['ada', 'bob'] },
  why: {
    event: 'why',
    mode: 'ctf',
    cause: 'players',
    position: 1,
    waiting: 1,
    missing: 7,
    candidates: 0,
    relaxesInMs: null,
    etaMs: 1,
  },
  notice: { event: 'notice', text: 'hello' },
  error: { event: 'error', code: 'unknown', message: 'no' },
  keys: { event: 'keys', on: true },
};
const ALL = Object.values<ClientEvent>(EVENTS);
const RUNS = 2_000;

describe('readEvent()', () => {
  it.each(ALL)('reads $event as it was written', (event) => {
    expect(readEvent(JSON.stringify(event))).toEqual(event);
  });

  it('keeps the field that may be left out, and leaves out those that no event has', () => {
    const said = { event: 'said', from: 'ada', text: 'psst', private: true };
    expect(readEvent(JSON.stringify({ ...said, extra: 'x'.repeat(100_000) }))).toEqual(said);
  });

  it.each([
    ['', 'nothing'],
    ['{"event":', 'half of one'],
    ['null', 'null'],
    ['[]', 'a list'],
    ['"notice"', 'a text'],
    ['{}', 'no name'],
    ['{"event":"toString"}', 'a name that objects have'],
    ['{"event":"unheard-of"}', 'an unknown name'],
    ['{"event":"notice"}', 'a missing field'],
    ['{"event":"notice","text":7}', 'a field of another kind'],
    ['{"event":"party","action":"left","by":"a","leader":"b","members":[1]}', 'a list of others'],
    [JSON.stringify({ ...EVENTS.match, mode: 'x'.repeat(50_000) }), 'a name that fills a frame'],
  ])('refuses %s', (text) => {
    expect(readEvent(text)).toBeUndefined();
  });

  it('lets nothing through over which an adapter throws', () => {
    const seed = runSeed('READ_EVENT_SEED');
    const adapters = [new FrameProtocol(), new LineProtocol()];
    const marks = { read: 0, refused: 0 };
    // Control characters take six bytes each in JSON: a frame is full of them soonest.
    const long = fc.nat(20_000).map((length) => '\u0001'.repeat(length));
    const values = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.string(), long);
    const changes = ALL.flatMap((event) => Object.keys(event).map((field) => ({ event, field })));
    const kinds = fc.tuple(fc.constantFrom(...changes), values);
    fc.assert(
      fc.property(kinds, ([{ event, field }, value]) => {
        const read = readEvent(JSON.stringify({ ...event, [field]: value }));
        if (read === undefined) {
          marks.refused += 1;
          return;
        }
        marks.read += 1;
        for (const view of Object.values(ClientView)) {
          for (const adapter of adapters) adapter.encodeEvent(read, view);
        }
      }),
      { numRuns: RUNS, seed },
    );
    expect(marks.read).toBeGreaterThan(RUNS / 20);
    expect(marks.refused).toBeGreaterThan(RUNS / 20);
  });
});
