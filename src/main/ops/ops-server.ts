/**
 * The HTTP port for operators: health, status, metrics, the status page. Main thread.
 *
 * Everything here reads: a request costs a walk over shared tables, never a message to a thread. What a route answers
 * is declared beside it as a schema; openapi.json is made from the same objects.
 */

import { readFileSync } from 'node:fs';
import { fastify, type FastifyInstance } from 'fastify';
import Type from 'typebox';
import { HostError, messageOf } from '../../shared/errors.ts';
import { HOST_STATUS_SCHEMA, type HostStatus } from './host-status.ts';
import {
  METRICS_CONTENT_TYPE,
  metricsText,
  statusMetrics,
  type MetricFamily,
} from './metrics-text.ts';
import {
  documentedRoute,
  openApiDocument,
  type DocumentedRoute,
  type DocumentedSchema,
} from './openapi.ts';

/** What the ops port asks of the host. All calls return at once. */
export interface OpsSource {
  status(): HostStatus;
  /** `why` is a plain word or sentence while not ready: `starting`, `draining`, `overloaded`. */
  readiness(): { readonly ready: boolean; readonly why: string | undefined };
  /** Families beside those that follow from the status; their names must not be among those. */
  metrics?(): readonly MetricFamily[];
}

export interface OpsServerOptions {
  /** 0: the system chooses. */
  readonly port: number;
  readonly bindAddress: string;
  /** Told of every answer that failed through a fault of ours: belongs in the log. */
  readonly onFailure: (error: Error) => void;
}

export interface OpsServer {
  /** The port that was opened. */
  readonly port: number;
  /** Stops listening and ends what is open. */
  close(): Promise<void>;
}

const STATUS_PAGE = new URL('status-page.html', import.meta.url);
const REQUEST_MS_MAX = 10_000;
/** No route takes a body yet. */
const BODY_BYTES_MAX = 64 * 1024;
/** The page is one file: nothing else may load, run or frame it. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; " +
  "img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const NO_QUERY = Type.Object({}, { additionalProperties: false });
const HEALTH_SCHEMA = Type.Object({ status: Type.String() });
const READY_SCHEMA = Type.Object({
  ready: Type.Boolean(),
  why: Type.Optional(Type.String({ description: 'What the host waits for.' })),
});

/** Opens the ops port; throws `listen` when it cannot. */
export async function startOpsServer(
  source: OpsSource,
  options: OpsServerOptions,
): Promise<OpsServer> {
  const { port, bindAddress } = options;
  const app = buildOpsApp(source, options.onFailure);
  try {
    await app.listen({ port, host: bindAddress });
  } catch (error) {
    await app.close();
    const detail = `Cannot open the ops port on "${bindAddress}" port ${port}: ${messageOf(error)}`;
    throw new HostError('listen', detail, { cause: error });
  }
  const address = app.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => app.close(),
  };
}

/** The server before it listens: tests call `inject` on it. */
export function buildOpsApp(source: OpsSource, onFailure: (error: Error) => void): FastifyInstance {
  const routes: DocumentedRoute[] = [];
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    // What a client sends is refused or taken as it stands, never trimmed or converted in silence.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
  });
  app.addHook('onRoute', (options) => {
    const route = documentedRoute(options);
    if (route !== undefined) routes.push(route);
  });
  addErrorAnswers(app, routes, onFailure);
  addHealthRoutes(app, source);
  addStatusRoutes(app, source);
  app.get('/openapi.json', described('This description.', { produces: 'application/json' }), () =>
    openApiDocument(routes, source.status().version),
  );
  return app;
}

function addHealthRoutes(app: FastifyInstance, source: OpsSource): void {
  const health = described('Answers while the process lives.', {
    response: { 200: HEALTH_SCHEMA },
  });
  app.get('/healthz', health, () => ({ status: 'ok' }));

  const ready = described('503 with the why while starting, draining or overloaded.', {
    response: { 200: READY_SCHEMA, 503: READY_SCHEMA },
  });
  app.get('/readyz', ready, (_request, reply) => {
    const readiness = source.readiness();
    if (readiness.ready) return { ready: true };
    void reply.code(503);
    return { ready: false, why: readiness.why ?? 'not ready' };
  });
}

function addStatusRoutes(app: FastifyInstance, source: OpsSource): void {
  const status = described('What this host does now.', { response: { 200: HOST_STATUS_SCHEMA } });
  app.get('/v1/status', status, () => source.status());

  const metrics = described('Metrics for Prometheus.', { produces: METRICS_CONTENT_TYPE });
  app.get('/metrics', metrics, (_request, reply) => {
    const { user, system } = process.cpuUsage();
    const usage = {
      cpuSeconds: (user + system) / 1e6,
      residentBytes: process.memoryUsage.rss(),
    };
    const families = [...statusMetrics(source.status(), usage), ...(source.metrics?.() ?? [])];
    return reply.type(METRICS_CONTENT_TYPE).send(metricsText(families));
  });

  const page = readFileSync(STATUS_PAGE);
  app.get('/', described('The status page.', { produces: 'text/html' }), (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-cache')
      .send(page),
  );
}

/** Every failure has one shape: `{ error: { code, message } }`. */
function addErrorAnswers(
  app: FastifyInstance,
  routes: readonly DocumentedRoute[],
  onFailure: (error: Error) => void,
): void {
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const methods = routes.filter(({ url }) => url === path).map(({ method }) => method);
    if (methods.length > 0) {
      const allow = methods.join(', ');
      const message = `Cannot ${request.method} "${path}": allowed is ${allow}`;
      return reply.code(405).header('allow', allow).send(errorBody('method-not-allowed', message));
    }
    const message = `Cannot find "${path}": GET /openapi.json lists all paths`;
    return reply.code(404).send(errorBody('not-found', message));
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    const isOurs = status < 400 || status >= 500;
    if (isOurs) onFailure(error);
    const message = `Cannot ${request.method} "${request.url}": ${isOurs ? 'the host failed' : error.message}`;
    const body = errorBody(isOurs ? 'internal' : 'bad-request', message);
    return reply.code(isOurs ? 500 : status).send(body);
  });
}

function errorBody(code: string, message: string): object {
  return { error: { code, message } };
}

/** Options of a GET route: documented, and no unknown query is overlooked. */
function described(
  summary: string,
  schema: Omit<DocumentedSchema, 'summary'>,
): { schema: DocumentedSchema } {
  return { schema: { summary, querystring: NO_QUERY, ...schema } };
}
