/** Numbers, sizes and times as the page writes them. Pure; browser, not a thread of the host. */

const COUNT = new Intl.NumberFormat('en');
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const MOMENT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `18,000`. */
export function countText(value: number): string {
  return COUNT.format(Math.round(value));
}

/** `1 match`, `1,125 matches`. */
export function pluralText(value: number, one: string, many: string): string {
  return `${countText(value)} ${value === 1 ? one : many}`;
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: two units at most. */
export function durationText(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.floor(Math.max(0, ms) / SECOND_MS)} s`;
  if (ms < HOUR_MS)
    return twoUnits(ms, { unit: MINUTE_MS, word: 'min', part: SECOND_MS, rest: 's' });
  if (ms < DAY_MS) return twoUnits(ms, { unit: HOUR_MS, word: 'h', part: MINUTE_MS, rest: 'min' });
  return twoUnits(ms, { unit: DAY_MS, word: 'd', part: HOUR_MS, rest: 'h' });
}

/** `4:05`, as a countdown. */
export function countdownText(ms: number): string {
  const seconds = Math.ceil(Math.max(0, ms) / SECOND_MS);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** `just now`, `12 s ago`. */
export function agoText(ms: number): string {
  return ms < 2 * SECOND_MS ? 'just now' : `${durationText(ms).replace(/ \d+ s$/, '')} ago`;
}

/** `14:05:09`. */
export function clockText(atMs: number): string {
  return CLOCK.format(new Date(atMs));
}

/** `22 Nov 2026, 14:05:09`. */
export function momentText(atMs: number): string {
  return MOMENT.format(new Date(atMs));
}

/** `12 MiB`, `1.4 GiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 2 ** 10) return `${Math.round(bytes)} B`;
  if (bytes < 2 ** 20) return `${countText(bytes / 2 ** 10)} KiB`;
  if (bytes < 2 ** 30) return `${countText(bytes / 2 ** 20)} MiB`;
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

/** `37 %`, and below ten `0.4 %`. */
export function percentText(share: number): string {
  if (share > 0 && share < 0.0995) return `${(share * 100).toFixed(1)} %`;
  return `${Math.round(share * 100)} %`;
}

function twoUnits(
  ms: number,
  { unit, word, part, rest }: { unit: number; word: string; part: number; rest: string },
): string {
  const parts = Math.floor((ms % unit) / part);
  const whole = `${Math.floor(ms / unit)} ${word}`;
  return parts === 0 ? whole : `${whole} ${parts} ${rest}`;
}
