/** What the ops API says of players, matches, hosts and settings; their schemas are in answer-schemas.ts. Types only; main thread. */

import type { MatchQuality } from '../../shared/match-quality.ts';
import type { BanRow } from '../../shared/store-messages.ts';
import type { SettingChange, SettingRow } from '../config/setting-list.ts';
import type { WaitReport } from '../matchmaker/matchmaker.ts';
import type { Rating } from '../matchmaker/rating.ts';

/**
 * `accepting`: a match was found, and not all have accepted it. `away`: the connection is lost, the seat is kept. `arriving`:
 * waits for a lobby.
 */
export type PlayerWhere = 'lobby' | 'queued' | 'accepting' | 'match' | 'away' | 'arriving';

export interface PlayerView {
  readonly name: string;
  /** Where the connection is. */
  readonly hostId: string;
  readonly state: PlayerWhere;
  /** Of the match, or of the queue; null in a lobby. */
  readonly mode: string | null;
  /** In which the player has a seat. */
  readonly match: string | null;
  readonly team: number | null;
  /** A practice player of the host. */
  readonly practice: boolean;
  /** May queue, but is in no match yet: the lost host of the last one may still act for the player, until its lease is over. */
  readonly held: boolean;
  /** How long the connection has been there; null while away. */
  readonly connectedMs: number | null;
  /** Of the connection; only where the request may see it. */
  readonly address?: string;
}

export interface PlayerDetail extends PlayerView {
  /** By mode. */
  readonly ratings: Readonly<Record<string, Rating>>;
  /** Why the ticket waits; null where there is none. */
  readonly wait: TicketView | null;
  /** Those that hold on the account or its address. */
  readonly bans: readonly BanRow[];
  readonly party: readonly string[];
}

export interface TicketView {
  readonly name: string;
  /** Plain sentences, as `/why` says them. */
  readonly text: string;
  /** Null when no ticket waits. */
  readonly report: WaitReport | null;
}

export interface MatchView {
  readonly id: string;
  readonly mode: string;
  /** Where it runs. */
  readonly hostId: string;
  /** Row in the worker table; null: it runs on another host. */
  readonly worker: number | null;
  /** Milliseconds since 1970-01-01 UTC; null while it opens. */
  readonly startedMs: number | null;
  readonly players: readonly { readonly name: string; readonly team: number }[];
  /** As the matchmaker saw it when it was found. */
  readonly quality: MatchQuality | null;
  /** Where its players are at home, as far as it is known here: all of them on the host that it runs on. */
  readonly homes: readonly { readonly hostId: string; readonly players: number }[];
}

export interface HostRow {
  readonly hostId: string;
  readonly isSelf: boolean;
  readonly state: string;
  readonly players: number;
  readonly playersMax: number;
  readonly matches: number;
  readonly lobbies: number;
  /** Of its match workers, 0 to 1. */
  readonly load: number;
  readonly configVersion: number;
  /** Since its last summary. */
  readonly ageMs: number;
  /** What the link between this host and it carries; null where there is none now, and for this host itself. */
  readonly link: LinkView | null;
}

/** The link to another host. Bytes of frames, since it was made; rates over the last second. */
export interface LinkView {
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly sentBytesPerSecond: number;
  readonly receivedBytesPerSecond: number;
  /** What the network has not taken yet. */
  readonly backlogBytes: number;
}

export interface ConfigView {
  /** Of the document in force; 0: the file alone. */
  readonly version: number;
  readonly atMs: number;
  readonly by: string;
  /** What differs from the file, nested as in longhouse.toml. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Secrets are never among them. */
  readonly settings: readonly SettingRow[];
  /** Why the newest stored version is not in force; null when it is. */
  readonly problem: string | null;
}

export interface ConfigPatched {
  /** That it is, or with dryRun would be. */
  readonly version: number;
  readonly dryRun: boolean;
  readonly changes: readonly SettingChange[];
}
