/** Main's side of the bridge thread: starts it, batches orders to it, hears of its end. Main thread. */

import { once } from 'node:events';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { transfer } from 'comlink';
import type {
  BridgeControl,
  BridgeCounts,
  BridgeData,
  BridgeHost,
  BridgeOrder,
} from '../../cluster-bridge/bridge-messages.ts';
import { NO_TRAFFIC } from '../../cluster-bridge/link/link-traffic.ts';
import { HostError, messageOf } from '../../shared/errors.ts';
import { RemoteThread, exposeApi } from '../../shared/thread-call.ts';
import { threadEntry } from '../thread-entry.ts';

/** Of a host that is alone, or whose bridge has said nothing yet. */
export const NO_BRIDGE_COUNTS: BridgeCounts = {
  peers: 0,
  routes: 0,
  guests: 0,
  recordsUp: 0,
  recordsDown: 0,
  waitingBytes: 0,
  refusals: {},
  traffic: NO_TRAFFIC,
  links: [],
};

export class BridgeThread {
  readonly #thread: Worker;
  readonly #control: RemoteThread<BridgeControl>;
  #orders: BridgeOrder[] = [];

  /** Starts the thread; `onLost` is called when it ends without being told to. */
  constructor(
    data: Omit<BridgeData, 'toMain' | 'fromMain'>,
    host: BridgeHost,
    onLost: (error: Error) => void,
  ) {
    const toMain = new MessageChannel();
    const fromMain = new MessageChannel();
    exposeApi(host, toMain.port1);
    this.#control = new RemoteThread<BridgeControl>(fromMain.port1);
    const workerData: BridgeData = { ...data, toMain: toMain.port2, fromMain: fromMain.port2 };
    this.#thread = new Worker(threadEntry('bridge'), {
      workerData,
      transferList: [toMain.port2, fromMain.port2],
      name: 'bridge',
    });
    const onGone = (error: Error): void => {
      this.#control.lost(error);
      onLost(error);
    };
    this.#thread.once('error', onGone);
    this.#thread.once('exit', (code) => onGone(new Error(`The bridge exited with code ${code}`)));
  }

  /** Opens the port and answers with it. Throws `listen`. */
  async listen(): Promise<number> {
    try {
      const { port } = await this.#control.call((remote) => remote.listen());
      return port;
    } catch (cause) {
      throw new HostError('listen', `Cannot open the bridge: ${messageOf(cause)}`, { cause });
    }
  }

  /** `bell` is the bridge's end of the channel to a gateway. */
  async gatewayUp(gateway: number, bell: MessagePort): Promise<void> {
    await this.#control.call((remote) => remote.gatewayUp(gateway, transfer(bell, [bell])));
  }

  async workerUp(row: number, bell: MessagePort): Promise<void> {
    await this.#control.call((remote) => remote.workerUp(row, transfer(bell, [bell])));
  }

  async workerLost(row: number): Promise<void> {
    await this.#control.call((remote) => remote.workerLost(row));
  }

  async emptyRings(row: number): Promise<void> {
    await this.#control.call((remote) => remote.emptyRings(row));
  }

  async counts(): Promise<BridgeCounts> {
    return this.#control.call((remote) => remote.counts());
  }

  /** Adds to the next batch. */
  order(order: BridgeOrder): void {
    this.#orders.push(order);
  }

  /** Sends the batch. */
  flush(): void {
    if (this.#orders.length === 0) return;
    const batch = this.#orders;
    this.#orders = [];
    this.#control.call((remote) => remote.apply(batch)).catch(ignore);
  }

  async terminate(): Promise<void> {
    this.#thread.removeAllListeners('exit');
    await this.#control.call((remote) => remote.close()).catch(ignore);
    const exited = once(this.#thread, 'exit');
    void this.#thread.terminate();
    await exited;
    this.#control.lost(new Error('The bridge was stopped'));
  }
}

function ignore(): void {
  // The thread's end is handled where ends are.
}
