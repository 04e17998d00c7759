/**
 * Goal: the exponents of the `growth` bench are right, its sizes can be run, and its plots show what was measured.
 * Method: figures made from known laws; loads of machines of any size; the SVG read as a text.
 */

import { describe, expect, it } from 'vitest';

import { growthSvg } from '../../../bench/growth/growth-plot.ts';
import { growthOf, growthText } from '../../../bench/growth/growth-report.ts';
import {
  hostLoads,
  isCost,
  OTHER_FIGURE,
  SECTIONS,
  threadCounts,
} from '../../../bench/growth/growth-sections.ts';
import { exponentText, growthOfFit, powerFit } from '../../../bench/growth/power-fit.ts';
import { MATCH_PLAYERS } from '../../../bench/load/wire.ts';

const SIZES = [1, 10, 100, 1_000];

describe('powerFit()', () => {
  it.each([0, 0.5, 1, 2, -1])('finds the exponent %d and the factor', (exponent) => {
    const fit = powerFit(SIZES.map((size) => ({ size, value: 3 * size ** exponent })));
    expect(fit?.exponent).toBeCloseTo(exponent);
    expect(fit?.factor).toBeCloseTo(3);
    expect(fit?.explained).toBeCloseTo(1);
  });

  it('is the line with the least squares: a dot above and one below cancel out', () => {
    const values = [
      [1, 1],
      [10, 20],
      [100, 50],
      [1_000, 1_000],
    ] as const;
    const fit = powerFit(values.map(([size, value]) => ({ size, value })));
    // By hand: log10 of the values 0, 1.301, 1.699, 3 at 0, 1, 2, 3.
    expect(fit?.exponent).toBeCloseTo(0.9398);
    expect(fit?.explained).toBeGreaterThan(0.95);
    expect(fit?.explained).toBeLessThan(1);
  });

  it('leaves out what has no logarithm, and gives no line through one size', () => {
    const points = [
      { size: 1, value: 0 },
      { size: 2, value: 4 },
      { size: 4, value: 8 },
    ];
    expect(powerFit(points)?.exponent).toBeCloseTo(1);
    expect(powerFit(points.slice(0, 2))).toBeUndefined();
    expect(
      powerFit([
        { size: 2, value: 4 },
        { size: 2, value: 8 },
      ]),
    ).toBeUndefined();
    expect(powerFit([])).toBeUndefined();
  });
});

describe('growthOfFit()', () => {
  const fitOf = (...values: readonly number[]): string => {
    const points = values.map((value, index) => ({ size: 10 ** index, value }));
    const fit = powerFit(points);
    return fit === undefined ? 'none' : `${growthOfFit(fit)}: ${exponentText(fit)}`;
  };

  it.each([
    ['a cost that stays as it is, whatever its noise', [7, 7.4, 6.9, 7.5], 'flat: 0.01 ± 0.01'],
    ['a straight line', [3, 30, 300, 3_000], 'in proportion: 1.00 ± 0.00'],
    ['a square', [1, 100, 10_000], 'more than in proportion: 2.00 ± 0.00'],
    ['a root', [1, 3.1623, 10, 31.623], 'less than in proportion: 0.50 ± 0.00'],
    ['a cost that is shared by more', [1_000, 100, 10], 'falls: -1.00 ± 0.00'],
    ['noise without a slope', [10, 40, 9, 35], 'no clear trend: -'],
    ['two sizes', [1, 10], 'too few sizes: -'],
  ])('says of %s what may be said', (_name, values, said) => {
    expect(fitOf(...values)).toBe(said);
  });

  it('gives the exponent its standard error', () => {
    const values = [1, 20, 50, 1_000];
    const fit = powerFit(values.map((value, index) => ({ size: 10 ** index, value })));
    // By hand: residuals -0.0903, 0.2709, -0.2709, 0.0903 of log10; 5 is the sum of squares of x.
    expect(fit?.error).toBeCloseTo(Math.sqrt(0.16309 / 2 / 5), 3);
  });
});

