/** Goal: timers of the virtual clock run once, in order, at their own time. Method: examples. */

import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/shared/virtual-clock.ts';

test('timers run by due time, those due together in the order in which they were set', () => {
  const clock = new VirtualClock();
  const seen: string[] = [];
  const note = (name: string) => (): void => void seen.push(`${name}@${clock.nowMs()}`);
  clock.setTimer(note('c'), 30);
  clock.setTimer(note('a'), 10);
  clock.setTimer(note('b'), 10);
  clock.advance(29);
  expect(seen).toEqual(['a@10', 'b@10']);
  clock.advance(1);
  expect(seen).toEqual(['a@10', 'b@10', 'c@30']);
  expect(clock.pendingCount).toBe(0);
});

test('a timer set by a timer runs in the same advance(), at its own time', () => {
  const clock = new VirtualClock();
  const seen: number[] = [];
  const again = (): void => {
    seen.push(clock.nowMs());
    clock.setTimer(again, 25);
  };
  clock.setTimer(again, 25);
  clock.advance(100);
  expect(seen).toEqual([25, 50, 75, 100]);
});

test('a cancelled timer never runs', () => {
  const clock = new VirtualClock();
  let ran = false;
  const timer = clock.setTimer(() => void (ran = true), 5);
  timer.cancel();
  timer.cancel();
  clock.advance(10);
  expect(ran).toBe(false);
});

test('a timer that sets itself again without delay is found out', () => {
  const clock = new VirtualClock();
  const again = (): void => void clock.setTimer(again, 0);
  again();
  expect(() => clock.advance(1)).toThrow(
    'Cannot advance the clock: 1000000 timers ran within 1 ms',
  );
});

test('time does not go back', () => {
  expect(() => new VirtualClock().advance(-1)).toThrow('Cannot advance the clock: by -1 ms');
  expect(() => new VirtualClock().advance(Number.NaN)).toThrow(
    'Cannot advance the clock: by NaN ms',
  );
});
