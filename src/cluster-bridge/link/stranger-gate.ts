/**
 * Which connections may stay that have not proved themselves: few, and few of one address. Pure. Bridge thread.
 *
 * A newcomer always gets in. Where there is no room the oldest one goes, of the newcomer's address if that has its full
 * share, else of the address that has the most: whoever holds connections open crowds out itself.
 */

export const STRANGERS_MAX = 64;
export const STRANGERS_PER_ADDRESS_MAX = 32;

export class StrangerGate {
  /** Address of each connection, oldest first. */
  readonly #addresses = new Map<string, string>();

  get count(): number {
    return this.#addresses.size;
  }

  /** Lets a connection in; answers which other one has to go for it. */
  enter(connection: string, address: string): string | undefined {
    const counts = new Map<string, number>();
    for (const one of this.#addresses.values()) counts.set(one, (counts.get(one) ?? 0) + 1);
    let crowded: string | undefined;
    if ((counts.get(address) ?? 0) >= STRANGERS_PER_ADDRESS_MAX) crowded = address;
    else if (this.#addresses.size >= STRANGERS_MAX) {
      crowded = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
    }
    const oldest = [...this.#addresses].find((entry) => entry[1] === crowded)?.[0];
    if (oldest !== undefined) this.#addresses.delete(oldest);
    this.#addresses.set(connection, address);
    return oldest;
  }

  /** It has proved itself, or is gone. */
  leave(connection: string): void {
    this.#addresses.delete(connection);
  }
}
