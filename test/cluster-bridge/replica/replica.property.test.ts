/**
 * Goal: whatever is written, cut, crashed and set back, hosts that are linked again come to hold the same map, the newest write of
 * each key, and what was removed does not come back. Method: real Replicas over maps in memory on a virtual clock; then the
 * same with a fault switched on, which must be found.
 */

import { describe, expect, it } from 'vitest';
import { VECTOR_MS } from '../../../src/cluster-bridge/replica/replica.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { runSeed } from '../../support/run-seed.ts';
import { ReplicaNetwork, type Fault, type Marks } from './replica-network.ts';

const SEEDS = Number(process.env['LONGHOUSE_REPLICA_SEEDS'] ?? 2_000);
const TEETH_SEEDS_MAX = 2_000;
/** On a busy machine. */
const MS_PER_SEED_MAX = 60;
const STEPS = 50;
const HEAL_S_MAX = 900;
/** What ends of a line tell each other takes the time of a vector at each host between them. */
const QUIET_MS = 80_000;

interface Outcome {
  readonly wrongs: readonly string[];
  readonly marks: Marks;
  readonly healS: number;
}

describe('replicas', () => {
  it.each([
    ['vectors alone', false],
    ['disks that are set back', true],
  ])(
    'hold the same map after healing, with %s',
    (name, hasTruncations) => {
      const random = seededRandom(runSeed(`replicas, ${name}`));
      const sums: Record<string, number> = {};
      let healSMax = 0;
      for (let run = 0; run < SEEDS / 2; run += 1) {
        const seed = random.below(2 ** 31);
        const { wrongs, marks, healS } = runNetwork({ seed, hasTruncations });
        expect(wrongs, `seed ${seed}`).toEqual([]);
        for (const [mark, count] of Object.entries(marks)) sums[mark] = (sums[mark] ?? 0) + count;
        healSMax = Math.max(healSMax, healS);
      }
      console.log(`replicas, ${name}:`, JSON.stringify({ ...sums, healSMax }));
      for (const [mark, count] of Object.entries(sums)) {
        const isHunted = hasTruncations || !['truncations', 'salvages', 'repairs'].includes(mark);
        if (isHunted) expect(count, mark).toBeGreaterThan(SEEDS / 50);
        else expect(count, mark).toBe(0);
      }
    },
    SEEDS * MS_PER_SEED_MAX,
  );

  it.each<[Fault, boolean]>([
    ['no-tie-break', false],
    ['vector-before-rows', false],
    ['tombstone-dropped', false],
    ['sequence-reused', true],
    ['clock-not-merged', false],
    ['mark-of-all', false],
  ])(
    'are seen to differ with the fault %s',
    (fault, hasTruncations) => {
      const random = seededRandom(runSeed(fault));
      for (let run = 1; run <= TEETH_SEEDS_MAX; run += 1) {
        const seed = random.below(2 ** 31);
        const { wrongs } = runNetwork({ seed, hasTruncations, fault });
        if (wrongs.length === 0) continue;
        console.log(`${fault}: found by run ${run}, seed ${seed}: ${wrongs[0]}`);
        return;
      }
      expect.fail(`${fault} was not found in ${TEETH_SEEDS_MAX} runs`);
    },
    120_000,
  );

  it('do the same thing twice with one seed', () => {
    const options = { seed: runSeed('replicas, twice'), hasTruncations: true };
    expect(runNetwork(options)).toEqual(runNetwork(options));
  });
});

function runNetwork(options: {
  readonly seed: number;
  readonly hasTruncations: boolean;
  readonly fault?: Fault;
}): Outcome {
  const network = new ReplicaNetwork(options);
  network.disturb(STEPS);
  network.heal();
  const wanted = network.newest();
  let healS = 0;
  while (network.unlike(wanted).length > 0 && healS < HEAL_S_MAX && network.wrongs.length === 0) {
    network.run(1_000);
    healS += 1;
  }
  const { wrongs, marks } = network;
  const unlike = network.unlike(wanted);
  if (unlike.length > 0) return { wrongs: [...wrongs, `${unlike.join(' ')} differ`], marks, healS };
  // What may still be on its way, twice; then nothing is said but that all is the same.
  network.run(QUIET_MS);
  const before = network.entryMessages;
  network.run(VECTOR_MS * 2);
  const said = network.entryMessages - before;
  const noise = said > 0 ? [`${said} batches when all was the same`] : [];
  const late = network.unlike(wanted).map((id) => `${id} is different again`);
  return { wrongs: [...wrongs, ...noise, ...late], marks, healS };
}
