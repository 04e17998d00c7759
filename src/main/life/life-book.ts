/**
 * What happened to each account lately, for `longhouse follow` and support. Main thread.
 *
 * One ring of events for all accounts, each event with the position of the one before it of the same account:
 *
 *   position   0     1     2     3     4        read('ada'): 4 -> 2 -> 0, until an event that was overwritten
 *   account   ada   bob   ada   bob   ada
 *   before     -     -     0     1     2
 *
 * Invariant: #newest holds exactly the accounts with an event that is not overwritten, so memory is bounded by the ring.
 */

import { nameKey } from '../../shared/name-key.ts';

/** What happened; the same words in the ops API. `handed-off` is a step of a hand-off, only while the player is followed. */
const LIFE_STEPS = [
  'login',
  'refused',
  'lobby',
  'queued',
  'waiting',
  'unqueued',
  'match',
  'moved',
  'handed-off',
  'resumed',
  'kicked',
  'closed',
] as const;
export type LifeStep = (typeof LIFE_STEPS)[number];

export interface LifeEvent {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly atMs: number;
  readonly what: LifeStep;
  /** In words. */
  readonly detail: string;
}

export type LifeListener = (event: LifeEvent) => void;

/** About 30 events for each of 18,000 players; some 45 MB with their texts when full. */
const EVENTS_MAX = 2 ** 19;
/** Events that one account is answered with. */
const READ_MAX = 200;
const NONE = -1;

export class LifeBook {
  /** Told when an account gets its first follower or loses its last one. */
  onFollowed: (key: string, isFollowed: boolean) => void = () => {};
  readonly #eventsMax: number;
  // An event is a row of these and no object: at rest, most of what main keeps of a player is the player's last events.
  readonly #atMs: Float64Array;
  readonly #steps: Uint8Array;
  readonly #details: string[] = [];
  readonly #keys: string[] = [];
  readonly #before: Float64Array;
  readonly #newest = new Map<string, number>();
  readonly #followers = new Map<string, Set<LifeListener>>();
  /** Position of the next event; only grows. */
  #next = 0;

  constructor(eventsMax: number = EVENTS_MAX) {
    this.#eventsMax = eventsMax;
    this.#atMs = new Float64Array(eventsMax);
    this.#steps = new Uint8Array(eventsMax);
    this.#before = new Float64Array(eventsMax);
  }

  /** Adds an event to the life of the account `key`. */
  note(key: string, event: LifeEvent): void {
    const position = this.#next;
    const slot = position % this.#eventsMax;
    this.#next += 1;
    const overwritten = this.#keys[slot];
    if (overwritten !== undefined && this.#newest.get(overwritten) === position - this.#eventsMax) {
      this.#newest.delete(overwritten);
    }
    this.#atMs[slot] = event.atMs;
    this.#steps[slot] = LIFE_STEPS.indexOf(event.what);
    this.#details[slot] = event.detail;
    this.#keys[slot] = key;
    this.#before[slot] = this.#newest.get(key) ?? NONE;
    this.#newest.set(key, position);
    for (const listener of this.#followers.get(key) ?? []) listener(event);
  }

  /** The latest events of that account, oldest first; undefined where nothing is remembered of it. */
  read(name: string): readonly LifeEvent[] | undefined {
    let position = this.#newest.get(nameKey(name));
    if (position === undefined) return undefined;
    const oldest = this.#next - this.#eventsMax;
    const events: LifeEvent[] = [];
    while (position !== undefined && position > NONE && position >= oldest) {
      const slot: number = position % this.#eventsMax;
      const event = this.#eventAt(slot);
      if (event === undefined || events.length === READ_MAX) break;
      events.push(event);
      position = this.#before[slot];
    }
    // What gateways report comes a moment after what main did.
    return events.reverse().sort((one, other) => one.atMs - other.atMs);
  }

  #eventAt(slot: number): LifeEvent | undefined {
    const what = LIFE_STEPS[this.#steps[slot] ?? 0];
    const detail = this.#details[slot];
    if (what === undefined || detail === undefined) return undefined;
    return { atMs: this.#atMs[slot] ?? 0, what, detail };
  }

  /** Calls `listener` with all that happens to that account, hand-offs in detail; returns the way to stop it. */
  subscribe(name: string, listener: LifeListener): () => void {
    const key = nameKey(name);
    const listeners = this.#followers.get(key) ?? new Set();
    this.#followers.set(key, listeners);
    listeners.add(listener);
    if (listeners.size === 1) this.onFollowed(key, true);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#followers.delete(key);
      this.onFollowed(key, false);
    };
  }

  /** True where something is remembered of the account. */
  knows(key: string): boolean {
    return this.#newest.has(key);
  }

  isFollowed(key: string): boolean {
    return this.#followers.has(key);
  }

  /** The accounts that somebody follows. */
  followed(): IterableIterator<string> {
    return this.#followers.keys();
  }

  /** Accounts of which something is remembered. */
  get accounts(): number {
    return this.#newest.size;
  }
}
