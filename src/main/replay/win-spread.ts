/** How unfair a match is expected to be, from the chances that its sides have. Pure; main thread, replay and bench. */

import { winProbabilities, type SideStrength } from '../matchmaker/rating.ts';

/** How far the favorite's chance is from an even share: 0 for an even match, 0.5 for a certain win of one of two. */
export function spreadOf(chances: readonly number[]): number {
  return Math.max(...chances) - 1 / chances.length;
}

/** The same for two sides, by the difference of their summed mu and the sum of all players' sigma squares. */
export function pairSpread(muDifference: number, variance: number): number {
  const sides: readonly SideStrength[] = [
    { mu: muDifference, variance },
    { mu: 0, variance: 0 },
  ];
  return spreadOf(winProbabilities(sides));
}
