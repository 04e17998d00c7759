/**
 * Calls between main and its threads: comlink over a MessagePort, for control only and never per client message
 * (a call costs 20-90 us). Any thread.
 *
 * Comlink's promise never settles when the other side dies; a RemoteThread's does: lost() rejects what is pending.
 */

import type { MessagePort } from 'node:worker_threads';
import { expose, wrap, type Endpoint, type Remote } from 'comlink';
import nodeAdapter from 'comlink/dist/umd/node-adapter.js';

// The adapter's CommonJS build exports the function itself; its declaration says `default`.
const toEndpoint = nodeAdapter as unknown as (port: MessagePort) => Endpoint;

/** Lets the other end of `port` call the methods of `api`. */
export function exposeApi(api: object, port: MessagePort): void {
  expose(api, toEndpoint(port));
}

/** The other end of a port whose thread exposed an `Api`. */
export class RemoteThread<Api> {
  readonly #remote: Remote<Api>;
  readonly #port: MessagePort;
  readonly #pending = new Set<(cause: Error) => void>();
  #lost: Error | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    this.#remote = wrap<Api>(toEndpoint(port));
  }

  /** Runs one call. Rejects with the callee's error, or with the cause given to lost(). */
  call<Result>(invoke: (remote: Remote<Api>) => Promise<Result>): Promise<Result> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise<Result>((resolve, reject) => {
      this.#pending.add(reject);
      invoke(this.#remote)
        .then(resolve, reject)
        .finally(() => this.#pending.delete(reject));
    });
  }

  /** The thread is gone: pending calls and all later ones reject with `cause`. */
  lost(cause: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = cause;
    for (const reject of this.#pending) reject(cause);
    this.#pending.clear();
    this.#port.close();
  }
}
