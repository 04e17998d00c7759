/** What is left to play on a host that stops, and its end. Main thread. */

import type { Reason } from '../../shared/reason.ts';
import type { RemoteSeat } from '../../cluster-bridge/federation/federation-hosts.ts';
import type { DirectoryParts } from './directory-parts.ts';
import type { HostedPlace } from './hosted-life.ts';
import { quitRemote } from './remote-life.ts';

/** People with a seat in a match, and those of other hosts in matches here; practice bots are not counted. */
export function playingCount(parts: DirectoryParts): number {
  let playing = 0;
  for (const { seat, isPractice } of parts.sessions.all()) {
    if (seat !== undefined && !isPractice) playing += 1;
  }
  for (const place of parts.hosted.values()) playing += guestsOf(parts, place);
  return playing;
}

/** Players of other hosts who have seats in a match here. */
function guestsOf({ options }: DirectoryParts, place: HostedPlace | undefined): number {
  if (place === undefined || place.state === 'gone') return 0;
  const { match, left } = place;
  const isGuest = ({ name, homeHostId }: RemoteSeat): boolean =>
    homeHostId !== options.hostId && !left.has(name);
  return match.seats.filter(isGuest).length;
}

/** Asks matches in which only practice bots have seats to end. */
export function endUnplayed(parts: DirectoryParts, reason: Reason): void {
  const { places, hosted, effects } = parts;
  for (const place of places.values()) {
    if (place.kind !== 'match' || place.state !== 'open') continue;
    if ([...place.seated].some(({ isPractice }) => !isPractice)) continue;
    if (guestsOf(parts, hosted.get(place.handler)) > 0) continue;
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
