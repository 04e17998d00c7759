/**
 * The store as the rest of main calls it: promises that always settle, and writes that wait to be grouped. Main thread.
 *
 *   account(), putBan(), ...                     one call to the thread; resolves when it is true
 *   noteSeen(), putRatings(), addResults()       wait; one transaction every GROUP_MS, further ones while more wait
 *
 * What waits survives the thread, and a disk that is full for a while; beyond WAITING_MAX the oldest are dropped and counted.
 * A group that was not answered is sent again: what is in it may be written twice and counts once.
 */

import { every, systemClock, type Clock, type Timer } from '../../shared/clock.ts';
import type {
  AccountRow,
  AppliedEntries,
  AuditPage,
  AuditRow,
  BanRow,
  ConfigVersionRow,
  Entry,
  GroupedWrites,
  RatingRow,
  ReplicaState,
  ResultRow,
  StoreCalls,
  StoreHealth,
  StoreTask,
  VersionVector,
} from '../../shared/store-messages.ts';
import { WaitingWrites } from './grouped-writes.ts';
import { StoreCaller, type StoreCall } from './store-caller.ts';
import { StoreSupervisor } from './store-supervisor.ts';

const CALL_MS_MAX = 5_000;
/** A large file is looked through before it is opened. */
const OPEN_MS_MAX = 30_000;
const GROUP_MS = 100;
const GROUP_MAX = 4_096;
const WAITING_MAX = 131_072;
const RETRY_MS = 500;
const RETRY_MS_MAX = 30_000;
const OPENING = { state: 'failing', problem: 'it is being opened', setAside: undefined } as const;
const SILENT = { state: 'failing', problem: 'it does not answer' } as const;

export interface StoreThreadOptions {
  readonly task: StoreTask;
  /** Called when state or problem have changed. */
  readonly onProblem: (health: StoreHealth) => void;
  readonly clock?: Clock;
  /** Instead of CALL_MS_MAX and WAITING_MAX. */
  readonly callMsMax?: number;
  readonly waitingMax?: number;
}

export interface StoreCounts {
  /** Changes that were answered, grouped ones included. */
  readonly writes: number;
  /** Grouped ones that are not in the file yet. */
  readonly waiting: number;
  /** Grouped ones that were given up. */
  readonly dropped: number;
  /** Calls that were not carried out. */
  readonly failures: number;
  /** What the last change took, its way to the thread included. */
  readonly commitMs: number;
}

export class StoreThread implements StoreCalls {
  readonly #options: StoreThreadOptions;
  readonly #clock: Clock;
  readonly #supervisor: StoreSupervisor;
  readonly #caller: StoreCaller;
  readonly #waiting: WaitingWrites;
  readonly #listeners: (() => void)[] = [];
  #flushing: Timer | undefined;
  #health: StoreHealth = OPENING;
  #isSilent = false;
  #told: StoreHealth = OPENING;
  #isGroupOut = false;
  #retryAtMs = 0;
  #retryMs = RETRY_MS;

