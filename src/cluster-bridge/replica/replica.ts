/**
 * Keeps this host's replicated map and those of the others the same. Pure: messages, time and the store's answers in;
 * messages and calls of the store out. Main thread, and tests.
 *
 *   link up, every 10 s, 1 s after a change  ->  vector: what is here          to every peer
 *   vector <-                                ->  entries: what it lacks        a batch at a time, the next when it is taken
 *   own write on the disk                    ->  entries: from the own log     to every peer, at once
 *   entries <-                               ->  store, then taken             what wins there is new here too
 *
 * The map itself decides which entry wins; whatever comes twice or late changes nothing. Vectors only save what need not be sent:
 * where two of them are the same and the maps are not, the disk of one was set back, and each asks the other for everything.
 */

import type {
  AppliedEntries,
  Entry,
  ReplicaState,
  VersionVector,
} from '../../shared/store-messages.ts';
import type { HostIdentity } from '../transport.ts';
import { BATCH_LIMITS, cutToClock, cutToSize, type BatchLimits } from './entry-batch.ts';
import type { ReplicaMessage } from './replica-messages.ts';
import { hasLostRows, hasMore, ReplicaPeer } from './replica-peer.ts';

/** What another host may have missed is noticed after this time at the latest. */
export const VECTOR_MS = 10_000;
/** What came from others is told of once in this time. */
export const CHANGED_MS = 1_000;
/** A whole map is not asked for more often, by one host of any other: what is wrong is mended by the first, as a rule. */
const ASK_ALL_MS = 10_000;
/** What a host that knows of its loss asks of how many others in a run. */
const ASK_LOST_PEERS = 2;

/** Calls in their order; each calls back once, later or at once, with undefined where the store failed. */
export interface ReplicaStorage {
  state(done: (state: ReplicaState | undefined) => void): void;
  since(
    from: { readonly origin: string; readonly sequence: number; readonly limit: number },
    done: (entries: readonly Entry[] | undefined) => void,
  ): void;
  /** On the disk when it calls back. */
  apply(
    entries: readonly Entry[],
    raised: VersionVector,
    done: (applied: AppliedEntries | undefined) => void,
  ): void;
}

export interface ReplicaOptions {
  readonly hostId: string;
  readonly storage: ReplicaStorage;
  readonly wallMs: () => number;
  readonly send: (hostId: string, message: ReplicaMessage) => void;
  /** These are what is true here now. */
  readonly onApplied: (entries: readonly Entry[]) => void;
  /** The map of that host and ours have lost something against each other. */
  readonly onRepair?: (hostId: string) => void;
  /** Entries of `hostId` are from so far in the future that they are not taken. */
  readonly onClockAhead?: (hostId: string, aheadMs: number) => void;
  readonly onInForce?: (hostId: string, key: string, isDeleted: boolean) => void;
  readonly limits?: BatchLimits;
}

export interface ReplicaCounts {
  readonly entriesSent: number;
  readonly entriesTaken: number;
  readonly batchesSent: number;
  readonly batchesTaken: number;
  /** Times that everything was asked of a peer. */
  readonly repairs: number;
  /** Of each peer, for how long it has lacked something that is here; 0: as far as is known it has all. */
  readonly behind: readonly { readonly hostId: string; readonly ms: number }[];
}

