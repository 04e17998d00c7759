/**
 * The lobbies of one home (one greeting mode): who has least players, how many are needed. Main thread.
 *
 *   #byCount[n]   open lobbies with n players; #lowest is at or below the first that is not empty
 *
 * Every player of the home has a place reserved here, also while in a match: when matches end, nobody has to wait for
 * a lobby. So the places that are free are capacity less sessions, not less those who are in.
 * Invariant: an open lobby stands in #byCount at its number of members, any other stands nowhere.
 */

import assert from 'node:assert/strict';
import type { LobbyPlace } from './directory-model.ts';

/** A lobby is opened when less than this share of all places is free. */
const FREE_SHARE_MIN = 0.1;
/** A lobby is closed only if more than this share would stay free: the gap keeps them from flapping. */
const FREE_SHARE_TO_CLOSE = 0.25;

export class LobbyBook {
  readonly mode: string;
  readonly capacity: number;
  /** Sessions whose home this is; kept by the SessionBook. */
  sessions = 0;
  /** No opening is tried before this time: the last one failed. */
  retryAtMs = 0;
  /** Failures in a row. */
  failures = 0;
  readonly #lobbies = new Set<LobbyPlace>();
  readonly #byCount: Set<LobbyPlace>[] = [];
  #lowest = 0;
  #openCount = 0;

  constructor(mode: string, capacity: number) {
    this.mode = mode;
    this.capacity = capacity;
  }

  get openCount(): number {
    return this.#openCount;
  }

  get openingCount(): number {
    let count = 0;
    for (const lobby of this.#lobbies) if (lobby.state === 'opening') count += 1;
    return count;
  }

  /** All lobbies that are not gone. */
  lobbies(): ReadonlySet<LobbyPlace> {
    return this.#lobbies;
  }

  /** The open lobby with the least players, if that one has room. */
  tryChoose(): LobbyPlace | undefined {
    while (this.#lowest < this.capacity) {
      const lobbies = this.#byCount[this.#lowest];
      if (lobbies !== undefined) for (const lobby of lobbies) return lobby;
      if (this.#lowest + 1 >= this.#byCount.length) return undefined;
      this.#lowest += 1;
    }
    return undefined;
  }

  addOpening(lobby: LobbyPlace): void {
    this.#lobbies.add(lobby);
  }

  /** `opening` became `open`. */
  noteOpen(lobby: LobbyPlace): void {
    this.#openCount += 1;
    this.#enter(lobby);
  }

  /** `open` became `closing`: nobody is sent there any more. */
  noteClosing(lobby: LobbyPlace): void {
    this.#openCount -= 1;
    this.#exit(lobby, lobby.members.size);
  }

  /** It is gone; `wasOpen` when it was `open` until now. */
  remove(lobby: LobbyPlace, wasOpen: boolean): void {
    if (wasOpen) this.noteClosing(lobby);
    this.#lobbies.delete(lobby);
  }

  /** The number of members of an open lobby changed from `before`. */
  noteCount(lobby: LobbyPlace, before: number): void {
    this.#exit(lobby, before);
    this.#enter(lobby);
  }

  /** True while one more lobby should be opened. */
  needsMore(): boolean {
    const lobbies = this.#openCount + this.openingCount;
    if (lobbies === 0) return true;
    const places = lobbies * this.capacity;
    return places - this.sessions < FREE_SHARE_MIN * places;
  }

  /** True when the lobbies would do with one less. */
  hasSurplus(): boolean {
    if (this.#openCount < 2) return false;
    const places = (this.#openCount - 1) * this.capacity;
    return places - this.sessions > FREE_SHARE_TO_CLOSE * places;
  }

  #enter(lobby: LobbyPlace): void {
    const count = lobby.members.size;
    const lobbies = (this.#byCount[count] ??= new Set());
    lobbies.add(lobby);
    if (count < this.#lowest) this.#lowest = count;
  }

  #exit(lobby: LobbyPlace, count: number): void {
    const wasThere = this.#byCount[count]?.delete(lobby);
    assert(wasThere === true, 'an open lobby stands at its count');
  }
}
