/**
 * Goal: a load tester who mistypes a flag reads what was found and what is allowed, and a result says where it is from.
 * Method: the real command, as `npm run bench -- ...` runs it.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

function bench(...args: readonly string[]): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  return spawnSync(process.execPath, ['bench/cli.ts', ...args], { cwd: ROOT, encoding: 'utf8' });
}

describe('npm run bench', () => {
  it.each([
    [['relay', '--players', '-3'], "argument '-3' is invalid", '1 to 200000'],
    [['relay', '--rate', 'fast'], "argument 'fast' is invalid", '1 to 120'],
    [['relay', '--players', '100'], '"100" players', 'matches of 16'],
    [['relay', '--playres', '16'], "unknown option '--playres'", 'Did you mean --players?'],
    [['connections', '--hold', '1.5'], "argument '1.5' is invalid", 'whole number'],
    [['conections'], "unknown command 'conections'", 'Did you mean connections?'],
    [['connections', '--players', '200000'], '"200000" players', 'ulimit -n'],
    [['swarm', 'none.toml'], 'Cannot read scenario "none.toml"', 'ENOENT'],
    [['swarm', 'package.json'], 'Cannot read scenario "package.json"', 'Invalid TOML'],
    [['swarm', 'x.toml', '--against', 'there'], "argument 'there' is invalid", 'HOST:PORT'],
    [['relay', '--host-only', '--bare-only'], '--bare-only', '--host-only'],
    [['hop', '--players', '48'], '"48" players', 'a multiple of 32'],
    [['peers', '--only', 'bare,colysus'], "'bare,colysus'", 'colyseus'],
    [['peers', '--players', '20'], '"20" players', 'matches of 16'],
    [['capacity', '--players', '20'], '"20" players', 'matches of 16'],
    [['growth', '--only', 'players,host'], "'players,host'", 'players, matches, workers'],
    [['document', 'no-such-folder'], '"no-such-folder"', 'Cannot read'],
  ])('%j says what was found and what is allowed, and exits with 2', (args, found, allowed) => {
    const { status, stderr } = bench(...args);
    expect(stderr).toContain(found);
    expect(stderr).toContain(allowed);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
  });

  it("writes machine, Node, commit and the contract's keys into --json", () => {
    const folder = mkdtempSync(join(tmpdir(), 'longhouse-bench-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'relay.json');
    const small = ['--players', '32', '--rate', '10', '--seconds', '1', '--warmup', '0'];
    const { status, stdout, stderr } = bench('relay', '--bare-only', ...small, '--json', path);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('Node v');
    // Our own file, written just now.
    const report = JSON.parse(readFileSync(path, 'utf8')) as Record<string, object>;
    const keys = ['name', 'machine', 'node', 'commit', 'command', 'date', 'results'];
    expect(Object.keys(report)).toEqual(keys);
    expect(report['command']).toBe(`npm run bench -- relay --bare-only ${small.join(' ')}`);
    expect(report['date']).toMatch(/^\d{4}-\d\d-\d\d$/);
    const { results } = report;
    expect(results).toMatchObject({
      players: 32,
      rateHz: 10,
      cpuMicrosPerMessage: { host: null, bare: expect.any(Number) },
      ratio: null,
      latencyMs: { p50: expect.any(Number), p99: expect.any(Number) },
      expected: 320,
      closed: 0,
    });
    // How many of them come within the second is the machine's affair; some do.
    expect(results).toHaveProperty('delivered', expect.toSatisfy(isSome));
  }, 30_000);
});

function isSome(count: number): boolean {
  return count > 0 && count <= 320;
}
