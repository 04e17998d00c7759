/** Which names an account may have. Pure. Main thread. */

import { PRACTICE_NAME_PREFIX, isPracticeName } from '../../shared/practice-name.ts';

const NAME = /^[a-z0-9][a-z0-9_-]{0,23}$/i;

/** Why a login of this name is refused, for its player to read; undefined when it is not. */
export function nameRefusal(name: string, isPracticeLogin: boolean): string | undefined {
  if (!NAME.test(name)) {
    return `Cannot log in as ${quoted(name)}: a name has 1 to 24 letters, digits, "_" and "-", a letter or digit first`;
  }
  if (isPracticeName(name) && !isPracticeLogin) {
    return `Cannot log in as ${quoted(name)}: names that start with "${PRACTICE_NAME_PREFIX}" are for practice bots`;
  }
  return undefined;
}

/** At most 40 characters of what was found, with nothing in it that a terminal acts on. */
export function quoted(found: string): string {
  const shown = found.length > 40 ? `${found.slice(0, 40)}...` : found;
  return JSON.stringify(shown.replace(/[\p{C}]/gu, '?'));
}
