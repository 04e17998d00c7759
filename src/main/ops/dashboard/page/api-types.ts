/**
 * What the page reads of the HTTP API: the host's own types, and what the page expects beside them. Types only; browser,
 * not a thread of the host.
 */

export type { HistoryColumns } from '../../history.ts';
export type { OpsStatus } from '../../host-status.ts';
export type { HostRow, MatchView, PlayerDetail, PlayerView } from '../../ops-views.ts';
export type { BanRow } from '../../../../shared/store-messages.ts';

export interface LifeEventView {
  readonly atMs: number;
  readonly what: string;
  readonly detail: unknown;
}

/** Who has confirmed an act, and who has not yet. */
export interface Acknowledged {
  readonly acks?: readonly { readonly hostId: string; readonly ms: number }[];
  readonly pending?: readonly string[];
}

/** A page of a list. */
export interface Listed {
  readonly next: string | null;
  readonly total: number;
}
