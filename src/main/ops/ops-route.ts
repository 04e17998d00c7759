/**
 * What a route of the ops port is: declared once, as data, for the server, the check of requests, openapi.json and the tests.
 * Types, and the little that all routes share. Main thread.
 */

import type { TSchema } from 'typebox';
import type { EventStream } from './event-streams.ts';
import { REFUSAL_STATUS, type Page, type PageRequest, type Refused } from './ops-host.ts';

/**
 * Who may use a route. `open`: whoever reaches the port. `personal`: it tells of people or of how the host is set up, so that
 * the token is asked for where the port can be reached from elsewhere. `token`: always; every route that changes something.
 */
export type Access = 'open' | 'personal' | 'token';

/** A request after it was checked against the route's schemas. */
export interface RouteInput {
  readonly params: Readonly<Record<string, string>>;
  /** Numbers and booleans where the schema says so. */
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Who acts, as the client says. */
  readonly by: string;
  readonly hasToken: boolean;
  /** Where a stream goes on. */
  readonly lastEventId: string | undefined;
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With `:name` for parameters. */
  readonly url: string;
  /** One sentence. */
  readonly summary: string;
  readonly access: Access;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Not counted against the budget of an address: what monitors decide by. */
  readonly isUnlimited?: true;
}

/** Answers JSON: the body of `responses[status]`. */
export interface JsonRoute extends RouteBase {
  readonly kind: 'json';
  /** Of success; 200 unless given. */
  readonly status?: number;
  /** By status code; errors have one shape everywhere and are not listed. */
  readonly responses: Readonly<Record<string, TSchema>>;
  /** An Answer where the status is not the usual one. */
  handle(input: RouteInput): unknown;
}

/** Answers bytes of another media type. */
export interface FileRoute extends RouteBase {
  readonly kind: 'file';
  readonly mediaType: string;
  readonly headers?: Readonly<Record<string, string>>;
  handle(input: RouteInput): string | Buffer;
}

/** Answers server-sent events until either side ends. */
export interface StreamRoute extends RouteBase {
  readonly kind: 'stream';
  /** Refuses, or returns what begins the stream; that returns what ends it. */
  handle(input: RouteInput): Refused | ((stream: EventStream) => () => void);
}

export type OpsRoute = JsonRoute | FileRoute | StreamRoute;

/** A JSON answer with a status of its own. */
export class Answer {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

export function isRefused(outcome: unknown): outcome is Refused {
  return typeof outcome === 'object' && outcome !== null && 'refused' in outcome;
}

export function statusOf({ refused }: Refused): number {
  return REFUSAL_STATUS[refused];
}

const PAGE_LIMIT_DEFAULT = 100;

/** The page that a checked query asks for. */
export function pageOf({ query }: RouteInput): PageRequest {
  // Both were checked against PAGE_QUERY.
  const { limit = PAGE_LIMIT_DEFAULT, after } = query as { limit?: number; after?: string };
  return { limit, after };
}

/** A page under the name of what it lists. */
export function pageBody<Row>(name: string, page: Page<Row> | Refused): object {
  if (isRefused(page)) return page;
  return { [name]: page.rows, next: page.next ?? null, total: page.total };
}
