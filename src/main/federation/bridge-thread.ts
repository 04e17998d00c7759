/** Main's side of the bridge thread: starts it, batches orders to it, hears of its end. Main thread. */

import type { MessagePort } from 'node:worker_threads';
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
import type { RemoteThread } from '../../shared/thread-call.ts';
import { ControlledThread, type ThreadPorts } from '../controlled-thread.ts';

/** Of a host that is alone, or whose bridge has said nothing yet. */
export const NO_BRIDGE_COUNTS: BridgeCounts = {
  peers: 0,
  routes: 0,
  guests: 0,
  recordsUp: 0,
  recordsDown: 0,
  waitingBytes: 0,
  untimely: { early: 0, stray: 0 },
  refusals: {},
  traffic: NO_TRAFFIC,
  links: [],
};

export class BridgeThread {
  readonly #thread: ControlledThread<BridgeControl, BridgeOrder>;
  readonly #control: RemoteThread<BridgeControl>;

  /** Starts the thread; `onLost` is called when it ends without being told to. */
  constructor(
    data: Omit<BridgeData, keyof ThreadPorts>,
    host: BridgeHost,
    onLost: (error: Error) => void,
  ) {
    this.#thread = new ControlledThread({
      entry: 'bridge',
      name: 'bridge',
      data,
      host,
      apply: (control, batch) => control.call((remote) => remote.apply(batch)),
      onLost,
    });
    this.#control = this.#thread.control;
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
    this.#thread.order(order);
  }

  /** Sends the batch. */
  flush(): void {
    this.#thread.flush();
  }

  /** Ends the links, then the thread. */
  async terminate(): Promise<void> {
    await this.#thread.terminate(() => this.#control.call((remote) => remote.close()));
  }
}
