/**
 * A thread that main gives orders to, in batches, by calls that settle whatever becomes of it: its start, its orders, its end.
 * Main thread.
 *
 *   toMain    calls of the thread on `host`        fromMain    calls of main on the thread's Control
 */

import { once } from 'node:events';
import { MessageChannel, Worker, type MessagePort, type ResourceLimits } from 'node:worker_threads';
import { RemoteThread, exposeApi } from '../shared/thread-call.ts';
import { threadEntry } from './thread-entry.ts';

/** In the workerData of such a thread. */
export interface ThreadPorts {
  readonly toMain: MessagePort;
  readonly fromMain: MessagePort;
}

export interface ControlledThreadOptions<Control, Order> {
  readonly entry: Parameters<typeof threadEntry>[0];
  readonly name: string;
  /** The thread's workerData but for its ports. */
  readonly data: object;
  readonly resourceLimits?: ResourceLimits;
  /** What the thread may call. */
  readonly host: object;
  readonly apply: (control: RemoteThread<Control>, batch: readonly Order[]) => Promise<void>;
  /** Called when it ends without being told to. */
  readonly onLost: (error: Error) => void;
}

export class ControlledThread<Control, Order> {
  readonly control: RemoteThread<Control>;
  readonly #thread: Worker;
  readonly #options: ControlledThreadOptions<Control, Order>;
  #orders: Order[] = [];

  /** Starts the thread. */
  constructor(options: ControlledThreadOptions<Control, Order>) {
    this.#options = options;
    const { entry, name, data, resourceLimits, host, onLost } = options;
    const toMain = new MessageChannel();
    const fromMain = new MessageChannel();
    exposeApi(host, toMain.port1);
    this.control = new RemoteThread<Control>(fromMain.port1);
    const ports: ThreadPorts = { toMain: toMain.port2, fromMain: fromMain.port2 };
    this.#thread = new Worker(threadEntry(entry), {
      workerData: { ...data, ...ports },
      transferList: [ports.toMain, ports.fromMain],
      name,
      ...(resourceLimits === undefined ? {} : { resourceLimits }),
    });
    const onGone = (error: Error): void => {
      this.control.lost(error);
      onLost(error);
    };
    this.#thread.once('error', onGone);
    this.#thread.once('exit', (code) => onGone(new Error(`The ${entry} exited with code ${code}`)));
  }

  /** Adds to the next batch. */
  order(order: Order): void {
    this.#orders.push(order);
  }

  /** Sends the batch. */
  flush(): void {
    if (this.#orders.length === 0) return;
    const batch = this.#orders;
    this.#orders = [];
    this.#options.apply(this.control, batch).catch(ignore);
  }

  /** Ends the thread, once `farewell` has settled. */
  async terminate(farewell: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    this.#thread.removeAllListeners('exit');
    await farewell().catch(ignore);
    const exited = once(this.#thread, 'exit');
    void this.#thread.terminate();
    await exited;
    this.control.lost(new Error(`The ${this.#options.entry} was stopped`));
  }
}

function ignore(): void {
  // The thread's end is handled where ends are.
}
