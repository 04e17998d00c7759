/**
 * What the store keeps and the calls that main makes to it (comlink, control only). Main and the store thread.
 *
 * Accounts, bans, configuration versions and ratings carry the stamp of the host that wrote them, so that they can be
 * replicated: the newest stamp wins. Results and the audit log belong to the host where they happened.
 */

import type { MatchResult } from './client-event.ts';

/** Who wrote a row, as which of its writes, and when; by a hybrid clock, which never goes back. */
export interface Stamp {
  readonly hostId: string;
  /** Grows by one with each write of that host. */
  readonly sequence: number;
  readonly wallMs: number;
  /** Orders writes of the same millisecond. */
  readonly counter: number;
}

export interface AccountRow {
  /** The name in the form in which two names are the same account. */
  readonly key: string;
  /** The name as it was first given. */
  readonly name: string;
  /** What a password is checked against (`scrypt$...`); undefined for accounts without one. */
  readonly credential: string | undefined;
  readonly createdMs: number;
  readonly lastSeenMs: number;
  readonly matches: number;
  readonly wins: number;
  /** By mode. */
  readonly ratings: Readonly<Record<string, { readonly mu: number; readonly sigma: number }>>;
}

export interface RatingRow {
  readonly key: string;
  readonly mode: string;
  readonly mu: number;
  readonly sigma: number;
}

export interface BanRow {
  readonly id: string;
  readonly target:
    | { readonly kind: 'account'; readonly key: string }
    /** An address or a CIDR. */
    | { readonly kind: 'address'; readonly address: string };
  /** Milliseconds since the epoch; undefined: for ever. */
  readonly untilMs: number | undefined;
  readonly reason: string;
  readonly by: string;
  readonly createdMs: number;
}

export interface ConfigVersionRow {
  readonly version: number;
  readonly atMs: number;
  readonly by: string;
  /** The network's settings that differ from the file, nested as in longhouse.toml. */
  readonly document: Readonly<Record<string, unknown>>;
}

export interface ResultRow {
  readonly match: string;
  readonly mode: string;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly reason: string;
  readonly result: MatchResult | undefined;
  readonly players: readonly ResultPlayer[];
}

export interface ResultPlayer {
  readonly key: string;
  readonly team: number;
  /** True for the players of the best team; of none where the result is a draw or does not say. */
  readonly hasWon: boolean;
  /** Neither matches nor wins of a practice bot are counted. */
  readonly isPractice: boolean;
}

