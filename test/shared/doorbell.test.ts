/**
 * Goal: a doorbell rings once for a sleeper and never for a thread that is awake.
 * Method: both sides in one thread; the race between them is doorbell.stress.test.ts.
 */

import { describe, expect, it } from 'vitest';
import { Doorbell, doorbellByteLength, DoorbellRinger } from '../../src/shared/doorbell.ts';

describe('DoorbellRinger.ringIfAsleep()', () => {
  it('does not ring for a consumer that is awake, as all are at first', () => {
    const { ringer, rings } = makeBell(0);
    expect(ringer.ringIfAsleep()).toBe(false);
    expect(rings.count).toBe(0);
  });

  it('rings once a sleep, whoever comes first', () => {
    const { bell, ringer, rings, buffer } = makeBell(0);
    const other = new DoorbellRinger(buffer, 0, () => (rings.count += 100));
    bell.fallAsleep();
    expect([other.ringIfAsleep(), ringer.ringIfAsleep(), other.ringIfAsleep()]).toEqual([
      true,
      false,
      false,
    ]);
    expect(rings.count).toBe(100);
    bell.fallAsleep();
    expect([ringer.ringIfAsleep(), other.ringIfAsleep()]).toEqual([true, false]);
    expect(rings.count).toBe(101);
  });

  it('does not ring for a consumer that woke by itself', () => {
    const { bell, ringer, rings } = makeBell(0);
    bell.fallAsleep();
    bell.wakeUp();
    expect(ringer.ringIfAsleep()).toBe(false);
    expect(rings.count).toBe(0);
  });

  it('wakes the consumer of its own index alone', () => {
    const { bell, buffer } = makeBell(1);
    const rung: number[] = [];
    const ringers = [0, 1, 2].map(
      (index) => new DoorbellRinger(buffer, index, () => rung.push(index)),
    );
    bell.fallAsleep();
    expect(ringers.map((ringer) => ringer.ringIfAsleep())).toEqual([false, true, false]);
    expect(rung).toEqual([1]);
  });
});

describe('DoorbellRinger.isLooking', () => {
  it('is what the consumer of that index said last, and changes no sleep', () => {
    const { bell, ringer, rings, buffer } = makeBell(1);
    const neighbor = new DoorbellRinger(buffer, 2, () => {});
    expect(ringer.isLooking).toBe(false);
    bell.fallAsleep();
    bell.look(true);
    expect([ringer.isLooking, neighbor.isLooking]).toEqual([true, false]);
    expect(ringer.ringIfAsleep()).toBe(true);
    bell.look(false);
    expect([ringer.isLooking, rings.count]).toEqual([false, 1]);
  });
});

describe('a doorbell', () => {
  it('has a line of its own and must be in the buffer', () => {
    const buffer = new SharedArrayBuffer(doorbellByteLength(3));
    expect(buffer.byteLength).toBe(192);
    expect(() => new Doorbell(buffer, 3)).toThrow('the doorbell is in the buffer');
    expect(() => new DoorbellRinger(buffer, -1, () => {})).toThrow('the doorbell is in the buffer');
  });
});

interface Bell {
  readonly buffer: SharedArrayBuffer;
  readonly bell: Doorbell;
  readonly ringer: DoorbellRinger;
  readonly rings: { count: number };
}

function makeBell(index: number): Bell {
  const buffer = new SharedArrayBuffer(doorbellByteLength(3));
  const rings = { count: 0 };
  const ringer = new DoorbellRinger(buffer, index, () => (rings.count += 1));
  return { buffer, bell: new Doorbell(buffer, index), ringer, rings };
}
