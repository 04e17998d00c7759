/**
 * The HTTP port for operators: takes the routes as data, and does for all of them what all of them need. Main thread.
 *
 *   request -> access -> check against the schemas -> handle -> JSON by the schema | bytes | server-sent events
 *
 * A read costs a walk over tables and books in memory, never a message to a thread. No route is found by a method's name:
 * what is not in the list of routes does not exist.
 */

import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { HostError, messageOf } from '../../shared/errors.ts';
import { addErrorAnswers, errorBody, sendRefusal } from './error-answers.ts';
import { EventStreams, type EventStream } from './event-streams.ts';
import { openApiDocument } from './openapi.ts';
import { OpsAccess, type AccessOptions, type Admission, type Denial } from './ops-access.ts';
import { Answer, isRefused, type FileRoute, type OpsRoute, type RouteInput } from './ops-route.ts';
import { requestCheck, type RequestPart } from './request-check.ts';
import { NO_QUERY } from './request-schemas.ts';

export interface OpsServerOptions {
  readonly routes: readonly OpsRoute[];
  readonly version: string;
  /** 0: the system chooses. */
  readonly port: number;
  readonly access: AccessOptions;
  /** Told of every answer that failed through a fault of ours: belongs in the log. */
  readonly onFailure: (error: Error) => void;
}

/** What the ops port counts: for the metrics. */
export interface OpsCounts {
  /** Answers by status code. */
  readonly answers: Readonly<Record<string, number>>;
  /** By code of the error. */
  readonly denials: Readonly<Record<string, number>>;
  readonly streams: number;
  readonly streamDrops: Readonly<Record<string, number>>;
}

type Admitted = Extract<Admission, { denial: undefined }>;

const REQUEST_MS_MAX = 10_000;
const BODY_BYTES_MAX = 64 * 1024;
const PARAMETER_CHARACTERS_MAX = 200;
/** What is true of every answer: it is of now, and only what it says it is. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

export class OpsServer {
  /** For tests: `inject` needs no socket. */
  readonly app: FastifyInstance;
  readonly #options: OpsServerOptions;
  readonly #access: OpsAccess;
  readonly #streams = new EventStreams();
  readonly #answers: Record<string, number> = {};
  readonly #admitted = new WeakMap<FastifyRequest, Admitted>();

  constructor(options: OpsServerOptions) {
    this.#options = options;
    this.#access = new OpsAccess(options.access);
    this.app = fastify({
      forceCloseConnections: true,
      bodyLimit: BODY_BYTES_MAX,
      requestTimeout: REQUEST_MS_MAX,
      routerOptions: { maxParamLength: PARAMETER_CHARACTERS_MAX },
    });
    // What is checked is a schema of ours and one of four parts; fastify's types leave both open.
    this.app.setValidatorCompiler(({ schema, httpPart }) =>
      requestCheck(schema as TSchema, httpPart as RequestPart),
    );
    takeEmptyBodies(this.app);
    const routes = [...options.routes, openApiRoute(options)];
    addErrorAnswers(this.app, routes, options.onFailure);
    this.app.addHook('onSend', (_request, reply, _payload, done) => {
      const status = String(reply.statusCode);
      this.#answers[status] = (this.#answers[status] ?? 0) + 1;
      for (const [name, value] of Object.entries(HEADERS)) {
        if (!reply.hasHeader(name)) void reply.header(name, value);
      }
      done();
    });
    for (const route of routes) this.#add(route);
  }

  /** Opens the port; throws `listen` when it cannot. */
  async listen(): Promise<void> {
    const { port, access } = this.#options;
    try {
      await this.app.listen({ port, host: access.bindAddress });
    } catch (error) {
      await this.close();
      const where = `on "${access.bindAddress}" port ${port}`;
      const detail = `Cannot open the ops port ${where}: ${messageOf(error)}`;
      throw new HostError('listen', detail, { cause: error });
    }
  }

  /** The port that was opened. */
  get port(): number {
    const address = this.app.server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.port;
  }

  counts(): OpsCounts {
    return {
      answers: this.#answers,
      denials: this.#access.denials,
      streams: this.#streams.count,
      streamDrops: this.#streams.drops,
    };
  }

  /** Stops listening and ends what is open. */
  async close(): Promise<void> {
    this.#streams.close();
    await this.app.close();
  }

  #add(route: OpsRoute): void {
    const { method, url, access, isUnlimited = false } = route;
    if (method !== 'GET' && access !== 'token') {
      throw new Error(`Cannot register ${method} ${url}: what changes something needs the token`);
    }
    this.app.route({
      method,
      url,
      // A HEAD of a stream would never end.
      exposeHeadRoute: route.kind !== 'stream',
      schema: schemaOf(route),
      onRequest: (request, reply, done) => {
        const { ip: address, headers } = request;
        const admission = this.#access.admit({ access, isUnlimited, address, headers });
        if (admission.denial === undefined) {
          this.#admitted.set(request, admission);
          done();
        } else sendDenial(reply, admission.denial);
      },
      handler: (request, reply) => this.#handle(route, request, reply),
    });
  }

  async #handle(route: OpsRoute, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const input = inputOf(request, this.#admitted.get(request));
    switch (route.kind) {
      case 'file':
        void reply.headers(route.headers ?? {}).type(route.mediaType);
        if (isFresh(route.headers, request)) return reply.code(304).send();
        return reply.send(route.handle(input));
      case 'json': {
        const outcome = await route.handle(input);
        if (isRefused(outcome)) return sendRefusal(reply, outcome);
        if (outcome instanceof Answer) return reply.code(outcome.status).send(outcome.body);
        return reply.code(route.status ?? 200).send(outcome);
      }
      case 'stream': {
        if (!this.#streams.hasRoom()) return sendRefusal(reply, TOO_MANY_STREAMS);
        const begin = route.handle(input);
        if (isRefused(begin)) return sendRefusal(reply, begin);
        return this.#stream(reply, begin);
      }
    }
  }

  #stream(reply: FastifyReply, begin: (stream: EventStream) => () => void): FastifyReply {
    this.#answers['200'] = (this.#answers['200'] ?? 0) + 1;
    reply.hijack();
    this.#streams.open(reply.raw, begin);
    return reply;
  }
}

