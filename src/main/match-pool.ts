/**
 * The match workers: one Piscina pool, a task per handler, a watch over hangs and memory, and the pool's return to size.
 * Main thread.
 *
 *   free --claimed by a starting thread, hello--> running --exit, hang, memory--> dead --rings emptied--> free
 *
 * Piscina is set as docs/architecture.md says: no atomics, no idle timeout, no abort signals. A task that was handed to a
 * worker is told by closure which one, since the balancer does not see the payload.
 */

import type { Worker } from 'node:worker_threads';
import { Piscina, type TaskQueue } from 'piscina';
import { sleep, systemClock } from '../shared/clock.ts';
import { Reason, reasonWord } from '../shared/reason.ts';
import type { HandlerOutcome, OpenTask, WorkerOrder } from '../shared/thread-messages.ts';
import { RemoteThread, exposeApi } from '../shared/thread-call.ts';
import { WorkerState } from '../shared/worker-table.ts';
import type {
  MatchControl,
  MatchWorkerHello,
  MatchWorkerSettings,
} from '../workers/match/match-settings.ts';
import { HangWatch } from './hang-watch.ts';
import type { MatchPoolOptions } from './match-pool-options.ts';
import { endOf, isHeapLimit, type TaskEnd } from './task-end.ts';
import { threadCpu } from './thread-cpu.ts';
import { threadEntry } from './thread-entry.ts';

const MIB = 2 ** 20;
/** A thread that has not ended so long after it was told to is beyond help. */
const STUCK_MS = 3_000;
const CLOSE_MS_MAX = 3_000;
/** A task that no worker takes: asking for it makes the pool grow. */
const GROW = 'grow';
/** Where Piscina would keep tasks without a worker: it keeps none, or that task would hold up all others behind it. */
const NO_QUEUE: TaskQueue = { size: 0, shift: () => null, remove: ignore, push: ignore };

type OnEnd = (end: TaskEnd) => void;

interface LiveWorker {
  readonly row: number;
  readonly thread: Worker;
  readonly threadId: number;
  readonly control: RemoteThread<MatchControl>;
  readonly silence: HangWatch;
  orders: WorkerOrder[];
  /** All gateways have its bell. */
  isReady: boolean;
  /** Who waits for the end of its handlers. */
  readonly ends: Set<OnEnd>;
}

export class MatchPool {
  readonly #options: MatchPoolOptions;
  readonly #pool: Piscina;
  readonly #live = new Map<number, LiveWorker>();
  readonly #created = new Set<number>();
  /** By version, the one in force and one that is being prepared: for workers that start later. */
  readonly #settings = new Map<number, MatchWorkerSettings>();
  /** Threads that were told to end, and when. */
  readonly #doomed = new Map<Worker, number>();
  #stuck = 0;
  #wantedThread = 0;
  #isClosing = false;

  constructor(options: MatchPoolOptions) {
    this.#options = options;
    this.#pool = new Piscina({
      filename: threadEntry('match').href,
      workerData: options.data,
      minThreads: options.threads,
      maxThreads: options.threads,
      idleTimeout: Infinity,
      atomics: 'disabled',
      recordTiming: false,
      concurrentTasksPerWorker: options.handlersMax,
      taskQueue: NO_QUEUE,
      resourceLimits: { maxOldGenerationSizeMb: options.heapMbMax },
      loadBalancer: (task, workers) =>
        task.name === GROW ? null : (workers.find(({ id }) => id === this.#wantedThread) ?? null),
    });
    this.#pool.on('workerCreate', (worker: { id: number }) => this.#created.add(worker.id));
    this.#pool.on('message', (message: MatchWorkerHello) => this.#onHello(message));
    // Without a listener an idle worker's crash would throw here; its exit tells us all the same.
    this.#pool.on('error', (error: Error) => options.onError(error));
  }

