/**
 * What one host knows of another's replicated map, and what it still has to tell. Pure. Main thread.
 *
 *   scope    nothing --own write--> own --its vector came--> all     what is to be compared with what it has
 *   batch    none --sent--> one on its way --taken--> none           one at a time: a slow disk slows the sender
 */

import type { HostIdentity } from '../transport.ts';
import type { ReplicaState, VersionVector } from '../../shared/store-messages.ts';

interface SentBatch {
  readonly batch: number;
  readonly origin: string;
  readonly mark: number;
  /** Of `known` when it was sent: a peer that asks for everything has forgotten what it had taken. */
  readonly generation: number;
}

export class ReplicaPeer {
  readonly identity: HostIdentity;
  /** The store is being read for it, or a batch is on its way. */
  isBusy: boolean = false;
  /** Since when it has lacked something that is here; undefined: it lacks nothing, as far as is known. */
  behindSinceMs: number | undefined;
  scope: 'nothing' | 'own' | 'all' = 'nothing';
  #known: Map<string, number> | undefined;
  /** How far everything has been told again, where it has asked for that; what it says of itself meanwhile changes nothing. */
  #again: Map<string, number> | undefined;
  #generation = 0;
  #batches = 0;
  #sent: SentBatch | undefined;
  /** Logs that it does not take now: its clock or its disk is behind. */
  readonly #held = new Set<string>();

  constructor(identity: HostIdentity) {
    this.identity = identity;
  }

  /** It has said what it has: nothing is sent before. */
  get isKnown(): boolean {
    return this.#known !== undefined;
  }

  heard(vector: VersionVector): void {
    if (Object.keys(vector).length === 0) {
      this.#generation += 1;
      this.#again = new Map();
    } else this.#known = new Map(Object.entries(vector));
    this.#held.clear();
    this.scope = 'all';
  }

  markOf(origin: string): number {
    return (this.#again ?? this.#known)?.get(origin) ?? 0;
  }

  /** It lacks nothing that is here. */
  toldAll(): void {
    for (const [origin, mark] of this.#again ?? []) {
      this.#known?.set(origin, Math.max(mark, this.#known.get(origin) ?? 0));
    }
    this.#again = undefined;
  }

  /** A log of which it lacks something, as far as is known. */
  lacking(vector: VersionVector, own: string, scope: 'own' | 'all'): string | undefined {
    const origins = scope === 'own' ? [own] : Object.keys(vector);
    return origins.find(
      (origin) => (vector[origin] ?? 0) > this.markOf(origin) && !this.#held.has(origin),
    );
  }

  /** It does not take some log now. */
  get isHolding(): boolean {
    return this.#held.size > 0;
  }

  /** A batch goes out; returns its number. */
  sent(origin: string, mark: number): number {
    this.#batches += 1;
    this.#sent = { batch: this.#batches, origin, mark, generation: this.#generation };
    return this.#batches;
  }

  /** False for a batch that is not the one on its way. */
  taken(batch: number, isHeld: boolean): boolean {
    const sent = this.#sent;
    if (sent?.batch !== batch) return false;
    this.#sent = undefined;
    this.isBusy = false;
    if (isHeld) this.#held.add(sent.origin);
    else if (sent.generation === this.#generation) {
      (this.#again ?? this.#known)?.set(sent.origin, sent.mark);
    }
    return true;
  }
}

/** True where `a` has something that `b` lacks. */
export function hasMore(a: VersionVector, b: VersionVector): boolean {
  return Object.entries(a).some(([origin, mark]) => mark > (b[origin] ?? 0));
}

/** True where both have seen the same writes and do not hold the same rows, and it is this host that may hold fewer. */
export function hasLostRows(
  own: ReplicaState,
  vector: VersionVector,
  digest: string | undefined,
): boolean {
  if (digest === undefined || digest === own.digest) return false;
  if (rowsOf(own.digest) > rowsOf(digest)) return false;
  return !hasMore(own.vector, vector) && !hasMore(vector, own.vector);
}

/** A digest starts with how many rows there are. */
function rowsOf(digest: string): number {
  return Number.parseInt(digest, 10);
}
