/** Goal: a bounded memory of what happened to each account. Method: examples, and random notes against a plain model. */

import { describe, expect, it } from 'vitest';
import { LifeBook, type LifeEvent } from '../../../src/main/life/life-book.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';

function eventAt(atMs: number): LifeEvent {
  return { atMs, what: 'queued', detail: `event ${atMs}` };
}

describe('LifeBook', () => {
  it('answers by name in any case of letters, oldest first', () => {
    const book = new LifeBook(16);
    book.note('ada', eventAt(1));
    book.note('bob', eventAt(2));
    book.note('ada', eventAt(3));
    expect(book.read('ADA')?.map(({ atMs }) => atMs)).toEqual([1, 3]);
    expect(book.read('cleo')).toBeUndefined();
  });

  it('sorts what a gateway reported late by its time', () => {
    const book = new LifeBook(16);
    book.note('ada', eventAt(5));
    book.note('ada', eventAt(4));
    expect(book.read('ada')?.map(({ atMs }) => atMs)).toEqual([4, 5]);
  });

  it('tells followers, and its owner when the first comes and the last goes', () => {
    const book = new LifeBook(16);
    const seen: string[] = [];
    book.onFollowed = (key, isFollowed) => seen.push(`${key} ${isFollowed}`);
    const stop = book.subscribe('Ada', ({ detail }) => seen.push(detail));
    const stopOther = book.subscribe('ada', ({ detail }) => seen.push(`other ${detail}`));
    book.note('ada', eventAt(1));
    book.note('bob', eventAt(2));
    expect([...book.followed()]).toEqual(['ada']);
    stop();
    stop();
    book.note('ada', eventAt(3));
    stopOther();
    book.note('ada', eventAt(4));
    expect(seen).toEqual(['ada true', 'event 1', 'other event 1', 'other event 3', 'ada false']);
    expect(book.isFollowed('ada')).toBe(false);
  });

  it('remembers exactly the newest events, whoever they belong to', () => {
    const seed = runSeed('life-book');
    const random = seededRandom(seed);
    const size = 64;
    const book = new LifeBook(size);
    const all: { key: string; atMs: number }[] = [];
    const marks = { forgotten: 0, cut: 0, whole: 0 };
    for (let step = 0; step < 5_000; step += 1) {
      const key = `p${random.below(1 + random.below(40))}`;
      book.note(key, eventAt(step));
      all.push({ key, atMs: step });
      const asked = `p${random.below(40)}`;
      const mine = all.filter((one) => one.key === asked).map(({ atMs }) => atMs);
      const kept = mine.filter((atMs) => atMs > step - size);
      if (kept.length === 0 && mine.length > 0) marks.forgotten += 1;
      else if (kept.length < mine.length) marks.cut += 1;
      else if (kept.length > 0) marks.whole += 1;
      const expected = kept.length === 0 ? undefined : kept;
      expect(book.read(asked)?.map(({ atMs }) => atMs)).toEqual(expected);
      if (step % 50 === 0) {
        expect(book.accounts).toBe(new Set(all.slice(-size).map((one) => one.key)).size);
      }
    }
    expect(Math.min(marks.forgotten, marks.cut, marks.whole)).toBeGreaterThan(0);
  });
});
