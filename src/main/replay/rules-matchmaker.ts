/** The matchmaker that a replay runs: the host's own, under the rules that it is given. Main thread. */

import { seededRandom } from '../../shared/random.ts';
import { FairMatchmaker } from '../matchmaker/fair-matchmaker.ts';
import type { Matchmaker } from '../matchmaker/matchmaker.ts';
import type { ModeRules } from '../matchmaker/mode-rules.ts';

export function rulesMatchmaker(modes: Iterable<ModeRules>, seed: number): Matchmaker {
  return new FairMatchmaker(modes, seededRandom(seed));
}
