/** Any JSON value in words that fit a line. Pure; browser, not a thread of the host. */

/** `mode ctf, players 16`; nothing for nothing. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object') {
    return Object.entries(value)
      .filter(([, part]) => part !== null && part !== undefined && part !== '')
      .map(([name, part]) => `${name} ${textOf(part)}`)
      .join(', ');
  }
  return JSON.stringify(value);
}
