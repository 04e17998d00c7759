/**
 * The seed of a property or stress run: fresh each time, printed, and given back by TEST_SEED to repeat one
 * (no LONGHOUSE_ name: hosts that a test starts would take that for a setting).
 * Test files only.
 */

import { freshSeed } from '../../src/shared/random.ts';

/** A seed below 2^31 (what fast-check takes), printed under `name`. */
export function runSeed(name: string): number {
  const given = process.env['TEST_SEED'];
  const seed = given === undefined ? freshSeed() >>> 1 : Number(given);
  console.log(`${name}: TEST_SEED=${seed}`);
  return seed;
}
