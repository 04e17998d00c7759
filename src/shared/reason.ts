/**
 * Why a player came, went or was closed: one closed set for the whole host.
 * The number travels in ring records (one byte), the word in events and logs. Any thread.
 */

export const Reason = {
  login: 1,
  matched: 2,
  ended: 3,
  left: 4,
  crashed: 5,
  hung: 6,
  outOfMemory: 7,
  hostLost: 8,
  drained: 9,
  resumed: 10,
  disconnected: 11,
  expired: 12,
  replaced: 13,
  kicked: 14,
  banned: 15,
  quit: 16,
  shutdown: 17,
  slowReader: 18,
  idle: 19,
  loginTimeout: 20,
  badName: 21,
  hostFull: 22,
  addressLimit: 23,
  connectRate: 24,
  frameTooLong: 25,
  badFrame: 26,
  badProtocol: 27,
  lineTooLong: 28,
  badText: 29,
  badProxyHeader: 30,
  starting: 31,
  draining: 32,
  unavailable: 33,
  moved: 34,
  inputOverflow: 35,
  socketError: 36,
  badLogin: 37,
  maintenance: 38,
  /** Gave no name for a while and made room for somebody else. */
  crowdedOut: 39,
  /** The handler that the player was in closed the connection. */
  closed: 40,
} as const;

export type Reason = (typeof Reason)[keyof typeof Reason];

const WORDS: ReadonlyMap<number, string> = new Map(
  Object.entries(Reason).map(([name, code]) => [code, kebabCase(name)]),
);

/** The word of a reason as events and BYE frames carry it: `slowReader` is `slow-reader`. */
export function reasonWord(reason: number): string {
  return WORDS.get(reason) ?? 'unknown';
}

function kebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** True when a connection that closed for this reason keeps its seat in a match for the grace time. */
export function keepsSeat(reason: Reason): boolean {
  return SEAT_KEEPING.has(reason);
}

const SEAT_KEEPING: ReadonlySet<Reason> = new Set<Reason>([
  Reason.disconnected,
  Reason.socketError,
  Reason.slowReader,
  Reason.idle,
  Reason.replaced,
  Reason.unavailable,
]);

const REASONS: ReadonlySet<number> = new Set(Object.values(Reason));

/** A reason as another host sent it; `moved` for one that this host does not know. */
export function knownReason(word: number): Reason {
  // Looked up just now.
  return REASONS.has(word) ? (word as Reason) : Reason.moved;
}
