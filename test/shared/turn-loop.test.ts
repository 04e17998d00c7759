/**
 * Goal: no wake-up is lost, requests of one pass of the event loop are one turn, and an idle loop takes none.
 * Method: a real doorbell and ring in one thread; then a producer thread that publishes at random moments.
 */

import { describe, expect, it } from 'vitest';
import { Doorbell, DoorbellRinger, doorbellByteLength } from '../../src/shared/doorbell.ts';
import { RingReader, RingWriter, ringByteLength } from '../../src/shared/spsc-ring.ts';
import { TurnLoop } from '../../src/shared/turn-loop.ts';

/** A consumer of one ring that takes at most `limit` records a turn. */
class Consumer {
  turns = 0;
  taken = 0;
  rings = 0;
  readonly writer: RingWriter;
  readonly loop: TurnLoop;
  readonly ringer: DoorbellRinger;
  /** Called at the end of each turn, and of each second look. */
  afterTurn: () => void = () => {};
  afterLook: () => void = () => {};

  constructor(limit = 100) {
    const ring = new SharedArrayBuffer(ringByteLength(4_096));
    const bells = new SharedArrayBuffer(doorbellByteLength(1));
    const reader = new RingReader(ring);
    this.writer = new RingWriter(ring);
    this.ringer = new DoorbellRinger(bells, 0, () => {
      this.rings += 1;
      this.loop.runNow();
    });
    this.loop = new TurnLoop(new Doorbell(bells, 0), {
      turn: () => {
        this.turns += 1;
        const count = reader.drain(limit, () => {});
        this.taken += count;
        this.afterTurn();
        return count === limit;
      },
      hasWork: () => {
        const hasWork = !reader.isEmpty();
        this.afterLook();
        return hasWork;
      },
    });
  }

  produce(count = 1): void {
    for (let index = 0; index < count; index += 1) {
      if (this.writer.tryReserve(1, 0, 8) < 0) throw new Error('Cannot write: the ring is full');
    }
    this.writer.publish();
    this.ringer.ringIfAsleep();
  }
}

describe('TurnLoop', () => {
  it('takes one turn for all requests of a pass, and none by itself afterwards', async () => {
    const consumer = new Consumer();
    for (let count = 0; count < 5; count += 1) consumer.loop.request();
    expect(consumer.turns).toBe(0);
    for (let pass = 0; pass < 5; pass += 1) await nextPass();
    expect(consumer.turns).toBe(1);
  });

  it('is woken by the bell once it sleeps, and by no bell before', async () => {
    const consumer = new Consumer();
    consumer.produce();
    expect([consumer.rings, consumer.taken]).toEqual([0, 0]);
    consumer.loop.runNow();
    expect(consumer.taken).toBe(1);
    consumer.produce();
    expect([consumer.rings, consumer.taken]).toEqual([1, 2]);
    await nextPass();
    expect(consumer.turns).toBe(2);
  });

  it('takes a turn a pass while there is more, and leaves the passes to others in between', async () => {
    const consumer = new Consumer(10);
    consumer.produce(95);
    consumer.loop.runNow();
    expect(consumer.taken).toBe(10);
    for (let pass = 1; pass <= 9; pass += 1) {
      expect(consumer.turns).toBe(pass);
      await nextPass();
    }
    expect(consumer.taken).toBe(95);
    await nextPass();
    expect(consumer.turns).toBe(10);
  });

  it.each(['afterTurn', 'afterLook'] as const)(
    'misses no record that is published %s, just before it sleeps',
    async (moment) => {
      const consumer = new Consumer();
      let left = 50;
      consumer[moment] = () => {
        if (left === 0) return;
        left -= 1;
        // Another thread's doing in truth: it publishes, looks at the bell, and may find it not armed yet.
        consumer.writer.tryReserve(1, 0, 8);
        consumer.writer.publish();
        consumer.ringer.ringIfAsleep();
      };
      consumer.loop.runNow();
      for (let pass = 0; pass < 120; pass += 1) await nextPass();
      expect(left).toBe(0);
      expect(consumer.taken).toBe(50);
    },
  );
});

/** The next pass of the event loop. */
function nextPass(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
