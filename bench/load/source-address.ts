/** Addresses of loopback that load clients connect from. Load clients only. */

/** 127.1.0.1, 127.1.0.2, ...: 250 to a /24, away from 127.0.0.1. */
export function sourceAddress(index: number): string {
  return `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}
