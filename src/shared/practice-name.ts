/** The names that belong to the host's own practice bots. Any thread. */

/** How such names start, in any case of letters. */
export const PRACTICE_NAME_PREFIX = 'bot-';

/** True for a name that only a practice bot may have. */
export function isPracticeName(name: string): boolean {
  return name.toLowerCase().startsWith(PRACTICE_NAME_PREFIX);
}
