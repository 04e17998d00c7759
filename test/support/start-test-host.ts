/** A real host inside the test's own process, on ports that the system chooses: for tests that reach inside it. */

import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../src/main/config/load-config.ts';
import { startHost } from '../../src/main/host.ts';
import type { HostTestOptions, RunningHost } from '../../src/main/running-host.ts';

/** Starts a host from the text of a longhouse.toml; handler paths in it are relative to test/support. */
export async function startTestHost(
  toml: string,
  options: HostTestOptions = {},
  dataDir: string = freshDataDir(),
): Promise<RunningHost> {
  const file = path.join(import.meta.dirname, 'longhouse.toml');
  const config = loadConfig({
    configFile: file,
    flags: [{ flag: '--data', path: ['host', 'dataDir'], text: dataDir }],
    env: {},
    readFile: (name) => (name === file ? toml : readIfThere(name)),
    workingDir: import.meta.dirname,
    machine: { hostname: 'test', cores: 2 },
  });
  return startHost(config, options);
}

/** A folder of its own; a host that is started again gets the same one. */
export function freshDataDir(): string {
  return mkdtempSync(path.join(tmpdir(), 'longhouse-test-'));
}

function readIfThere(name: string): string | undefined {
  return existsSync(name) ? readFileSync(name, 'utf8') : undefined;
}

/** The port of a listener, or of `ops`. */
export function portOf(host: RunningHost, name: string): number {
  const found = host.ports.find((port) => port.name === name);
  if (found === undefined) throw new Error(`Cannot find the port of "${name}"`);
  return found.port;
}
