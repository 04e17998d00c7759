/** Why a link was closed or never came up: words for peers, counters and logs. Pure. Bridge thread. */

export const LinkRefusal = {
  /** The peer does not know the secret. */
  wrongSecret: 'wrong-secret',
  protocolVersion: 'protocol-version',
  otherNetwork: 'other-network',
  /** The address that was dialed is this host's own. */
  self: 'self',
  /** Another host has that id, or another run of that host is not yet down. */
  duplicateId: 'duplicate-id',
  /** There is a link to that run of the host already. */
  duplicateLink: 'duplicate-link',
  badFrame: 'bad-frame',
  handshakeTimeout: 'handshake-timeout',
  /** Nothing was heard of a link that was up. */
  silent: 'silent',
  /** Made room for others that have not proved themselves either. */
  crowded: 'crowded',
  /** The peer refused; its word is the detail. */
  refusedByPeer: 'refused-by-peer',
  /** Dialed, and there was no host. */
  unreachable: 'unreachable',
  /** The socket is gone. */
  lost: 'lost',
} as const;

export type LinkRefusal = (typeof LinkRefusal)[keyof typeof LinkRefusal];

const WORD_BYTES_MAX = 64;
const WORDS: ReadonlyMap<string, LinkRefusal> = new Map(
  Object.values(LinkRefusal).map((word) => [word, word]),
);

/** What a peer says of its refusal; undefined for what this version does not say. */
export function decodeRefusal(bytes: Uint8Array): LinkRefusal | undefined {
  return WORDS.get(Buffer.from(bytes.subarray(0, WORD_BYTES_MAX)).toString('utf8'));
}
