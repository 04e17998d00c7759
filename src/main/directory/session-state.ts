/**
 * Where a session stands, as one complete table. Pure. Main thread.
 *
 *              settle            seat
 *   arriving ---------> lobby ---------> match --keep--> away --seat--> match
 *      ^                  |                |              |  \--arrive-> arriving (its match is still opening)
 *      |                  +---- strand ----+              +--expire--> gone
 *      |                           v
 *      +-------replace-------- stranded --settle--> lobby, --seat--> match
 *
 *   arriving   logged in, not yet admitted: no lobby is open           (bounded wait, then refused)
 *   lobby      admitted, routed to an open lobby
 *   match      admitted, routed to a match
 *   stranded   admitted, its handler is over or left, no lobby is open (bounded wait, then closed)
 *   away       no connection; a seat in a match is kept                (bounded wait, then gone)
 */

import assert from 'node:assert/strict';

export type SessionState = 'arriving' | 'lobby' | 'match' | 'stranded' | 'away' | 'gone';

export type SessionEvent =
  /** A lobby takes it. */
  | 'settle'
  /** A match takes it. */
  | 'seat'
  /** Its handler is over or left and no lobby is open. */
  | 'strand'
  /** A newer login of the same account takes it over. */
  | 'replace'
  /** A login of the same account while its match is still being opened. */
  | 'arrive'
  /** The connection is gone, the seat is kept. */
  | 'keep'
  /** The connection is gone and nothing is kept. */
  | 'drop'
  /** A bounded wait is over. */
  | 'expire';

const IMPOSSIBLE = undefined;

const TRANSITIONS: Readonly<
  Record<SessionState, Readonly<Record<SessionEvent, SessionState | undefined>>>
> = {
  arriving: {
    settle: 'lobby',
    seat: 'match',
    strand: IMPOSSIBLE,
    replace: 'arriving',
    arrive: IMPOSSIBLE,
    keep: 'away',
    drop: 'gone',
    expire: 'gone',
  },
  lobby: {
    settle: 'lobby',
    seat: 'match',
    strand: 'stranded',
    replace: 'lobby',
    arrive: IMPOSSIBLE,
    keep: 'away',
    drop: 'gone',
    expire: IMPOSSIBLE,
  },
  match: {
    settle: 'lobby',
    seat: IMPOSSIBLE,
    strand: 'stranded',
    replace: 'match',
    arrive: IMPOSSIBLE,
    keep: 'away',
    drop: 'gone',
    expire: IMPOSSIBLE,
  },
  stranded: {
    settle: 'lobby',
    seat: 'match',
    strand: IMPOSSIBLE,
    replace: 'arriving',
    arrive: IMPOSSIBLE,
    keep: 'away',
    drop: 'gone',
    expire: 'gone',
  },
  away: {
    settle: IMPOSSIBLE,
    seat: 'match',
    strand: IMPOSSIBLE,
    replace: IMPOSSIBLE,
    arrive: 'arriving',
    keep: IMPOSSIBLE,
    drop: IMPOSSIBLE,
    expire: 'gone',
  },
  gone: {
    settle: IMPOSSIBLE,
    seat: IMPOSSIBLE,
    strand: IMPOSSIBLE,
    replace: IMPOSSIBLE,
    arrive: IMPOSSIBLE,
    keep: IMPOSSIBLE,
    drop: IMPOSSIBLE,
    expire: IMPOSSIBLE,
  },
};

/** Where `event` leads; an event that cannot happen in `state` is a bug. */
export function nextState(state: SessionState, event: SessionEvent): SessionState {
  const next = TRANSITIONS[state][event];
  assert(next !== undefined, 'a session event is possible in its state');
  return next;
}
