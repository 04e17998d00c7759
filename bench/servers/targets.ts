/**
 * The servers under test, each a process of its own: the host in bench mode, and the bare relay. The bench's parent process.
 * Both are measured from outside, by process id, in the same way.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { MAIN_HEAP_FLAG } from '../../src/main/main-heap.ts';
import { sleep, systemClock } from '../../src/shared/clock.ts';
import { freshSeed, seededRandom } from '../../src/shared/random.ts';
import { HOST_PORT_STEP } from './host-network.ts';
import type { Transport } from '../transports/player-connection.ts';
import { forkScript, isRunning, logTail, spawnNode, stopChild, withDeadline } from './children.ts';

const ROOT = new URL('../../', import.meta.url);
const HOST_ENTRY = 'src/main/cli.ts';
const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 10_000;
const READY_POLL_MS = 100;
const FRAME_PORT = 7778;
const OPS_PORT = 7780;
const HOST_PORTS = [7777, FRAME_PORT, 7779, OPS_PORT];
/** Offsets tried: the ports stay below 32768, where Linux takes its ephemeral ones from. */
const OFFSET_MIN = 1000;
const OFFSET_MAX = 24_000;
const OFFSET_TRIES_MAX = 50;

export type TargetKind = 'host' | 'bare';

/** What players need to know of a server. */
export interface LoadTarget {
  readonly kind: string;
  /** Where players connect. */
  readonly port: number;
  /** How they speak; `frame` unless given. */
  readonly transport?: Transport;
  /** False once a process of it is gone. */
  alive(): boolean;
}

export interface Target extends LoadTarget {
  readonly kind: TargetKind;
  readonly pid: number;
  /** The host's HTTP port; 0 for a server that has none. */
  readonly opsPort: number;
  /** What the host printed; '' for a server that prints nothing. */
  readonly logPath: string;
  stop(): Promise<void>;
}

/** `config` is the text of a longhouse.toml, for the host. */
export function startTarget(kind: TargetKind, rateHz: number, config = ''): Promise<Target> {
  return kind === 'host' ? startHost(rateHz, config) : startBare(rateHz);
}

async function startBare(rateHz: number): Promise<Target> {
  const child = forkScript(new URL('../relay/bare-relay-process.ts', import.meta.url), [
    String(rateHz),
  ]);
  const listening = new Promise<number>((resolve) => {
    // Our own script's one message.
    child.once('message', (message) => resolve((message as { port: number }).port));
  });
  const port = await withDeadline(listening, START_LIMIT_MS, 'start the bare relay');
  return {
    kind: 'bare',
    pid: child.pid ?? 0,
    port,
    opsPort: 0,
    logPath: '',
    alive: () => isRunning(child),
    stop: async () => {
      await stopChild(child, STOP_LIMIT_MS);
    },
  };
}

async function startHost(rateHz: number, config: string): Promise<Target> {
  const offset = await freePortOffset();
  const folder = mkdtempSync(join(tmpdir(), 'longhouse-bench-'));
  const logPath = join(folder, 'host.log');
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  // Also after Ctrl-C: by then the host has been killed, and nobody else would remove it.
  process.once('exit', removeFolder);
  const flags = ['--bench', '--bench-rate', String(rateHz), '--bots', '0'];
  const configPath = join(folder, 'longhouse.toml');
  writeFileSync(configPath, config);
  const place = ['--port-offset', String(offset), '--data', join(folder, 'data')];
  place.push('--config', configPath);
  const child = spawnNode([MAIN_HEAP_FLAG, HOST_ENTRY, 'start', ...flags, ...place], ROOT, logPath);
  const stop = async (): Promise<void> => {
    await stopChild(child, STOP_LIMIT_MS);
    removeFolder();
    process.off('exit', removeFolder);
  };
  const deadlineMs = systemClock.nowMs() + START_LIMIT_MS;
  while (!(await isReady(OPS_PORT + offset))) {
    if (!isRunning(child) || systemClock.nowMs() > deadlineMs) {
      const what = isRunning(child) ? `not ready in ${START_LIMIT_MS / 1000} s` : 'it ended';
      const tail = logTail(logPath);
      await stop();
      throw new Error(`Cannot start the host: ${what}; its last lines:\n${tail}`);
    }
    await sleep(READY_POLL_MS);
  }
  const alive = (): boolean => isRunning(child);
  return {
    kind: 'host',
    pid: child.pid ?? 0,
    port: FRAME_PORT + offset,
    opsPort: OPS_PORT + offset,
    logPath,
    alive,
    stop,
  };
}

async function isReady(opsPort: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${opsPort}/readyz`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Nothing listens there yet: asked again until the deadline.
    return false;
  }
}

/** A port offset at which all ports of one host, or of a network of some, are free right now. */
export async function freePortOffset(hosts = 1): Promise<number> {
  const steps = Array.from({ length: hosts }, (_none, index) => index * HOST_PORT_STEP);
  const random = seededRandom(freshSeed());
  for (let tries = 0; tries < OFFSET_TRIES_MAX; tries += 1) {
    const offset = OFFSET_MIN + random.below((OFFSET_MAX - OFFSET_MIN) / 10) * 10;
    const ports = steps.flatMap((step) => HOST_PORTS.map((port) => port + step + offset));
    const free = await Promise.all(ports.map((port) => isFree(port)));
    if (free.every(Boolean)) return offset;
  }
  throw new Error(`Cannot find free ports: ${OFFSET_TRIES_MAX} offsets were all taken`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });
}
