/**
 * Connections of a gateway whose clients have not said who they are yet, oldest first: where there is no more room, the oldest
 * gives way, so that a flood of silent connections from many addresses cannot keep players out. Gateway threads.
 */

/** Time to say a name that nobody loses: whoever comes while all are younger is the one that is refused. */
export const NAMING_MS_MIN = 1_000;

/** What this needs of a connection. */
export interface UnnamedConnection {
  /** Clock milliseconds of the accept. */
  readonly connectedMs: number;
}

export class UnnamedConnections<T extends UnnamedConnection> {
  /** In the order of their coming. */
  readonly #waiting = new Set<T>();

  get size(): number {
    return this.#waiting.size;
  }

  add(connection: T): void {
    this.#waiting.add(connection);
  }

  /** It has said a name, or is gone. Harmless for one that is not here. */
  delete(connection: T): void {
    this.#waiting.delete(connection);
  }

  /** The one that gives way; undefined while all of them may still be saying their names. */
  oldest(nowMs: number): T | undefined {
    for (const connection of this.#waiting) {
      return nowMs - connection.connectedMs >= NAMING_MS_MIN ? connection : undefined;
    }
    return undefined;
  }
}
