/** Time in the page: the only file of it that touches the clock and the timers. Browser, not a thread of the host. */

/** Below this the two clocks agree as well as a header of whole seconds can tell. */
const SKEW_MS_MIN = 2_000;

let skewMs = 0;

/** Milliseconds since 1970-01-01 UTC by the host's clock: what it says of times fits the page's own. */
export function wallMs(): number {
  return Date.now() + skewMs;
}

/** `date`: the header of an answer that has just come. */
export function learnHostTime(date: string | null): void {
  const foundMs = Date.parse(date ?? '') - Date.now();
  if (Number.isFinite(foundMs)) skewMs = Math.abs(foundMs) < SKEW_MS_MIN ? 0 : foundMs;
}

export function every(callback: () => void, intervalMs: number): void {
  setInterval(callback, intervalMs);
}

/** Calls `callback` once; the answer forgets it. */
export function after(callback: () => void, delayMs: number): () => void {
  const handle = setTimeout(callback, delayMs);
  return () => clearTimeout(handle);
}
