/**
 * Goal: who mistypes a scenario reads which key it was, what was found and what is allowed; the scenarios that are shipped are
 * right; docs/load-testing.md lists the keys that there are. Method: examples through the parser, and the document itself.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { SCENARIO_SCHEMA } from '../../../bench/swarm/scenario-schema.ts';
import {
  lengthSecondsOf,
  parseScenario,
  peakOf,
  scaledScenario,
} from '../../../bench/swarm/scenario.ts';
import { rowSchema, settingSchema } from '../../../src/main/config/config-tree.ts';

const ROOT = new URL('../../../', import.meta.url);
const STAGES = '[[stages]]\nplayers = 10\nseconds = 5\n';
const PERSON = '[[persons]]\nname = "a"\n';

describe('parseScenario()', () => {
  it.each([
    ['players = ', '', 'Invalid TOML'],
    [PERSON, '"stages"', 'found 0 of them, allowed is from 1'],
    [STAGES, '"persons"', 'found 0 of them, allowed is from 1'],
    [`${STAGES}[[persons]]\nshare = 2`, '"persons.0.name"', 'found nothing'],
    [`${STAGES}${PERSON}inputHertz = 2`, '"persons.0.inputHertz"', 'did you mean "inputHz"'],
    [`${STAGES}${PERSON}share = 0`, '"persons.0.share"', 'a whole number from 1 to 10000'],
    [`${STAGES}${PERSON}inputHz = 500`, '"persons.0.inputHz"', 'a number from 0 to 120'],
    [
      `${STAGES}${PERSON}thinkSeconds = [9, 2]`,
      '"persons.0.thinkSeconds"',
      'the least comes first',
    ],
    [`${STAGES}${PERSON}thinkSeconds = [1, 2, 3]`, '"persons.0.thinkSeconds"', '[least, most]'],
    [`${STAGES}${PERSON}game = "chess"`, '"persons.0.game"', '"capture-the-flag"'],
    [`${STAGES}${PERSON}${PERSON}`, '"persons.1.name"', 'found "a" twice'],
    [`${STAGES}${PERSON}[levels]\nloginP99 = 5`, '"levels.loginP99"', 'did you mean "loginMsP99"'],
    [`[[stages]]\nplayers = 0\nseconds = 9\n${PERSON}`, '"stages"', 'at least 1 of each'],
    [`${STAGES}${PERSON}[[storms]]\nshare = 0.5`, '"storms.0.atSeconds"', 'found nothing'],
    [`${STAGES}${PERSON}[[storms]]\natSeconds = 1\nshare = 2`, '"storms.0.share"', 'from 0 to 1'],
  ])('refuses %j and names the key', (text, key, allowed) => {
    const parse = (): unknown => parseScenario(text, 'mine.toml');
    expect(parse).toThrow(/^Cannot .* scenario "mine.toml"/);
    expect(parse).toThrow(key);
    expect(parse).toThrow(allowed);
  });

  it('fills in what was left out, and knows the games of the default modes', () => {
    const names = ['relay', 'duel', 'ctf', 'siege', ''];
    const kinds = names.map((mode, index) => `[[persons]]\nname = "p${index}"\nmode = "${mode}"\n`);
    const scenario = parseScenario(STAGES + kinds.join(''), 'mine.toml');
    const games = scenario.persons.map(({ game }) => game);
    expect(games).toEqual(['relay', 'capture-the-flag', 'capture-the-flag', 'bytes', 'none']);
    expect(scenario).toMatchObject({ seed: 1, storms: [], levels: { stop: true, badSeconds: 5 } });
  });
});

describe('scaledScenario()', () => {
  it('stretches the ramp and its storms to other peaks and lengths', () => {
    const text = `${STAGES}[[stages]]\nplayers = 4\nseconds = 15\n${PERSON}[[storms]]\natSeconds = 10`;
    const scenario = parseScenario(text, 'mine.toml');
    const scaled = scaledScenario(scenario, { players: 1000, seconds: 40 });
    expect(scaled.stages).toEqual([
      { players: 1000, seconds: 10 },
      { players: 400, seconds: 30 },
    ]);
    expect(scaled.storms[0]?.atSeconds).toBe(20);
    expect(scaledScenario(scenario, { players: undefined, seconds: undefined })).toEqual(scenario);
  });
});

describe('the scenarios that are shipped', () => {
  const folder = new URL('bench/scenarios/', ROOT);
  const files = readdirSync(folder);

  it('are several', () => {
    expect(files.length).toBeGreaterThanOrEqual(5);
  });

  it.each(files)('%s is right, and asks something of the host', (file) => {
    const scenario = parseScenario(readFileSync(new URL(file, folder), 'utf8'), file);
    expect(peakOf(scenario)).toBeGreaterThanOrEqual(100);
    expect(lengthSecondsOf(scenario)).toBeGreaterThanOrEqual(30);
    const { badSeconds: _seconds, stop: _stop, ...limits } = scenario.levels;
    expect(Math.max(...Object.values(limits))).toBeGreaterThan(0);
  });
});

describe('docs/load-testing.md', () => {
  const text = readFileSync(new URL('docs/load-testing.md', ROOT), 'utf8');
  const rows = new Map(
    [...text.matchAll(/^\| `([\w.[\]]+)` \| (.+?) \| (.+) \|$/gm)].map(([, key, initial, what]) => [
      key,
      { initial, what },
    ]),
  );

  it('lists every key of a scenario with its default and what it is for', () => {
    const missing: string[] = [];
    let checked = 0;
    const check = (path: string, schema: ReturnType<typeof settingSchema>): void => {
      checked += 1;
      const initial =
        schema.default === undefined ? 'needed' : `\`${JSON.stringify(schema.default)}\``;
      const row = rows.get(path);
      const line = `| \`${path}\` | ${initial} | ${schema.description} |`;
      if (row?.initial !== initial || row.what !== schema.description) missing.push(line);
    };
    for (const [key, schema] of Object.entries(settingSchema(SCENARIO_SCHEMA).properties ?? {})) {
      const row = rowSchema(schema);
      const properties = row?.properties ?? schema.properties;
      const prefix = row === undefined ? key : `${key}[]`;
      if (properties === undefined) check(key, schema);
      for (const [name, leaf] of Object.entries(properties ?? {})) check(`${prefix}.${name}`, leaf);
    }
    expect(missing).toEqual([]);
    expect(checked).toBeGreaterThan(35);
  });
});