export interface AuditRow {
  readonly atMs: number;
  readonly by: string;
  /** `ban`, `unban`, `kick`, `config`, `announce`, `drain`, ... */
  readonly act: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An act as it is kept. */
export interface AuditEntry extends AuditRow {
  /** Later acts have higher ones. */
  readonly number: number;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  /** Acts that are kept. */
  readonly total: number;
}

export interface StoreHealth {
  readonly state: 'good' | 'replaced' | 'failing';
  /** What is wrong, for an operator; undefined when nothing is. */
  readonly problem: string | undefined;
  /** Where a damaged file was put. */
  readonly setAside: string | undefined;
}

/** Calls of main. Each resolves when what it promises is true, and rejects when the thread is gone or the deadline over. */
export interface StoreApi {
  account(key: string): AccountRow | undefined;
  /** Those that there are. */
  accounts(keys: readonly string[]): readonly AccountRow[];
  /** On disk when it resolves; `taken` when there is one of that key. */
  createAccount(account: { key: string; name: string; credential: string | undefined }): {
    readonly outcome: 'created' | 'taken';
  };
  /** On disk when it resolves; false when there is no such account. */
  setCredential(key: string, credential: string): boolean;
  /** Logins; unknown accounts are created without a credential. Grouped, soon on disk. */
  noteSeen(
    seen: readonly { readonly key: string; readonly name: string; readonly atMs: number }[],
  ): void;
  /** Grouped, soon on disk. */
  putRatings(ratings: readonly RatingRow[]): void;
  /** Also counts matches and wins of the players' accounts. Grouped, soon on disk. */
  addResults(results: readonly ResultRow[]): void;
  /** Those that are not over at `nowMs`, oldest first. */
  bans(nowMs: number): readonly BanRow[];
  /** On disk when it resolves. */
  putBan(ban: BanRow): void;
  /** On disk when it resolves; false when there is none of that id. */
  removeBan(id: string): boolean;
  /** Newest first. */
  configVersions(limit: number): readonly ConfigVersionRow[];
  /** On disk when it resolves. Rejects when `version` is not the newest plus one. */
  putConfig(version: ConfigVersionRow): void;
  /** On disk when it resolves. */
  audit(entry: AuditRow): void;
  /** The newest, or those older than the entry `before`. */
  auditPage(limit: number, before: number | undefined): AuditPage;
  health(): StoreHealth;
  /** Writes what waits and closes the file. */
  close(): void;
}

/** What the store may hold for all hosts; each kind has its own keys and values. */
export type EntryKind = 'account' | 'credential' | 'rating' | 'ban' | 'config' | 'status';

/** One row of the replicated map: the newest stamp of a (kind, key) wins, on every host the same. */
export interface Entry extends Stamp {
  readonly kind: EntryKind;
  readonly key: string;
  /** Any JSON value; null where the row is a tombstone. */
  readonly value: unknown;
  /** The row was removed; it stays, so that no older row comes back. */
  readonly isDeleted: boolean;
}

/** By host id: the greatest sequence of that host's writes that has been seen here. */
export type VersionVector = Readonly<Record<string, number>>;

/** One host's replicated map, as others compare it with theirs. */
export interface ReplicaState {
  readonly vector: VersionVector;
  /** How many rows, ":", what they add up to. Where vectors are the same and this is not, one of two has lost something. */
  readonly digest: string;
  /** The last of this host's own writes that its file had when it was opened. */
  readonly foundSequence: number;
}

export interface AppliedEntries {
  /** Those that won: what is different here now. */
  readonly applied: readonly Entry[];
  /** Those that a newer row had replaced already. */
  readonly stale: number;
  /** Those whose (host, sequence) belongs to another row here: their host's disk was set back. */
  readonly refused: number;
}

/** What replication needs of the store. */
export interface ReplicationApi {
  /** Rows of that host after `sequence`, in the order of its writes. Rows that were replaced since leave gaps. */
  entriesSince(hostId: string, sequence: number, limit: number): readonly Entry[];
  versionVector(): VersionVector;
  replicaState(): ReplicaState;
  /** On disk when it resolves, and the vector raised as by raiseVector(). */
  applyRemote(entries: readonly Entry[], raised?: VersionVector): AppliedEntries;
  /** What a peer has told all of: closes the gaps that replaced rows leave in the vector. On disk when it resolves. */
  raiseVector(vector: VersionVector): void;
}

/** The calls whose rows wait in main and go to the store's thread in groups. */
export type GroupedCall = 'noteSeen' | 'putRatings' | 'addResults';

export interface GroupedWrites {
  readonly seen: Parameters<StoreApi['noteSeen']>[0];
  readonly ratings: Parameters<StoreApi['putRatings']>[0];
  readonly results: Parameters<StoreApi['addResults']>[0];
}

/** What the store's thread answers. */
export interface StoreThreadApi extends Omit<StoreApi, GroupedCall>, ReplicationApi {
  /** Opens the file, or says why not; to be called once, first. */
  open(): StoreHealth;
  /** All of it in one transaction. */
  writeGroup(group: GroupedWrites): void;
}

/** The same calls as main sees them: promises, but for those that only wait to be grouped. */
export type StoreCalls = Pick<StoreApi, GroupedCall> & {
  readonly [Name in Exclude<keyof StoreApi | keyof ReplicationApi, GroupedCall>]: (
    ...given: Parameters<(StoreApi & ReplicationApi)[Name]>
  ) => Promise<ReturnType<(StoreApi & ReplicationApi)[Name]>>;
};

/** What the store's thread is started with. */
export interface StoreTask {
  /** Absolute path, or `:memory:`. */
  readonly file: string;
  readonly hostId: string;
  readonly resultsMax: number;
  readonly auditMax: number;
  /** Beyond it the file is as good as a full disk. */
  readonly fileMbMax: number;
}

/** What the store's thread says by itself: its health has changed. */
export interface StoreReport {
  readonly kind: 'health';
  readonly health: StoreHealth;
}

/** What a backup's thread is started with. */
export interface BackupTask {
  readonly source: string;
  readonly file: string;
}

export interface BackupDone {
  /** All of them were read and found whole. */
  readonly rows: number;
  readonly bytes: number;
}
