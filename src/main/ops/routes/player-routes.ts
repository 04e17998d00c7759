/** Players: who is here, why they wait, what happened to them, sending one away. Main thread. */

import { KICKED, LIFE, PLAYER, PLAYERS, TICKET } from '../answer-schemas.ts';
import type { OpsHost, Refused } from '../ops-host.ts';
import { isRefused, pageBody, pageOf, type OpsRoute, type RouteInput } from '../ops-route.ts';
import { KICK_BODY, KICK_REASON, PLAYERS_QUERY } from '../request-schemas.ts';

export function playerRoutes(host: OpsHost): readonly OpsRoute[] {
  return [...listRoutes(host), ...lifeRoutes(host)];
}

function listRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/players',
      summary:
        'The accounts of all hosts that are logged in or whose seat is kept, this host first, each in the order they came.',
      access: 'personal',
      query: PLAYERS_QUERY,
      responses: { 200: PLAYERS },
      handle: async (input) => {
        const { find } = input.query as { find?: string };
        const page = await host.reads.players(pageOf(input), { find, ...visible(input) });
        if (isRefused(page)) return page;
        return { ...pageBody('players', page), silent: page.silent };
      },
    },
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/players/:name',
      summary: 'One of them, on whatever host, with ratings, bans and why it waits.',
      access: 'personal',
      responses: { 200: PLAYER },
      handle: async (input) =>
        (await host.reads.player(nameOf(input), visible(input))) ?? unknownPlayer(input),
    },
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/tickets/:name',
      summary: 'Why that player waits.',
      access: 'personal',
      responses: { 200: TICKET },
      handle: async (input) => (await host.reads.ticket(nameOf(input))) ?? unknownPlayer(input),
    },
    {
      kind: 'json',
      method: 'POST',
      url: '/v1/players/:name/kick',
      summary: 'Closes the connection of that player, who is told why and loses the seat.',
      access: 'token',
      body: KICK_BODY,
      responses: { 200: KICKED },
      handle: (input) => {
        const { reason = KICK_REASON } = input.body as { reason?: string };
        return host.acts.kick(nameOf(input), reason, input.by);
      },
    },
  ];
}

function lifeRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/players/:name/life',
      summary: 'What happened to that account lately, oldest first.',
      access: 'token',
      responses: { 200: LIFE },
      handle: async (input) => {
        const events = host.reads.life(nameOf(input));
        if (events === undefined) return unknownPlayer(input);
        const player = await host.reads.player(nameOf(input), visible(input));
        return { name: player?.name ?? nameOf(input), events };
      },
    },
    {
      kind: 'stream',
      method: 'GET',
      url: '/v1/players/:name/follow',
      summary: 'The same, and all that happens from now on; each event is named by what it is.',
      access: 'token',
      handle: (input) => {
        const name = nameOf(input);
        // Nothing yet: the account is followed from its first login on.
        const past = host.reads.life(name) ?? [];
        return (stream) => {
          for (const event of past) {
            stream.send({ event: event.what, data: JSON.stringify(event) });
          }
          return host.reads.follow(name, (event) =>
            stream.send({ event: event.what, data: JSON.stringify(event) }),
          );
        };
      },
    },
  ];
}

function nameOf({ params }: RouteInput): string {
  return params['name'] ?? '';
}

function visible({ hasToken }: RouteInput): { readonly withAddress: boolean } {
  return { withAddress: hasToken };
}

function unknownPlayer(input: RouteInput): Refused {
  const message = `Cannot find the player ${JSON.stringify(nameOf(input))}: not logged in`;
  return { refused: 'unknown-player', message };
}
