/** What players are told while a host drains, and when: pure. Main thread. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Times before the deadline at which everybody is told, longest first. */
export const COUNTDOWN_MS: readonly number[] = [
  10 * MINUTE_MS,
  5 * MINUTE_MS,
  MINUTE_MS,
  30 * SECOND_MS,
  10 * SECOND_MS,
];

/** The notice that a drain begins with. */
export function startNotice(leftMs: number): string {
  if (leftMs <= 0) return 'This host is about to stop: matches end now.';
  const time = durationText(leftMs);
  return `This host is about to stop: running matches go on for up to ${time}, no new ones start.`;
}

/** The notice of one mark of the countdown. */
export function countdownNotice(leftMs: number): string {
  return `This host stops in ${durationText(leftMs)}: matches that still run then are ended.`;
}

export const UNDRAIN_NOTICE = 'This host goes on: it does not stop after all, matches start again.';

export class DrainCountdown {
  readonly #deadlineMs: number;
  /** Index of the next mark. */
  #next: number;

  constructor(nowMs: number, deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
    // A mark that is due at the start is said by the start's own notice.
    this.#next = COUNTDOWN_MS.findIndex((mark) => mark < deadlineMs - nowMs);
    if (this.#next === -1) this.#next = COUNTDOWN_MS.length;
  }

  /** The mark that has been reached since the last call, the shortest if there were several. */
  tryTake(nowMs: number): number | undefined {
    const leftMs = this.#deadlineMs - nowMs;
    let reached: number | undefined;
    for (; leftMs <= (COUNTDOWN_MS[this.#next] ?? -Infinity); this.#next += 1) {
      reached = COUNTDOWN_MS[this.#next];
    }
    return reached;
  }
}

/** `10 min`, `90 s`. */
function durationText(ms: number): string {
  const seconds = Math.ceil(ms / SECOND_MS);
  if (seconds < 60 || seconds % 60 !== 0) return `${seconds} s`;
  const minutes = seconds / 60;
  return minutes >= 60 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
