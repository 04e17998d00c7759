/** Randomness as an input: the only file that asks the machine for any. Any thread. */

/** A seeded stream of random numbers. */
export interface Random {
  /** A float in [0, 1). */
  next(): number;
  /** An integer in [0, limit); limit is 1 to 2^32. */
  below(limit: number): number;
}

/**
 * A Random that gives the same numbers for the same seed on every machine.
 * Algorithm: sfc32 (Chris Doty-Humphrey, PractRand), 12 rounds to mix the seed in.
 */
export function seededRandom(seed: number): Random {
  let a = seed | 0;
  let b = 0x9e3779b9 | 0;
  let c = 0x243f6a88 | 0;
  let counter = 1;
  const step = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) step();
  return {
    next: () => step() / 2 ** 32,
    below: (limit) => Math.floor((step() / 2 ** 32) * limit),
  };
}

/** A fresh 32-bit seed from the machine. Print it wherever a run must be repeatable. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
