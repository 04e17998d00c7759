/** Matches: which run, and watching one. Main thread. */

import { MATCHES } from '../answer-schemas.ts';
import type { EventStream } from '../event-streams.ts';
import type { OpsHost, Refused } from '../ops-host.ts';
import { pageBody, pageOf, type OpsRoute } from '../ops-route.ts';
import { MATCHES_QUERY, WATCH_QUERY } from '../request-schemas.ts';

export function matchRoutes(host: OpsHost): readonly OpsRoute[] {
  return [
    {
      kind: 'json',
      method: 'GET',
      url: '/v1/matches',
      summary: 'Matches that open or run, in the order in which they were found.',
      access: 'personal',
      query: MATCHES_QUERY,
      responses: { 200: MATCHES },
      handle: (input) => {
        const { mode } = input.query as { mode?: string };
        return pageBody('matches', host.reads.matches(pageOf(input), mode));
      },
    },
    {
      kind: 'stream',
      method: 'GET',
      url: '/v1/matches/watch',
      summary:
        'What the players of a match see, at most 5 times a second: `watching`, `state`, `ended`.',
      access: 'token',
      query: WATCH_QUERY,
      handle: ({ query }) => watch(host, String(query['match'])),
    },
  ];
}

function watch(host: OpsHost, match: string): Refused | ((stream: EventStream) => () => void) {
  let stream: EventStream | undefined;
  const send = (event: string, data: object): void =>
    stream?.send({ event, data: JSON.stringify(data) });
  const watching = host.reads.watch(match, {
    onSample: ({ states, messages, messageBytes }) => {
      const encoded = states.map((state) => Buffer.from(state).toString('base64'));
      send('state', { states: encoded, messages, messageBytes });
    },
    onEnd: (reason) => {
      send('ended', { reason });
      stream?.end();
    },
  });
  if (watching.outcome !== 'watching') {
    const isUnknown = watching.outcome === 'unknown-match';
    const found = isUnknown ? 'no such match runs here' : 'as many watch already as may';
    const message = `Cannot watch ${JSON.stringify(match)}: ${found}`;
    return { refused: watching.outcome, message };
  }
  const { mode, stop } = watching;
  return (opened) => {
    stream = opened;
    send('watching', { match, mode });
    return stop;
  };
}
