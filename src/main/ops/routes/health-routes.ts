/** Health, status, metrics: what monitors ask. Main thread. */

import Type from 'typebox';
import { HISTORY, HOSTS } from '../answer-schemas.ts';
import { HOST_STATUS_SCHEMA } from '../host-status.ts';
import { METRICS_CONTENT_TYPE, metricsText } from '../metrics-text.ts';
import type { OpsHost } from '../ops-host.ts';
import { Answer, type OpsRoute } from '../ops-route.ts';

const HEALTH = Type.Object({ status: Type.String() });
const READY = Type.Object({
  ready: Type.Boolean(),
  why: Type.Optional(Type.String({ description: 'What the host waits for.' })),
});

export function healthRoutes(host: OpsHost): readonly OpsRoute[] {
  return [...probeRoutes(host), ...figureRoutes(host)];
}

function probeRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    {
      kind: 'json',
      method: 'GET',
      url: '/healthz',
      summary: 'Answers while the process lives.',
      access: 'open',
      isUnlimited: true,
      responses: { 200: HEALTH },
      handle: () => ({ status: 'ok' }),
    },
    {
      kind: 'json',
      method: 'GET',
      url: '/readyz',
      summary: '503 with the why while starting, draining or overloaded.',
      access: 'open',
      isUnlimited: true,
      responses: { 200: READY, 503: READY },
      handle: () => {
        const { ready, why } = host.reads.readiness();
        return ready ? { ready } : new Answer(503, { ready, why: why ?? 'not ready' });
      },
    },
    {
      kind: 'file',
      method: 'GET',
      url: '/metrics',
      summary: 'Metrics for Prometheus.',
      access: 'open',
      mediaType: METRICS_CONTENT_TYPE,
      handle: () => metricsText(host.reads.metrics()),
    },
  ];
}

function figureRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/status',
      summary: 'What this host does now.',
      access: 'open',
      responses: { 200: HOST_STATUS_SCHEMA },
      handle: () => host.reads.status(),
    },
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/hosts',
      summary: 'The hosts of the network, this one first.',
      access: 'open',
      responses: { 200: HOSTS },
      handle: () => ({ hosts: host.reads.hosts() }),
    },
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/history',
      summary: 'The last ten minutes, a sample a second, column by column.',
      access: 'open',
      responses: { 200: HISTORY },
      handle: () => host.reads.history(),
    },
  ];
}
