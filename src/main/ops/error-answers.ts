/** Every failure of the ops port in one shape, `{ error: { code, message } }`. Main thread. */

import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Refused } from './ops-host.ts';
import { statusOf, type OpsRoute } from './ops-route.ts';

export function errorBody(code: string, message: string): object {
  return { error: { code, message } };
}

export function sendRefusal(reply: FastifyReply, refusal: Refused): FastifyReply {
  return reply.code(statusOf(refusal)).send(errorBody(refusal.refused, refusal.message));
}

/** Answers for what no route takes, and for what goes wrong in one. */
export function addErrorAnswers(
  app: FastifyInstance,
  routes: readonly OpsRoute[],
  onFailure: (error: Error) => void,
): void {
  const patterns = routes.map(({ method, url }) => ({ method, pattern: urlPattern(url) }));
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const methods = patterns.filter(({ pattern }) => pattern.test(path));
    if (methods.length > 0) {
      const allow = [...new Set(methods.map(({ method }) => method))].join(', ');
      const message = `Cannot ${request.method} "${path}": allowed is ${allow}`;
      return reply.code(405).header('allow', allow).send(errorBody('method-not-allowed', message));
    }
    const message = `Cannot find "${path}": GET /openapi.json lists all paths`;
    return reply.code(404).send(errorBody('not-found', message));
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 400 || status >= 500) {
      onFailure(error);
      const message = `Cannot ${request.method} "${request.url}": the host failed`;
      return reply.code(500).send(errorBody('internal', message));
    }
    const isSentence = error.message.startsWith('Cannot ');
    const message = isSentence ? error.message : `Cannot read the request: ${error.message}`;
    return reply.code(status).send(errorBody('bad-request', message));
  });
}

function urlPattern(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : RegExp.escape(part)));
  return new RegExp(`^${parts.join('/')}$`);
}
