/**
 * Where a connection stands between its socket and its handler, as a pure transition table. Gateway threads.
 *
 *   greeting --login--> loggingIn --admit--> playing --move--> leaving --left / deadline / oldLost--> playing
 *       \________________\____________________\________________\____close____--> closing
 *
 * While `leaving` the old handler may still speak to the client, and input is held. `playing` with a JOIN that the
 * ring had no room for yet is still `playing`: input is held until the JOIN is written.
 */

export const RouteState = {
  greeting: 'greeting',
  loggingIn: 'loggingIn',
  playing: 'playing',
  leaving: 'leaving',
  closing: 'closing',
} as const;
export type RouteState = (typeof RouteState)[keyof typeof RouteState];

export type RouteEvent = 'login' | 'admit' | 'move' | 'moveOldLost' | 'left' | 'close';

export type RouteEffect =
  /** Take a player row, ask main. */
  | 'askMain'
  /** Tell the old handler, start the deadline. */
  | 'writeLeave'
  /** Only the destination changes: the old handler was told already. */
  | 'redirect'
  /** Tell the new handler, then let the held input flow. */
  | 'writeJoin'
  /** Tell the handler, if there is one, and main, if it knows the player. */
  | 'depart';

export interface RouteStep {
  readonly to: RouteState;
  readonly effect: RouteEffect | undefined;
}

/** The row does not allow the event: it came late or twice and is ignored. */
const IGNORED: RouteStep | undefined = undefined;

export const ROUTE_STEPS: Readonly<
  Record<RouteState, Readonly<Record<RouteEvent, RouteStep | undefined>>>
> = {
  greeting: {
    login: { to: 'loggingIn', effect: 'askMain' },
    admit: IGNORED,
    move: IGNORED,
    moveOldLost: IGNORED,
    left: IGNORED,
    close: { to: 'closing', effect: undefined },
  },
  loggingIn: {
    login: IGNORED,
    admit: { to: 'playing', effect: 'writeJoin' },
    move: IGNORED,
    moveOldLost: IGNORED,
    left: IGNORED,
    close: { to: 'closing', effect: 'depart' },
  },
  playing: {
    login: IGNORED,
    admit: IGNORED,
    move: { to: 'leaving', effect: 'writeLeave' },
    moveOldLost: { to: 'playing', effect: 'writeJoin' },
    left: IGNORED,
    close: { to: 'closing', effect: 'depart' },
  },
  leaving: {
    login: IGNORED,
    admit: IGNORED,
    move: { to: 'leaving', effect: 'redirect' },
    moveOldLost: { to: 'playing', effect: 'writeJoin' },
    left: { to: 'playing', effect: 'writeJoin' },
    close: { to: 'closing', effect: 'depart' },
  },
  closing: {
    login: IGNORED,
    admit: IGNORED,
    move: IGNORED,
    moveOldLost: IGNORED,
    left: IGNORED,
    close: IGNORED,
  },
};
