/** A match across hosts as its host knows it: whose players sit there, and which seats wait for theirs. Types only. Main thread. */

import type { HandlerRef } from '../../shared/ids.ts';
import { Reason } from '../../shared/reason.ts';
import type { HostIdentity } from '../transport.ts';
import type { FederationMatchHost, HostedMatch, RemoteEnd } from './federation-hosts.ts';
import type { FederationMessage } from './federation-messages.ts';
import type { LeaseTimes } from './lease-rules.ts';

export interface HomeSeats {
  readonly hostId: string;
  readonly names: Set<string>;
  /** Of `names`: those who were asked to take a seat that waited, until when it waits if they do not. */
  readonly offered: Map<string, number>;
  /** Of `names`: those who were given a seat while the match ran and are not known to be in it, each with the claim. */
  readonly filling: Map<string, string>;
  /** On our clock: what was sent and answered holds for a lease from its sending. */
  leaseUntilMs: number;
  hasJoined: boolean;
}

/** A seat without a home: its player's connection is lost, or on its way to another host. */
export interface LooseSeat {
  readonly untilMs: number;
  /** The run of the host that was lost with the player; undefined where it gave the seat up for another host. */
  readonly lostHost: HostIdentity | undefined;
  /** The player is there and may not be let in yet. */
  readonly retryAtMs: number;
}

export interface OpenedHandler {
  readonly handler: HandlerRef;
  readonly handlerId: string;
  readonly inputAtTick?: boolean;
}

export interface Hosted {
  match: HostedMatch;
  readonly coordinator: string;
  readonly homes: Map<string, HomeSeats>;
  /** By name. */
  readonly loose: Map<string, LooseSeat>;
  opened: OpenedHandler | undefined;
  state: 'opening' | 'open' | 'over';
  end: RemoteEnd | undefined;
  untilMs: number;
}

export interface HostedBookOptions {
  readonly self: HostIdentity;
  readonly host: FederationMatchHost;
  readonly send: (hostId: string, message: FederationMessage) => void;
  /** This host itself, or one that is linked. */
  readonly isReachable: (hostId: string) => boolean;
  readonly times: LeaseTimes;
}

export interface Adopted {
  readonly opened: OpenedHandler;
  readonly names: readonly string[];
  readonly nowMs: number;
}

export interface SeatMove {
  readonly matchId: string;
  readonly name: string;
  readonly to: string;
}

export interface Joined {
  readonly matchId: string;
  readonly claimId: string;
  readonly names: readonly string[];
  readonly sentMs: number;
}

export interface Renewed {
  readonly matchIds: readonly string[];
  readonly sentMs: number;
}

/** A seat of a home's player that this host may act for. */
export interface SeatLease {
  readonly matchId: string;
  readonly homeHostId: string;
  readonly name: string;
  readonly untilMs: number;
}

/** For a home whose seats are dropped, whatever it thinks. */
export const LOST: RemoteEnd = {
  reason: Reason.hostLost,
  result: undefined,
  ratings: undefined,
};

export function newHosted(
  match: HostedMatch,
  { coordinator, untilMs }: { readonly coordinator: string; readonly untilMs: number },
): Hosted {
  return {
    match,
    coordinator,
    homes: new Map(),
    loose: new Map(),
    opened: undefined,
    state: 'opening',
    end: undefined,
    untilMs,
  };
}

export function homeSeats(hosted: Hosted, hostId: string): HomeSeats {
  const known = hosted.homes.get(hostId);
  if (known !== undefined) return known;
  const home: HomeSeats = {
    hostId,
    names: new Set(),
    offered: new Map(),
    filling: new Map(),
    leaseUntilMs: 0,
    hasJoined: false,
  };
  hosted.homes.set(hostId, home);
  return home;
}

/** Seats that their homes have agreed to. */
export function* agreedSeats({ match, homes }: Hosted): Iterable<SeatLease> {
  const { matchId } = match;
  for (const { hostId: homeHostId, hasJoined, ...home } of homes.values()) {
    if (!hasJoined) continue;
    const { names, offered, filling, leaseUntilMs: untilMs } = home;
    for (const name of names) {
      if (offered.has(name) || filling.has(name)) continue;
      yield { matchId, homeHostId, name, untilMs };
    }
  }
}