describe('hostLoads()', () => {
  const sections = SECTIONS.filter((name) => name !== 'hosts' && name !== 'tickets');

  it.each(sections)('of %s fill their matches and grow', (section) => {
    const loads = hostLoads(section, 4);
    expect(loads.length).toBeGreaterThan(2);
    expect(loads.every(({ players }) => players % MATCH_PLAYERS === 0)).toBe(true);
    const sizes = loads.map(({ size }) => size);
    expect(sizes).toEqual(sizes.toSorted((left, right) => left - right));
  });

  it('of matches all have the same messages a second', () => {
    const rates = hostLoads('matches', 2).map(({ players, rateHz }) => players * rateHz);
    expect(new Set(rates).size).toBe(1);
  });

  it('of threads go beyond the cores by one', () => {
    expect(threadCounts(1)).toEqual([1, 2]);
    expect(threadCounts(2)).toEqual([1, 2, 3]);
    expect(threadCounts(16)).toEqual([1, 2, 3, 4, 8, 16, 17]);
  });
});

describe('what a section says', () => {
  const rows = SIZES.map((size) => ({
    size,
    figures: { 'CPU <%>': size * 2, flat: 5, none: 0, 'delivered %': 100 },
  }));
  const skipped = [{ size: 10_000, why: 'it ended' }];
  const growth = growthOf('hosts', { rows, skipped });

  it('states an exponent for each figure that has one', () => {
    expect(growth.fits['CPU <%>']).toMatchObject({ exponent: 1, factor: 2, explained: 1 });
    expect(growth.fits['flat']?.exponent).toBe(0);
    expect(growth.fits['none']).toBeNull();
    expect(growth.fits['delivered %']).toBeNull();
    const text = growthText('hosts', growth);
    expect(text).toContain('hosts, linked each with each, nobody there: 1 to 1,000');
    expect(text).toMatch(/^CPU <%> +1\.00 ± 0\.00 +1\.00 +in proportion$/m);
    expect(text).toMatch(/^flat +0\.00 ± 0\.00 +1\.00 +flat$/m);
    expect(text).not.toMatch(/^(none|delivered %) /m);
    expect(text).not.toContain('Doubtful');
  });

  it('doubts sizes that were measured while the machine did something else', () => {
    const busy = rows.map((row) => ({
      ...row,
      figures: { ...row.figures, [OTHER_FIGURE]: row.size === 100 ? 60 : 2 },
    }));
    expect(growthText('hosts', growthOf('hosts', { rows: busy, skipped: [] }))).toMatch(
      /^Doubtful: the machine did other work beside 100: /m,
    );
  });

  it('says which sizes could not be measured, and measures nothing of them', () => {
    expect(growthText('hosts', growth)).toContain('Left out: hosts 10000: it ended');
    const none = growthOf('hosts', { rows: [], skipped });
    expect(none.fits).toEqual({});
    expect(growthText('hosts', none)).toContain('Left out: hosts 10000');
  });

  it('draws a panel a figure, a dot a size, inside of it, and its exponent', () => {
    const panels = Object.keys(growth.fits)
      .filter(isCost)
      .map((title) => ({
        title,
        points: rows.map(({ size }) => ({
          size,
          value: title === 'none' ? 0 : title === 'flat' ? 5 : size * 2,
        })),
        fit: growth.fits[title] ?? undefined,
      }));
    const svg = growthSvg({ title: 'Growth & more', origin: 'here', sizeLabel: 'hosts', panels });
    expect(svg.match(/<g /g)).toHaveLength(3);
    expect(svg.match(/<circle /g)).toHaveLength(2 * SIZES.length);
    expect(svg.match(/<polyline /g)).toHaveLength(2);
    expect(svg).toContain('in proportion: exponent 1.00 ± 0.00, r² 1.00');
    expect(svg).toContain('nothing above 0');
    expect(svg).toContain('Growth &amp; more');
    expect(svg).toContain('CPU &lt;%&gt;');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    const centers = Array.from(svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g));
    expect(centers).toHaveLength(2 * SIZES.length);
    expect(centers.every(([, x, y]) => Number(x) < 380 && Number(y) < 360)).toBe(true);
  });
});
