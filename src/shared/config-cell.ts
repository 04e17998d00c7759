/**
 * The one word that says which settings are in force, and a thread's side of a change. Any thread.
 *
 *   word  field    type  written by  meaning
 *     0   version  i32   main        settings in force; 0 those of workerData, one more with each change
 *
 *   main     prepare(1, next) to every thread --all have it--> commit(1) --> take a turn, please
 *   thread   prepare() keeps it aside ----------- turn() ----> tryAdopt(): `current` is next, acknowledged in its table row
 *
 * A thread's `current` changes at the start of a turn and nowhere else, in one assignment: whatever runs between two turns,
 * and the turn itself, sees one version of all settings. Threads do not switch at the same instant, and need not: their
 * rows say which version each of them runs (`settingsVersion`).
 */

const VERSION_WORD = 0;

export const CONFIG_CELL_BYTES = 64;

export class ConfigCell {
  readonly #words: Int32Array<SharedArrayBuffer>;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
  }

  get version(): number {
    return Atomics.load(this.#words, VERSION_WORD);
  }

  /** Main only. Pairs with PreparedSettings.tryAdopt(). */
  commit(version: number): void {
    Atomics.store(this.#words, VERSION_WORD, version);
  }
}

interface Prepared<Settings> {
  readonly version: number;
  readonly settings: Settings;
}

/** The settings of one thread: those in force, and those that wait for the cell. */
export class PreparedSettings<Settings> {
  readonly #cell: ConfigCell;
  /** In the order of their versions; main makes one change at a time, so that there are at most two. */
  #waiting: Prepared<Settings>[] = [];
  #current: Prepared<Settings>;

  /** `start`: what the thread was started with. */
  constructor(cell: ConfigCell, start: Prepared<Settings>) {
    this.#cell = cell;
    this.#current = start;
  }

  get current(): Settings {
    return this.#current.settings;
  }

  get version(): number {
    return this.#current.version;
  }

  /** Keeps settings until the cell says their version. One that comes twice counts once. */
  prepare(version: number, settings: Settings): void {
    this.#waiting = this.#waiting.filter((other) => other.version < version);
    if (version > this.#current.version) this.#waiting.push({ version, settings });
  }

  /** At the start of a turn, never within one: takes what the cell has put in force; true when that was news. */
  tryAdopt(): boolean {
    if (this.#waiting.length === 0) return false;
    // Shows what main has put in force. Pairs with ConfigCell.commit().
    const inForce = this.#cell.version;
    const isDue = (one: Prepared<Settings>): boolean => one.version <= inForce;
    const newest = this.#waiting.findLast(isDue);
    if (newest === undefined) return false;
    this.#waiting = this.#waiting.filter((one) => !isDue(one));
    this.#current = newest;
    return true;
  }
}
