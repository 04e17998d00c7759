/** What operators do to the whole host: bans, settings, announcements, drain; and who did what. Main thread. */

import {
  ANNOUNCED,
  AUDIT,
  BAN_DONE,
  BANS,
  CONFIG,
  CONFIG_CHANGED,
  DRAINING,
  UNDRAINED,
} from '../answer-schemas.ts';
import type { BanInput, OpsHost } from '../ops-host.ts';
import { pageBody, pageOf, type OpsRoute } from '../ops-route.ts';
import {
  ANNOUNCE_BODY,
  BAN_BODY,
  CONFIG_BODY,
  CONFIG_QUERY,
  DRAIN_BODY,
  PAGE_QUERY,
} from '../request-schemas.ts';

export function actRoutes(host: OpsHost): readonly OpsRoute[] {
  return [...banRoutes(host), ...configRoutes(host), ...drainRoutes(host), ...otherRoutes(host)];
}

function banRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/bans',
      summary: 'Bans that hold, in the order in which they were made.',
      access: 'personal',
      query: PAGE_QUERY,
      responses: { 200: BANS },
      handle: (input) => pageBody('bans', host.reads.bans(pageOf(input))),
    },
    {
      kind: 'json',
      method: 'POST',
      url: '/v1/bans',
      summary: 'Bans an account or an address; answers when it is on disk and in force.',
      access: 'token',
      body: BAN_BODY,
      status: 201,
      responses: { 201: BAN_DONE },
      handle: ({ body, by }) => host.acts.ban(body as BanInput, by),
    },
    {
      kind: 'json',
      method: 'DELETE',
      url: '/v1/bans/:id',
      summary: 'Lifts a ban.',
      access: 'token',
      responses: { 200: BAN_DONE },
      handle: ({ params, by }) => host.acts.unban(params['id'] ?? '', by),
    },
  ];
}

function configRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/config',
      summary: 'All settings, and what was changed since the file.',
      access: 'personal',
      responses: { 200: CONFIG },
      handle: () => host.reads.config(),
    },
    {
      kind: 'json',
      method: 'PATCH',
      url: '/v1/config',
      summary: 'Changes settings, all of the given ones or none; with `dryRun` it only says which.',
      access: 'token',
      query: CONFIG_QUERY,
      body: CONFIG_BODY,
      responses: { 200: CONFIG_CHANGED },
      handle: ({ query, body, by }) =>
        host.acts.patchConfig(body as Readonly<Record<string, unknown>>, {
          by,
          dryRun: query['dryRun'] === true,
        }),
    },
  ];
}

function drainRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    {
      kind: 'json',
      method: 'POST',
      url: '/v1/drain',
      summary: 'No new matches and players; the host stops when nobody plays, or at the deadline.',
      access: 'token',
      body: DRAIN_BODY,
      responses: { 200: DRAINING },
      handle: ({ body, by }) =>
        host.acts.drain((body as { deadlineSeconds?: number }).deadlineSeconds, by),
    },
    {
      kind: 'json',
      method: 'DELETE',
      url: '/v1/drain',
      summary: 'Takes a drain back.',
      access: 'token',
      responses: { 200: UNDRAINED },
      handle: ({ by }) => host.acts.undrain(by),
    },
  ];
}

function otherRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    {
      kind: 'json',
      method: 'POST',
      url: '/v1/announce',
      summary: 'Says something to everyone on all hosts.',
      access: 'token',
      body: ANNOUNCE_BODY,
      responses: { 200: ANNOUNCED },
      handle: ({ body, by }) => host.acts.announce((body as { text: string }).text, by),
    },
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/audit',
      summary: 'Who did what, newest first.',
      access: 'token',
      query: PAGE_QUERY,
      responses: { 200: AUDIT },
      handle: async (input) => pageBody('entries', await host.reads.audit(pageOf(input))),
    },
    {
      kind: 'stream',
      method: 'GET',
      url: '/v1/events',
      summary: 'What happens from now on; with `Last-Event-ID` also what was missed.',
      access: 'personal',
      handle:
        ({ lastEventId }) =>
        (stream) => {
          for (const text of host.events.since(lastEventId)) stream.write(text);
          return host.events.subscribe((text) => stream.write(text));
        },
    },
  ];
}