  constructor(options: StoreThreadOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#waiting = new WaitingWrites(options.waitingMax ?? WAITING_MAX);
    const { task } = options;
    const onHealth = (health: StoreHealth): void => {
      this.#health = health;
      this.#tell();
    };
    this.#supervisor = new StoreSupervisor({ task, clock: this.#clock, onHealth });
    this.#caller = new StoreCaller({
      supervisor: this.#supervisor,
      clock: this.#clock,
      callMsMax: options.callMsMax ?? CALL_MS_MAX,
      onSilent: (isSilent) => {
        this.#isSilent = isSilent;
        this.#tell();
      },
    });
  }

  /** Resolves when the file is open, or known not to open, or that takes too long: a host starts in any case. */
  async start(): Promise<StoreHealth> {
    this.#flushing = every(() => void this.#flush(), GROUP_MS);
    const late = Promise.withResolvers<void>();
    const deadline = this.#clock.setTimer(late.resolve, OPEN_MS_MAX);
    await Promise.race([this.#supervisor.start(), late.promise]);
    deadline.cancel();
    return this.known;
  }

  /** The health as main knows it, also where the thread is gone or silent. */
  get known(): StoreHealth {
    return this.#isSilent ? { ...this.#health, ...SILENT } : this.#health;
  }

  counts(): StoreCounts {
    const { writes, failures, commitMs } = this.#caller;
    const { size, dropped } = this.#waiting;
    return { writes, waiting: size, dropped, failures, commitMs };
  }

  /** Calls `listener` when something of this host's is in the file that other hosts are to have too. */
  onWritten(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Writes what waits, as far as that works now, closes the file and ends the thread. */
  async close(): Promise<void> {
    this.#flushing?.cancel();
    try {
      let size = Number.POSITIVE_INFINITY;
      while (this.#waiting.size > 0 && this.#waiting.size < size) {
        ({ size } = this.#waiting);
        await this.#writeGroup();
      }
      await this.#caller.read((remote) => remote.close());
    } catch {
      // The thread is gone or hangs: what it has committed is in the file.
    }
    await this.#supervisor.stop();
  }

  noteSeen(seen: GroupedWrites['seen']): void {
    for (const row of seen) this.#waiting.addSeen(row);
  }

  putRatings(ratings: readonly RatingRow[]): void {
    for (const row of ratings) this.#waiting.addRating(row);
  }

  addResults(results: readonly ResultRow[]): void {
    for (const row of results) this.#waiting.addResult(row);
  }

  account(key: string): Promise<AccountRow | undefined> {
    return this.#caller.read((remote) => remote.account(key));
  }

  accounts(keys: readonly string[]): Promise<readonly AccountRow[]> {
    return this.#caller.read((remote) => remote.accounts(keys));
  }

  createAccount(
    account: Parameters<StoreCalls['createAccount']>[0],
  ): ReturnType<StoreCalls['createAccount']> {
    return this.#write((remote) => remote.createAccount(account));
  }

  setCredential(key: string, credential: string): Promise<boolean> {
    return this.#write((remote) => remote.setCredential(key, credential));
  }

  bans(nowMs: number): Promise<readonly BanRow[]> {
    return this.#caller.read((remote) => remote.bans(nowMs));
  }

  putBan(ban: BanRow): Promise<void> {
    return this.#write((remote) => remote.putBan(ban));
  }

  removeBan(id: string): Promise<boolean> {
    return this.#write((remote) => remote.removeBan(id));
  }

  configVersions(limit: number): Promise<readonly ConfigVersionRow[]> {
    return this.#caller.read((remote) => remote.configVersions(limit));
  }

  putConfig(version: ConfigVersionRow): Promise<void> {
    return this.#write((remote) => remote.putConfig(version));
  }

  audit(entry: AuditRow): Promise<void> {
    return this.#caller.write((remote) => remote.audit(entry));
  }

  auditPage(limit: number, before: number | undefined): Promise<AuditPage> {
    return this.#caller.read((remote) => remote.auditPage(limit, before));
  }

  health(): Promise<StoreHealth> {
    return this.#caller.read((remote) => remote.health());
  }

  entriesSince(hostId: string, sequence: number, limit: number): Promise<readonly Entry[]> {
    return this.#caller.read((remote) => remote.entriesSince(hostId, sequence, limit));
  }

  versionVector(): Promise<VersionVector> {
    return this.#caller.read((remote) => remote.versionVector());
  }

  replicaState(): Promise<ReplicaState> {
    return this.#caller.read((remote) => remote.replicaState());
  }

  applyRemote(entries: readonly Entry[], raised?: VersionVector): Promise<AppliedEntries> {
    return this.#caller.write((remote) => remote.applyRemote(entries, raised), entries.length);
  }

  raiseVector(vector: VersionVector): Promise<void> {
    return this.#caller.write((remote) => remote.raiseVector(vector));
  }

  async #write<Result>(call: StoreCall<Result>, count = 1): Promise<Result> {
    const result = await this.#caller.write(call, count);
    for (const listener of this.#listeners) listener();
    return result;
  }

  /** Groups go one at a time, and after one that failed not before a pause is over. */
  async #flush(): Promise<void> {
    if (this.#isGroupOut || this.#clock.nowMs() < this.#retryAtMs) return;
    this.#isGroupOut = true;
    try {
      while (this.#waiting.size > 0) {
        await this.#writeGroup();
        if (this.#waiting.size < GROUP_MAX) break;
      }
      this.#retryMs = RETRY_MS;
    } catch {
      // Counted by the caller, told by the health; all of it waits on.
      this.#retryAtMs = this.#clock.nowMs() + this.#retryMs;
      this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
    } finally {
      this.#isGroupOut = false;
    }
  }

  async #writeGroup(): Promise<void> {
    const group = this.#waiting.group(GROUP_MAX);
    if (group === undefined) return;
    const { writes, members } = group;
    await this.#write((remote) => remote.writeGroup(writes), members.size);
    this.#waiting.written(group);
  }

  #tell(): void {
    const health = this.known;
    const { state, problem } = health;
    if (this.#told.state === state && this.#told.problem === problem) return;
    this.#told = health;
    this.#options.onProblem(health);
  }
}
