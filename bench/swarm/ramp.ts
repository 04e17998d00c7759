/**
 * How many persons are to be there when, and when each of them comes and goes. Pure; the parent and the swarm's processes.
 *
 *   players ^        ____          person i is there while the line is above i: it comes when the line
 *           |      /      \        rises through i + 1, and goes when it falls through it
 *           |____/         \__
 *           +-----------------> seconds
 */

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

  constructor(stages: readonly Stage[]) {
    this.#stages = stages;
    this.lengthMs = stages.reduce((total, { seconds }) => total + seconds * 1000, 0);
    this.peak = Math.max(0, ...stages.map(({ players }) => players));
  }

  /** Persons who are to be there, a whole number. */
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
    for (const { players, seconds } of this.#stages) {
      const crossMs = (): number => startMs + ((height - from) / (players - from)) * seconds * 1000;
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
