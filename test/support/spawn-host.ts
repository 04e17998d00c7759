/**
 * A real host process for end-to-end tests: started on free ports with a folder of its own, stopped with a signal.
 * Runs in test processes.
 *
 *   const host = await spawnHost({ flags: ['--bots', '3'] });
 *   ... clients connect to host.ports ...
 *   expect(await host.stop()).toEqual({ code: 0, signal: null });
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sleep, systemClock } from '../../src/shared/clock.ts';
import { freshSeed, seededRandom } from '../../src/shared/random.ts';

const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BASE_PORTS = { line: 7777, frame: 7778, bridge: 7779, ops: 7780 } as const;
const OFFSET_MIN = 2_000;
/** Below the ports that the kernel gives to outgoing connections. */
const OFFSET_MAX = 24_000;
const OFFSET_ATTEMPTS_MAX = 50;
const READY_MS_MAX = 60_000;
const EXIT_MS_MAX = 60_000;
const OUTPUT_CHARACTERS_MAX = 4_000_000;

export type HostPorts = Readonly<Record<keyof typeof BASE_PORTS, number>>;

export interface HostExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnHostOptions {
  /** Further flags of `start`. */
  readonly flags?: readonly string[];
  /** Text of a longhouse.toml; none: the defaults. */
  readonly config?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** A binary to run instead of the checkout: in its own folder, and with no environment but what is given above. */
  readonly binary?: string;
  /** Further files in the host's folder, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
  /** How long it may take to be ready. */
  readonly readyMsMax?: number;
}

export interface SpawnedHost {
  readonly ports: HostPorts;
  readonly pid: number;
  readonly dataDir: string;
  /** Settles when the process is gone. */
  readonly exited: Promise<HostExit>;
  /** What it has printed, both streams in the order they came. */
  output(): string;
  /** The answer of a route of the ops port, as JSON. */
  getJson(route: string): Promise<unknown>;
  signal(signal: NodeJS.Signals): void;
  /** Sends SIGTERM, waits, removes the folder. Kills a host that stays longer than a minute, and says so. */
  stop(): Promise<HostExit>;
}

/** Starts a host and waits until it is ready for players; rejects with its output where it does not get there. */
export async function spawnHost(options: SpawnHostOptions = {}): Promise<SpawnedHost> {
  const dataDir = await mkdtemp(join(tmpdir(), 'longhouse-test-'));
  const offset = await freePortOffset();
  const configFlags: string[] = [];
  for (const [name, text] of Object.entries(options.files ?? {})) {
    await writeFile(join(dataDir, name), text);
  }
  if (options.config !== undefined) {
    const file = join(dataDir, 'longhouse.toml');
    await writeFile(file, options.config);
    configFlags.push('--config', file);
  }
  // A binary keeps its data where it keeps it by default: in the folder that it is started in.
  const dataFlags = options.binary === undefined ? ['--data', dataDir] : [];
  const ownFlags = ['--port-offset', String(offset), ...dataFlags, ...configFlags];
  const { binary } = options;
  const program = binary === undefined ? [...(options.nodeFlags ?? []), CLI] : [];
  const child = spawn(
    binary ?? process.execPath,
    [...program, 'start', ...ownFlags, ...(options.flags ?? [])],
    {
      cwd: binary === undefined ? ROOT : dataDir,
      env: {
        ...(binary === undefined ? environmentWithoutSettings() : {}),
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const host = watchHost(child, offset, dataDir);
  await untilReady(host, options.readyMsMax ?? READY_MS_MAX);
  return host;
}

/** An offset at which all ports of a host are free now. */
export async function freePortOffset(): Promise<number> {
  const random = seededRandom(freshSeed());
  for (let attempt = 0; attempt < OFFSET_ATTEMPTS_MAX; attempt += 1) {
    const offset = OFFSET_MIN + random.below((OFFSET_MAX - OFFSET_MIN) / 10) * 10;
    const free = await Promise.all(Object.values(BASE_PORTS).map((port) => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
  throw new Error(`Cannot find free ports: ${OFFSET_ATTEMPTS_MAX} offsets tried`);
}

function watchHost(child: ChildProcess, offset: number, dataDir: string): SpawnedHost {
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const exited = new Promise<HostExit>((resolve, reject) => {
    child.once('error', reject);
    // 'close' and not 'exit': by then all output has been read.
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  // A test that fails half-way must not leave a host behind.
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const ports: HostPorts = {
    line: BASE_PORTS.line + offset,
    frame: BASE_PORTS.frame + offset,
    bridge: BASE_PORTS.bridge + offset,
    ops: BASE_PORTS.ops + offset,
  };
  return {
    ports,
    pid: child.pid ?? 0,
    dataDir,
    exited,
    output: () => output,
    getJson: async (route) => {
      const response = await fetch(`http://127.0.0.1:${ports.ops}${route}`);
      return response.json();
    },
    signal: (signal) => void child.kill(signal),
    stop: async () => {
      child.kill('SIGTERM');
      const killer = systemClock.setTimer(() => child.kill('SIGKILL'), EXIT_MS_MAX);
      const exit = await exited;
      killer.cancel();
      process.off('exit', killAtExit);
      await rm(dataDir, { recursive: true, force: true });
      return exit;
    },
  };
}

async function untilReady(host: SpawnedHost, readyMsMax: number): Promise<void> {
  const deadlineMs = systemClock.nowMs() + readyMsMax;
  let why = 'no answer';
  const gone = host.exited.then((exit) => {
    why = `it exited with ${JSON.stringify(exit)}`;
    return true;
  });
  while (systemClock.nowMs() < deadlineMs) {
    try {
      const response = await fetch(`http://127.0.0.1:${host.ports.ops}/readyz`);
      if (response.ok) return;
      why = await response.text();
    } catch (error) {
      why = String(error);
    }
    if (await Promise.race([gone, sleep(50).then(() => false)])) break;
  }
  const found = why;
  host.signal('SIGKILL');
  await host.exited;
  await rm(host.dataDir, { recursive: true, force: true });
  throw new Error(`Cannot start a host: ${found}\n${host.output()}`);
}

/** The settings of whoever runs the tests are not those of the test. */
export function environmentWithoutSettings(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('LONGHOUSE_'));
  return Object.fromEntries(entries);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port }, () => {
      server.close(() => resolve(true));
    });
  });
}
