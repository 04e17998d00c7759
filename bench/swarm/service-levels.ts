/**
 * What is asked of the host, judged second by second: which level is missed, for how long, and at which load it broke. Pure.
 * The bench's parent process; limits also in the swarm's processes.
 *
 * A wait that goes on counts as long as it is now: a host that answers nothing at all misses its levels too.
 * Too few samples say nothing: they are kept until there are SAMPLES_MIN of them, or for WINDOW_SECONDS_MAX.
 */

import { LatencyHistogram } from '../load/latency-histogram.ts';
import { rounded } from '../text-table.ts';
import type { Levels } from './scenario.ts';
import { LATENCIES, type LatencyKind } from './swarm-messages.ts';
import type { SecondSum } from './second-sum.ts';

type LatencyLevel =
  | 'loginMsP99'
  | 'queueMsP99'
  | 'inputMsP99'
  | 'stateAgeMsP99'
  | 'stateDelayMsP99'
  | 'chatMsP99'
  | 'pingMsP99';
type ShareLevel = 'missedShareMax' | 'errorShareMax';
export type LevelName = LatencyLevel | ShareLevel;

const SAMPLES_MIN = 20;
const WINDOW_SECONDS_MAX = 10;

export const LEVEL_OF_LATENCY: Readonly<Partial<Record<LatencyKind, LatencyLevel>>> = {
  login: 'loginMsP99',
  queue: 'queueMsP99',
  input: 'inputMsP99',
  stateAge: 'stateAgeMsP99',
  stateDelay: 'stateDelayMsP99',
  chat: 'chatMsP99',
  ping: 'pingMsP99',
};

/** A level that is missed in a second. */
export interface Miss {
  readonly level: LevelName;
  readonly found: number;
  readonly allowed: number;
}

/** A level that was missed for the whole of its time. */
export interface Breach extends Miss {
  /** Where the bad seconds began: the knee. */
  readonly second: number;
  readonly players: number;
}

interface Window {
  readonly histogram: LatencyHistogram;
  seconds: number;
}

interface Streak {
  seconds: number;
  firstSecond: number;
  players: number;
}

/** Beyond these a wait that goes on is told; Infinity where no level asks. */
export function levelLimits(levels: Levels): Readonly<Record<LatencyKind, number>> {
  const limits: Partial<Record<LatencyKind, number>> = {};
  for (const kind of LATENCIES) {
    const level = LEVEL_OF_LATENCY[kind];
    const limit = level === undefined ? 0 : levels[level];
    limits[kind] = limit > 0 ? limit : Number.POSITIVE_INFINITY;
  }
  // The loop went over all kinds.
  return limits as Record<LatencyKind, number>;
}

export class LevelJudge {
  readonly #levels: Levels;
  readonly #windows = new Map<LatencyKind, Window>();
  readonly #streaks = new Map<LevelName, Streak>();
  /** The first breach of each level, in their order. */
  readonly breaches: Breach[] = [];

  constructor(levels: Levels) {
    this.#levels = levels;
  }

  /** The levels that this second misses. */
  judge(second: SecondSum): readonly Miss[] {
    const misses: Miss[] = [];
    for (const kind of LATENCIES) {
      const level = LEVEL_OF_LATENCY[kind];
      if (level === undefined || this.#levels[level] === 0) continue;
      const found = this.#percentile(kind, second);
      if (found === undefined) continue;
      this.#note({ level, found, allowed: this.#levels[level] }, second, misses);
    }
    const { counts } = second;
    const { missedShareMax, errorShareMax } = this.#levels;
    if (missedShareMax > 0 && counts.missed + counts.states > 0) {
      const found = counts.missed / (counts.missed + counts.states);
      this.#note({ level: 'missedShareMax', found, allowed: missedShareMax }, second, misses);
    }
    if (errorShareMax > 0) {
      const found = errorShareOf(second);
      this.#note({ level: 'errorShareMax', found, allowed: errorShareMax }, second, misses);
    }
    return misses;
  }

  #percentile(kind: LatencyKind, second: SecondSum): number | undefined {
    const window = this.#windows.get(kind) ?? { histogram: new LatencyHistogram(), seconds: 0 };
    this.#windows.set(kind, window);
    window.histogram.merge(second.latencies[kind].export());
    window.seconds += 1;
    const judged = new LatencyHistogram();
    judged.merge(window.histogram.export());
    judged.merge(second.overdue[kind].export());
    const isEnough = judged.count >= SAMPLES_MIN || window.seconds >= WINDOW_SECONDS_MAX;
    if (!isEnough) return undefined;
    window.histogram.clear();
    window.seconds = 0;
    return judged.count === 0 ? undefined : rounded(judged.percentileMs(99), 1);
  }

  #note(miss: Miss, second: SecondSum, misses: Miss[]): void {
    const { level, found, allowed } = miss;
    if (found <= allowed) {
      this.#streaks.delete(level);
      return;
    }
    misses.push(miss);
    const streak = this.#streaks.get(level) ?? {
      seconds: 0,
      firstSecond: second.number,
      players: second.online,
    };
    this.#streaks.set(level, streak);
    streak.seconds = second.number - streak.firstSecond + 1;
    const isKnown = this.breaches.some((breach) => breach.level === level);
    if (streak.seconds < this.#levels.badSeconds || isKnown) return;
    this.breaches.push({ ...miss, second: streak.firstSecond, players: streak.players });
  }
}

/** Errors of a second beside all that was asked of the host in it. */
export function errorShareOf({ counts }: Pick<SecondSum, 'counts'>): number {
  const asked = counts.dials + counts.asks + counts.says + counts.pings;
  return counts.errors === 0 ? 0 : Math.min(1, counts.errors / Math.max(1, asked));
}

/** `login p99 passed 500 ms (812 ms)` */
export function missText({ level, found, allowed }: Miss): string {
  if (level === 'missedShareMax' || level === 'errorShareMax') {
    const what = level === 'missedShareMax' ? 'states missed' : 'errors';
    return `${what} passed ${percentText(allowed)} (${percentText(found)})`;
  }
  return `${LEVEL_LABELS[level]} p99 passed ${allowed} ms (${found} ms)`;
}

export const LEVEL_LABELS: Readonly<Record<LevelName, string>> = {
  loginMsP99: 'login',
  queueMsP99: 'queue to match',
  inputMsP99: 'input to state',
  stateAgeMsP99: 'state age',
  stateDelayMsP99: 'state delay',
  chatMsP99: 'chat',
  pingMsP99: 'ping',
  missedShareMax: 'states missed',
  errorShareMax: 'errors',
};

function percentText(share: number): string {
  return `${rounded(share * 100, 2)} %`;
}
