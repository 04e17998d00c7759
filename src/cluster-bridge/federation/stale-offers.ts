/**
 * What hosts still have to offer whose summaries do not say so yet: players that this host has matched since are taken off. Without
 * it the next claim goes out for players who are gone, and the mode rests for nothing. Pure. Main thread.
 */

/** A summary is told at once when what a host offers changes; one that says the same for longer means it. */
const STALE_MS = 500;

interface Used {
  /** What the summary said when they were claimed. */
  readonly seen: number;
  readonly players: number;
  readonly untilMs: number;
}

export class StaleOffers {
  /** By mode and host. */
  readonly #used = new Map<string, Used>();

  /** Of the players that a host offered in that mode, so many are in matches now. */
  use(mode: string, hostId: string, { seen, players, nowMs }: UsedPlayers): void {
    const key = `${mode} ${hostId}`;
    const before = this.#used.get(key);
    const isSame = before !== undefined && before.seen === seen && before.untilMs > nowMs;
    const used = players + (isSame ? before.players : 0);
    this.#used.set(key, { seen, players: used, untilMs: nowMs + STALE_MS });
  }

  /** What is left of the `heard` players. */
  left(mode: string, hostId: string, { heard, nowMs }: HeardPlayers): number {
    // As it is most of the time: no key is made for each mode and host of each step.
    if (this.#used.size === 0) return heard;
    const key = `${mode} ${hostId}`;
    const used = this.#used.get(key);
    if (used === undefined) return heard;
    if (used.seen === heard && used.untilMs > nowMs) return Math.max(0, heard - used.players);
    this.#used.delete(key);
    return heard;
  }
}

interface UsedPlayers {
  readonly seen: number;
  readonly players: number;
  readonly nowMs: number;
}

interface HeardPlayers {
  readonly heard: number;
  readonly nowMs: number;
}
