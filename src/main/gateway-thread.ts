/** Main's side of one gateway thread: starts it, batches orders to it, hears of its end. Main thread. */

import type { MessagePort } from 'node:worker_threads';
import { transfer } from 'comlink';
import { HostError, messageOf } from '../shared/errors.ts';
import type { RemoteThread } from '../shared/thread-call.ts';
import type { GatewayOrder } from '../shared/thread-messages.ts';
import type {
  GatewayControl,
  GatewayData,
  GatewayHost,
  GatewaySettings,
  LedgerEntry,
} from '../workers/gateway/gateway-settings.ts';
import { ControlledThread, type ThreadPorts } from './controlled-thread.ts';

/** Three semi-spaces of 4 MiB. */
const YOUNG_GENERATION_MB = 12;

export class GatewayThread {
  readonly index: number;
  readonly #thread: ControlledThread<GatewayControl, GatewayOrder>;
  readonly #control: RemoteThread<GatewayControl>;

  /** Starts the thread; `onLost` is called when it ends without being told to. */
  constructor(
    data: Omit<GatewayData, keyof ThreadPorts>,
    host: GatewayHost,
    onLost: (error: Error) => void,
  ) {
    this.index = data.index;
    this.#thread = new ControlledThread({
      entry: 'gateway',
      name: `gateway-${data.index}`,
      data,
      // Sockets die young: with the default a flood leaves tens of megabytes of room behind that nobody gives back.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      host,
      apply: (control, batch) => control.call((remote) => remote.apply(batch)),
      onLost,
    });
    this.#control = this.#thread.control;
  }

  /** All adapters that the configuration names are loaded. Throws `protocol-file`. */
  async load(): Promise<void> {
    try {
      await this.#control.call((remote) => remote.load());
    } catch (cause) {
      throw new HostError('protocol-file', messageOf(cause), { cause });
    }
  }

  /** Listens on all ports. Throws `listen` or `thread-start`. */
  async listen(): Promise<void> {
    try {
      await this.#control.call((remote) => remote.listen());
    } catch (cause) {
      throw new HostError('listen', `Cannot accept players: ${messageOf(cause)}`, { cause });
    }
  }

  /** Hands settings over; they are in force there once the cell says so and adopt() has resolved. */
  async prepare(version: number, settings: GatewaySettings): Promise<void> {
    await this.#control.call((remote) => remote.prepare(version, settings));
  }

  async adopt(): Promise<void> {
    await this.#control.call((remote) => remote.adopt());
  }

  /** Adds to the next batch. */
  order(order: GatewayOrder): void {
    this.#thread.order(order);
  }

  /** Sends the batch. */
  flush(): void {
    this.#thread.flush();
  }

  /** A match worker is ready; `bell` is this gateway's end of the channel. */
  async workerUp(row: number, bell: MessagePort): Promise<void> {
    await this.#control.call((remote) => remote.workerUp(row, transfer(bell, [bell])));
  }

  /** The worker in `row` is not listened to any more. */
  async workerLost(row: number): Promise<void> {
    await this.#control.call((remote) => remote.workerLost(row));
  }

  /** Resolves when the rings of the exited worker in `row` are empty. */
  async emptyRings(row: number): Promise<void> {
    await this.#control.call((remote) => remote.emptyRings(row));
  }

  /** Sends the batch, and resolves when it has been carried out. */
  async fence(): Promise<void> {
    this.flush();
    await this.#control.call((remote) => remote.apply([]));
  }

  /** Closes all connections from a banned address or range. */
  async closeAddresses(range: string, message: string): Promise<void> {
    await this.#control.call((remote) => remote.closeAddresses(range, message));
  }

  async refuseConnections(): Promise<void> {
    await this.#control.call((remote) => remote.refuseConnections());
  }

  async closeAll(message: string, deadlineMs: number): Promise<void> {
    await this.#control.call((remote) => remote.closeAll(message, deadlineMs));
  }

  async readLedger(): Promise<readonly LedgerEntry[]> {
    return this.#control.call((remote) => remote.readLedger());
  }

  async terminate(): Promise<void> {
    await this.#thread.terminate();
  }
}
