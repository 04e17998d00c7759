/**
 * Matches that an operator watches: samples what their players see and reports it to main. Match workers.
 *
 *   order watch -> tap on the instance -> every 200 ms, where something was said: report `watched` -> order unwatch, or the end
 *
 * While nobody watches, a broadcast costs one look at an undefined field, and no timer runs.
 */

import type { Clock, Timer } from '../../shared/clock.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import type { WorkerReport } from '../../shared/thread-messages.ts';
import type { HandlerInstance } from './handler-instance.ts';

/** At most five samples a second of one match. */
const SAMPLE_MS = 200;
/** Of a state's bytes no more are sent on; of a sample no more states. */
const STATE_BYTES_MAX = 16 * 1024;
const STATES_MAX = 4;

/** Counts what a match broadcasts and keeps the newest. */
export class WatchTap {
  #newest: Uint8Array | undefined;
  #messages = 0;
  #messageBytes = 0;

  /** `bytes` is copied: handlers use their buffers again. */
  note(bytes: Uint8Array): void {
    this.#messages += 1;
    this.#messageBytes += bytes.byteLength;
    this.#newest = cut(bytes);
  }

  take(): { newest: Uint8Array | undefined; messages: number; messageBytes: number } {
    const sample = {
      newest: this.#newest,
      messages: this.#messages,
      messageBytes: this.#messageBytes,
    };
    this.#newest = undefined;
    this.#messages = 0;
    this.#messageBytes = 0;
    return sample;
  }
}

export interface MatchWatchOptions {
  readonly clock: Clock;
  readonly report: (report: WorkerReport) => void;
}

export class MatchWatch {
  readonly #options: MatchWatchOptions;
  readonly #watched = new Map<HandlerRef, HandlerInstance>();
  #timer: Timer | undefined;

  constructor(options: MatchWatchOptions) {
    this.#options = options;
  }

  /** The first sample leaves at once. Without effect when it is watched already or over. */
  watch(instance: HandlerInstance | undefined): void {
    if (instance === undefined || !instance.isOpen || instance.tap !== undefined) return;
    const tap = new WatchTap();
    instance.tap = tap;
    this.#watched.set(instance.task.handler, instance);
    this.#sample(instance, tap);
    this.#arm();
  }

  unwatch(handler: HandlerRef): void {
    const instance = this.#watched.get(handler);
    if (instance === undefined) return;
    instance.tap = undefined;
    this.#watched.delete(handler);
    if (this.#watched.size > 0) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer ??= this.#options.clock.setTimer(() => {
      this.#timer = undefined;
      for (const [handler, instance] of this.#watched) {
        if (instance.tap === undefined || !instance.isOpen) this.unwatch(handler);
        else this.#sample(instance, instance.tap);
      }
      if (this.#watched.size > 0) this.#arm();
    }, SAMPLE_MS);
  }

  #sample(instance: HandlerInstance, tap: WatchTap): void {
    const { newest, messages, messageBytes } = tap.take();
    // The handler's own view is whole; the newest broadcast is the best there is without one.
    const shown = instance.watchedStates() ?? (newest === undefined ? [] : [newest]);
    if (shown.length === 0 && messages === 0) return;
    const states = shown.slice(0, STATES_MAX).map(cut);
    const { handler } = instance.task;
    this.#options.report({ kind: 'watched', handler, states, messages, messageBytes });
  }
}

/** A copy with a buffer of its own: what is posted to main takes its whole buffer along. */
function cut(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, STATE_BYTES_MAX);
}
