/**
 * Other rules for the modes, while people wait and play. Main thread.
 *
 *   a running match keeps the rules that it was found by         a found match that was not accepted yet is formed anew
 *   a waiting ticket is looked at anew, as old as it is           a closed mode's tickets go, and parties too large
 */

import { isDeepStrictEqual } from 'node:util';
import { fullSize, type ModeRules } from '../matchmaker/mode-rules.ts';
import { recallOffers } from './accept-step.ts';
import type { QueueCounts } from './directory-effects.ts';
import type { DirectoryParts } from './directory-parts.ts';
import type { CountReporter } from './directory-status.ts';
import { unqueue, unqueueAll } from './queue-exit.ts';
import { ticketMembers } from './queueing.ts';

/** Between two passes of the matchmaker. Returns the names of the modes that are no more; their queues are told as empty. */
export function changeModes(
  parts: DirectoryParts,
  next: ReadonlyMap<string, ModeRules>,
  counts: CountReporter,
): readonly string[] {
  const { modes } = parts.options;
  const closed = [...modes.keys()].filter((name) => !next.has(name));
  for (const name of closed) {
    unqueueAll(parts, name, 'mode-closed');
    parts.effects.queueCounts(name, NO_COUNTS);
  }
  for (const rules of next.values()) {
    const old = modes.get(rules.name);
    if (old === undefined || isDeepStrictEqual(old, rules)) continue;
    if (fullSize(old) !== fullSize(rules) || old.teams !== rules.teams)
      recallOffers(parts, rules.name);
    closeToLarge(parts, rules);
  }
  counts.forget(closed);
  modes.clear();
  for (const rules of next.values()) modes.set(rules.name, rules);
  parts.matchmaker.setModes(next.values());
  for (const [name, running] of parts.matches) {
    if (running.size === 0 && !modes.has(name)) parts.matches.delete(name);
  }
  return closed;
}

const NO_COUNTS: QueueCounts = { waiting: 0, queued: 0, oldestSinceMs: 0, matches: 0, matched: 0 };

/** Parties that no side of the mode takes any more. */
function closeToLarge(parts: DirectoryParts, { name, teamSize }: ModeRules): void {
  const apart = parts.fences.ofMode(name).filter(({ party }) => party !== undefined);
  for (const ticket of [...parts.matchmaker.tickets(name), ...apart]) {
    if ((ticket.party?.size ?? ticket.members.length) <= teamSize) continue;
    const [member] = ticketMembers(parts, ticket);
    if (member !== undefined) unqueue(parts, member, 'mode-closed');
  }
}
