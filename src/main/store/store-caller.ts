/**
 * Calls to the store's thread that always settle: by its answer, its end, or a deadline; counted. Main thread.
 */

import type { Remote } from 'comlink';
import type { Clock } from '../../shared/clock.ts';
import type { StoreThreadApi } from '../../shared/store-messages.ts';
import type { StoreSupervisor } from './store-supervisor.ts';

/** Calls on their way; one more is refused at once, so that a slow disk does not become a full memory. */
const CALLS_MAX = 10_000;

export type StoreCall<Result> = (remote: Remote<StoreThreadApi>) => Promise<Result>;

export interface StoreCallerOptions {
  readonly supervisor: StoreSupervisor;
  readonly clock: Clock;
  readonly callMsMax: number;
  /** The thread has been silent for a whole deadline, or has answered again. */
  readonly onSilent: (isSilent: boolean) => void;
}

export class StoreCaller {
  /** Calls that changed something and were answered. */
  writes = 0;
  /** Calls that were not carried out, as far as is known. */
  failures = 0;
  /** What the last change took, its way to the thread included. */
  commitMs = 0;
  readonly #options: StoreCallerOptions;
  #calls = 0;
  #isSilent = false;

  constructor(options: StoreCallerOptions) {
    this.#options = options;
  }

  async read<Result>(call: StoreCall<Result>): Promise<Result> {
    try {
      return await this.#inTime(call);
    } catch (error) {
      this.failures += 1;
      throw error;
    }
  }

  /** One call that makes `count` changes. */
  async write<Result>(call: StoreCall<Result>, count = 1): Promise<Result> {
    const { clock } = this.#options;
    const startedMs = clock.nowMs();
    const result = await this.read(call);
    this.commitMs = clock.nowMs() - startedMs;
    this.writes += count;
    return result;
  }

  async #inTime<Result>(call: StoreCall<Result>): Promise<Result> {
    const { supervisor, clock, callMsMax } = this.#options;
    const { remote } = supervisor;
    if (remote === undefined) throw new Error('Cannot reach the store: its thread is gone');
    if (this.#calls >= CALLS_MAX) {
      throw new Error(`Cannot reach the store: ${CALLS_MAX} calls wait for it`);
    }
    this.#calls += 1;
    const late = Promise.withResolvers<never>();
    const deadline = clock.setTimer(() => {
      this.#noteSilence(true);
      late.reject(new Error(`Cannot reach the store: no answer within ${callMsMax} ms`));
    }, callMsMax);
    try {
      const result = await Promise.race([this.#answered(remote.call(call)), late.promise]);
      return result;
    } finally {
      deadline.cancel();
      this.#calls -= 1;
    }
  }

  /** An answer that comes after its deadline says at least that the thread is there again. */
  async #answered<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      return await answer;
    } finally {
      this.#noteSilence(false);
    }
  }

  #noteSilence(isSilent: boolean): void {
    if (this.#isSilent === isSilent) return;
    this.#isSilent = isSilent;
    this.#options.onSilent(isSilent);
  }
}
