/**
 * Goal: main learns of a thread that answers nobody whether it runs and how much it has. Method: real threads on Linux, one that
 * loops for ever and one that waits for ever, looked at until the kernel says so.
 */

import { once } from 'node:events';
import { platform } from 'node:process';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { parseThreadStat, threadCpu, type ThreadCpu } from '../../src/main/thread-cpu.ts';
import { sleep, systemClock } from '../../src/shared/clock.ts';

const ID_MODULE = new URL('../../src/workers/match/system-thread-id.ts', import.meta.url).href;
const WAIT_MS = 30_000;

let thread: Worker | undefined;

afterEach(async () => {
  await thread?.terminate();
});

/** The kernel's id of a thread that says it and then does that. */
async function start(code: string): Promise<number> {
  const source = `
    const { parentPort } = require('node:worker_threads');
    import('${ID_MODULE}').then(({ systemThreadId }) => {
      parentPort.postMessage(systemThreadId());
      setTimeout(() => { ${code} }, 10);
    });`;
  thread = new Worker(source, { eval: true });
  const [id] = (await once(thread, 'message')) as [number];
  return id;
}

async function until(what: string, isDone: () => boolean): Promise<void> {
  const untilMs = systemClock.nowMs() + WAIT_MS;
  while (!isDone()) {
    if (systemClock.nowMs() > untilMs) throw new Error(`Cannot go on: waited for ${what}`);
    await sleep(20);
  }
}

function cpuOf(id: number): ThreadCpu {
  const cpu = threadCpu(id);
  if (cpu === undefined) throw new Error(`the kernel says nothing of thread ${id}`);
  return cpu;
}

describe.runIf(platform === 'linux')('threadCpu()', () => {
  it('sees a loop that never looks up run on', async () => {
    const id = await start('for (;;);');
    const { ranMs } = cpuOf(id);
    await until('CPU time that grows', () => cpuOf(id).ranMs > ranMs + 200);
    expect(cpuOf(id).isRunnable).toBe(true);
  });

  it('sees a wait that never ends use nothing', async () => {
    const id = await start('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);');
    await until('the wait', () => !cpuOf(id).isRunnable);
    // It may sleep for a moment while it still starts.
    let { ranMs } = cpuOf(id);
    await until('two looks without', () => {
      const now = cpuOf(id);
      const isStill = !now.isRunnable && now.ranMs === ranMs;
      ({ ranMs } = now);
      return isStill;
    });
    await sleep(300);
    expect(cpuOf(id).ranMs).toBeLessThanOrEqual(ranMs + 20);
  });

  it('says nothing of a thread that is not there, or has no id', async () => {
    const id = await start('');
    await thread?.terminate();
    await until('its end', () => threadCpu(id) === undefined);
    expect(threadCpu(undefined)).toBeUndefined();
  });
});

describe('parseThreadStat()', () => {
  it('reads a line whatever the thread is called', () => {
    const line = (name: string, state: string): string =>
      `21281 (${name}) ${state} 1 21269 20900 34816 21269 4194368 9 0 0 0 23 4 0 0 20 0 11 0`;
    expect(parseThreadStat(line('node', 'R'))).toEqual({ isRunnable: true, ranMs: 270 });
    expect(parseThreadStat(line('a) R 1 (b', 'S'))).toEqual({ isRunnable: false, ranMs: 270 });
    expect(parseThreadStat('')).toBeUndefined();
  });
});
