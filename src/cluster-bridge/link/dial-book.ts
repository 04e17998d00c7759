/**
 * Whom to dial and when: configured peers, learned addresses, back-off with jitter. Pure. Bridge thread.
 *
 *   waiting --takeDue()--> dialing --linked()--> linked --hostLost()--> waiting
 *      ^----failed(), self()--|
 *
 * Several addresses may lead to one host: all of them are linked with it, so that no other name of a host that is linked is
 * dialed again and again.
 */

import type { Random } from '../../shared/random.ts';

const RETRY_MS = 100;
const RETRY_MS_MAX = 5_000;
/** An address that turned out to be this host's own. */
const SELF_MS = 600_000;
/** A learned address that never answered is forgotten. */
export const LEARNED_FAILURES_MAX = 20;
export const ADDRESSES_MAX = 256;

interface DialTarget {
  readonly address: string;
  readonly isConfigured: boolean;
  failures: number;
  atMs: number;
  state: 'waiting' | 'dialing' | 'linked';
  /** Who answered there last. */
  hostId: string | undefined;
}

export class DialBook {
  readonly #targets = new Map<string, DialTarget>();
  readonly #random: Random;

  constructor(configured: readonly string[], random: Random) {
    this.#random = random;
    for (const address of configured) this.#add(address, true);
  }

  /** Another host says that a host can be dialed there. */
  learn(address: string): void {
    if (this.#targets.size < ADDRESSES_MAX) this.#add(address, false);
  }

  /** Takes the addresses that are due. */
  takeDue(nowMs: number): readonly string[] {
    const due = [...this.#targets.values()].filter(
      ({ state, atMs }) => state === 'waiting' && atMs <= nowMs,
    );
    for (const target of due) target.state = 'dialing';
    return due.map(({ address }) => address);
  }

  /** There is a link to the host that is dialed there. */
  linked(address: string, hostId: string): void {
    const target = this.#targets.get(address);
    if (target === undefined) return;
    target.state = 'linked';
    target.hostId = hostId;
    target.failures = 0;
  }

  /** The link to a host is down: its addresses again, soon. */
  hostLost(hostId: string, nowMs: number): void {
    for (const target of this.#targets.values()) {
      if (target.state === 'linked' && target.hostId === hostId) this.#retry(target, nowMs);
    }
  }

  /** A dial failed: again after a while. Answers how often it has by now. */
  failed(address: string, nowMs: number): number {
    const target = this.#targets.get(address);
    // Whoever is there has dialed us meanwhile.
    if (target?.state !== 'dialing') return 0;
    if (!target.isConfigured && target.failures >= LEARNED_FAILURES_MAX) {
      this.#targets.delete(address);
      return target.failures;
    }
    this.#retry(target, nowMs);
    return target.failures;
  }

  /** The address is this host's own. */
  self(address: string, nowMs: number): void {
    const target = this.#targets.get(address);
    if (target === undefined) return;
    target.state = 'waiting';
    target.atMs = nowMs + SELF_MS;
  }

  #retry(target: DialTarget, nowMs: number): void {
    const delayMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(target.failures, 10));
    target.state = 'waiting';
    target.failures += 1;
    target.atMs = nowMs + delayMs * (0.5 + this.#random.next() / 2);
  }

  #add(address: string, isConfigured: boolean): void {
    if (this.#targets.has(address)) return;
    const target = { address, isConfigured, failures: 0, atMs: 0, hostId: undefined };
    this.#targets.set(address, { ...target, state: 'waiting' });
  }
}
