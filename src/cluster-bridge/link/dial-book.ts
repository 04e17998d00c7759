/**
 * Whom to dial and when: configured peers, learned addresses, back-off with jitter. Pure. Bridge thread.
 *
 *   waiting --takeDue()--> dialing --linked()--> linked --hostLost()--> waiting
 *      ^----failed(), self()--|
 *
 * Several addresses may lead to one host: all of them are linked with it, so that no other name of a host that is linked is
 * dialed again and again.
 *
 * Dials of one address begin at most RETRY_MS_MAX apart, so that hosts which can reach each other again are linked soon, however
 * long they could not. Of ten hosts each is then dialed some twelve times a second by all others, at times of their own.
 */

import type { Random } from '../../shared/random.ts';

const RETRY_MS = 100;
/** From the beginning of one dial to that of the next. */
export const RETRY_MS_MAX = 1_000;
/** An address that turned out to be this host's own. */
const SELF_MS = 600_000;
/** A learned address is forgotten that has not answered for so long, and that no host has named: they do every 30 s. */
export const LEARNED_MS = 300_000;
export const ADDRESSES_MAX = 256;

interface DialTarget {
  readonly address: string;
  readonly isConfigured: boolean;
  failures: number;
  /** When the next dial is due. */
  atMs: number;
  /** When the last one began. */
  dialedMs: number;
  /** When another host named it last, or a link to it was lost. */
  knownMs: number;
  state: 'waiting' | 'dialing' | 'linked';
  /** Who answered there last. */
  hostId: string | undefined;
}

export class DialBook {
  readonly #targets = new Map<string, DialTarget>();
  readonly #random: Random;

  constructor(configured: readonly string[], random: Random) {
    this.#random = random;
    for (const address of configured) this.#add(address, { isConfigured: true, nowMs: 0 });
  }

  /** Another host says that a host can be dialed there. */
  learn(address: string, nowMs: number): void {
    const known = this.#targets.get(address);
    if (known !== undefined) known.knownMs = nowMs;
    else if (this.#targets.size < ADDRESSES_MAX) this.#add(address, { isConfigured: false, nowMs });
  }

  /** Takes the addresses that are due. */
  takeDue(nowMs: number): readonly string[] {
    const due = [...this.#targets.values()].filter(
      ({ state, atMs }) => state === 'waiting' && atMs <= nowMs,
    );
    for (const target of due) {
      target.state = 'dialing';
      target.dialedMs = nowMs;
    }
    return due.map(({ address }) => address);
  }

  /** There is a link to the host that is dialed there, whoever has dialed: its other names have no back-off any more. */
  linked(address: string, hostId: string): void {
    const target = this.#targets.get(address);
    if (target !== undefined) {
      target.state = 'linked';
      target.hostId = hostId;
    }
    for (const other of this.#targets.values()) if (other.hostId === hostId) other.failures = 0;
  }

  /** The link to a host is down: its addresses again, soon. */
  hostLost(hostId: string, nowMs: number): void {
    for (const target of this.#targets.values()) {
      if (target.state !== 'linked' || target.hostId !== hostId) continue;
      target.knownMs = nowMs;
      this.#retry(target, nowMs);
    }
  }

  /** A dial failed: again after a while. Answers how often it has by now. */
  failed(address: string, nowMs: number): number {
    const target = this.#targets.get(address);
    // Whoever is there has dialed us meanwhile.
    if (target?.state !== 'dialing') return 0;
    if (!target.isConfigured && nowMs - target.knownMs >= LEARNED_MS) {
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
    const periodMs = Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** Math.min(target.failures, 10));
    const jitter = 0.5 + this.#random.next() / 2;
    target.state = 'waiting';
    target.failures += 1;
    // A dial that nobody has answered has waited already.
    target.atMs = Math.max(nowMs + RETRY_MS * jitter, target.dialedMs + periodMs * jitter);
  }

  #add(address: string, { isConfigured, nowMs }: { isConfigured: boolean; nowMs: number }): void {
    if (this.#targets.has(address)) return;
    const times = { atMs: 0, dialedMs: 0, knownMs: nowMs };
    const target = { address, isConfigured, failures: 0, ...times, hostId: undefined };
    this.#targets.set(address, { ...target, state: 'waiting' });
  }
}
