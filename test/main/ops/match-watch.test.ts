/**
 * Goal: a worker is told to report exactly while somebody watches, and every watcher hears of the end, once.
 * Method: the desk with an order book in place of the workers, and happenings as the directory tells them.
 */

import { expect, test } from 'vitest';
import type { Happening } from '../../../src/main/directory/directory-effects.ts';
import { MatchWatchDesk, WATCHERS_MAX } from '../../../src/main/ops/match-watch.ts';
import { handlerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import type { WatchedReport } from '../../../src/shared/thread-messages.ts';

const HANDLER = handlerRef(3, 1);
const SAMPLE: WatchedReport = {
  kind: 'watched',
  handler: HANDLER,
  states: [Uint8Array.of(1)],
  messages: 1,
  messageBytes: 1,
};
const QUALITY = {
  winProbabilities: [0.5, 0.5],
  strengthDifference: 0,
  spread: 0,
  partyAsymmetry: 0,
  waitsMs: [],
  relaxed: [],
  isExact: true,
} as const;

function started(id: string): Happening {
  const times = { openingMs: 1, waitMsMax: 1 };
  const quality = QUALITY;
  return { kind: 'matchStarted', handler: HANDLER, id, mode: 'ctf', players: 2, ...times, quality };
}

function failed(id: string, wasOpen = true): Happening {
  const reason = Reason.crashed;
  return { kind: 'matchFailed', handler: HANDLER, id, mode: 'ctf', reason, error: '', wasOpen };
}

function desk(): { desk: MatchWatchDesk; orders: string[] } {
  const orders: string[] = [];
  const made = new MatchWatchDesk((handler, isWatched) => {
    orders.push(`${isWatched ? 'watch' : 'unwatch'} ${handler === HANDLER}`);
  });
  made.onHappening(started('a/ctf/1'));
  return { desk: made, orders };
}

function watcher(): { seen: string[]; onSample: () => void; onEnd: (reason: string) => void } {
  const seen: string[] = [];
  return {
    seen,
    onSample: () => seen.push('sample'),
    onEnd: (reason) => seen.push(`end ${reason}`),
  };
}

test('the first watcher starts the reports and the last one stops them', () => {
  const { desk: made, orders } = desk();
  const [ada, bob] = [watcher(), watcher()];
  const first = made.watch('a/ctf/1', ada);
  const second = made.watch('a/ctf/1', bob);
  if (first.outcome !== 'watching' || second.outcome !== 'watching') throw new Error('refused');
  expect(first.mode).toBe('ctf');
  made.onWatched(SAMPLE);
  first.stop();
  first.stop();
  expect([orders, made.count]).toEqual([['watch true'], 1]);
  made.onWatched(SAMPLE);
  second.stop();
  made.onWatched(SAMPLE);
  expect([orders, made.count]).toEqual([['watch true', 'unwatch true'], 0]);
  expect([ada.seen, bob.seen]).toEqual([['sample'], ['sample', 'sample']]);
});

test('whoever watches hears of the end once, and the worker of the dead match is left alone', () => {
  const { desk: made, orders } = desk();
  const ada = watcher();
  const watching = made.watch('a/ctf/1', ada);
  made.onHappening(failed('a/ctf/1'));
  if (watching.outcome === 'watching') watching.stop();
  expect([ada.seen, orders, made.count]).toEqual([['end crashed'], ['watch true'], 0]);
  expect(made.watch('a/ctf/1', ada)).toEqual({ outcome: 'unknown-match' });
});

test('a match that never opened, and one that nobody named, cannot be watched', () => {
  const { desk: made, orders } = desk();
  made.onHappening(failed('a/ctf/2', false));
  for (const id of ['a/ctf/2', '', '__proto__']) {
    expect(made.watch(id, watcher())).toEqual({ outcome: 'unknown-match' });
  }
  expect(orders).toEqual([]);
});

test('there are only so many watchers, and room again when one goes', () => {
  const { desk: made } = desk();
  const all = Array.from({ length: WATCHERS_MAX }, () => made.watch('a/ctf/1', watcher()));
  expect(made.watch('a/ctf/1', watcher())).toEqual({ outcome: 'too-many-watchers' });
  const [first] = all;
  if (first?.outcome === 'watching') first.stop();
  expect(made.watch('a/ctf/1', watcher()).outcome).toBe('watching');
});