  /** Rows of the workers that take handlers now. */
  rows(): readonly number[] {
    const rows: number[] = [];
    for (const { row, threadId, isReady } of this.#live.values()) {
      if (isReady && this.#created.has(threadId)) rows.push(row);
    }
    return rows;
  }

  get size(): number {
    return this.#live.size;
  }

  /** Runs a handler on the worker in `row`, one of rows(); resolves when it is over, whatever the end. */
  run(row: number, task: OpenTask): Promise<TaskEnd> {
    const worker = this.#live.get(row);
    if (worker === undefined) throw new Error(`Cannot open a handler: worker ${row} is not there`);
    return new Promise((resolve) => {
      const onEnd: OnEnd = (end) => {
        worker.ends.delete(onEnd);
        resolve(end);
      };
      worker.ends.add(onEnd);
      this.#wantedThread = worker.threadId;
      this.#pool.run(task).then(
        // Piscina hands back what match-worker.ts returned.
        (outcome: HandlerOutcome) => onEnd({ outcome, workerLost: false }),
        // The task alone failed: where its worker died, #onGone() has answered already.
        (error: unknown) => onEnd(endOf(Reason.crashed, error, false)),
      );
    });
  }

  /** All gateways can reach the worker in `row`. */
  ready(row: number): void {
    const worker = this.#live.get(row);
    if (worker !== undefined) worker.isReady = true;
  }

