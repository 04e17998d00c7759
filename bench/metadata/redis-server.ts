/** A real Redis for the metadata bench: Debian's, on a free port of loopback, nothing kept. The bench's parent process. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { isRunning, logTail, spawnProgram, stopChild } from '../servers/children.ts';
import { freePort } from '../servers/free-port.ts';
import { RespClient } from './resp-client.ts';

const PROGRAM = 'redis-server';
const START_LIMIT_MS = 10_000;
const STOP_LIMIT_MS = 5_000;

export interface RedisServer {
  readonly port: number;
  readonly version: string;
  stop(): Promise<void>;
}

/** Rejects where it is not installed: `apt-get install redis-server`. */
export async function startRedis(): Promise<RedisServer> {
  const asked = spawnSync(PROGRAM, ['--version'], { encoding: 'utf8' });
  const version = /v=(\S+)/.exec(asked.stdout ?? '')?.[1];
  if (version === undefined) {
    throw new Error(
      `Cannot start Redis: "${PROGRAM}" was not found; install it with apt-get install redis-server`,
    );
  }
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'longhouse-redis-'));
  const logPath = join(folder, 'redis.log');
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const child = spawnProgram(PROGRAM, [...flags, '--appendonly', 'no'], logPath);
  const stop = async (): Promise<void> => {
    await stopChild(child, STOP_LIMIT_MS);
    rmSync(folder, { recursive: true, force: true });
  };
  const deadlineMs = systemClock.nowMs() + START_LIMIT_MS;
  while (!(await isAnswering(port))) {
    if (!isRunning(child) || systemClock.nowMs() > deadlineMs) {
      const tail = logTail(logPath);
      await stop();
      throw new Error(`Cannot start Redis: no answer; its last lines:\n${tail}`);
    }
    await sleep(20);
  }
  return { port, version, stop };
}

async function isAnswering(port: number): Promise<boolean> {
  try {
    const client = await RespClient.connect(port);
    const answer = await client.ask('PING');
    client.close();
    return answer === 'PONG';
  } catch {
    // Nothing listens there yet: asked again until the deadline.
    return false;
  }
}
