/**
 * Goal: held input comes out as it went in, is counted, and what has come out is let go of.
 * Method: a property beside a plain list; a queue that never runs empty, measured after a garbage collection.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sleep } from '../../../src/shared/clock.ts';
import { InputChannel } from '../../../src/shared/record-layout.ts';
import { HeldInput } from '../../../src/workers/gateway/held-input.ts';
import { runSeed } from '../../support/run-seed.ts';

const SEED = runSeed('held-input');
const RUNS = 500;
const KIB = 1_024;
const LIMIT_BYTES = 2_000 * KIB;

describe('HeldInput', () => {
  it('keeps copies of the bytes it was shown', () => {
    const held = new HeldInput();
    const bytes = Buffer.from('abcdef');
    held.add(InputChannel.command, bytes, 1, 4);
    bytes.fill(0);
    expect(Buffer.from(held.first?.bytes ?? []).toString()).toBe('bcd');
    expect(held.first?.channel).toBe(InputChannel.command);
  });

  it('counts an empty input as something, so that a flood of them is bounded', () => {
    const held = new HeldInput();
    held.add(InputChannel.input, Buffer.alloc(0), 0, 0);
    expect(held.byteLength).toBeGreaterThan(0);
    held.shift();
    expect(held.byteLength).toBe(0);
    held.shift();
    expect(held.byteLength).toBe(0);
    expect(held.first).toBeUndefined();
  });

  it('does what a plain list does', () => {
    const marks = { added: 0, shifted: 0, emptied: 0, cleared: 0, long: 0 };
    const anyStep = fc.oneof(
      { weight: 20, arbitrary: fc.integer({ min: 0, max: 9 }) },
      { weight: 16, arbitrary: fc.constant('shift' as const) },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    );
    const anySteps = fc.array(anyStep, { minLength: 1, maxLength: 600, size: 'max' });
    fc.assert(
      fc.property(anySteps, (steps) => {
        const held = new HeldInput();
        const model: { channel: number; text: string }[] = [];
        for (const [index, step] of steps.entries()) {
          if (step === 'shift') {
            marks.emptied += Number(model.length === 1);
            model.shift();
            held.shift();
            marks.shifted += 1;
          } else if (step === 'clear') {
            model.length = 0;
            held.clear();
            marks.cleared += 1;
          } else {
            const text = `${index}`.padEnd(step, '-');
            const channel = index % 2 === 0 ? InputChannel.input : InputChannel.opaque;
            held.add(channel, Buffer.from(`>${text}<`), 1, 1 + text.length);
            model.push({ channel, text });
            marks.added += 1;
            marks.long += Number(model.length > 20);
          }
          expect(held.byteLength === 0).toBe(model.length === 0);
          const bytes = model.reduce((sum, { text }) => sum + text.length + 64, 0);
          expect(held.byteLength).toBe(bytes);
          const { first } = held;
          expect(first?.channel).toBe(model[0]?.channel);
          if (first !== undefined) expect(Buffer.from(first.bytes).toString()).toBe(model[0]?.text);
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
    console.log('held-input marks', JSON.stringify(marks));
    expect(Math.min(...Object.values(marks))).toBeGreaterThan(RUNS);
  });

  it('lets go of what was shifted, also when it never runs empty', async () => {
    setFlagsFromString('--expose-gc');
    // The flag makes a function of this name in contexts that are made after it.
    const collectGarbage = runInNewContext('gc') as () => void;
    const held = new HeldInput();
    const bytes = Buffer.alloc(KIB);
    for (let index = 0; index < 10; index += 1) held.add(InputChannel.opaque, bytes, 0, KIB);
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 20_000; index += 1) {
      held.add(InputChannel.opaque, bytes, 0, KIB);
      held.shift();
    }
    // What is garbage is given back by a thread of V8's, a moment later.
    const grown = (): number => process.memoryUsage().arrayBuffers - before;
    for (let tries = 0; tries < 100 && grown() > LIMIT_BYTES; tries += 1) {
      collectGarbage();
      await sleep(10);
    }
    expect(grown()).toBeLessThan(LIMIT_BYTES);
    expect(held.byteLength).toBe(10 * (KIB + 64));
  });
});
