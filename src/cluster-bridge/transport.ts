/**
 * What carries messages between hosts, as everything above it sees it: no socket, no address. Bridge thread.
 *
 * An up peer delivers what was sent to it in order and exactly once, over all channels, until it is down. Nothing is
 * resumed: after a down the next link to that host is a new Peer.
 */

export const Channel = {
  /** Replaced whole by the next one. */
  summary: 1,
  /** Claims, matches, logins: between the mains. */
  control: 2,
  /** Replicated data: between the mains. */
  replica: 3,
  /** Records of proxied players, from their home to the match's host. */
  recordsUp: 4,
  /** The other way. */
  recordsDown: 5,
} as const;

export type Channel = (typeof Channel)[keyof typeof Channel];

/** A run of a host: the same id with another incarnation has forgotten all that was agreed. */
export interface HostIdentity {
  readonly hostId: string;
  /** Milliseconds since the epoch at its start; grows with each start of the host. */
  readonly incarnation: number;
}

/** One authenticated link to another host, up. */
export interface Peer extends HostIdentity {
  /** False: no room now, nothing was taken; onWritable() follows. The bytes are copied or written before it returns. */
  trySend(channel: Channel, bytes: Uint8Array): boolean;
  /** Bytes taken and not yet given to the network. */
  readonly backlogBytes: number;
  /** Ends the link; onDown() follows. */
  close(why: string): void;
}

export interface TransportEvents {
  onUp(peer: Peer): void;
  onDown(peer: Peer, why: string): void;
  /** `bytes` are the transport's: valid until the call returns. */
  onMessage(peer: Peer, channel: Channel, bytes: Uint8Array): void;
  /** There is room again after trySend() was false. */
  onWritable(peer: Peer): void;
}

export interface Transport {
  /** Resolves when it listens; throws HostError `listen`. */
  start(events: TransportEvents): Promise<void>;
  /** Those that are up. */
  peers(): readonly Peer[];
  close(): Promise<void>;
}
