/**
 * Goal: the example file and the reference in docs/ say what the schema says. Method: both are written from it; a file
 * that differs fails (`vitest run -u test/main/config` writes them anew).
 */

import { describe, expect, it } from 'vitest';
import { exampleConfig, referenceTables } from '../../../src/main/config/config-reference.ts';
import { CONFIGURATION_INTRODUCTION } from './configuration-introduction.ts';
import { load } from './config-kit.ts';

describe('examples/longhouse.toml', () => {
  it('is what the schema says', async () => {
    await expect(exampleConfig()).toMatchFileSnapshot('../../../examples/longhouse.toml');
  });

  it('changes nothing as it stands', () => {
    expect(load({ file: exampleConfig() })).toEqual(load());
  });

  it('changes nothing with every setting taken in', () => {
    const assignments = exampleConfig().replaceAll(/^# (\w+ = |\[)/gm, '$1');
    expect(assignments.match(/^\w+ = /gm)?.length).toBeGreaterThan(40);
    expect(load({ file: assignments })).toEqual(load());
  });
});

describe('docs/configuration.md', () => {
  it('is what the schema says', async () => {
    const page = `${CONFIGURATION_INTRODUCTION}\n${referenceTables()}`;
    await expect(page).toMatchFileSnapshot('../../../docs/configuration.md');
  });
});
