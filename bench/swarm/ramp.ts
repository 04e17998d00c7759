/**
 * How many persons are to be there when, and when each of them comes and goes. Pure; the parent and the swarm's processes.
 *
 *   players ^        ____          person i is there while the line is above i: it comes when the line
 *           |      /      \        rises through i + 1, and goes when it falls through it
 *           |____/         \__
 *           +-----------------> seconds
 *
 * With a Random, persons of a stage come or go as a Poisson process brings that many in that time: at moments drawn evenly and
 * put in order. So there are crowds and lulls, as there are where people come by themselves; the line is then the mean.
 */

import type { Random } from '../../src/shared/random.ts';
import type { Stage } from './scenario.ts';

/** One visit of a person to the ramp, in milliseconds from its start; it goes at the end at the latest. */
export interface Attendance {
  readonly comeMs: number;
  readonly goMs: number;
}

export class Ramp {
  readonly lengthMs: number;
  readonly peak: number;
  readonly #stages: readonly Stage[];
  /** When the first, second, ... person of a stage comes or goes, 0 to 1; undefined: at even distances. */
  readonly #moments: readonly Float64Array[] | undefined;

  /** Persons come at even distances where no `random` is given. */
  constructor(stages: readonly Stage[], random?: Random) {
    this.#stages = stages;
    this.#moments = random === undefined ? undefined : momentsOf(stages, random);
    this.lengthMs = stages.reduce((total, { seconds }) => total + seconds * 1000, 0);
    this.peak = Math.max(0, ...stages.map(({ players }) => players));
  }

  /** Persons who are to be there, a whole number; the mean of it where they come at random. */
  playersAt(atMs: number): number {
    let from = 0;
    let startMs = 0;
    for (const { players, seconds } of this.#stages) {
      const lengthMs = seconds * 1000;
      if (atMs < startMs + lengthMs) {
        return Math.floor(from + ((players - from) * (atMs - startMs)) / lengthMs);
      }
      startMs += lengthMs;
      from = players;
    }
    return from;
  }

  /** When person `index` (from 0) is there. */
  attendances(index: number): readonly Attendance[] {
    const found: Attendance[] = [];
    const height = index + 1;
    let from = 0;
    let startMs = 0;
    let comeMs: number | undefined;
    for (const [place, { players, seconds }] of this.#stages.entries()) {
      const crossMs = (): number => {
        const even = (height - from) / (players - from);
        // The first to come is the lowest above the line, the first to go the highest below it.
        const rank = players > from ? height - from - 1 : from - height;
        return startMs + (this.#moments?.[place]?.[rank] ?? even) * seconds * 1000;
      };
      if (from < height && players >= height) {
        comeMs = crossMs();
      } else if (from >= height && players < height && comeMs !== undefined) {
        found.push({ comeMs, goMs: crossMs() });
        comeMs = undefined;
      }
      from = players;
      startMs += seconds * 1000;
    }
    if (comeMs !== undefined && comeMs < this.lengthMs) {
      found.push({ comeMs, goMs: this.lengthMs });
    }
    return found;
  }
}

function momentsOf(stages: readonly Stage[], random: Random): readonly Float64Array[] {
  let from = 0;
  return stages.map(({ players }) => {
    const moments = Float64Array.from({ length: Math.abs(players - from) }, () => random.next());
    from = players;
    return moments.sort();
  });
}
