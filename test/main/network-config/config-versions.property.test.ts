/**
 * Goal: a change is whole or nothing, and can be taken back. Method: fast-check makes patches of good and bad values for
 * many settings at once; a plan followed by its inverse gives the start, and one bad value leaves all as it was.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listSettings } from '../../../src/main/config/setting-list.ts';
import { planPatch, type ConfigState } from '../../../src/main/network-config/config-versions.ts';
import { runSeed } from '../../support/run-seed.ts';
import { planned, stateOver } from './config-base-kit.ts';

const SEED = runSeed('config-versions.property');
const FILE = `
[limits]
idleSeconds = 60
[modes.ctf]
handler = "capture-the-flag"
teamSize = 2
[modes.duel]
handler = "capture-the-flag"
teamSize = 1
`;

type Patch = Record<string, Record<string, unknown>>;

const good = fc.record(
  {
    limits: fc.record(
      {
        idleSeconds: fc.integer({ min: 0, max: 86_400 }),
        loginSeconds: fc.integer({ min: 1, max: 3_600 }),
        unlimitedAddresses: fc.constantFrom([], ['10.0.0.0/8'], ['::1', '127.0.0.1']),
      },
      { requiredKeys: [] },
    ),
    players: fc.record({ graceSeconds: fc.integer({ min: 0, max: 3_600 }) }, { requiredKeys: [] }),
    texts: fc.record({ greeting: fc.constantFrom('', 'hello', 'moin') }, { requiredKeys: [] }),
    modes: fc.record(
      {
        ctf: fc.record(
          {
            teamSize: fc.integer({ min: 1, max: 8 }),
            settings: fc.constantFrom({ a: 1 }, { b: 2 }),
          },
          { requiredKeys: [] },
        ),
        echo: fc.record({
          handler: fc.constant('relay'),
          teamSize: fc.integer({ min: 1, max: 16 }),
        }),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const bad = fc.constantFrom<Patch>(
  { limits: { loginSeconds: 0 } },
  { limits: { frameBytesMax: 60_000, heldBytesMax: 4_096 } },
  { texts: { greeting: 'two\nlines' } },
  { modes: { ctf: { teamSize: 0 } } },
  { players: { capacity: 1 } },
  { practice: { botz: 1 } },
);

describe('planPatch()', () => {
  it('followed by its inverse gives the start', () => {
    const marks = { changed: 0, modesCame: 0, steps: 0 };
    const property = fc.property(fc.array(good, { minLength: 1, maxLength: 6 }), (patches) => {
      let state = stateOver(FILE);
      for (const patch of patches) {
        const { changes, next } = planned(state, patch);
        marks.steps += 1;
        if (changes.length > 0) marks.changed += 1;
        if (changes.some(({ key, from }) => key === 'modes.echo.handler' && from === null)) {
          marks.modesCame += 1;
        }
        const back = planned(next, inverse(state, next));
        expect(listSettings(back.next.settled.tree)).toEqual(listSettings(state.settled.tree));
        expect(back.next.document).toEqual(state.document);
        state = next;
      }
    });
    fc.assert(property, { seed: SEED, numRuns: 150, endOnFailure: true });
    console.log('config-versions', JSON.stringify(marks));
    expect(marks.changed).toBeGreaterThan(100);
    expect(marks.modesCame).toBeGreaterThan(20);
  });

  it('is nothing at all when one value of many is bad, and names that one', () => {
    let refusals = 0;
    const property = fc.property(good, bad, (patch, wrong) => {
      const state = stateOver(FILE);
      const before = structuredClone({ document: state.document, tree: state.settled.tree });
      const both = { ...patch, ...wrong };
      const outcome = planPatch(state, both);
      expect(outcome.kind).toBe('refused');
      if (outcome.kind === 'refused') {
        expect(Object.keys(wrong)).toContain(outcome.key.split('.')[0]);
        refusals += 1;
      }
      expect({ document: state.document, tree: state.settled.tree }).toEqual(before);
    });
    fc.assert(property, { seed: SEED, numRuns: 150 });
    expect(refusals).toBe(150);
  });
});

/** The patch that takes `after` back to `before`: what was not in the document goes, the rest is as it was. */
function inverse(before: ConfigState, after: ConfigState): object {
  return takeBack(before.document, after.document);
}

function takeBack(before: object, after: object): object {
  const was = new Map<string, unknown>(Object.entries(before));
  const back = new Map<string, unknown>(was);
  for (const [key, value] of Object.entries(after)) {
    const old = was.get(key);
    if (old === undefined) back.set(key, null);
    else if (isTable(old) && isTable(value)) back.set(key, takeBack(old, value));
  }
  return Object.fromEntries(back);
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
