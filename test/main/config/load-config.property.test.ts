/**
 * Goal: no setting that is unknown or out of bounds gets through, and every setting can be set from each layer.
 * Method: fast-check puts generated names and values at every place of the tree that the schema has.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'smol-toml';
import { CONFIG_SCHEMA } from '../../../src/main/config/config-schema.ts';
import { rowSchema, settingSchema } from '../../../src/main/config/config-tree.ts';
import { environmentName, fixedNames } from '../../../src/main/config/environment-names.ts';
import { load, refusal } from './config-kit.ts';

const root = settingSchema(CONFIG_SCHEMA);
const sections = Object.entries(root.properties ?? {}).filter(
  ([, schema]) => rowSchema(schema) === undefined,
);
const integers = sections.flatMap(([section, schema]) =>
  Object.entries(schema.properties ?? {})
    .filter(([, property]) => property.type === 'integer')
    .map(([key, property]) => ({ section, key, property })),
);
/** Names that a plain object has without being asked, among those that fast-check makes up. */
const anyName = fc.oneof(
  fc.constantFrom('constructor', 'toString', '__proto__', 'hasOwnProperty', 'length'),
  fc.string({ minLength: 1, maxLength: 12 }),
);

describe('loadConfig()', () => {
  it('refuses any unknown key in any section, by its name', () => {
    const met = { inherited: 0, refused: 0 };
    const property = fc.property(
      fc.constantFrom(...sections),
      anyName,
      ([section, schema], key) => {
        fc.pre(!Object.hasOwn(schema.properties ?? {}, key));
        const error = refusal({ file: `[${section}]\n${JSON.stringify(key)} = 1\n` });
        expect(error.code).toBe('config-unknown');
        expect(error.message).toContain(`"${section}.${key}"`);
        met.refused += 1;
        if (key in {}) met.inherited += 1;
      },
    );
    fc.assert(property, { numRuns: 500 });
    expect(met.refused).toBeGreaterThan(400);
    expect(met.inherited).toBeGreaterThan(10);
  });

  it('refuses any variable of its prefix that names no setting', () => {
    const word = fc.stringMatching(/^[A-Z_]{1,20}$/);
    const property = fc.property(word, (name) => {
      const variable = `LONGHOUSE_${name}`;
      fc.pre(!fixedNames(root).has(variable) && variable !== 'LONGHOUSE_CONFIG');
      const error = refusal({ env: { [variable]: '1' } });
      expect(error.code).toBe('config-unknown');
      expect(error.message).toContain(variable);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('accepts each whole number exactly within its bounds, from file, variable and flag alike', () => {
    const met = { inside: 0, outside: 0 };
    for (const { section, key, property } of integers) {
      const { minimum = 0, maximum = 0 } = property;
      const name = `${section}.${key}`;
      for (const value of [minimum - 1, maximum + 1]) {
        const machines = [
          { file: stringify({ [section]: { [key]: value } }) },
          { env: { [environmentName([section, key])]: String(value) } },
          { flags: { [name]: String(value) } },
        ];
        for (const machine of machines) {
          const { message, code } = refusal(machine);
          expect(code).toBe('config-value');
          expect(message).toContain(`"${name}"`);
          expect(message).toContain(`found ${value}, allowed is a whole number from ${minimum}`);
          met.outside += 1;
        }
      }
      // The default again, spelled out: it must be inside and must change nothing.
      const env = { [environmentName([section, key])]: String(property.default) };
      expect(load({ env })).toEqual(load());
      met.inside += 1;
    }
    expect(met.inside).toBeGreaterThan(25);
    expect(met.outside).toBe(met.inside * 6);
  });

  it('has one variable name for each setting', () => {
    const names = [...fixedNames(root).keys()];
    const settings = sections.flatMap(([, schema]) => Object.keys(schema.properties ?? {}));
    expect(names).toHaveLength(settings.length + 2);
  });
});
