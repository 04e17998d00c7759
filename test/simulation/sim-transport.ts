/**
 * One process's end of the simulated network: the Transport of src/cluster-bridge, on virtual time; sim-network.ts is what lies
 * between. Test files only.
 */

import type {
  Channel,
  HostIdentity,
  Peer,
  Transport,
  TransportEvents,
} from '../../src/cluster-bridge/transport.ts';

interface Sending {
  readonly send: (channel: Channel, bytes: Uint8Array) => void;
  readonly close: (why: string) => void;
}

/** One end of one link. */
export class SimPeer implements Peer {
  readonly hostId: string;
  readonly incarnation: number;
  readonly backlogBytes = 0;
  readonly #sending: Sending;

  constructor({ hostId, incarnation }: HostIdentity, sending: Sending) {
    this.hostId = hostId;
    this.incarnation = incarnation;
    this.#sending = sending;
  }

  trySend(channel: Channel, bytes: Uint8Array): boolean {
    this.#sending.send(channel, bytes);
    return true;
  }

  close(why: string): void {
    this.#sending.close(why);
  }
}

/** One process's end of the network. */
export class SimTransport implements Transport {
  readonly identity: HostIdentity;
  /** Runs a call in the process's bridge thread: later when it pauses, never when it is dead. */
  readonly deliver: (run: () => void) => void;
  readonly isPaused: () => boolean;
  events: TransportEvents | undefined;

  constructor(
    identity: HostIdentity,
    thread: { readonly deliver: (run: () => void) => void; readonly isPaused: () => boolean },
  ) {
    this.identity = identity;
    this.deliver = thread.deliver;
    this.isPaused = thread.isPaused;
  }

  get isStarted(): boolean {
    return this.events !== undefined;
  }

  start(events: TransportEvents): Promise<void> {
    this.events = events;
    return Promise.resolve();
  }

  peers(): readonly Peer[] {
    return [];
  }

  close(): Promise<void> {
    this.events = undefined;
    return Promise.resolve();
  }
}
