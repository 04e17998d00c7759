/** A match as the directory begins to know it, on this host or on another. Main thread. */

import type { MatchPlace } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';

/** What differs from match to match; the rest begins empty. */
export type NewMatch = Pick<
  MatchPlace,
  'handler' | 'id' | 'mode' | 'state' | 'tickets' | 'roster' | 'quality' | 'foundMs' | 'waitMsMax'
> &
  Pick<Partial<MatchPlace>, 'remoteId'>;

/** All of the roster are seated. `openedMs` is 0 until it is open. */
export function newMatchPlace(parts: DirectoryParts, match: NewMatch): MatchPlace {
  parts.lastMatchNumber += 1;
  return {
    ...match,
    kind: 'match',
    rules: parts.options.modes.get(match.mode),
    isWorkerLost: false,
    members: new Set(),
    number: parts.lastMatchNumber,
    joining: new Map(),
    wanted: undefined,
    seated: new Set(match.roster.map(({ session }) => session)),
    openedMs: match.state === 'open' ? match.foundMs : 0,
  };
}
