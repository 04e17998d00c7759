/**
 * Where a person of the swarm can be, and what brings it elsewhere: the whole table. Pure; the swarm's processes.
 *
 *   offline -> connecting -> greeting -> lobby -> (forming) -> asked -> queued -> playing -> lobby ...
 *                                |                                                  ^
 *                                `------------ match: a seat that was kept ---------'
 *
 * What stands nowhere in a row is counted as an error `unexpected EVENT in STATE`: either the host or this table is wrong.
 */

export const PersonState = {
  offline: 'offline',
  connecting: 'connecting',
  /** HELLO is sent; WELCOME and the first place are to come. */
  greeting: 'greeting',
  lobby: 'lobby',
  /** A leader waits for its party to come together. */
  forming: 'forming',
  /** The queue command is sent. */
  asked: 'asked',
  queued: 'queued',
  playing: 'playing',
} as const;
export type PersonState = (typeof PersonState)[keyof typeof PersonState];

/** The first five are the person's own doing or its socket's, the others are events of the host. */
export type PersonEvent =
  | 'dial'
  | 'connected'
  | 'lost'
  | 'form'
  | 'ask'
  | 'lobby'
  | 'queued'
  | 'unqueued'
  | 'found'
  | 'match'
  | 'ended'
  | 'refused';

type Row = Readonly<Partial<Record<PersonEvent, PersonState>>>;

const { offline, connecting, greeting, lobby, forming, asked, queued, playing } = PersonState;
/** A party's members are queued by their leader, from wherever in the lobby they are. */
const IN_LOBBY: Row = { lost: offline, lobby, queued, match: playing, ended: lobby, ask: asked };

export const PERSON_MOVES: Readonly<Record<PersonState, Row>> = {
  offline: { dial: connecting },
  connecting: { connected: greeting, lost: offline },
  // A match may end while its player is led back to the seat: `ended` comes first, the lobby behind it.
  greeting: { lost: offline, lobby, match: playing, ended: greeting },
  lobby: { ...IN_LOBBY, form: forming, unqueued: lobby, refused: lobby },
  // An invitation that was refused is tried again when the time to form is over.
  forming: { ...IN_LOBBY, unqueued: forming, refused: forming },
  asked: { lost: offline, lobby, queued, unqueued: lobby, match: playing, refused: lobby },
  queued: {
    lost: offline,
    lobby,
    queued,
    unqueued: lobby,
    found: queued,
    // As below: the word of the match that ended comes behind that of the party's queue.
    ended: queued,
    match: playing,
    refused: queued,
  },
  playing: {
    lost: offline,
    lobby,
    match: playing,
    ended: playing,
    refused: playing,
    // A leader may queue its party before the news that the match is over has come to all of it.
    queued: playing,
  },
};
