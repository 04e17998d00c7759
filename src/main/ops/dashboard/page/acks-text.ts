/** Which hosts have confirmed an act, in words. Pure; browser, not a thread of the host. */

import type { Acknowledged } from './api-types.ts';
import type { Tone } from './tone.ts';

/** `confirmed by a (3 ms)`, and who has not. */
export function acksText({ acks = [], pending = [] }: Acknowledged): string {
  const said = acks.map(({ hostId, ms }) => `${hostId} (${Math.round(ms)} ms)`).join(', ');
  const confirmed = acks.length === 0 ? 'confirmed by nobody yet' : `confirmed by ${said}`;
  return pending.length === 0 ? confirmed : `${confirmed}; not yet by ${pending.join(', ')}`;
}

export function pendingTone({ pending = [] }: Acknowledged): Tone | undefined {
  return pending.length === 0 ? undefined : 'bad';
}
