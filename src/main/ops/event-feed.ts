/**
 * What happens on the host, for any number of listeners, and the last of it for those who come back. Main thread.
 *
 *   publish() -> ring of the last EVENTS_KEPT -> every listener
 *
 * An event is put into the words of server-sent events once, however many listen. Ids are `RUN-NUMBER`: after a restart
 * the run differs, so that a listener who comes back with an id of the last run is given all there is.
 */

import { systemClock, type Clock } from '../../shared/clock.ts';
import { freshSeed } from '../../shared/random.ts';
import { eventText } from './event-text.ts';

export type OpsEventKind =
  | 'match-started'
  | 'match-ended'
  | 'host-joined'
  | 'host-left'
  | 'host-lost'
  | 'ban'
  | 'unban'
  | 'kick'
  | 'config'
  | 'announce'
  | 'drain'
  | 'worker-lost'
  | 'mode-quarantined'
  | 'mode-released'
  | 'store';

export const EVENTS_KEPT = 1_024;

/** Is given the event as server-sent text. */
export type EventListener = (text: string) => void;

export class EventFeed {
  readonly #hostId: string;
  readonly #clock: Clock;
  readonly #run: string;
  readonly #kept: string[] = [];
  readonly #listeners = new Set<EventListener>();
  /** Of the newest event; the first has number 1. */
  #number = 0;

  constructor(hostId: string, clock: Clock = systemClock, run: number = freshSeed()) {
    this.#hostId = hostId;
    this.#clock = clock;
    this.#run = (run >>> 0).toString(36);
  }

  /** Events since the start. */
  get count(): number {
    return this.#number;
  }

  publish(kind: OpsEventKind, fields: Readonly<Record<string, unknown>>): void {
    this.#number += 1;
    const id = `${this.#run}-${this.#number}`;
    const data = JSON.stringify({ atMs: this.#clock.wallMs(), hostId: this.#hostId, ...fields });
    const text = eventText({ id, event: kind, data });
    this.#kept.push(text);
    if (this.#kept.length > EVENTS_KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener(text);
  }

  /** What happened after the event of that id, as far as it is kept; undefined: nothing of the past. */
  since(lastId: string | undefined): readonly string[] {
    const match = /^(\w+)-(\d+)$/.exec(lastId ?? '');
    if (match === null) return [];
    const [, run, number] = match;
    const seen = run === this.#run ? Number(number) : 0;
    const missed = Math.min(this.#kept.length, Math.max(0, this.#number - seen));
    return missed === 0 ? [] : this.#kept.slice(-missed);
  }

  /** Calls `listener` with each event, until the returned function is called. */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
