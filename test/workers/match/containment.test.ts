/**
 * Goal: whatever a handler's code does, wherever it runs, its owner is failed and nobody else; what is nobody's ends the
 * thread. Method: a real worker thread for each misdeed, with a second owner beside the first.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { ContainmentReport } from '../../fixtures/containment-worker.ts';

const EXIT_MESSAGE = 'Cannot exit: a handler ends itself with context.end()';

describe('a contained handler', () => {
  it.each([
    ['sync', 'mischief'],
    ['timer', 'mischief'],
    ['timer in a timer', 'mischief'],
    ['interval', 'mischief'],
    ['immediate', 'mischief'],
    ['nextTick', 'mischief'],
    ['microtask', 'mischief'],
    ['promise', 'mischief'],
    ['promise made elsewhere', 'mischief'],
    ['async function', 'mischief'],
    ['rejection with nothing', 'mischief'],
    ['emitter', 'mischief'],
    ['error event', 'mischief'],
    ['exit', EXIT_MESSAGE],
    ['exit in a timer', EXIT_MESSAGE],
    ['something thrown that is no error', 'other'],
  ])('is failed alone for: %s', async (misdeed, message) => {
    const report = await run(misdeed);
    expect(report).toEqual({ failures: [`bad: ${message}`], goesOn: true });
  });

  it('is not failed for what is nobody in particular: the thread ends', async () => {
    await expect(run('nobody in particular')).rejects.toThrow('mischief');
  });
});

async function run(misdeed: string): Promise<ContainmentReport> {
  const worker = new Worker(new URL('../../fixtures/containment-worker.ts', import.meta.url), {
    workerData: misdeed,
  });
  try {
    // The worker posts one report and nothing else.
    const [report] = (await once(worker, 'message')) as [ContainmentReport];
    return report;
  } finally {
    await worker.terminate();
  }
}
