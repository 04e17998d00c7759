/**
 * Who takes part: each person's kind, name and party, by the order in which the ramp brings them. Pure; parent and processes.
 * Kinds take turns by their shares, so that every height of the ramp has the scenario's mixture. A party is a run of neighbors.
 */

import type { PersonKind } from './scenario.ts';

export interface Role {
  /** Place in the ramp, from 0. */
  readonly index: number;
  readonly name: string;
  readonly kind: PersonKind;
  /** Parties are numbered in order, one person alone is one too. */
  readonly party: number;
  /** Names of the whole party, the leader first. */
  readonly members: readonly string[];
}

/** At most 24 characters make a name. */
const KIND_CHARACTERS_MAX = 12;

/** The first `count` persons. `tag` keeps the names of one run from those of another. */
export function castOf(kinds: readonly PersonKind[], count: number, tag: string): readonly Role[] {
  const roles: Role[] = [];
  const owed = kinds.map(() => 0);
  const shares = kinds.reduce((total, { share }) => total + share, 0);
  for (let party = 0; roles.length < count; party += 1) {
    const chosen = mostOwed(owed);
    const kind = kinds[chosen];
    if (kind === undefined) return roles;
    for (const [place, other] of kinds.entries()) {
      owed[place] = (owed[place] ?? 0) + (other.share / shares) * kind.partySize;
    }
    owed[chosen] = (owed[chosen] ?? 0) - kind.partySize;
    const first = roles.length;
    // The last party may stand taller than the ramp: it is as many as there is room for.
    const size = Math.min(kind.partySize, count - first);
    const members = Array.from({ length: size }, (_, place) => {
      return `${kind.name.slice(0, KIND_CHARACTERS_MAX)}-${tag}${(first + place).toString(36)}`;
    });
    for (const [place, name] of members.entries()) {
      roles.push({ index: first + place, name, kind, party, members });
    }
  }
  return roles;
}

function mostOwed(owed: readonly number[]): number {
  let chosen = 0;
  for (const [place, value] of owed.entries()) if (value > (owed[chosen] ?? 0)) chosen = place;
  return chosen;
}
