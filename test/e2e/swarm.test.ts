/**
 * Goal: the load testers' command does what docs/load-testing.md says: persons of all kinds against a real host, nothing lost and
 * no error, three files left behind; a level that breaks ends the run with exit code 3, also where the host has died.
 * Method: the real command in a process of its own, against its own host and against one that the test has started.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { spawnHost } from '../support/spawn-host.ts';

const ROOT = new URL('../../', import.meta.url);
const LIMIT_MS = 90_000;

const CROWD = `
title = "A crowd"
[[stages]]
players = 200
seconds = 3
[[stages]]
players = 200
seconds = 12
[[persons]]
name = "duelist"
share = 4
mode = "duel"
thinkSeconds = [0.2, 1]
playSeconds = [1, 4]
chatsPerMinute = 10
pingSeconds = 1
dropShare = 0.2
dropSeconds = [0, 1]
[[persons]]
name = "team"
share = 4
mode = "ctf"
partySize = 4
thinkSeconds = [0.2, 1]
playSeconds = [2, 4]
[[persons]]
name = "relay"
share = 4
mode = "relay"
thinkSeconds = [0.2, 1]
[[persons]]
name = "stalled"
mode = "duel"
thinkSeconds = 0
stallSeconds = 2
[[storms]]
atSeconds = 6
share = 0.3
backSeconds = [0, 1]
[levels]
errorShareMax = 0.01
[host] # on a machine that stands still for a second nobody is hung
config = """
[threads]
hangMs = 60000
"""
`;

/** What the tests read of the JSON. */
interface SwarmReport {
  readonly results: {
    readonly isKept: boolean;
    readonly knee: { readonly players: number; readonly why: string } | null;
    readonly playersPeak: number;
    readonly counts: Readonly<Record<string, number>>;
    readonly latencyMs: Readonly<Record<string, { readonly count: number } | null>>;
    readonly errors: Readonly<Record<string, number>>;
    readonly series: readonly { readonly playing: number }[];
  };
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhouse-swarm-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly results: SwarmReport['results'] | undefined;
}

function swarm(name: string, scenario: string, flags: readonly string[]): Promise<Run> {
  const file = join(folder, `${name}.toml`);
  writeFileSync(file, scenario);
  const args = ['bench/cli.ts', 'swarm', file, '--out', folder, ...flags];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      output += text.toString();
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => {
      const json = join(folder, `swarm-${name}.json`);
      // Our own command has just written it.
      const report = existsSync(json)
        ? (JSON.parse(readFileSync(json, 'utf8')) as SwarmReport)
        : undefined;
      resolve({ code, output, results: report?.results });
    });
  });
}

describe('npm run swarm', () => {
  it(
    'brings 200 persons of four kinds through lobbies, matches, storms and back without an error',
    async () => {
      const { code, output, results } = await swarm('crowd', CROWD, ['--processes', '2']);
      expect(code, output).toBe(0);
      expect(results?.errors, output).toEqual({});
      expect(results).toMatchObject({ isKept: true, knee: null });
      expect(results?.playersPeak).toBeGreaterThan(100);
      const { counts = {}, latencyMs = {}, series = [] } = results ?? {};
      for (const kind of ['login', 'queue', 'input', 'stateAge', 'stateDelay', 'chat', 'ping']) {
        expect(latencyMs[kind]?.count, kind).toBeGreaterThan(0);
      }
      expect(counts['drops']).toBeGreaterThan(10);
      expect(counts['closed']).toBe(0);
      // The storm's persons have come back, each with a log-in of its own.
      expect(latencyMs['login']?.count).toBeGreaterThan(results?.playersPeak ?? 0);
      expect(Math.max(...series.map(({ playing }) => playing))).toBeGreaterThan(20);
      expect(output).toContain('kept: no service level broke');
      const [html = '', csv = ''] = ['html', 'csv'].map((ending) =>
        readFileSync(join(folder, `swarm-crowd.${ending}`), 'utf8'),
      );
      expect(html).toContain('<h1>A crowd</h1>');
      expect(csv.trimEnd().split('\n')).toHaveLength(series.length + 1);
      expect(readFileSync(join(folder, 'swarm-crowd.host.log'), 'utf8')).toContain('Longhouse');
    },
    LIMIT_MS,
  );

  it(
    'stops and names the knee when the host that it was told of dies',
    async () => {
      const host = await spawnHost({ flags: ['--bots', '0'] });
      const scenario = `[[stages]]\nplayers = 40\nseconds = 60\n[[persons]]\nname = "a"\nmode = "duel"
        awaySeconds = [0, 1]\n[levels]\nerrorShareMax = 0.2\nbadSeconds = 2`;
      const against = ['--against', `127.0.0.1:${host.ports.frame}`];
      const running = swarm('dying', scenario, against);
      // The ramp is a minute long: on however slow a machine some come before it is over.
      const isBusy = async (): Promise<boolean> => {
        // The host's own schema holds this shape.
        const status = (await host.getJson('/v1/status')) as { players: { host: number } };
        return status.players.host > 3;
      };
      await expect.poll(isBusy, { timeout: 30_000 }).toBe(true);
      host.signal('SIGKILL');
      const { code, output, results } = await running;
      await host.stop();
      expect(code, output).toBe(3);
      expect(results?.isKept).toBe(false);
      expect(results?.knee?.why).toContain('errors passed 20 %');
      expect(output).toMatch(/knee: \d+ players \(between \d+ and \d+\); errors passed 20 %/);
    },
    LIMIT_MS,
  );
});
