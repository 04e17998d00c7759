/**
 * Goal: the bench of proxied players runs end to end, and half of its mixed matches' players are proxied (it ends with an error else).
 * Method: the real command, as `npm run bench -- hop` runs it, as small as it goes: two hosts, 32 players, a second.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, onTestFinished } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const NUMBER: unknown = expect.any(Number);

it("npm run bench -- hop answers with the contract's keys", () => {
  const folder = mkdtempSync(join(tmpdir(), 'longhouse-hop-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'hop.json');
  const small = ['--players', '32', '--rate', '4', '--seconds', '1', '--warmup', '0'];
  const args = ['bench/cli.ts', 'hop', ...small, '--runs', '1', '--json', path];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  // Our own file, written just now.
  const report = JSON.parse(readFileSync(path, 'utf8')) as Record<string, object>;
  const percentiles = { p50: NUMBER, p99: NUMBER };
  expect(report['results']).toMatchObject({
    players: 32,
    addedMs: percentiles,
    cpuRatio: NUMBER,
    cpuMicrosPerMessage: { local: NUMBER, mixed: NUMBER, proxied: NUMBER },
    quiet: { localMs: percentiles, proxiedMs: percentiles },
    loaded: { localMs: percentiles, proxiedMs: percentiles },
    expected: 2 * 32 * 4,
    closed: 0,
    errors: {},
  });
  // A machine that stalls skips ticks, and each is a state less.
  const { delivered } = report['results'] as { readonly delivered: number };
  expect(delivered).toBeGreaterThan(32 * 4);
}, 120_000);
