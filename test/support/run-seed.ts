/**
 * The seed of a property or stress run: fresh each time, printed, and given back by LONGHOUSE_TEST_SEED to repeat one.
 * Test files only.
 */

import { freshSeed } from '../../src/shared/random.ts';

/** A seed below 2^31 (what fast-check takes), printed under `name`. */
export function runSeed(name: string): number {
  const given = process.env['LONGHOUSE_TEST_SEED'];
  const seed = given === undefined ? freshSeed() >>> 1 : Number(given);
  console.log(`${name}: LONGHOUSE_TEST_SEED=${seed}`);
  return seed;
}