const TOO_MANY_STREAMS = {
  refused: 'too-many-streams',
  message: 'Cannot open another stream: as many as there may be are open',
} as const;

/** Many clients name JSON as the type of a body that they do not send: nothing is then an empty table. */
function takeEmptyBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, String(body), done);
  });
}

function openApiRoute({ routes, version }: OpsServerOptions): OpsRoute {
  const url = '/openapi.json';
  const route = {
    kind: 'file',
    method: 'GET',
    url,
    summary: 'This description.',
    access: 'open',
    mediaType: 'application/json; charset=utf-8',
  } as const;
  let text: string | undefined;
  const handle = (): string =>
    (text ??= JSON.stringify(openApiDocument([...routes, { ...route, handle }], version)));
  return { ...route, handle };
}

function schemaOf(route: OpsRoute): object {
  const { query = NO_QUERY, body } = route;
  return {
    querystring: query,
    ...(body === undefined ? {} : { body }),
    ...(route.kind === 'json' ? { response: route.responses } : {}),
  };
}

/** The client has the file of that tag already. */
function isFresh(headers: FileRoute['headers'], request: FastifyRequest): boolean {
  const etag = headers?.['etag'];
  return etag !== undefined && request.headers['if-none-match'] === etag;
}

function sendDenial(reply: FastifyReply, { status, code, message, retryAfter }: Denial): void {
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply.code(status).send(errorBody(code, message));
}

function inputOf(request: FastifyRequest, admitted: Admitted | undefined): RouteInput {
  const lastEventId = request.headers['last-event-id'];
  return {
    // fastify gives texts for parameters; query and body were checked against the route's schemas.
    params: request.params as RouteInput['params'],
    query: request.query as RouteInput['query'],
    body: request.body ?? {},
    by: admitted?.by ?? '',
    hasToken: admitted?.hasToken ?? false,
    lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
  };
}
