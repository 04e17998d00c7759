/** The states of one connection between two hosts, on either side of it. Pure: the whole table. Bridge thread. */

/**
 *   dialer:    dialing --connected--> greeting --hello--> proving --proof--> up
 *   acceptor:                         greeting --hello--> awaiting --proof--> up
 *   any of them --whatever is not drawn, a refusal, a deadline, the end of the socket--> closed
 */
export const LinkState = {
  /** The socket is being opened. */
  dialing: 'dialing',
  /** The other side's hello is awaited. */
  greeting: 'greeting',
  /** Dialer: its proof is sent, the acceptor's is awaited. */
  proving: 'proving',
  /** Acceptor: its hello is sent, the dialer's proof is awaited. */
  awaiting: 'awaiting',
  up: 'up',
  closed: 'closed',
} as const;

export type LinkState = (typeof LinkState)[keyof typeof LinkState];

export type LinkEvent = 'connected' | 'hello' | 'proof';

export type LinkEffect =
  /** Dialer: says who it is. */
  | 'sendHello'
  /** Acceptor: says who it is, to whoever says that it is a host. */
  | 'answerHello'
  /** Dialer: proves itself. */
  | 'sendProof'
  /** Acceptor: the dialer has proved itself; proves itself too and is up. */
  | 'sendProofAndOpen'
  | 'open';

interface LinkStep {
  readonly to: LinkState;
  readonly effect: LinkEffect;
}

/** What the other side may not send now: the link is closed with a violation. */
const IMPOSSIBLE = undefined;
/** The row of a state that the role never has, and of those that are over: nothing may come. */
const NOTHING = { connected: IMPOSSIBLE, hello: IMPOSSIBLE, proof: IMPOSSIBLE } as const;

export type LinkSteps = Readonly<
  Record<LinkState, Readonly<Record<LinkEvent, LinkStep | undefined>>>
>;

export const DIALER_STEPS: LinkSteps = {
  dialing: {
    connected: { to: 'greeting', effect: 'sendHello' },
    hello: IMPOSSIBLE,
    proof: IMPOSSIBLE,
  },
  greeting: {
    connected: IMPOSSIBLE,
    hello: { to: 'proving', effect: 'sendProof' },
    proof: IMPOSSIBLE,
  },
  proving: {
    connected: IMPOSSIBLE,
    hello: IMPOSSIBLE,
    proof: { to: 'up', effect: 'open' },
  },
  awaiting: NOTHING,
  up: NOTHING,
  closed: NOTHING,
};

export const ACCEPTOR_STEPS: LinkSteps = {
  dialing: NOTHING,
  greeting: {
    connected: IMPOSSIBLE,
    hello: { to: 'awaiting', effect: 'answerHello' },
    proof: IMPOSSIBLE,
  },
  proving: NOTHING,
  awaiting: {
    connected: IMPOSSIBLE,
    hello: IMPOSSIBLE,
    proof: { to: 'up', effect: 'sendProofAndOpen' },
  },
  up: NOTHING,
  closed: NOTHING,
};