export class Replica {
  readonly #options: ReplicaOptions;
  readonly #limits: BatchLimits;
  readonly #peers = new Map<string, ReplicaPeer>();
  /** Hosts that were asked in this run for own writes that our file may have lost. */
  readonly #askedOwn = new Set<string>();
  /** Hosts that were asked for all that our file has lost. */
  readonly #askedForLost = new Set<string>();
  #hasLost = false;
  #askedAllAtMs = -Infinity;
  #nowMs = 0;
  #toldAtMs = -Infinity;
  #hasChanged = false;
  readonly #counts = {
    entriesSent: 0,
    entriesTaken: 0,
    batchesSent: 0,
    batchesTaken: 0,
    repairs: 0,
  };

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#limits = options.limits ?? BATCH_LIMITS;
  }

  counts(): ReplicaCounts {
    const behind = Array.from(this.#peers, ([hostId, { behindSinceMs = this.#nowMs }]) => ({
      hostId,
      ms: Math.max(0, this.#nowMs - behindSinceMs),
    }));
    return { ...this.#counts, behind };
  }

  peerUp(identity: HostIdentity): void {
    const peer = new ReplicaPeer(identity);
    this.#peers.set(identity.hostId, peer);
    this.#tell(peer, false);
    this.#askForLost(peer);
  }

  peerDown({ hostId, incarnation }: HostIdentity): void {
    if (this.#peers.get(hostId)?.identity.incarnation === incarnation) this.#peers.delete(hostId);
  }

  /** This host has written something: it is on the disk. */
  wrote(): void {
    for (const peer of this.#peers.values()) {
      if (peer.scope === 'nothing') peer.scope = 'own';
      this.#pump(peer);
    }
  }

  /** This host knows that rows of its file are gone: vectors do not tell others, it asks. */
  lost(): void {
    this.#hasLost = true;
    this.#askedForLost.clear();
    for (const peer of this.#peers.values()) this.#askForLost(peer);
  }

  /** To a peer, if it is up: what it wrote is in force here. */
  acknowledge({ hostId, key, isDeleted }: Entry): void {
    if (this.#peers.has(hostId)) this.#options.send(hostId, { kind: 'inForce', key, isDeleted });
  }

  onMessage(from: HostIdentity, message: ReplicaMessage): void {
    const peer = this.#peers.get(from.hostId);
    if (peer?.identity.incarnation !== from.incarnation) return;
    switch (message.kind) {
      case 'vector':
        this.#onVector(peer, message);
        break;
      case 'entries':
        this.#onEntries(peer, message);
        break;
      case 'taken':
        if (peer.taken(message.batch, message.isHeld)) this.#pump(peer);
        break;
      case 'inForce':
        this.#options.onInForce?.(from.hostId, message.key, message.isDeleted);
        break;
    }
  }

  /** Returns when to come again. */
  step(nowMs: number): number {
    this.#nowMs = nowMs;
    const dueAtMs = this.#toldAtMs + (this.#hasChanged ? CHANGED_MS : VECTOR_MS);
    if (nowMs < dueAtMs) return dueAtMs;
    this.#toldAtMs = nowMs;
    this.#hasChanged = false;
    for (const peer of this.#peers.values()) this.#tell(peer, false);
    return nowMs + CHANGED_MS;
  }

  #onVector(peer: ReplicaPeer, message: Extract<ReplicaMessage, { kind: 'vector' }>): void {
    const { vector, digest, isReply } = message;
    peer.heard(vector);
    this.#pump(peer);
    this.#options.storage.state((own) => {
      if (own === undefined || !this.#isUp(peer)) return;
      if (hasLostRows(own, vector, digest)) this.#repair(peer);
      else if (!isReply && hasMore(vector, own.vector)) this.#tell(peer, true);
    });
  }

  /** Says what is here; the first time in a run as if the own writes since the start were not. */
  #tell(peer: ReplicaPeer, isReply: boolean): void {
    const { storage, send, hostId } = this.#options;
    storage.state((own) => {
      if (own === undefined || !this.#isUp(peer)) return;
      const to = peer.identity.hostId;
      const isFirst = !this.#askedOwn.has(to);
      this.#askedOwn.add(to);
      // Never empty: that would ask for everything.
      const vector = { [hostId]: 0, ...own.vector };
      if (isFirst) vector[hostId] = own.foundSequence;
      const digest = isFirst ? undefined : own.digest;
      send(to, { kind: 'vector', vector, digest, isReply });
    });
  }

  #repair(peer: ReplicaPeer): void {
    if (this.#nowMs - this.#askedAllAtMs < ASK_ALL_MS) return;
    this.#askedAllAtMs = this.#nowMs;
    this.#askAll(peer);
  }

  #askAll(peer: ReplicaPeer): void {
    this.#counts.repairs += 1;
    this.#options.onRepair?.(peer.identity.hostId);
    const ask = { kind: 'vector', vector: {}, digest: undefined, isReply: true } as const;
    this.#options.send(peer.identity.hostId, ask);
  }

  #onEntries(peer: ReplicaPeer, message: Extract<ReplicaMessage, { kind: 'entries' }>): void {
    const { batch, origin, entries, mark } = message;
    const { storage, send, wallMs, onApplied, onClockAhead, hostId } = this.#options;
    const { taken, aheadMs } = cutToClock(entries, wallMs());
    if (aheadMs > 0) onClockAhead?.(origin, aheadMs);
    const raised = aheadMs > 0 ? {} : { [origin]: mark };
    storage.apply(taken, raised, (result) => {
      if (result !== undefined) this.#counts.batchesTaken += 1;
      if (result !== undefined && result.applied.length > 0) {
        this.#counts.entriesTaken += result.applied.length;
        this.#hasChanged = true;
        onApplied(result.applied);
        // Lost by our own disk, and a part of our own log again.
        if (origin === hostId) this.wrote();
      }
      if (!this.#isUp(peer)) return;
      const isHeld = aheadMs > 0 || result === undefined;
      send(peer.identity.hostId, { kind: 'taken', batch, isHeld });
    });
  }

  #askForLost(peer: ReplicaPeer): void {
    const { hostId } = peer.identity;
    if (!this.#hasLost || this.#askedForLost.size >= ASK_LOST_PEERS) return;
    if (this.#askedForLost.has(hostId)) return;
    this.#askedForLost.add(hostId);
    this.#askAll(peer);
  }

  /** Sends the next batch that the peer lacks, if none is on its way. */
  #pump(peer: ReplicaPeer): void {
    const { scope } = peer;
    if (peer.isBusy || !peer.isKnown || scope === 'nothing') return;
    peer.isBusy = true;
    // What is written from here on raises it again.
    peer.scope = 'nothing';
    this.#options.storage.state((own) => {
      if (!this.#isUp(peer)) return;
      const origin = own && peer.lacking(own.vector, this.#options.hostId, scope);
      if (own === undefined || origin !== undefined) {
        // There may be more behind this batch; a store that fails is asked again with the next reason.
        if (peer.scope !== 'all') peer.scope = scope;
      }
      if (own !== undefined && origin !== undefined) {
        peer.behindSinceMs ??= this.#nowMs;
        this.#sendBatch(peer, origin, own.vector[origin] ?? 0);
        return;
      }
      peer.isBusy = false;
      if (own === undefined) return;
      if (!peer.isHolding) peer.behindSinceMs = undefined;
      if (scope === 'all') peer.toldAll();
      this.#pump(peer);
    });
  }

  #sendBatch(peer: ReplicaPeer, origin: string, last: number): void {
    const { storage, send } = this.#options;
    const limit = this.#limits.entries;
    storage.since({ origin, sequence: peer.markOf(origin), limit }, (found) => {
      if (!this.#isUp(peer)) return;
      if (found === undefined) {
        peer.isBusy = false;
        return;
      }
      const entries = cutToSize(found, this.#limits);
      const isWhole = entries.length === found.length && found.length < limit;
      const greatest = entries.at(-1)?.sequence ?? 0;
      const mark = isWhole ? Math.max(last, greatest) : greatest;
      const batch = peer.sent(origin, mark);
      this.#counts.entriesSent += entries.length;
      this.#counts.batchesSent += 1;
      send(peer.identity.hostId, { kind: 'entries', batch, origin, entries, mark });
    });
  }

  /** The store answers later: the link may be another one by then. */
  #isUp(peer: ReplicaPeer): boolean {
    return this.#peers.get(peer.identity.hostId) === peer;
  }
}
