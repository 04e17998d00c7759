/** What members of this host have asked other hosts for, of parties, and still wait for: an invitation, a place. Pure. Main thread. */

/** Longer, and no answer will come. */
const ASK_MS = 1_000;
/** More are not asked. */
const ASKS_MAX = 10_000;

/** Somebody is to be invited, on whatever host that is. */
export interface InviteAsk {
  readonly kind: 'invite';
  /** Key of who invites. */
  readonly from: string;
  readonly to: string;
  /** Hosts that have not answered. */
  readonly hosts: Set<string>;
  /** Hosts that were lost meanwhile. */
  silentHosts: number;
}

/** Somebody has accepted an invitation from that host. */
export interface JoinAsk {
  readonly kind: 'join';
  /** Key of who has accepted. */
  readonly from: string;
  /** Shown name of who has invited. */
  readonly to: string;
  readonly hosts: Set<string>;
  silentHosts: number;
}

export type PartyAsk = InviteAsk | JoinAsk;

export class PartyAsks {
  readonly #asks = new Map<number, { readonly ask: PartyAsk; readonly untilMs: number }>();
  #lastId = 0;

  /** Returns the id of the question; undefined: too many wait. */
  tryAdd(ask: PartyAsk, nowMs: number): number | undefined {
    if (this.#asks.size >= ASKS_MAX) return undefined;
    this.#lastId += 1;
    this.#asks.set(this.#lastId, { ask, untilMs: nowMs + ASK_MS });
    return this.#lastId;
  }

  find(id: number): PartyAsk | undefined {
    return this.#asks.get(id)?.ask;
  }

  /** It is answered. */
  delete(id: number): void {
    this.#asks.delete(id);
  }

  /** The account joins a party of that host; undefined: it has not asked, or does not wait any more. */
  joining(key: string, hostId?: string): number | undefined {
    for (const [id, { ask }] of this.#asks) {
      if (ask.kind !== 'join' || ask.from !== key) continue;
      if (hostId === undefined || ask.hosts.has(hostId)) return id;
    }
    return undefined;
  }

  /** The account is gone. */
  forget(key: string): void {
    for (const [id, { ask }] of this.#asks) if (ask.from === key) this.#asks.delete(id);
  }

  /** Nothing comes of that host any more. */
  peerDown(hostId: string): void {
    for (const { ask } of this.#asks.values()) if (ask.hosts.delete(hostId)) ask.silentHosts += 1;
  }

  /** Takes one that waits for nobody any more, or has waited for too long. */
  takeOver(nowMs: number): PartyAsk | undefined {
    for (const [id, { ask, untilMs }] of this.#asks) {
      if (untilMs > nowMs && ask.hosts.size > 0) continue;
      this.#asks.delete(id);
      ask.silentHosts += ask.hosts.size;
      return ask;
    }
    return undefined;
  }

  /** When the first of them has waited for too long; Infinity when none waits. */
  get nextMs(): number {
    for (const { untilMs } of this.#asks.values()) return untilMs;
    return Infinity;
  }
}
