/**
 * Dates logins, so that hosts agree which of an account's is the newest: by the wall clock at the moment when the client named itself,
 * or, where another host's is known to be ahead, by that one. Main thread.
 *
 *   date = when the client named itself (monotonic) + the greatest of   this host's wall clock, minus the monotonic one
 *                                                                       what any login says that was known here by then
 *
 * So a login is dated after every one that this host knew of at that moment, however wrong its clock, and time goes on between two
 * of them. By then, not by now: main may have hung since, and knows by now of logins that came later than the one that it looks at.
 *
 * Invariant: offsets in #known only grow, so that the last one that was known at a moment is the greatest that was.
 */

/** More only while a clock gains on all others; a login that main takes later than so many steps is dated by the wall clock. */
const KNOWN_MAX = 1_000;

interface Known {
  readonly atMs: number;
  readonly offsetMs: number;
}

interface LoginMoment {
  /** When the client named itself, monotonic. */
  readonly atMs: number;
  /** Both clocks at one moment. */
  readonly nowMs: number;
  readonly wallMs: number;
}

export class LoginClock {
  readonly #known: Known[] = [];

  /** A login of that date, on another host, is known here since `atMs`. */
  note(wallMs: number, atMs: number): void {
    this.#raise({ atMs, offsetMs: wallMs + 1 - atMs });
  }

  /** The date of a login here; a later one here is not before it, whatever the wall clock does. */
  date({ atMs, nowMs, wallMs }: LoginMoment): number {
    const known = this.#known.findLast((entry) => entry.atMs <= atMs);
    const offsetMs = Math.max(wallMs - nowMs, known?.offsetMs ?? -Infinity);
    this.#raise({ atMs, offsetMs });
    return Math.round(atMs + offsetMs);
  }

  #raise(known: Known): void {
    const last = this.#known.at(-1);
    if (last !== undefined && known.offsetMs <= last.offsetMs) return;
    this.#known.push(known);
    if (this.#known.length > KNOWN_MAX) this.#known.shift();
  }
}
