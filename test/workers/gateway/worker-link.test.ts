/**
 * Goal: a gateway shows every batch, and wakes the worker only when something is urgent or the ring is half full.
 * Method: real rings and a real doorbell in one thread.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { Doorbell, DoorbellRinger, doorbellByteLength } from '../../../src/shared/doorbell.ts';
import { InputChannel, tryWriteInput } from '../../../src/shared/record-layout.ts';
import { RingReader, ringByteLength } from '../../../src/shared/spsc-ring.ts';
import { WorkerLink } from '../../../src/workers/gateway/worker-link.ts';

const CAPACITY = 8_192;
const BYTES = Buffer.alloc(1_500);

let rings = 0;
let link: WorkerLink;
let bridgeLink: (holds: Int32Array) => WorkerLink;
let bell: Doorbell;
let reader: RingReader;

beforeEach(() => {
  const up = new SharedArrayBuffer(ringByteLength(CAPACITY));
  const down = new SharedArrayBuffer(ringByteLength(CAPACITY));
  const bells = new SharedArrayBuffer(doorbellByteLength(1));
  rings = 0;
  bell = new Doorbell(bells, 0);
  const ringer = new DoorbellRinger(bells, 0, () => {
    rings += 1;
  });
  link = new WorkerLink({ row: 0, up, down, bell: ringer });
  bridgeLink = (holds) => new WorkerLink({ row: 1, up, down, bell: ringer, holds });
  reader = new RingReader(up);
  bell.fallAsleep();
});

function write(): void {
  expect(tryWriteInput(link.up, InputChannel.input, 1, 1, BYTES, 0, BYTES.length)).toBe(true);
}

describe('WorkerLink.publish()', () => {
  it('shows a batch that is not urgent without waking the worker', () => {
    write();
    link.publish();
    expect(rings).toBe(0);
    expect(reader.drain(10, () => {})).toBe(1);
  });

  it('wakes a sleeping worker once for an urgent batch', () => {
    write();
    link.isUrgent = true;
    link.publish();
    expect(rings).toBe(1);
    expect(link.isUrgent).toBe(false);
    bell.fallAsleep();
    write();
    link.publish();
    expect(rings).toBe(1);
  });

  it('wakes nobody when there is nothing to show, and keeps the urgency for what comes', () => {
    link.isUrgent = true;
    link.publish();
    expect(rings).toBe(0);
    write();
    link.publish();
    expect(rings).toBe(1);
  });

  it('wakes the worker when the ring is half full, and not before', () => {
    const seen = [1, 2, 3].map(() => {
      write();
      link.publish();
      return rings;
    });
    // A record takes 1,520 bytes: two are less than half of the ring, three are more.
    expect(seen).toEqual([0, 0, 1]);
  });

  it('rings the bridge for each batch, urgent or not, unless it looks by itself', () => {
    const holds = new Int32Array(1);
    const toBridge = bridgeLink(holds);
    const seen = [false, true, false].map((isLooking) => {
      bell.look(isLooking);
      bell.fallAsleep();
      rings = 0;
      expect(tryWriteInput(toBridge.up, InputChannel.input, 1, 1, BYTES, 0, 8)).toBe(true);
      toBridge.publish();
      return rings;
    });
    expect(seen).toEqual([1, 0, 1]);
    bell.look(true);
    bell.fallAsleep();
    toBridge.isUrgent = true;
    expect(tryWriteInput(toBridge.up, InputChannel.input, 1, 1, BYTES, 0, 8)).toBe(true);
    toBridge.publish();
    expect(rings).toBe(2);
  });

  it('does not ring for a worker that is awake', () => {
    bell.wakeUp();
    write();
    link.isUrgent = true;
    link.publish();
    expect(rings).toBe(0);
    expect(reader.isEmpty()).toBe(false);
  });
});
