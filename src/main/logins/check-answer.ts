/** Reads what a game's own login check answered; nothing in it is believed. Pure. Main thread. */

import { Reason } from '../../shared/reason.ts';
import { quoted } from '../directory/name-rule.ts';
import { refused, type LoginVerdict } from './login-way.ts';

export const NOT_NOW = 'Cannot log in: the login check does not work at the moment, try again';
const MESSAGE_CHARS_MAX = 200;
const CONTROLS = /\p{C}/gu;

/** A verdict, or what is wrong with the answer. */
export function readAnswer(
  answer: unknown,
  askedName: string,
): { readonly verdict: LoginVerdict } | { readonly fault: string } {
  if (typeof answer !== 'object' || answer === null || !('ok' in answer)) {
    return { fault: `answered ${shown(answer)}, expected { ok: ... }` };
  }
  if (answer.ok === true) {
    const name = 'name' in answer ? (answer.name ?? askedName) : askedName;
    if (typeof name === 'string') return { verdict: { isAllowed: true, name } };
    return { fault: `answered a name that is ${shown(name)}, expected a text` };
  }
  if (answer.ok === false) {
    const text = 'message' in answer && typeof answer.message === 'string' ? answer.message : '';
    const message = text.slice(0, MESSAGE_CHARS_MAX).replaceAll(CONTROLS, ' ').trim();
    return {
      verdict: refused(Reason.badLogin, message === '' ? 'Cannot log in: refused' : message),
    };
  }
  return { fault: `answered ok: ${shown(answer.ok)}, expected true or false` };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : typeof value;
}
