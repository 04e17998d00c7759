/**
 * The host as the routes of the ops API see it: what they may ask and what they may have done. Types only; main thread.
 *
 * Reads return at once from tables and books in memory; those of players may ask other hosts, for a second at most. Acts resolve when what they promise is true: on disk, on the
 * live connections, in the audit log. A refusal is an answer, never a throw.
 */

import type { AuditRow, BanRow } from '../../shared/store-messages.ts';
import type { LifeEvent, LifeListener } from '../life/life-book.ts';
import type { EventFeed } from './event-feed.ts';
import type { HistoryColumns } from './history.ts';
import type { OpsStatus } from './host-status.ts';
import type { MatchWatcher, WatchOutcome } from './match-watch.ts';
import type { MetricFamily } from './metric-family.ts';
import type {
  ConfigPatched,
  ConfigView,
  HostRow,
  MatchView,
  PlayerDetail,
  PlayerView,
  TicketView,
} from './ops-views.ts';

/** Where a list goes on, and how much of it is wanted. */
export interface PageRequest {
  /** 1 to 500. */
  readonly limit: number;
  /** `next` of the page before; undefined: from the start. */
  readonly after: string | undefined;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Undefined: this is the last page. */
  readonly next: string | undefined;
  /** Rows of the whole list, as it stands now. */
  readonly total: number;
}

/** A page of the players of all hosts. */
export interface PlayersPage extends Page<PlayerView> {
  /** Hosts that did not answer: their players are missing. */
  readonly silent: readonly string[];
}

/** Why something was not done: the word in `error.code` of the answer, and its HTTP status. */
export const REFUSAL_STATUS = {
  'bad-request': 400,
  'bad-cursor': 400,
  'bad-ban': 400,
  'bad-setting': 400,
  'unknown-player': 404,
  'unknown-match': 404,
  'unknown-ban': 404,
  'ban-trusted-proxy': 409,
  'too-many-bans': 409,
  'already-stopping': 409,
  'too-many-watchers': 503,
  'too-many-streams': 503,
  'store-unavailable': 503,
} as const;

export type RefusalCode = keyof typeof REFUSAL_STATUS;

export interface Refused {
  readonly refused: RefusalCode;
  /** `Cannot <action>: <what was found>`. */
  readonly message: string;
}

/** One host's word that a change is in force there, and how long after it was asked for. */
export interface Acks {
  readonly acks: readonly { readonly hostId: string; readonly ms: number }[];
  /** Hosts that have not answered yet. */
  readonly pending: readonly string[];
}

export interface BanDone extends Acks {
  readonly id: string;
}

export interface Announced {
  /** Who were told. */
  readonly players: number;
  /** Hosts that did not say whether they told theirs. */
  readonly silent: readonly string[];
}

export interface BanInput {
  readonly account?: string;
  readonly address?: string;
  readonly seconds?: number;
  readonly reason: string;
}

export interface DrainView {
  readonly draining: true;
  /** How long running matches may still go on. */
  readonly deadlineMs: number;
  /** People in matches now. */
  readonly playing: number;
}

export interface OpsHost {
  /** What happens on this host, for GET /v1/events. */
  readonly events: EventFeed;
  readonly reads: OpsReads;
  readonly acts: OpsActs;
}

export interface OpsReads {
  status(): OpsStatus;
  /** `why` is a plain word or sentence while not ready: `starting`, `draining`. */
  readiness(): { readonly ready: boolean; readonly why: string | undefined };
  metrics(): readonly MetricFamily[];
  history(): HistoryColumns;
  hosts(): readonly HostRow[];
  /** All accounts of the network, host by host in the order in which they logged in; `find`: part of the name. */
  players(
    page: PageRequest,
    options: { readonly find: string | undefined; readonly withAddress: boolean },
  ): Promise<PlayersPage | Refused>;
  /** Of all hosts. */
  player(
    name: string,
    options: { readonly withAddress: boolean },
  ): Promise<PlayerDetail | undefined>;
  /** Undefined where nothing is remembered of that account. */
  life(name: string): readonly LifeEvent[] | undefined;
  /** Returns the way to stop it. */
  follow(name: string, listener: LifeListener): () => void;
  ticket(name: string): Promise<TicketView | undefined>;
  /** Matches in the order in which they were found. */
  matches(page: PageRequest, mode: string | undefined): Page<MatchView> | Refused;
  watch(match: string, watcher: MatchWatcher): WatchOutcome;
  /** In the order in which they were made. */
  bans(page: PageRequest): Page<BanRow> | Refused;
  config(): ConfigView;
  /** Newest first. */
  audit(page: PageRequest): Promise<Page<AuditRow> | Refused>;
}

/** `by`: who acts, as the client says. */
export interface OpsActs {
  ban(input: BanInput, by: string): Promise<BanDone | Refused>;
  unban(id: string, by: string): Promise<BanDone | Refused>;
  kick(
    name: string,
    reason: string,
    by: string,
  ): Promise<{ readonly name: string; readonly hostId: string } | Refused>;
  /** Says it to everyone on all hosts. */
  announce(text: string, by: string): Promise<Announced>;
  /** Undefined `deadlineSeconds`: shutdown.deadlineSeconds. */
  drain(deadlineSeconds: number | undefined, by: string): Promise<DrainView>;
  undrain(by: string): Promise<{ readonly draining: false } | Refused>;
  patchConfig(
    document: Readonly<Record<string, unknown>>,
    options: { readonly by: string; readonly dryRun: boolean },
  ): Promise<ConfigPatched | Refused>;
}
