/**
 * Goal: docs/proofs.md cannot rot: every command on it can be typed, and every figure that README.md quotes is the bench's own.
 * Method: commands taken out of the page; tests, variables, scripts, benches, flags and scenarios looked up in the tree.
 */

import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const PAGE = read('docs/proofs.md');
/** Of a row the second cell: one command. */
const COMMANDS = Array.from(
  PAGE.matchAll(/^\| [^|]+ \| `([^`]+)` \|$/gm),
  ([, command = '']) => command,
);
const TESTS = globSync('**/*.test.ts', { cwd: 'test' }).map((path) => `test/${path}`);
// Checked by parsing only what the test needs of the file.
const { scripts } = JSON.parse(read('package.json')) as {
  readonly scripts: Record<string, string>;
};
const BENCH_SOURCE = globSync('bench/**/*.ts', { exclude: ['**/node_modules/**'] })
  .map((path) => read(path))
  .join('\n');

describe('docs/proofs.md', () => {
  it('has a command in each row of its tables, and no command twice', () => {
    const rows = PAGE.split('\n').filter(
      (line) => line.startsWith('| ') && !/^\| (promise|---)/.test(line),
    );
    expect(rows.length).toBeGreaterThan(60);
    expect(COMMANDS).toHaveLength(rows.length);
    const twice = COMMANDS.filter((command, place) => COMMANDS.indexOf(command) !== place);
    expect(twice).toEqual([]);
  });

  it.each(COMMANDS.filter((command) => command.includes('vitest')))(
    'names tests: %s',
    (command) => {
      const { variable, filters = '' } =
        /^(?:(?<variable>[A-Z_]+)=\d+ )?npx vitest run (?<filters>[\w./ -]+)$/.exec(command)
          ?.groups ?? {};
      expect(filters).not.toBe('');
      const named = filters
        .split(' ')
        .map((filter) => TESTS.filter((path) => path.includes(filter)));
      for (const paths of named) expect(paths).not.toEqual([]);
      if (variable === undefined) return;
      expect(named.flat().some((path) => read(path).includes(`'${variable}'`))).toBe(true);
    },
  );

  it.each(COMMANDS.filter((command) => command.startsWith('npm')))('can run: %s', (command) => {
    const { script = '', rest = '' } =
      /^npm run (?<script>[\w:]+) -- (?<rest>.+)$/.exec(command)?.groups ?? {};
    expect(Object.keys(scripts)).toContain(script);
    const [first = ''] = rest.split(' ');
    if (script === 'bench') expect(BENCH_SOURCE).toContain(`new Command('${first}')`);
    if (script === 'swarm') expect(existsSync(first)).toBe(true);
    const source = script === 'simulate' ? read('test/simulation/run.ts') : BENCH_SOURCE;
    for (const [flag] of rest.matchAll(/--[a-z-]+/g)) expect(source).toContain(flag.slice(2));
  });

  it('is linked from the pages that people begin with', () => {
    expect(read('README.md')).toContain('(docs/proofs.md)');
    expect(read('docs/README.md')).toContain('(proofs.md)');
  });
});

function read(path: string): string {
  return readFileSync(path, 'utf8');
}
