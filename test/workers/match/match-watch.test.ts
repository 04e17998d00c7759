/**
 * Goal: a watched match reports what its players see, at most five times a second; one that nobody watches reports nothing
 * and sets no timer. Method: a real runtime on a virtual clock, with handlers that broadcast or have a view of their own.
 */

import { expect, test } from 'vitest';
import type { GameHandler, HandlerContext } from '../../../src/shared/api.ts';
import { playerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import type { WatchedReport } from '../../../src/shared/thread-messages.ts';
import { RuntimeKit } from './runtime-kit.ts';

const SAMPLE_MS = 200;
const ADA = playerRef(1, 1);

class Speaker implements GameHandler {
  static last: Speaker | undefined;
  readonly context: HandlerContext;

  constructor(context: HandlerContext) {
    this.context = context;
  }

  onOpen(): void {
    Speaker.last = this;
  }

  say(text: string): void {
    this.context.broadcast(Buffer.from(text), { volatile: true });
  }
}

class Shower extends Speaker {
  static states: readonly Uint8Array[] | Error = [];

  onWatch(): readonly Uint8Array[] {
    if (Shower.states instanceof Error) throw Shower.states;
    return Shower.states;
  }
}

function opened(handlerClass: new (context: HandlerContext) => GameHandler = Speaker): {
  kit: RuntimeKit;
  speaker: Speaker;
  watch: (kind: 'watch' | 'unwatch') => void;
  samples: () => readonly WatchedReport[];
  end: () => void;
} {
  const kit = new RuntimeKit();
  kit.name(ADA, 'ada');
  const { handler } = kit.open({}, handlerClass);
  kit.join({ handler, player: ADA, reason: Reason.matched });
  kit.turn();
  const speaker = Speaker.last;
  if (speaker === undefined) throw new Error('Cannot find the handler: it did not open');
  const samples = (): readonly WatchedReport[] => {
    kit.turn();
    return kit.reports.splice(0).filter((report) => report.kind === 'watched');
  };
  samples();
  return {
    kit,
    speaker,
    samples,
    watch: (kind) => kit.runtime.apply([{ kind, handler }]),
    end: () => kit.runtime.apply([{ kind: 'end', handler, reason: Reason.shutdown }]),
  };
}

function textOf(sample: WatchedReport | undefined): string | undefined {
  const state = sample?.states.at(-1);
  return state === undefined ? undefined : Buffer.from(state).toString('utf8');
}

test('a match that nobody watches reports nothing and sets no timer', () => {
  const { kit, speaker, samples } = opened();
  const timers = kit.clock.pendingCount;
  speaker.say('one');
  kit.clock.advance(5 * SAMPLE_MS);
  expect(samples()).toEqual([]);
  expect(kit.clock.pendingCount).toBe(timers);
});

test('a watched match reports its newest broadcast, how many there were and their size', () => {
  const { kit, speaker, watch, samples } = opened();
  watch('watch');
  for (const text of ['one', 'two', 'three']) speaker.say(text);
  kit.clock.advance(SAMPLE_MS);
  const found = samples();
  expect(found).toHaveLength(1);
  expect(textOf(found[0])).toBe('three');
  expect(found[0]).toMatchObject({ messages: 3, messageBytes: 11 });
  // Silence is not reported.
  kit.clock.advance(5 * SAMPLE_MS);
  expect(samples()).toEqual([]);
});

test('however often a match speaks, there are five samples a second', () => {
  const { kit, speaker, watch, samples } = opened();
  watch('watch');
  for (let tick = 0; tick < 100; tick += 1) {
    speaker.say(`tick ${tick}`);
    kit.clock.advance(10);
  }
  const found = samples();
  expect(found).toHaveLength(5);
  expect(found.reduce((sum, { messages }) => sum + messages, 0)).toBe(100);
});

test('a state that leaves the worker has a buffer of its own, cut at 16 KiB', () => {
  const { kit, speaker, watch, samples } = opened();
  const large = new Uint8Array(60_000).fill(7);
  watch('watch');
  speaker.context.broadcast(large);
  // The handler uses its buffer again.
  large.fill(9);
  kit.clock.advance(SAMPLE_MS);
  const [sample] = samples();
  const state = sample?.states[0];
  expect([state?.byteLength, state?.buffer.byteLength, state?.[0]]).toEqual([16_384, 16_384, 7]);
  expect(sample?.messageBytes).toBe(60_000);
});

test('a handler with a view of its own is asked for it, from the first moment', () => {
  Shower.states = [Buffer.from('map'), Buffer.from('runners')];
  const { kit, watch, samples } = opened(Shower);
  watch('watch');
  expect(textOf(samples()[0])).toBe('runners');
  Shower.states = [Buffer.from('map'), Buffer.from('runners, later')];
  kit.clock.advance(SAMPLE_MS);
  const [sample] = samples();
  expect(sample?.states).toHaveLength(2);
  expect(textOf(sample)).toBe('runners, later');
});

test('a view that throws is logged and ends nothing', () => {
  Shower.states = new Error('no view today');
  const { kit, watch, speaker } = opened(Shower);
  watch('watch');
  kit.turn();
  const logged = kit.reports.find((report) => report.kind === 'log');
  expect(logged).toMatchObject({ level: 'warn', message: 'onWatch() failed' });
  speaker.say('still here');
  expect(kit.turn()).toEqual(['data 1 still here']);
});

test('after unwatch, and after the end, no sample comes and no timer is left', () => {
  for (const stop of ['unwatch', 'end'] as const) {
    const { kit, speaker, watch, samples, end } = opened();
    const timers = kit.clock.pendingCount;
    watch('watch');
    expect(kit.clock.pendingCount).toBe(timers + 1);
    if (stop === 'end') end();
    else watch('unwatch');
    if (stop === 'unwatch') speaker.say('unheard');
    samples();
    kit.clock.advance(3 * SAMPLE_MS);
    expect(samples()).toEqual([]);
    expect(kit.clock.pendingCount).toBe(timers);
  }
});

test('a match can be watched again, and twice at once counts once', () => {
  const { kit, speaker, watch, samples } = opened();
  for (const kind of ['watch', 'unwatch', 'watch', 'watch'] as const) watch(kind);
  speaker.say('again');
  kit.clock.advance(SAMPLE_MS);
  expect(samples().map(textOf)).toEqual(['again']);
});
