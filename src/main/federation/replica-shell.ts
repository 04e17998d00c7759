/**
 * The replicated data of a running host: what others write goes into the store and in force here, what is written here goes to
 * them. Main thread.
 *
 *   store --written--> Replica --messages--> other hosts --Replica--> their stores --applied--> bans, settings, ratings there
 */

import type { ReplicaMessage } from '../../cluster-bridge/replica/replica-messages.ts';
import { Replica, type ReplicaCounts } from '../../cluster-bridge/replica/replica.ts';
import type { HostIdentity } from '../../cluster-bridge/transport.ts';
import { systemClock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { BanRow, Entry } from '../../shared/store-messages.ts';
import type { BanDesk } from '../bans/ban-desk.ts';
import type { HostLog } from '../log.ts';
import type { ConfigDesk } from '../network-config/config-desk.ts';
import type { HostStore } from '../store/host-store.ts';
import { BanReplication } from './ban-replication.ts';
import { replicaStorage } from './replica-storage.ts';

/** A wrong clock is said once in this time. */
const CLOCK_LOG_MS = 60_000;
const BETWEEN = '/';

export interface ReplicaShellOptions {
  readonly hostId: string;
  readonly store: HostStore;
  readonly bans: BanDesk;
  readonly desk: ConfigDesk;
  readonly log: HostLog;
  readonly send: (hostId: string, message: ReplicaMessage) => void;
  readonly knownHosts: () => readonly string[];
}

export class ReplicaShell {
  readonly #options: ReplicaShellOptions;
  readonly #replica: Replica;
  readonly #bans: BanReplication;
  readonly #linked = new Set<string>();
  readonly #clockToldAtMs = new Map<string, number>();

  constructor(options: ReplicaShellOptions) {
    this.#options = options;
    const { hostId, store, bans, log, send, knownHosts } = options;
    this.#bans = new BanReplication({
      clock: systemClock,
      linkedHosts: () => [...this.#linked],
      knownHosts,
    });
    this.#replica = new Replica({
      hostId,
      storage: replicaStorage(store.calls),
      wallMs: () => systemClock.wallMs(),
      send,
      onApplied: (entries) => this.#onApplied(entries),
      onRepair: (peer) =>
        log.warn(
          `host ${peer} and this one compare all they have: one of them has lost something`,
          {
            reason: 'replica-repair',
          },
        ),
      onClockAhead: (origin, aheadMs) => this.#onClockAhead(origin, aheadMs),
      onInForce: (from, key, isDeleted) => this.#bans.onInForce(from, key, isDeleted),
    });
    store.onHealth(({ state }) => {
      if (state === 'replaced') this.#replica.lost();
    });
    store.calls.onWritten(() => this.#replica.wrote());
    bans.joinNetwork(this.#bans);
  }

  peerUp(peer: HostIdentity): void {
    this.#linked.add(peer.hostId);
    this.#replica.peerUp(peer);
  }

  peerDown(peer: HostIdentity): void {
    this.#linked.delete(peer.hostId);
    this.#replica.peerDown(peer);
  }

  onMessage(from: HostIdentity, message: ReplicaMessage): void {
    this.#replica.onMessage(from, message);
  }

  /** Returns when to come again. */
  step(nowMs: number): number {
    return this.#replica.step(nowMs);
  }

  counts(): ReplicaCounts {
    return this.#replica.counts();
  }

  #onApplied(entries: readonly Entry[]): void {
    let hasConfig = false;
    for (const entry of entries) {
      switch (entry.kind) {
        case 'ban':
          void this.#onBan(entry);
          break;
        case 'config':
          hasConfig = true;
          break;
        case 'rating':
          this.#onRating(entry);
          break;
        case 'account':
        case 'credential':
        case 'status':
          // Read from the store at the next login.
          break;
      }
    }
    if (hasConfig) void this.#onConfig();
  }

  async #onBan(entry: Entry): Promise<void> {
    const { bans, log } = this.#options;
    try {
      if (entry.isDeleted) bans.release(entry.key);
      // The other host's own row: see StoreBook.
      else if (!(await bans.adopt(entry.value as BanRow))) return;
      this.#replica.acknowledge(entry);
    } catch (error) {
      log.error(`ban ${entry.key} of host ${entry.hostId} is not in force here`, {
        reason: 'ban-not-applied',
        error: messageOf(error),
      });
    }
  }

  async #onConfig(): Promise<void> {
    const { desk, log } = this.#options;
    try {
      await desk.load();
    } catch (error) {
      log.error('the configuration of the network could not be read', { error: messageOf(error) });
      return;
    }
    if (desk.problem !== null) {
      log.error(desk.problem, { reason: 'config-not-applied', running: desk.version });
    }
  }

  #onRating({ key, value, isDeleted }: Entry): void {
    const [account = '', mode = ''] = key.split(BETWEEN);
    if (isDeleted) return;
    // The other host's own row: see StoreBook.
    const { mu, sigma } = value as { readonly mu: number; readonly sigma: number };
    this.#options.store.ratings.adopt(mode, account, { mu, sigma });
  }

  #onClockAhead(origin: string, aheadMs: number): void {
    const nowMs = systemClock.nowMs();
    if (nowMs - (this.#clockToldAtMs.get(origin) ?? -Infinity) < CLOCK_LOG_MS) return;
    this.#clockToldAtMs.set(origin, nowMs);
    const seconds = Math.round(aheadMs / 1000);
    this.#options.log.error(
      `what host ${origin} has written is ${seconds} s in the future and waits: one of the clocks is wrong`,
      { reason: 'replica-clock' },
    );
  }
}