  /** Hands settings to all workers, to later ones too; resolves when those who live have them. */
  async prepare(version: number, settings: MatchWorkerSettings): Promise<void> {
    for (const old of this.#settings.keys()) if (old < version - 1) this.#settings.delete(old);
    this.#settings.set(version, settings);
    await this.#each((remote) => remote.prepare(version, settings));
  }

  /** Resolves when all workers run on what the cell has put in force. */
  async adopt(): Promise<void> {
    await this.#each((remote) => remote.adopt());
  }

  /** Adds to the next batch for the worker in `row`. */
  order(row: number, order: WorkerOrder): void {
    this.#live.get(row)?.orders.push(order);
  }

  /** Sends the batches. */
  flush(): void {
    for (const worker of this.#live.values()) {
      if (worker.orders.length === 0) continue;
      const batch = worker.orders;
      worker.orders = [];
      // A rejection means that the worker died: its exit is handled where exits are.
      worker.control.call((remote) => remote.apply(batch)).catch(ignore);
    }
  }

  /** The rings of a dead worker are empty: its row may be claimed again. */
  release(row: number): void {
    const { workers } = this.#options;
    workers.incarnation[row] = (workers.incarnation[row] ?? 0) + 1;
    workers.heartbeatMs[row] = 0;
    workers.threadId[row] = 0;
    // Frees the row for claimRow() of a starting worker.
    Atomics.store(workers.state, row, WorkerState.free);
  }

  /** Ends workers that hang or hold too much memory outside the heap; brings the pool back to size. */
  watch(): void {
    const { workers, externalMbMax } = this.#options;
    const nowMs = systemClock.nowMs();
    for (const worker of this.#live.values()) {
      const { row, silence } = worker;
      const heartbeatMs = workers.heartbeatMs[row] ?? nowMs;
      const externalBytes = workers.externalBytes[row] ?? 0;
      if (silence.isHanging({ nowMs, heartbeatMs })) {
        const { silentMs, hangingMs } = silence;
        const counted = `${Math.round(hangingMs)} of ${Math.round(silentMs)} ms of silence count`;
        this.#condemn(worker, Reason.hung, counted);
      } else if (externalBytes > externalMbMax * MIB) {
        const found = `${Math.round(externalBytes / MIB)} MiB outside the heap`;
        this.#condemn(worker, Reason.outOfMemory, found);
      }
    }
    this.#makeRoom(nowMs);
    this.#freeOrphans();
    this.#refill();
  }

  /** Ends all threads; false when one of them cannot be ended: the process then has to be killed. */
  async close(): Promise<boolean> {
    this.#isClosing = true;
    const closed = this.#pool.destroy().then(() => true);
    const isClosed = await Promise.race([closed, sleep(CLOSE_MS_MAX).then(() => false)]);
    return isClosed && this.#stuck === 0;
  }

  #onHello(hello: MatchWorkerHello): void {
    const thread = this.#pool.threads.find(({ threadId }) => threadId === hello.threadId);
    // Died between its hello and now.
    if (thread === undefined) return;
    const worker: LiveWorker = {
      row: hello.row,
      thread,
      threadId: hello.threadId,
      control: new RemoteThread<MatchControl>(hello.control),
      silence: new HangWatch(this.#options.hangMs, () => threadCpu(hello.systemThreadId)),
      orders: [],
      isReady: false,
      ends: new Set(),
    };
    this.#live.set(hello.row, worker);
    for (const [version, settings] of this.#settings) {
      worker.control.call((remote) => remote.prepare(version, settings)).catch(ignore);
    }
    worker.control.call((remote) => remote.adopt()).catch(ignore);
    exposeApi(this.#options.host, hello.host);
    // Piscina listens first and has rejected the tasks; their handlers run after this one (microtasks).
    thread.once('error', (error: Error) => {
      this.#onGone(worker, isHeapLimit(error) ? Reason.outOfMemory : Reason.crashed, error);
    });
    thread.once('exit', (code: number) => this.#onExit(worker, code));
    this.#options.onUp(hello.row, hello.bells);
  }

  /** Calls every worker; one that dies meanwhile is handled where exits are. */
  async #each(call: Parameters<RemoteThread<MatchControl>['call']>[0]): Promise<void> {
    await Promise.allSettled([...this.#live.values()].map(({ control }) => control.call(call)));
  }

  #onExit(worker: LiveWorker, code: number): void {
    const error = new Error(`The match worker exited with code ${code}`);
    this.#onGone(worker, Reason.crashed, error);
    this.#doomed.delete(worker.thread);
    if (!this.#isClosing) this.#options.onExit(worker.row);
  }

  #onGone(worker: LiveWorker, reason: Reason, error: Error): void {
    if (this.#live.get(worker.row) !== worker) return;
    this.#live.delete(worker.row);
    this.#created.delete(worker.threadId);
    worker.control.lost(error);
    if (this.#isClosing) return;
    Atomics.store(this.#options.workers.state, worker.row, WorkerState.dead);
    this.#options.onLost(worker.row, reason, error);
    for (const onEnd of worker.ends) onEnd(endOf(reason, error, true));
  }

  /** Its players do not wait for the thread's exit, which a loop that never looks up can put off for ever. */
  #condemn(worker: LiveWorker, reason: Reason, found: string): void {
    this.#doomed.set(worker.thread, systemClock.nowMs());
    void worker.thread.terminate();
    const what = `The match worker was ended: ${reasonWord(reason)}, ${found}`;
    this.#onGone(worker, reason, new Error(what));
  }

  /** A thread that died before its hello was heard left its row taken: a few of them, and no worker could start. */
  #freeOrphans(): void {
    const { state, threadId, capacity } = this.#options.workers;
    for (let row = 0; row < capacity; row += 1) {
      const isTaken = state[row] === WorkerState.claimed || state[row] === WorkerState.running;
      const owner = threadId[row] ?? 0;
      // Without an owner the row was claimed a moment ago.
      if (!isTaken || owner === 0 || this.#live.has(row)) continue;
      // No gateway was told of it, so its rings are empty.
      if (!this.#pool.threads.some((thread) => thread.threadId === owner)) this.release(row);
    }
  }

  /** A thread that V8 cannot stop still counts in Piscina's pool: make room for another beside it. */
  #makeRoom(nowMs: number): void {
    for (const [thread, sinceMs] of this.#doomed) {
      if (nowMs - sinceMs < STUCK_MS) continue;
      this.#doomed.delete(thread);
      this.#stuck += 1;
      this.#pool.options.maxThreads += 1;
      this.#pool.options.minThreads += 1;
      const found =
        'it runs a loop that cannot be interrupted and keeps a core until the host stops';
      this.#options.onError(new Error(`Cannot end a match worker: ${found}`));
    }
  }

  /** Piscina stops replacing workers for good once one of them died while starting: then it has to be asked. */
  #refill(): void {
    const isWhole = this.#pool.threads.length >= this.#options.threads + this.#stuck;
    // The promise never settles: nobody runs the task, and nobody keeps it.
    if (!this.#isClosing && !isWhole) void this.#pool.run(undefined, { name: GROW });
  }
}

function ignore(): void {
  // Whoever waits for the worker hears of its end through its tasks.
}
