/** Time as an input: the only file that touches the wall clock and the timers. Any thread. */

/** A source of time and of wake-ups. Simulations and test kits pass a virtual one. */
export interface Clock {
  /** Milliseconds since an arbitrary start that all threads of the host share; never goes back. */
  nowMs(): number;
  /** Milliseconds since 1970-01-01 UTC; may jump. For people and for records, never for intervals. */
  wallMs(): number;
  /** Calls `callback` once, no sooner than `delayMs` from now. */
  setTimer(callback: () => void, delayMs: number): Timer;
}

/** A pending wake-up. */
export interface Timer {
  /** Forgets the wake-up; harmless when it has already happened. */
  cancel(): void;
}

const ORIGIN_SAMPLES = 32;

/** The real clock: the kernel's monotonic one, the same for all threads and processes of a machine. */
export const systemClock: Clock = {
  nowMs: () => ORIGIN_MS + performance.now(),
  wallMs: () => Date.now(),
  setTimer: (callback, delayMs) => {
    const handle = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** performance.now() starts at 0 in each thread, hrtime() does not: the difference makes threads agree. */
const ORIGIN_MS = originMs();

/**
 * The first calls in a thread take up to half a millisecond: of several samples, the one with the least time between
 * its two hrtime() calls is exact to a microsecond or so.
 */
function originMs(): number {
  let origin = 0;
  let shortestMs = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < ORIGIN_SAMPLES; sample += 1) {
    const beforeMs = hrtimeMs();
    const now = performance.now();
    const tookMs = hrtimeMs() - beforeMs;
    if (tookMs >= shortestMs) continue;
    shortestMs = tookMs;
    origin = beforeMs + tookMs / 2 - now;
  }
  return origin;
}

function hrtimeMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Calls `callback` every `intervalMs` until cancelled; does not keep the process alive. */
export function every(callback: () => void, intervalMs: number): Timer {
  const handle = setInterval(callback, intervalMs);
  handle.unref();
  return { cancel: () => clearInterval(handle) };
}

/** Resolves after `delayMs`. */
export function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}
