/**
 * The store: what happens to a call when the file or its disk gives trouble. The store's thread.
 *
 *   good      calls are answered; a durable one is on the disk before it is
 *   replaced  the same, but the file was damaged or had lost its end: the problem says what is missing
 *   failing   nothing can be written (full, read-only, a newer file, ...): durable calls and groups reject, reads go
 *             on where a file is open; tried again with growing pauses
 *
 * Trouble is told once for each change, not for each call. Damage that is met in the middle of a call is repaired, and the
 * call runs once more, on the fresh file.
 */

import type { Clock, Timer } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { StoreHealth, StoreTask } from '../../shared/store-messages.ts';
import { isDamage, isSqliteError } from './file-check.ts';
import { OpenStore, type Durability } from './open-store.ts';
import type { StoreBook } from './store-book.ts';
import { IN_MEMORY, replaceDamaged } from './store-file.ts';
import { joinedProblem, replacedProblem } from './store-problem.ts';

const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;
/** A disk that damages each fresh file is no place for one. */
const REPLACEMENTS_MAX = 3;
const SWEEP_ROWS = 500;
const SWEEP_PAUSE_MS = 5;
const GOOD: StoreHealth = { state: 'good', problem: undefined, setAside: undefined };

export interface StoreOptions {
  readonly task: StoreTask;
  readonly clock: Clock;
  /** Called when state or problem have changed. */
  readonly onHealth: (health: StoreHealth) => void;
}

export class Store {
  readonly #options: StoreOptions;
  #open: OpenStore | undefined;
  /** What has become known of the file. */
  #known: StoreHealth = GOOD;
  /** Why nothing can be written; undefined when it can. */
  #failure: string | undefined;
  #told: StoreHealth | undefined;
  #replacements = 0;
  #retryMs = RETRY_MS;
  #retry: Timer | undefined;
  #sweep: Timer | undefined;
  #sweepSteps: Generator<number> | undefined;
  #isClosed = false;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** Opens the file. Never throws: the health says what came of it. */
  open(): StoreHealth {
    this.#tryOpen();
    this.#tell();
    return this.health();
  }

  health(): StoreHealth {
    if (this.#failure === undefined) return this.#known;
    return { state: 'failing', problem: this.#failure, setAside: this.#known.setAside };
  }

  /** Runs a query. Throws where no file is open. */
  read<Result>(query: (book: StoreBook) => Result): Result {
    return this.#guarded(() => query(this.#opened().book));
  }

  /** Runs one transaction. What `change` throws of its own undoes it and passes through. */
  write<Result>(durability: Durability, change: (book: StoreBook) => Result): Result {
    return this.#guarded(() => {
      const result = this.#opened().transact(durability, change);
      this.#recovered();
      return result;
    });
  }

  /** Reads the whole file at once, as it is read bit by bit after the start. */
  checkAll(): void {
    this.#guarded(() => {
      const steps = this.#opened().checkRows(SWEEP_ROWS);
      while (steps.next().done !== true);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#failure ??= 'it is closed';
    this.#retry?.cancel();
    this.#closeFile();
  }

  #opened(): OpenStore {
    if (this.#open !== undefined) return this.#open;
    throw new Error(`Cannot reach the store: ${this.#failure ?? 'it is not open yet'}`);
  }

  #guarded<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      if (!isDamage(error)) throw this.#troubled(error);
      this.#repair(messageOf(error));
      this.#tell();
    }
    try {
      return work();
    } catch (error) {
      throw this.#troubled(error);
    }
  }

  /** The disk's error becomes the state `failing`; what a call itself refused stays what it is. */
  #troubled(error: unknown): unknown {
    if (!isSqliteError(error)) return error;
    this.#fail(messageOf(error));
    return new Error(`Cannot store: ${messageOf(error)}`, { cause: error });
  }

  #tryOpen(): void {
    const { task, clock } = this.#options;
    try {
      this.#adopt(new OpenStore(task, clock));
    } catch (error) {
      if (isDamage(error)) this.#repair(messageOf(error));
      else this.#fail(messageOf(error));
    }
  }

  /** Puts what can be saved in the place of the damaged file, and opens it. */
  #repair(damage: string): void {
    const { task, clock } = this.#options;
    this.#closeFile();
    this.#replacements += 1;
    if (this.#replacements > REPLACEMENTS_MAX || task.file === IN_MEMORY) {
      this.#fail(`the file was damaged again and again, last: ${damage}`);
      return;
    }
    try {
      const replaced = replaceDamaged(task.file, clock);
      const { setAside } = replaced;
      this.#known = { state: 'replaced', problem: replacedProblem(damage, replaced), setAside };
      this.#adopt(new OpenStore(task, clock));
    } catch (error) {
      this.#fail(`${damage}; the file cannot be replaced: ${messageOf(error)}`);
    }
  }

  #adopt(open: OpenStore): void {
    this.#open = open;
    this.#known = joinedProblem(this.#known, open.problem);
    this.#recovered();
    this.#startSweep(open);
  }

  #fail(problem: string): void {
    this.#failure = problem;
    this.#tell();
    if (this.#isClosed || this.#retry !== undefined) return;
    this.#retry = this.#options.clock.setTimer(() => this.#onRetry(), this.#retryMs);
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
  }

  #onRetry(): void {
    this.#retry = undefined;
    if (this.#open === undefined) {
      this.#tryOpen();
      return;
    }
    try {
      // An empty transaction: its progress is written all the same.
      this.write('FULL', () => {});
    } catch {
      // Told where it was caught. Reads go on; a later try opens the file anew, in case that helps.
      if (this.#retryMs === RETRY_MS_MAX) this.#closeFile();
    }
  }

  #recovered(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#retryMs = RETRY_MS;
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#tell();
  }

  #tell(): void {
    const health = this.health();
    const { state, problem } = health;
    if (this.#told?.state === state && this.#told.problem === problem) return;
    this.#told = health;
    this.#options.onHealth(health);
  }

  /** Reads all rows once after the start, a few at a time between the calls. */
  #startSweep(open: OpenStore): void {
    const { clock } = this.#options;
    const steps = open.checkRows(SWEEP_ROWS);
    this.#sweepSteps = steps;
    const onStep = (): void => {
      if (this.#open === open && this.#hasMore(steps))
        this.#sweep = clock.setTimer(onStep, SWEEP_PAUSE_MS);
    };
    this.#sweep = clock.setTimer(onStep, SWEEP_PAUSE_MS);
  }

  /** False at the end, also where the end was damage: that is repaired by then, and told. */
  #hasMore(steps: Generator<number>): boolean {
    try {
      return this.#guarded(() => steps.next()).done !== true;
    } catch {
      return false;
    }
  }

  #closeFile(): void {
    this.#sweep?.cancel();
    // Closes its connection.
    this.#sweepSteps?.return(0);
    this.#open?.close();
    this.#open = undefined;
  }
}
