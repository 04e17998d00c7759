/**
 * Goal: a call to a thread always settles: with its answer, its error, or the cause given to lost().
 * Method: both ends of a MessageChannel in one thread, and a real thread that dies with a call in flight.
 */

import { MessageChannel, Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { sleep } from '../../src/shared/clock.ts';
import { RemoteThread, exposeApi } from '../../src/shared/thread-call.ts';

interface Api {
  add(a: number, b: number): number;
  fail(): void;
  never(): Promise<number>;
}

const api: Api = {
  add: (a, b) => a + b,
  fail: () => {
    throw new Error('Cannot do it: told not to');
  },
  never: () => new Promise<number>(() => {}),
};

/** What became of a promise within a moment. */
async function fate(promise: Promise<unknown>): Promise<string> {
  const settled = promise.then(
    (value) => `value ${String(value)}`,
    (error: unknown) => (error instanceof Error ? error.message : 'no error'),
  );
  return Promise.race([settled, sleep(200).then(() => 'pending')]);
}

describe('RemoteThread', () => {
  it('brings back answers and errors', async () => {
    const { port1, port2 } = new MessageChannel();
    exposeApi(api, port2);
    const remote = new RemoteThread<Api>(port1);
    expect(await remote.call((other) => other.add(1, 2))).toBe(3);
    await expect(remote.call((other) => other.fail())).rejects.toThrow('Cannot do it: told not to');
    remote.lost(new Error('end'));
  });

  it('rejects what is pending when the thread is lost, and every later call at once', async () => {
    const { port1, port2 } = new MessageChannel();
    exposeApi(api, port2);
    const remote = new RemoteThread<Api>(port1);
    const pending = [1, 2, 3].map(() => remote.call((other) => other.never()));
    const done = remote.call((other) => other.add(2, 2));
    expect(await done).toBe(4);
    remote.lost(new Error('first cause'));
    remote.lost(new Error('second cause'));
    expect(await Promise.all(pending.map((promise) => fate(promise)))).toEqual(
      Array.from({ length: 3 }, () => 'first cause'),
    );
    let invoked = false;
    const later = remote.call((other) => {
      invoked = true;
      return other.add(1, 1);
    });
    expect(await fate(later)).toBe('first cause');
    expect(invoked).toBe(false);
    expect(await done).toBe(4);
  });

  it('rejects a call that throws before it is sent', async () => {
    const { port1, port2 } = new MessageChannel();
    exposeApi(api, port2);
    const remote = new RemoteThread<Api>(port1);
    const unsendable = remote.call((other) => other.add((() => 1) as unknown as number, 1));
    expect(await fate(unsendable)).toContain('could not be cloned');
    expect(await remote.call((other) => other.add(1, 1))).toBe(2);
    remote.lost(new Error('end'));
  });

  it('waits on a dead port until lost() says so', async () => {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    const remote = new RemoteThread<Api>(port1);
    const call = remote.call((other) => other.add(1, 2));
    expect(await fate(call)).toBe('pending');
    remote.lost(new Error('the thread is gone'));
    expect(await fate(call)).toBe('the thread is gone');
  });

  it('settles the call in flight when a real thread dies', async () => {
    const { port1, port2 } = new MessageChannel();
    const code = "require('node:worker_threads').workerData.on('message', () => process.exit(9))";
    const worker = new Worker(code, { eval: true, workerData: port2, transferList: [port2] });
    const remote = new RemoteThread<Api>(port1);
    worker.once('exit', (exitCode) => remote.lost(new Error(`exited with ${exitCode}`)));
    await expect(remote.call((other) => other.add(1, 2))).rejects.toThrow('exited with 9');
  });
});
