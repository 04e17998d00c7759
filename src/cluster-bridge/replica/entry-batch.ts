/** How much of a log goes at once, and what of it is taken. Pure. Main thread. */

import type { Entry } from '../../shared/store-messages.ts';

export interface BatchLimits {
  readonly entries: number;
  /** Of their JSON: at most three times as many bytes. */
  readonly characters: number;
}

/** One entry alone may be larger: a version of the configuration is the largest, and a frame of the link holds it. */
export const BATCH_LIMITS: BatchLimits = { entries: 256, characters: 65_536 };
/** Entries from further in the future are of a host whose clock is wrong: merged, they would win for ever. */
const CLOCK_AHEAD_MS_MAX = 60_000;

/** The first ones that fit; at least one. */
export function cutToSize(entries: readonly Entry[], limits: BatchLimits): readonly Entry[] {
  let characters = 0;
  for (const [index, entry] of entries.entries()) {
    characters += JSON.stringify(entry).length;
    if (index > 0 && characters > limits.characters) return entries.slice(0, index);
  }
  return entries;
}

/** Those before the first that is too far ahead, and how far that one is. */
export function cutToClock(
  entries: readonly Entry[],
  wallMs: number,
): { readonly taken: readonly Entry[]; readonly aheadMs: number } {
  const index = entries.findIndex((entry) => entry.wallMs - wallMs > CLOCK_AHEAD_MS_MAX);
  const first = entries[index];
  if (first === undefined) return { taken: entries, aheadMs: 0 };
  return { taken: entries.slice(0, index), aheadMs: first.wallMs - wallMs };
}
