/** What is left to play on a host that stops, and its end. Main thread. */

import type { Reason } from '../../shared/reason.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { quitRemote } from './remote-life.ts';

/** People with a seat in a match, and those of other hosts in matches here; practice bots are not counted. */
export function playingCount({ sessions, hosted, options }: DirectoryParts): number {
  let playing = 0;
  for (const { seat, isPractice } of sessions.all()) {
    if (seat !== undefined && !isPractice) playing += 1;
  }
  for (const { state, match, left } of hosted.values()) {
    if (state === 'gone') continue;
    for (const { name, homeHostId } of match.seats) {
      if (homeHostId !== options.hostId && !left.has(name)) playing += 1;
    }
  }
  return playing;
}

/** Asks matches in which only practice bots have seats to end. */
export function endUnplayed({ places, effects }: DirectoryParts, reason: Reason): void {
  for (const place of places.values()) {
    if (place.kind !== 'match' || place.state !== 'open') continue;
    if ([...place.seated].some(({ isPractice }) => !isPractice)) continue;
    place.state = 'closing';
    effects.endHandler(place.handler, reason);
  }
}

/** Asks all matches to end. Their players go to lobbies as each of them is gone; those on other hosts at once. */
export function endAll(parts: DirectoryParts, reason: Reason): void {
  const { places, hosted, effects } = parts;
  for (const place of places.values()) {
    if (place.kind !== 'match' || place.state === 'gone') continue;
    if (place.remoteId === undefined) effects.endHandler(place.handler, reason);
    else quitRemote(parts, place, reason);
  }
  for (const { handler, state } of hosted.values()) {
    if (state !== 'gone') effects.endHandler(handler, reason);
  }
}

/** True when no match runs or opens here, whoever plays in it. */
export function isIdle({ places, hosted }: DirectoryParts): boolean {
  for (const place of places.values()) {
    if (place.kind === 'match' && place.state !== 'gone') return false;
  }
  for (const { state } of hosted.values()) if (state !== 'gone') return false;
  return true;
}
