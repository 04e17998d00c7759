/** Who is told of what happens in the directory: the log, the store, the event stream, counts, watchers. Main thread. */

import type { Happening } from './directory/directory-effects.ts';
import { logHappening } from './happening-log.ts';
import { publishHappening } from './host-events.ts';
import type { HostLog } from './log.ts';
import type { MatchCounts } from './match-counts.ts';
import type { EventFeed } from './ops/event-feed.ts';
import type { MatchWatchDesk } from './ops/match-watch.ts';
import type { HostStore } from './store/host-store.ts';

export interface HappeningListeners {
  readonly log: HostLog;
  readonly watch: MatchWatchDesk;
  readonly store: HostStore;
  readonly events: EventFeed;
  readonly matchCounts: MatchCounts;
}

export function happeningListeners({
  log,
  watch,
  store,
  events,
  matchCounts,
}: HappeningListeners): readonly ((happening: Happening) => void)[] {
  return [
    (happening): void => logHappening(log, happening),
    (happening): void => watch.onHappening(happening),
    (happening): void => store.onHappening(happening),
    (happening): void => publishHappening(events, happening),
    (happening): void => matchCounts.note(happening),
  ];
}
