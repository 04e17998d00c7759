/**
 * One life after the other of the store's thread: starts it, hears of its end, starts it again. Main thread.
 *
 *   up --exit--> down --pause, doubled each time--> up      a life of STEADY_MS makes the pause short again
 *                  \--more than LIVES_MAX ends in a row--> given up: the host plays on without a store
 */

import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type {
  StoreHealth,
  StoreReport,
  StoreTask,
  StoreThreadApi,
} from '../../shared/store-messages.ts';
import { RemoteThread } from '../../shared/thread-call.ts';
import type { StoreThreadData } from '../../workers/store/store-worker.ts';
import { threadEntry } from '../thread-entry.ts';

const PAUSE_MS = 100;
const PAUSE_MS_MAX = 30_000;
const LIVES_MAX = 10;
const STEADY_MS = 60_000;

export interface StoreSupervisorOptions {
  readonly task: StoreTask;
  readonly clock: Clock;
  readonly onHealth: (health: StoreHealth) => void;
}

export class StoreSupervisor {
  readonly #options: StoreSupervisorOptions;
  #thread: Worker | undefined;
  #remote: RemoteThread<StoreThreadApi> | undefined;
  #startedMs = 0;
  #pauseMs = PAUSE_MS;
  #ends = 0;
  #restart: Timer | undefined;
  #isStopped = false;

  constructor(options: StoreSupervisorOptions) {
    this.#options = options;
  }

  /** The thread that lives now; undefined between two lives. */
  get remote(): RemoteThread<StoreThreadApi> | undefined {
    return this.#remote;
  }

  /** Starts a life; resolves when the file is open, or known not to open, or the thread is gone. */
  async start(): Promise<void> {
    const { task, clock, onHealth } = this.#options;
    const { port1, port2 } = new MessageChannel();
    const workerData: StoreThreadData = { task, port: port2 };
    const thread = new Worker(threadEntry('store'), {
      workerData,
      transferList: [port2],
      name: 'store',
    });
    const remote = new RemoteThread<StoreThreadApi>(port1);
    this.#thread = thread;
    this.#remote = remote;
    this.#startedMs = clock.nowMs();
    thread.on('message', ({ health }: StoreReport) => onHealth(health));
    let cause = 'it ended';
    thread.once('error', (error: Error) => {
      cause = error.message;
    });
    thread.once('exit', () => this.#onExit(remote, cause));
    try {
      onHealth(await remote.call((other) => other.open()));
    } catch {
      // The thread is gone: its end says so.
    }
  }

  /** Ends the thread, and no other follows. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#restart?.cancel();
    const thread = this.#thread;
    if (thread === undefined) return;
    const exited = once(thread, 'exit');
    await thread.terminate();
    await exited;
  }

  #onExit(remote: RemoteThread<StoreThreadApi>, cause: string): void {
    const { clock } = this.#options;
    remote.lost(new Error(`Cannot reach the store: its thread is gone, ${cause}`));
    this.#thread = undefined;
    this.#remote = undefined;
    if (this.#isStopped) return;
    if (clock.nowMs() - this.#startedMs >= STEADY_MS) {
      this.#pauseMs = PAUSE_MS;
      this.#ends = 0;
    }
    this.#ends += 1;
    const isOver = this.#ends > LIVES_MAX;
    this.#fail(`its thread is gone (${cause})${isOver ? ' and is not started again' : ''}`);
    if (isOver) return;
    this.#restart = clock.setTimer(() => this.#onRestart(), this.#pauseMs);
    this.#pauseMs = Math.min(PAUSE_MS_MAX, this.#pauseMs * 2);
  }

  #onRestart(): void {
    this.start().catch((error: unknown) => this.#fail(`no thread starts: ${messageOf(error)}`));
  }

  #fail(problem: string): void {
    this.#options.onHealth({ state: 'failing', problem, setAside: undefined });
  }
}
