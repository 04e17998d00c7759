/**
 * Goal: what README.md shows is what the program does. Method: each fenced block is taken out of the page and compared with
 * the file, or made by the code, that it claims to come from. The game itself is played in test/examples.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startBanner } from '../src/main/start-banner.ts';
import { worstCaseMemory } from '../src/main/worst-case-memory.ts';
import { load } from './main/config/config-kit.ts';

const EXAMPLE = read('examples/guess-the-number/guess-the-number.ts');

describe('the game in README.md', () => {
  it.each(['README.md', 'docs/games.md'])('is in %s as it is in examples', (page) => {
    expect(blocks(page, 'ts')[0]).toBe(withoutHeader(EXAMPLE));
  });

  it.each(['README.md', 'docs/games.md'])('is a mode with the longhouse.toml of %s', (page) => {
    const [file = ''] = blocks(page, 'toml');
    const { modes } = load({ file, files: { '/srv/guess-the-number.ts': EXAMPLE } });
    expect(Object.keys(modes)).toEqual(['guess']);
    expect(modes['guess']).toMatchObject({
      handler: 'file:///srv/guess-the-number.ts',
      teams: 2,
      teamSize: 1,
      tickHz: 1,
    });
  });
});

describe('the greeting in README.md', () => {
  it('is what a host with two cores prints', () => {
    const config = load({ cores: 2, flags: { 'host.id': 'main' } });
    const listeners = config.listeners.map(({ name, port }) => ({ name, port }));
    const banner = startBanner({
      config,
      version: '0.1.0',
      ports: [...listeners, { name: 'ops', port: config.ops.port }],
      worstCase: worstCaseMemory(config),
      machineBytes: 16 * 2 ** 30,
      connectionsMax: config.players.capacity,
    });
    expect(blocks('README.md', '')).toContain(`${banner.trim()}\n`);
  });
});

describe('the commands in README.md', () => {
  it('are scripts of package.json', () => {
    // Checked by parsing only what the test needs of the file.
    const manifest = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read('README.md').matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name);
    expect(named).toContain('bench');
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining([...named, 'start']));
  });
});

describe('the lists of documents', () => {
  it.each([
    ['README.md', '](docs/'],
    ['docs/README.md', ']('],
  ])('%s names every page', (page, link) => {
    const text = read(page);
    const pages = readdirSync(new URL('../docs/', import.meta.url)).filter((name) => {
      return name.endsWith('.md') && name !== 'README.md';
    });
    expect(pages.length).toBeGreaterThan(10);
    expect(pages.filter((name) => !text.includes(`${link}${name})`))).toEqual([]);
  });
});

describe('the figures in README.md', () => {
  const block =
    /<!-- figures[^\n]*-->\n([\s\S]*?)<!-- \/figures -->/.exec(read('README.md'))?.[1] ?? '';
  const rows = Array.from(
    block.matchAll(/^\| .+ \| (.+) \| `(npm run .+)` \|$/gm),
    ([, measured = '', command = '']) => {
      return [command, measured] as const;
    },
  );

  it('are three at least', () => {
    expect(rows.length).toBeGreaterThanOrEqual(3);
  });

  it.each(rows)('%s: are those of docs/benchmarks.md', (command, measured) => {
    const [, section = ''] = read('docs/benchmarks.md').split(`\n\`${command}\` on `);
    const [own = ''] = section.split(/^## |^`npm run /m);
    const values = Array.from(own.matchAll(/^\| [^|]+ \| ([^ |]+)/gm), ([, value]) => value);
    const quoted = measured.match(/(?<![\w.])\d[\d,.]*/g) ?? [];
    expect(quoted).not.toEqual([]);
    for (const figure of quoted) expect(values).toContain(figure);
  });
});

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
}

/** The fenced blocks of a page in one language, `''` for those that name none. */
function blocks(page: string, language: string): string[] {
  const fences = read(page).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...fences].filter(([, name]) => name === language).map(([, , text = '']) => text);
}

/** The file's first line is its header comment, which the pages leave out. */
function withoutHeader(source: string): string {
  return source.slice(source.indexOf('import '));
}
