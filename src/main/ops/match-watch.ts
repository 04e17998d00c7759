/**
 * Who watches which match: the first watcher has the match's worker told to report what its players see, the last one
 * to go has it told to stop. Main thread.
 *
 *   watch() --first--> order watch --> worker reports `watched` --> every watcher's onSample
 *   stop() --last--> order unwatch;   match over --> every watcher's onEnd
 */

import type { HandlerRef } from '../../shared/ids.ts';
import { reasonWord } from '../../shared/reason.ts';
import type { WatchedReport } from '../../shared/thread-messages.ts';
import type { Happening } from '../directory/directory-effects.ts';

/** Watchers of all matches together. */
export const WATCHERS_MAX = 32;

export interface MatchWatcher {
  onSample(sample: WatchedReport): void;
  /** The match is over; nothing more comes. `reason` as clients are told it: `ended`, `crashed`, ... */
  onEnd(reason: string): void;
}

export type WatchOutcome =
  | { readonly outcome: 'watching'; readonly mode: string; readonly stop: () => void }
  | { readonly outcome: 'unknown-match' | 'too-many-watchers' };

interface RunningMatch {
  readonly handler: HandlerRef;
  readonly mode: string;
}

export class MatchWatchDesk {
  readonly #order: (handler: HandlerRef, isWatched: boolean) => void;
  readonly #running = new Map<string, RunningMatch>();
  readonly #watchers = new Map<HandlerRef, Set<MatchWatcher>>();
  #count = 0;

  /** `order` tells a match's worker that it is watched, or no longer. */
  constructor(order: (handler: HandlerRef, isWatched: boolean) => void) {
    this.#order = order;
  }

  /** Watchers of all matches now. */
  get count(): number {
    return this.#count;
  }

  watch(match: string, watcher: MatchWatcher): WatchOutcome {
    const running = this.#running.get(match);
    if (running === undefined) return { outcome: 'unknown-match' };
    if (this.#count >= WATCHERS_MAX) return { outcome: 'too-many-watchers' };
    const { handler, mode } = running;
    const watchers = this.#watchers.get(handler) ?? new Set();
    this.#watchers.set(handler, watchers.add(watcher));
    this.#count += 1;
    if (watchers.size === 1) this.#order(handler, true);
    return { outcome: 'watching', mode, stop: () => this.#stop(handler, watcher) };
  }

  onWatched(sample: WatchedReport): void {
    for (const watcher of this.#watchers.get(sample.handler) ?? []) watcher.onSample(sample);
  }

  onHappening(happening: Happening): void {
    if (happening.kind === 'matchStarted') {
      const { id, handler, mode } = happening;
      this.#running.set(id, { handler, mode });
    } else if (happening.kind === 'matchEnded' || happening.kind === 'matchFailed') {
      this.#end(happening.id, reasonWord(happening.reason));
    }
  }

  #stop(handler: HandlerRef, watcher: MatchWatcher): void {
    const watchers = this.#watchers.get(handler);
    if (watchers?.delete(watcher) !== true) return;
    this.#count -= 1;
    if (watchers.size > 0) return;
    this.#watchers.delete(handler);
    this.#order(handler, false);
  }

  /** The worker needs no word: it forgets the watching with the match. */
  #end(match: string, reason: string): void {
    const running = this.#running.get(match);
    if (running === undefined) return;
    this.#running.delete(match);
    const watchers = this.#watchers.get(running.handler) ?? new Set();
    this.#watchers.delete(running.handler);
    this.#count -= watchers.size;
    for (const watcher of watchers) watcher.onEnd(reason);
  }
}
