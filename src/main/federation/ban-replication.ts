/**
 * Waits until the other hosts say that a ban, or its end, is in force there. Main thread.
 *
 * Only hosts that are linked are waited for; those that are known and away are pending at once. What is pending is not lost: such a
 * host takes it over when it is back.
 */

import type { Clock, Timer } from '../../shared/clock.ts';
import type { BanAck, BanAcks, BanNetwork, BanWait } from '../bans/ban-desk.ts';

/** An answer within the second, whatever a host does. */
export const ACK_MS_MAX = 900;

export interface BanReplicationOptions {
  readonly clock: Clock;
  readonly linkedHosts: () => readonly string[];
  /** All that were ever heard, linked ones included. */
  readonly knownHosts: () => readonly string[];
}

export class BanReplication implements BanNetwork {
  readonly #options: BanReplicationOptions;
  readonly #waits = new Set<Wait>();

  constructor(options: BanReplicationOptions) {
    this.#options = options;
  }

  /** Before it is written: a host may be quicker than our own disk's answer. */
  expect(id: string, isLifted: boolean): BanWait {
    const { clock, linkedHosts, knownHosts } = this.#options;
    const linked = linkedHosts();
    const known = new Set([...linked, ...knownHosts()]);
    const wait = new Wait({ id, isLifted, clock, linked, known }, () => this.#waits.delete(wait));
    this.#waits.add(wait);
    if (linked.length === 0) wait.cancel();
    return wait;
  }

  onInForce(hostId: string, id: string, isLifted: boolean): void {
    for (const wait of this.#waits) wait.onInForce(hostId, id, isLifted);
  }
}

interface WaitOptions {
  readonly id: string;
  readonly isLifted: boolean;
  readonly clock: Clock;
  readonly linked: readonly string[];
  readonly known: ReadonlySet<string>;
}

class Wait implements BanWait {
  readonly #options: WaitOptions;
  readonly #askedMs: number;
  readonly #missing: Set<string>;
  readonly #acks: BanAck[] = [];
  readonly #done = Promise.withResolvers<void>();
  readonly #deadline: Timer;
  readonly #onEnd: () => void;

  constructor(options: WaitOptions, onEnd: () => void) {
    const { clock, linked } = options;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#askedMs = clock.nowMs();
    this.#missing = new Set(linked);
    this.#deadline = clock.setTimer(() => this.cancel(), ACK_MS_MAX);
  }

  onInForce(hostId: string, id: string, isLifted: boolean): void {
    const { clock, ...own } = this.#options;
    if (id !== own.id || isLifted !== own.isLifted || !this.#missing.delete(hostId)) return;
    const ms = Math.round((clock.nowMs() - this.#askedMs) * 10) / 10;
    this.#acks.push({ hostId, ms });
    if (this.#missing.size === 0) this.cancel();
  }

  cancel(): void {
    this.#deadline.cancel();
    this.#onEnd();
    this.#done.resolve();
  }

  async result(): Promise<BanAcks> {
    await this.#done.promise;
    const acked = new Set(this.#acks.map(({ hostId }) => hostId));
    const pending = [...this.#options.known].filter((hostId) => !acked.has(hostId)).sort();
    return { acks: [...this.#acks], pending };
  }
}
