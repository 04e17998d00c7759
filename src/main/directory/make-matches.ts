/** One pass: seats of running matches, new matches, and the question to their players where they are asked. Main thread. */

import type { MatchFound } from '../matchmaker/matchmaker.ts';
import { endOffers, tryAsk } from './accept-step.ts';
import { fillMatches } from './backfill-life.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { takeBack, tryOpenMatch } from './match-life.ts';
import { fillShared } from './shared-backfill.ts';

/** Pause after there was no worker or no handler row for a match. */
const MATCH_RETRY_MS = 250;

/** Forms and opens matches; returns when to try again. */
export function makeMatches(parts: DirectoryParts, nowMs: number): number {
  endOffers(parts, nowMs);
  if (parts.isDraining) return Infinity;
  if (nowMs < parts.matchRetryAtMs) return Math.min(parts.matchRetryAtMs, parts.offers.nextMs);
  if (!openAccepted(parts, nowMs)) return retryLater(parts, nowMs);
  fillMatches(parts, nowMs);
  fillShared(parts, nowMs);
  const { matches, nextRunMs } = parts.matchmaker.run(nowMs);
  const unopened = matches.findIndex((found) => !askOrOpen(parts, found, nowMs));
  if (unopened === -1) return Math.min(nextRunMs, parts.offers.nextMs);
  for (const found of matches.slice(unopened)) takeBack(parts, found);
  return retryLater(parts, nowMs);
}

/** Opens what all its players have accepted; false when there is no room: they stay accepted. */
function openAccepted(parts: DirectoryParts, nowMs: number): boolean {
  for (const offer of parts.offers.in('ready')) {
    if (!tryOpenMatch(parts, offer.found, nowMs)) return false;
    parts.offers.apply(offer, 'open');
  }
  return true;
}

function askOrOpen(parts: DirectoryParts, found: MatchFound, nowMs: number): boolean {
  return tryAsk(parts, found, nowMs) || tryOpenMatch(parts, found, nowMs);
}

function retryLater(parts: DirectoryParts, nowMs: number): number {
  parts.matchRetryAtMs = nowMs + MATCH_RETRY_MS;
  return Math.min(parts.matchRetryAtMs, parts.offers.nextMs);
}
