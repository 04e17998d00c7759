/**
 * What main and the bridge thread say to each other; comlink, batches, order kept. Types only. Main and bridge threads.
 *
 *   main --BridgeOrder[]--> bridge        bridge --BridgeReport[]--> main
 */

import type { MessagePort } from 'node:worker_threads';
import type { HostMemory } from '../shared/host-memory.ts';
import type { HandlerRef } from '../shared/ids.ts';
import type { FederationMessage } from './federation/federation-messages.ts';
import type { HeardSummary, HostSummary } from './federation/host-summary.ts';
import type { NetworkMessage } from './federation/network-messages.ts';
import type { PartyMessage } from './federation/party-messages.ts';
import type { TlsFiles } from './link/link-options.ts';
import type { LinkTrafficCounts } from './link/link-traffic.ts';
import type { LinkCounts } from './link/tcp-transport.ts';
import type { ReplicaMessage } from './replica/replica-messages.ts';
import type { HostIdentity } from './transport.ts';

export type BridgeOrder =
  /** `handler` of this host stands for `matchHandler` of that one; comes before its players are moved there. */
  | {
      kind: 'route';
      handler: HandlerRef;
      host: HostIdentity;
      matchHandler: HandlerRef;
      /** Its input may wait a little: see InputLook. */
      inputAtTick?: boolean;
    }
  | { kind: 'unroute'; handler: HandlerRef }
  /** This handler of this host takes players of other hosts; comes before their homes are told of it. */
  | { kind: 'admit'; handler: HandlerRef }
  /** To a peer's main; lost when it is down. */
  | { kind: 'send'; hostId: string; message: FederationMessage | NetworkMessage | PartyMessage }
  /** The same with replicated data. */
  | { kind: 'replicate'; hostId: string; message: ReplicaMessage }
  /** What this host says of itself from now on; sent at once when `isUrgent`. */
  | { kind: 'summary'; summary: HostSummary; isUrgent: boolean };

export type BridgeReport =
  | { kind: 'peerUp'; peer: HostIdentity }
  | { kind: 'peerDown'; peer: HostIdentity; why: string }
  | {
      kind: 'message';
      from: HostIdentity;
      message: FederationMessage | NetworkMessage | PartyMessage;
    }
  | { kind: 'replica'; from: HostIdentity; message: ReplicaMessage }
  | { kind: 'heard'; summary: HeardSummary }
  /** A connection of another host was refused or a link closed for a fault of theirs. */
  | { kind: 'refused'; refusal: string; detail: string }
  | { kind: 'clockSkew'; hostId: string; skewMs: number };

export interface BridgeSettings {
  readonly self: HostIdentity;
  readonly network: string;
  readonly secret: string;
  readonly bindAddress: string;
  readonly port: number;
  readonly advertise: string | undefined;
  readonly peers: readonly string[];
  readonly tls: TlsFiles | undefined;
  readonly seed: number;
}

/** workerData of the thread. */
export interface BridgeData {
  readonly memory: HostMemory;
  readonly settings: BridgeSettings;
  readonly toMain: MessagePort;
  readonly fromMain: MessagePort;
}

/** Calls of main. */
export interface BridgeControl {
  /** Opens the port. Throws `listen`. */
  listen(): Promise<{ readonly port: number }>;
  /** This thread's end of the channel to a gateway. */
  gatewayUp(gateway: number, bell: MessagePort): void;
  apply(orders: readonly BridgeOrder[]): void;
  /** As for a gateway: a match worker is ready, is dead, has exited. */
  workerUp(row: number, bell: MessagePort): void;
  workerLost(row: number): void;
  emptyRings(row: number): void;
  counts(): BridgeCounts;
  /** Ends all links. */
  close(): Promise<void>;
}

/** For operators. */
export interface BridgeCounts {
  readonly peers: number;
  readonly routes: number;
  readonly guests: number;
  readonly recordsUp: number;
  readonly recordsDown: number;
  /** What waits for links that take less than they are sent. */
  readonly waitingBytes: number;
  /** Records that came before main's order of their route and waited for it; records of players who are not here. */
  readonly untimely: { readonly early: number; readonly stray: number };
  /** Links that were refused, given up or closed for a fault, by word, since the start. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Of all links since the start, those that are over included. */
  readonly traffic: LinkTrafficCounts;
  /** Those that are up. */
  readonly links: readonly LinkCounts[];
}

/** Calls of the bridge. */
export interface BridgeHost {
  report(reports: readonly BridgeReport[]): void;
}
