/**
 * Our side of one telnet option (ECHO, SUPPRESS-GO-AHEAD): when to say WILL and WONT. Pure; runs in gateway threads.
 * The table is RFC 1143's: nothing new is said before the last was answered, so a client that is asked to change back
 * and forth quickly never mistakes an old answer for a new one, and two honest ends never loop.
 *
 *   off --want/WILL--> offered --do--> on --unwant/WONT--> withdrawn --dont--> off
 *                         \--dont--> refused: never offered again on this connection
 */

/** `offeredThenOff`, `withdrawnThenOn`: waiting for an answer, and already of another mind. */
export type OptionState =
  | 'off'
  | 'offered'
  | 'offeredThenOff'
  | 'on'
  | 'withdrawn'
  | 'withdrawnThenOn'
  | 'refused';

/** `want`, `unwant` come from us, `do`, `dont` from the client. */
export type OptionInput = 'want' | 'unwant' | 'do' | 'dont';

export interface OptionTransition {
  readonly to: OptionState;
  readonly say?: 'will' | 'wont';
}

export const OPTION_TRANSITIONS: Readonly<
  Record<OptionState, Readonly<Record<OptionInput, OptionTransition>>>
> = {
  off: {
    want: { to: 'offered', say: 'will' },
    unwant: { to: 'off' },
    do: { to: 'off', say: 'wont' },
    dont: { to: 'off' },
  },
  offered: {
    want: { to: 'offered' },
    unwant: { to: 'offeredThenOff' },
    do: { to: 'on' },
    dont: { to: 'refused' },
  },
  offeredThenOff: {
    want: { to: 'offered' },
    unwant: { to: 'offeredThenOff' },
    do: { to: 'withdrawn', say: 'wont' },
    dont: { to: 'refused' },
  },
  on: {
    want: { to: 'on' },
    unwant: { to: 'withdrawn', say: 'wont' },
    do: { to: 'on' },
    dont: { to: 'refused', say: 'wont' },
  },
  withdrawn: {
    want: { to: 'withdrawnThenOn' },
    unwant: { to: 'withdrawn' },
    do: { to: 'off' },
    dont: { to: 'off' },
  },
  withdrawnThenOn: {
    want: { to: 'withdrawnThenOn' },
    unwant: { to: 'withdrawn' },
    do: { to: 'offered', say: 'will' },
    dont: { to: 'offered', say: 'will' },
  },
  refused: {
    want: { to: 'refused' },
    unwant: { to: 'refused' },
    do: { to: 'refused', say: 'wont' },
    dont: { to: 'refused' },
  },
};
