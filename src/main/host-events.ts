/** Brings what happens on the host to the event feed, from every place where it happens. Main thread. */

import { reasonWord } from '../shared/reason.ts';
import type { BanDesk } from './bans/ban-desk.ts';
import type { Happening } from './directory/directory-effects.ts';
import type { EventFeed } from './ops/event-feed.ts';

/** What the directory says has happened; lobbies come and go without an event. */
export function publishHappening(feed: EventFeed, happening: Happening): void {
  switch (happening.kind) {
    case 'matchStarted': {
      const { id, mode, players, waitMsMax, openingMs } = happening;
      feed.publish('match-started', { match: id, mode, players, waitMsMax, openingMs });
      break;
    }
    case 'matchEnded': {
      const { id, mode, reason, durationMs, result } = happening;
      const fields = { match: id, mode, reason: reasonWord(reason), durationMs };
      feed.publish('match-ended', { ...fields, result: result ?? null });
      break;
    }
    case 'matchFailed': {
      const { id, mode, reason, wasOpen } = happening;
      feed.publish('match-ended', { match: id, mode, reason: reasonWord(reason), wasOpen });
      break;
    }
    case 'modeQuarantined':
      feed.publish('mode-quarantined', { mode: happening.mode, crashes: happening.crashes });
      break;
    case 'modeReleased':
      feed.publish('mode-released', { mode: happening.mode });
      break;
    case 'lobbyOpened':
    case 'lobbyClosed':
    case 'lobbyFailed':
      break;
  }
}

/** Bans and their ends. */
export function publishBans(feed: EventFeed, bans: BanDesk): void {
  bans.subscribe(({ kind, row }) => {
    const { id, target, untilMs = null, reason, by } = row;
    if (kind === 'ban') feed.publish('ban', { id, target, untilMs, reason, by });
    else feed.publish('unban', { id, target, why: kind === 'expired' ? 'expired' : 'lifted' });
  });
}
