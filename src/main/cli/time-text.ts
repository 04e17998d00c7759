/** Times and durations as people write and read them on a command line. Pure. Main thread. */

import { HostError } from '../../shared/errors.ts';

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of `90`, `90s`, `10m`, `2h`, `7d`. Throws `usage`. */
export function secondsFrom(flag: string, text: string): number {
  const [, digits, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  const seconds = Number(digits) * (UNIT_SECONDS[unit === '' ? 's' : unit] ?? Number.NaN);
  if (Number.isFinite(seconds)) return seconds;
  const allowed = 'allowed is a number with s, m, h or d behind it, such as 10m';
  throw new HostError('usage', `Cannot use flag ${flag}: found "${text}", ${allowed}`);
}

/** `45 s`, `10 min`, `2 h 5 min`, `7 d`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

/** `2026-11-22 19:04:05` in the time zone of the terminal. */
export function dateText(atMs: number): string {
  const date = new Date(atMs);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return `${day.map(twoDigits).join('-')} ${clockText(atMs)}`;
}

/** `19:04:05`. */
export function clockText(atMs: number): string {
  const date = new Date(atMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

/** `19:04:05.123`. */
export function exactClockText(atMs: number): string {
  const whole = Math.floor(atMs);
  return `${clockText(whole)}.${String(whole % 1_000).padStart(3, '0')}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
