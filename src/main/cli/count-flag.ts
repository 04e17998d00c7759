/** Whole numbers of flags. Pure. Main thread. */

import { HostError } from '../../shared/errors.ts';

const COUNT_MAX = 1_000_000;

/** A whole number of at least 1. Throws `usage`. */
export function countFrom(flag: string, text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= COUNT_MAX) return value;
  const allowed = `allowed is a whole number from 1 to ${COUNT_MAX}`;
  throw new HostError('usage', `Cannot use flag ${flag}: found "${text}", ${allowed}`);
}
