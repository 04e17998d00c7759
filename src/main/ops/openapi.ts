/** openapi.json, made from the routes themselves, so that it cannot say anything else. Pure; main thread. */

import type { TSchema } from 'typebox';
import { settingSchema } from '../config/config-tree.ts';
import { ERROR_BODY } from './answer-schemas.ts';
import type { Access, OpsRoute } from './ops-route.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly components: object;
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const DESCRIPTION =
  'The ops port of a Longhouse host. Lists are paged by `limit` and `after`; whatever changes something needs the ' +
  'bearer token. Every failure is `{ error: { code, message } }`.';
const TEXT = { type: 'string' } as const;

export function openApiDocument(routes: readonly OpsRoute[], version: string): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = (paths[route.url.replaceAll(/:(\w+)/g, '{$1}')] ??= {});
    path[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Longhouse', version, description: DESCRIPTION },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: ERROR_BODY },
    },
    paths,
  };
}

function operation(route: OpsRoute): object {
  const { summary, body } = route;
  return {
    summary,
    operationId: operationId(route),
    parameters: parameters(route),
    ...(body === undefined
      ? {}
      : { requestBody: { content: { 'application/json': { schema: body } } } }),
    ...SECURITY[route.access],
    responses: responses(route),
  };
}

const SECURITY: Readonly<Record<Access, object>> = {
  open: {},
  // Without a token too where only this machine can reach the port.
  personal: { security: [{ token: [] }, {}] },
  token: { security: [{ token: [] }] },
};

/** `GET /v1/players/:name/life` is `getPlayersNameLife`. */
function operationId({ method, url }: OpsRoute): string {
  const words = url.replace(/^\/v1/, '').split(/[^A-Za-z]+/);
  const name = words.filter((word) => word !== '').map((word) => capital(word));
  return `${method.toLowerCase()}${name.join('') || 'Page'}`;
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

function parameters({ url, query }: OpsRoute): readonly object[] {
  const inPath = Array.from(url.matchAll(/:(\w+)/g), ([, name]) => {
    return { name, in: 'path', required: true, schema: TEXT };
  });
  const fields = query === undefined ? {} : settingSchema(query);
  const inQuery = Object.entries(fields.properties ?? {}).map(([name, schema]) => {
    const required = fields.required?.includes(name) ?? false;
    return { name, in: 'query', required, description: schema.description ?? '', schema };
  });
  return [...inPath, ...inQuery];
}

function responses(route: OpsRoute): object {
  const failure = {
    description: 'A failure.',
    content: json({ $ref: '#/components/schemas/Error' }),
  };
  switch (route.kind) {
    case 'file':
      return { 200: { description: 'OK', content: { [route.mediaType]: { schema: TEXT } } } };
    case 'stream':
      return {
        200: { description: 'Events', content: { 'text/event-stream': { schema: TEXT } } },
        default: failure,
      };
    case 'json': {
      const entries = Object.entries(route.responses).map(([status, schema]) => {
        const description = status.startsWith('2') ? 'OK' : 'Not now; `why` says what is missing';
        return [status, { description, content: json(schema) }];
      });
      return { ...(Object.fromEntries(entries) as object), default: failure };
    }
  }
}

function json(schema: TSchema): object {
  return { 'application/json': { schema } };
}
