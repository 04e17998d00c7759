/**
 * Where a login stands between a client's name and the directory, as one complete table. Pure. Main thread.
 *
 *              verified            loaded
 *   checking ------------> loading ------> in        is the client who it says; what do we know of the account
 *       |  refuse, late      |  late: in with what is known, where the account is not needed
 *       +------> out <-------+  refuse
 *   any of them --leave--> gone: the connection is no more, an answer that comes later is dropped
 */

export type LoginState = 'checking' | 'loading' | 'in' | 'out' | 'gone';
export type LoginEvent = 'verified' | 'loaded' | 'refuse' | 'leave';

/** undefined: the event comes too late and changes nothing. */
export const LOGIN_STEPS: Readonly<
  Record<LoginState, Readonly<Record<LoginEvent, LoginState | undefined>>>
> = {
  checking: { verified: 'loading', loaded: undefined, refuse: 'out', leave: 'gone' },
  loading: { verified: undefined, loaded: 'in', refuse: 'out', leave: 'gone' },
  in: { verified: undefined, loaded: undefined, refuse: undefined, leave: undefined },
  out: { verified: undefined, loaded: undefined, refuse: undefined, leave: undefined },
  gone: { verified: undefined, loaded: undefined, refuse: undefined, leave: undefined },
};
