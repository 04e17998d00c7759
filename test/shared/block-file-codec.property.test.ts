/**
 * Goal: what is read from a block file is what was written, up to the byte at which it was cut or changed, and never
 * anything else. Method: files of random texts; every truncation, every kind of flipped byte; marks counted.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BLOCK_FILE_VERSION,
  BLOCK_TEXT_BYTES_MAX,
  blockFileHeader,
  decodeBlockFile,
  encodeBlock,
} from '../../src/shared/block-file-codec.ts';
import { runSeed } from '../support/run-seed.ts';

const seed = runSeed('block-file-codec.property');
const texts = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 6 });

describe('a block file', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(texts, (written) => {
        expect(decodeBlockFile(fileOf(written))).toEqual({
          texts: written,
          end: { kind: 'complete' },
        });
      }),
      { seed },
    );
  });

  it('gives back all whole blocks wherever it is cut off', () => {
    const marks = { inHeader: 0, betweenBlocks: 0, inBlock: 0 };
    fc.assert(
      fc.property(texts, (written) => {
        const bytes = fileOf(written);
        const ends = blockEnds(written);
        for (let length = 0; length < bytes.length; length += 1) {
          const whole = ends.filter((end) => end <= length).length;
          const { texts: read, end } = decodeBlockFile(bytes.subarray(0, length));
          expect(read).toEqual(written.slice(0, whole));
          const isBetween = length === blockFileHeader().length || ends.includes(length);
          expect(end.kind).toBe(isBetween ? 'complete' : 'cut');
          if (isBetween) marks.betweenBlocks += 1;
          else if (length < blockFileHeader().length) marks.inHeader += 1;
          else marks.inBlock += 1;
        }
      }),
      { seed, numRuns: 30 },
    );
    expect(Math.min(...Object.values(marks))).toBeGreaterThan(20);
  });

  it('never gives back a text that was not written, whatever byte is changed', () => {
    const marks = { damaged: 0, cut: 0 };
    const change = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(texts, change, (written, [place, flip]) => {
        const bytes = fileOf(written);
        const index = place % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        const { texts: read, end } = decodeBlockFile(bytes);
        expect(read).toEqual(written.slice(0, read.length));
        expect(end.kind).not.toBe('complete');
        if (end.kind === 'damaged') expect(end.byteOffset).toBeLessThanOrEqual(index);
        marks[end.kind === 'cut' ? 'cut' : 'damaged'] += 1;
      }),
      { seed, numRuns: 2_000 },
    );
    expect(marks.damaged).toBeGreaterThan(1_000);
    // A length that was changed looks like a block that is not all there.
    expect(marks.cut).toBeGreaterThan(5);
  });

  it('says what it found instead of a file of its own', () => {
    expect(decodeBlockFile(Buffer.from('not a log')).end).toMatchObject({ found: 'no block file' });
    const newer = blockFileHeader();
    newer[8] = BLOCK_FILE_VERSION + 1;
    const found = `version ${BLOCK_FILE_VERSION + 1}, this program reads ${BLOCK_FILE_VERSION}`;
    expect(decodeBlockFile(newer).end).toEqual({ kind: 'damaged', byteOffset: 8, found });
  });

  it('refuses a text that no reader is ready to hold', () => {
    expect(() => encodeBlock('x'.repeat(BLOCK_TEXT_BYTES_MAX + 1))).toThrow(/^Cannot encode/);
    const largest = 'x'.repeat(BLOCK_TEXT_BYTES_MAX);
    expect(decodeBlockFile(fileOf([largest])).texts[0]?.length).toBe(BLOCK_TEXT_BYTES_MAX);
  });
});

function fileOf(written: readonly string[]): Uint8Array {
  return Buffer.concat([blockFileHeader(), ...written.map(encodeBlock)]);
}

/** Where each block ends. */
function blockEnds(written: readonly string[]): readonly number[] {
  let end = blockFileHeader().length;
  return written.map((text) => {
    end += encodeBlock(text).length;
    return end;
  });
}
