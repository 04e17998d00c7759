/**
 * The ops API of a running host, as the commands use it: JSON in and out, server-sent events, plain errors. Main thread of
 * the `longhouse` program, or of a host's own start.
 */

import { HostError, messageOf } from '../../shared/errors.ts';
import { ServerEventParser, type ServerEvent } from './server-events.ts';

const ANSWER_MS_MAX = 10_000;
const PAGE_ROWS = 500;

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface OpsAddress {
  /** Without a slash at the end. */
  readonly url: string;
  /** Undefined where none was found: a host then refuses what needs it. */
  readonly token: string | undefined;
  /** Who acts, for the audit log. */
  readonly by: string;
}

/** One page of a list, as every list of the API has it. */
interface ListPage {
  readonly next: string | null;
  readonly total: number;
}

export interface ListRows<Row> {
  readonly rows: readonly Row[];
  /** Rows of the whole list. */
  readonly total: number;
}

interface EventOptions {
  /** The host has begun: nothing that happens from now on is missed. */
  readonly onOpen?: () => void;
  readonly signal?: AbortSignal;
  /** Begins with what the host still remembers. */
  readonly isWithPast?: boolean;
}

interface RequestOptions {
  readonly body: object | undefined;
  readonly signal: AbortSignal | undefined;
  readonly isWithPast?: boolean;
}

export class OpsClient {
  readonly #address: OpsAddress;

  constructor(address: OpsAddress) {
    this.#address = address;
  }

  get url(): string {
    return this.#address.url;
  }

  /** The answer of a route that reads. Its shape is the host's promise (openapi.json); it is not checked again here. */
  async get<Answer>(route: string): Promise<Answer> {
    return this.send<Answer>('GET', route);
  }

  /** Throws `ops-unreachable`, `ops-denied`, `ops-refused` with the host's own words, or `ops-answer`. */
  async send<Answer>(method: Method, route: string, body?: object): Promise<Answer> {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const response = await this.#request(method, route, { body, signal });
    const answer: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw this.#refusal(response.status, route, answer);
    if (typeof answer !== 'object' || answer === null) {
      const found = `found no JSON in its answer (${response.status})`;
      throw new HostError('ops-answer', `Cannot read "${this.url}${route}": ${found}`);
    }
    // Bytes enter here: the host's schemas have shaped them.
    return answer as Answer;
  }

  /** Up to `limit` rows of a list: `field` names them in the answer. */
  async list<Row>(route: string, field: string, limit: number): Promise<ListRows<Row>> {
    const rows: Row[] = [];
    let after: string | null = null;
    for (;;) {
      const query = new URLSearchParams({
        limit: String(Math.min(PAGE_ROWS, limit - rows.length)),
      });
      if (after !== null) query.set('after', after);
      const separator = route.includes('?') ? '&' : '?';
      const page: ListPage & Record<string, unknown> = await this.get(
        `${route}${separator}${query.toString()}`,
      );
      // See get(): the host promises an array here.
      const found = page[field] as readonly Row[];
      rows.push(...found);
      after = page.next;
      if (after === null || found.length === 0 || rows.length >= limit) {
        return { rows, total: page.total };
      }
    }
  }

  /** The server-sent events of a route, until the host ends them or the signal does. */
  async *events(
    route: string,
    { signal, isWithPast = false, onOpen }: EventOptions = {},
  ): AsyncGenerator<ServerEvent, void> {
    const response = await this.#request('GET', route, { body: undefined, signal, isWithPast });
    if (!response.ok) {
      throw this.#refusal(response.status, route, await response.json().catch(() => undefined));
    }
    onOpen?.();
    if (response.body === null) return;
    const parser = new ServerEventParser();
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body) {
        yield* parser.push(decoder.decode(chunk, { stream: true }));
      }
    } catch (error) {
      if (signal?.aborted === true) return;
      const detail = `Cannot go on listening to "${this.url}${route}": ${causeOf(error)}`;
      throw new HostError('ops-unreachable', detail, { cause: error });
    }
  }

  async #request(
    method: Method,
    route: string,
    { body, signal, isWithPast = false }: RequestOptions,
  ): Promise<Response> {
    const { url, token, by } = this.#address;
    const headers: Record<string, string> = { 'x-longhouse-by': by };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    // An id of no run of the host: it gives all that it still has.
    if (isWithPast) headers['last-event-id'] = 'none-0';
    if (body !== undefined) headers['content-type'] = 'application/json';
    try {
      return await fetch(`${url}${route}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      const detail = `Cannot reach a host at "${url}": ${causeOf(error)}`;
      throw new HostError('ops-unreachable', detail, { cause: error });
    }
  }

  #refusal(status: number, route: string, answer: unknown): HostError {
    const message = refusalMessage(answer);
    const found = message ?? `found status ${status} in its answer`;
    if (status === 401 || status === 403) {
      const isMissing = this.#address.token === undefined || message === undefined;
      const detail = `Cannot act on the host at "${this.url}": no token was found`;
      return new HostError('ops-denied', isMissing ? detail : message);
    }
    if (message !== undefined) return new HostError('ops-refused', message);
    return new HostError('ops-answer', `Cannot read "${this.url}${route}": ${found}`);
  }
}

/** The message of `{ error: { code, message } }`. */
function refusalMessage(answer: unknown): string | undefined {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return undefined;
  const { error } = answer;
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' ? error.message : undefined;
}

/** fetch() says only "fetch failed"; its cause knows why. */
function causeOf(error: unknown): string {
  const hasCause = error instanceof Error && error.cause !== undefined;
  return messageOf(hasCause ? error.cause : error);
}
