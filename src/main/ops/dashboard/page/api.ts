/** Requests to the host that served this page; every failure is an ApiError with words for a person. Browser, not a thread of the host. */

import { learnHostTime } from './page-clock.ts';
import { actingName, token } from './session.ts';

const ANSWER_MS_MAX = 8_000;

export class ApiError extends Error {
  /** HTTP status; 0: no answer. */
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'PATCH';
  readonly body?: object;
  /** Instead of the session's: to try one. */
  readonly token?: string;
}

/** `Answer` is what docs/operations-api.md says of the route. */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = 'GET', body } = options;
  const response = await ask(path, {
    method,
    cache: 'no-store',
    headers: headersFor(options),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  learnHostTime(response.headers.get('date'));
  // The host's own schemas shape what it answers.
  if (response.ok) return (await response.json()) as Answer;
  throw await errorOf(response);
}

/** An answer that goes on, such as server-sent events. */
export async function openStream(
  path: string,
  { signal, lastId }: { readonly signal: AbortSignal; readonly lastId: string | undefined },
): Promise<Response> {
  const resume = lastId === undefined ? {} : { 'last-event-id': lastId };
  const headers = { ...headersFor({}), accept: 'text/event-stream', ...resume };
  const response = await ask(path, { cache: 'no-store', headers, signal });
  if (response.ok) return response;
  throw await errorOf(response);
}

function headersFor({ body, token: tried }: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const bearer = tried ?? token();
  if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`;
  if (bearer !== undefined) headers['x-longhouse-by'] = actingName();
  if (body !== undefined) headers['content-type'] = 'application/json';
  return headers;
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'no-answer', 'The host does not answer');
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const { status } = response;
  try {
    // All errors of the API have this shape; a proxy's would not, and land below.
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    return new ApiError(status, error.code, error.message);
  } catch {
    return new ApiError(status, 'failed', `The host answered with status ${status}`);
  }
}

/** What to tell a person about anything that was caught. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
