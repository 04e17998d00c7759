/**
 * Counts refusals and says some of them: the first of a kind at once, then one line a while with how many there were, so
 * that nobody fills a log by being refused. Pure. Bridge thread.
 */

import { LinkRefusal } from './link-refusal.ts';

const SAY_MS = 10_000;
/** A peer that is switched off for hours is no news. */
const SAY_UNREACHABLE_MS = 60_000;

interface RefusalCount {
  count: number;
  unsaid: number;
  detail: string;
  sayAtMs: number;
}

export class RefusalCounts {
  readonly #say: (refusal: LinkRefusal, detail: string) => void;
  readonly #counts = new Map<LinkRefusal, RefusalCount>();

  constructor(say: (refusal: LinkRefusal, detail: string) => void) {
    this.#say = say;
  }

  of(refusal: LinkRefusal): number {
    return this.#counts.get(refusal)?.count ?? 0;
  }

  /** By word, those that have been. */
  all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([word, { count }]) => [word, count]));
  }

  /** Counts it and says it now or with others. */
  add(refusal: LinkRefusal, detail: string, nowMs: number): void {
    const one = this.#counts.get(refusal) ?? { count: 0, unsaid: 0, detail, sayAtMs: -Infinity };
    one.count += 1;
    one.unsaid += 1;
    one.detail = detail;
    this.#counts.set(refusal, one);
    this.#sayWhenDue(refusal, one, nowMs);
  }

  /** Says what has come together; a few times a second. */
  step(nowMs: number): void {
    for (const [refusal, one] of this.#counts) this.#sayWhenDue(refusal, one, nowMs);
  }

  #sayWhenDue(refusal: LinkRefusal, one: RefusalCount, nowMs: number): void {
    if (one.unsaid === 0 || nowMs < one.sayAtMs) return;
    const more = one.unsaid === 1 ? '' : ` (and ${one.unsaid - 1} more)`;
    one.unsaid = 0;
    one.sayAtMs = nowMs + (refusal === LinkRefusal.unreachable ? SAY_UNREACHABLE_MS : SAY_MS);
    this.#say(refusal, `${one.detail}${more}`);
  }
}
