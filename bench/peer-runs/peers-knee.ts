/**
 * Where a server stops keeping up: which rate to try next, and what the tries say. Pure. The bench's parent process.
 * The number of players is fixed and the rate of their inputs and states goes up: doubled until a step fails, then halved
 * by ratio between the best that passed and the least that failed.
 */

/** A step fails when 1 % of the states are later than this beyond the wait for the tick, ... */
export const KNEE_BEYOND_TICK_MS = 100;
/** ... or when fewer of the states that were due have come. */
export const KNEE_DELIVERED_SHARE = 0.99;
/**
 * How old the newest of a match's 16 inputs can be as its tick comes, in ticks: neighbors' inputs lie apart by the golden
 * ratio (see InputSchedule), and the widest of 16 such gaps is its fifth power. An age less this much is the server's part.
 */
const NEWEST_INPUT_TICKS = 0.0902;
/** Above this the load clients were not in control of their own schedule. */
export const SEND_LAG_MS_DOUBTFUL = 50;
/** Closer than this the search ends: figures of a shared machine say no more. */
const CLOSE_RATIO = 1.2;
/** Above this a step says as much of what else the machine did. */
export const OTHER_CPU_PERCENT_DOUBTFUL = 20;

export interface KneeStep {
  readonly rateHz: number;
  readonly isPassed: boolean;
  /** States a second that arrived, all players together. */
  readonly deliveredPerSecond: number;
  readonly beyondTickP99Ms: number;
  readonly deliveredShare: number;
  /** How late the load clients sent. */
  readonly sendLagP99Ms: number;
  /** What neither the server nor the load clients used of the machine, but others did; in percent of one core. */
  readonly otherCpuPercent: number;
  /** Why a step has no figures, otherwise undefined. */
  readonly broken?: string;
}

export interface Knee {
  /** States a second at the best step that passed; null when none did. */
  readonly perSecond: number | null;
  readonly rateHz: number | null;
  /** The knee is somewhere above: no step failed, or the load clients were late themselves when one did. */
  readonly isAtLeast: boolean;
  readonly steps: readonly KneeStep[];
}

/** What is left of a state's age without the wait for the tick: at least this much is the server's, the way's, the machine's. */
export function beyondTickMs(ageMs: number, rateHz: number): number {
  return Math.max(0, ageMs - (NEWEST_INPUT_TICKS * 1000) / rateHz);
}

export function isPassed(beyondTickP99Ms: number, deliveredShare: number): boolean {
  return beyondTickP99Ms <= KNEE_BEYOND_TICK_MS && deliveredShare >= KNEE_DELIVERED_SHARE;
}

/** The rate of the next step; undefined when there is nothing more to learn below `rateHzMax`. */
export function nextRateHz(steps: readonly KneeStep[], rateHzMax: number): number | undefined {
  const passed = bestPassed(steps)?.rateHz ?? 0;
  const failed = leastFailed(steps);
  if (failed === undefined) {
    return passed >= rateHzMax ? undefined : Math.min(rateHzMax, Math.max(1, passed * 2));
  }
  // A failure below a success is the machine's noise; the higher one stands.
  if (failed <= passed) return undefined;
  if (passed === 0) return failed === 1 ? undefined : Math.floor(failed / 2);
  const between = Math.round(Math.sqrt(passed * failed));
  const isClose = failed <= passed * CLOSE_RATIO || between <= passed || between >= failed;
  return isClose ? undefined : between;
}

export function kneeOf(steps: readonly KneeStep[]): Knee {
  const best = bestPassed(steps);
  const failed = steps.filter((step) => step.rateHz === leastFailed(steps) && !step.isPassed);
  const wasLoadLate = failed.every((step) => step.sendLagP99Ms > SEND_LAG_MS_DOUBTFUL);
  return {
    perSecond: best === undefined ? null : Math.round(best.deliveredPerSecond),
    rateHz: best?.rateHz ?? null,
    isAtLeast: best !== undefined && wasLoadLate,
    steps,
  };
}

function bestPassed(steps: readonly KneeStep[]): KneeStep | undefined {
  return steps
    .filter((step) => step.isPassed)
    .toSorted((left, right) => right.rateHz - left.rateHz)[0];
}

function leastFailed(steps: readonly KneeStep[]): number | undefined {
  const rates = steps.filter((step) => !step.isPassed).map((step) => step.rateHz);
  return rates.length === 0 ? undefined : Math.min(...rates);
}
