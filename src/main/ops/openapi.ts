/** openapi.json, made from the schemas that the routes are registered with, so that it cannot say anything else. Main thread. */

import type { RouteOptions } from 'fastify';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** What is read of a route's schema. `summary` is ours, the rest is fastify's. */
export interface DocumentedSchema {
  readonly summary: string;
  readonly querystring?: unknown;
  /** By status code: the schema, or a media type for a page that is no JSON. */
  readonly response?: Readonly<Record<string, unknown>>;
  /** Media type of the 200 answer where it is no JSON. */
  readonly produces?: string;
}

/** One documented route, as fastify's onRoute hook gave it. */
export interface DocumentedRoute {
  readonly method: string;
  readonly url: string;
  readonly schema: DocumentedSchema;
}

/** The route if it is documented: has a summary, and is no HEAD twin of a GET. */
export function documentedRoute(options: RouteOptions): DocumentedRoute | undefined {
  // Routes of ours are registered with a DocumentedSchema; those of plugins may have none.
  const schema = options.schema as DocumentedSchema | undefined;
  if (schema?.summary === undefined || typeof options.method !== 'string') return undefined;
  if (options.method === 'HEAD') return undefined;
  return { method: options.method, url: options.url, schema };
}

export function openApiDocument(
  routes: readonly DocumentedRoute[],
  version: string,
): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const { method, url, schema } of routes) {
    const path = (paths[url] ??= {});
    path[method.toLowerCase()] = { summary: schema.summary, responses: responses(schema) };
  }
  const description = 'The ops port of a Longhouse host: health, status and metrics.';
  return { openapi: '3.1.0', info: { title: 'Longhouse', version, description }, paths };
}

function responses(schema: DocumentedSchema): object {
  if (schema.produces !== undefined) {
    return { 200: { description: 'OK', content: { [schema.produces]: { schema: TEXT } } } };
  }
  const entries = Object.entries(schema.response ?? {}).map(([status, body]) => {
    const description = status.startsWith('2') ? 'OK' : 'Not now; `why` says what is missing';
    return [status, { description, content: { 'application/json': { schema: body } } }];
  });
  return Object.fromEntries(entries) as object;
}

const TEXT = { type: 'string' } as const;
