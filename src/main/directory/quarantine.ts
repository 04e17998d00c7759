/**
 * Which modes crash too often and get no new matches for a while. Pure. Main thread.
 *
 * A worker that dies takes several matches with it, innocent ones too; its losses are reported together and count once.
 */

import type { DirectoryLimits } from './directory-options.ts';

/** Worker losses of one mode that are reported within this time are one worker's. */
const SAME_LOSS_MS = 100;

interface CrashRecord {
  /** Newest last, at most crashesMax. */
  readonly crashesMs: number[];
  lastWorkerLossMs: number;
  untilMs: number;
}

export class Quarantine {
  readonly #limits: DirectoryLimits;
  /** At most one entry a configured mode. */
  readonly #records = new Map<string, CrashRecord>();

  constructor(limits: DirectoryLimits) {
    this.#limits = limits;
  }

  /** Notes a crash; true when the mode goes into quarantine with it. */
  noteCrash(mode: string, isWorkerLost: boolean, nowMs: number): boolean {
    const record = this.#recordOf(mode);
    if (isWorkerLost) {
      const isSameLoss = nowMs - record.lastWorkerLossMs < SAME_LOSS_MS;
      if (isSameLoss) return false;
      record.lastWorkerLossMs = nowMs;
    }
    const { crashesMs } = record;
    crashesMs.push(nowMs);
    const sinceMs = nowMs - this.#limits.crashWindowMs;
    if (crashesMs.length > this.#limits.crashesMax) crashesMs.shift();
    while (crashesMs[0] !== undefined && crashesMs[0] < sinceMs) crashesMs.shift();
    if (crashesMs.length < this.#limits.crashesMax || record.untilMs > 0) return false;
    record.untilMs = nowMs + this.#limits.quarantineMs;
    crashesMs.length = 0;
    return true;
  }

  /** When the mode's quarantine ends; undefined when it is in none. */
  untilMs(mode: string): number | undefined {
    const untilMs = this.#records.get(mode)?.untilMs ?? 0;
    return untilMs > 0 ? untilMs : undefined;
  }

  /** Ends what is over; the modes released. */
  release(nowMs: number): string[] {
    const released: string[] = [];
    for (const [mode, record] of this.#records) {
      if (record.untilMs === 0 || record.untilMs > nowMs) continue;
      record.untilMs = 0;
      record.crashesMs.length = 0;
      released.push(mode);
    }
    return released;
  }

  /** Forgets the mode's crashes and ends its quarantine; true when it was in one. */
  clear(mode: string): boolean {
    const wasQuarantined = this.untilMs(mode) !== undefined;
    this.#records.delete(mode);
    return wasQuarantined;
  }

  /** When the next quarantine ends; Infinity when there is none. */
  get nextMs(): number {
    let nextMs = Infinity;
    for (const { untilMs } of this.#records.values()) {
      if (untilMs > 0) nextMs = Math.min(nextMs, untilMs);
    }
    return nextMs;
  }

  #recordOf(mode: string): CrashRecord {
    let record = this.#records.get(mode);
    if (record === undefined) {
      record = { crashesMs: [], lastWorkerLossMs: -Infinity, untilMs: 0 };
      this.#records.set(mode, record);
    }
    return record;
  }
}
