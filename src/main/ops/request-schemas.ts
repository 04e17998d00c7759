/** Schemas of the queries and bodies that the ops API takes; request-check.ts reads them, openapi.json shows them. Main thread. */

import Type, { type TSchema } from 'typebox';
import type { BanInput } from './ops-host.ts';

export const NO_QUERY: TSchema = Type.Object({}, { additionalProperties: false });

const PAGE = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 500, description: 'Rows of a page; 100 unless given.' }),
  ),
  after: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: '`next` of the page before.',
      allowed: 'the `next` of a page',
    }),
  ),
};

/** Unknown names are refused, so that a misspelled one is not overlooked. */
function query(properties: Record<string, TSchema>): TSchema {
  return Type.Object(properties, { additionalProperties: false });
}

/** Printable, so that logs and terminals can show it as it is. */
function line(description: string, max: number, min = 1): TSchema {
  return Type.String({
    description,
    pattern: `^[^\\p{Cc}\\p{Cs}]{${min},${max}}$`,
    allowed: `a text of ${min} to ${max} printable characters`,
  });
}

function optional(schema: TSchema): TSchema {
  return Type.Optional(schema);
}

export const PAGE_QUERY: TSchema = query(PAGE);
export const PLAYERS_QUERY: TSchema = query({
  ...PAGE,
  find: optional(line('Part of the name, in any case of letters.', 32)),
});
export const MATCHES_QUERY: TSchema = query({
  ...PAGE,
  mode: optional(line('Only of this mode.', 32)),
});
export const WATCH_QUERY: TSchema = query({ match: line('Id of the match.', 128) });
export const CONFIG_QUERY: TSchema = query({
  dryRun: optional(Type.Boolean({ description: 'Only say what would change.' })),
});

export const BAN_BODY: TSchema = query({
  account: optional(line('Name of the account; either this or `address`.', 32)),
  address: optional(line('Address or range such as `10.1.0.0/16`.', 64)),
  seconds: optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 3_155_760_000,
      description: 'For how long; for ever when left out.',
      allowed: 'a number above 0, at most 3155760000',
    }),
  ),
  reason: line('What the player is told.', 200),
} satisfies Record<keyof BanInput, TSchema>);
/** What a kicked player is told where nobody said why. */
export const KICK_REASON = 'An operator has closed your connection';
export const KICK_BODY: TSchema = query({
  reason: optional(line(`What the player is told; otherwise "${KICK_REASON}".`, 200)),
});
export const ANNOUNCE_BODY: TSchema = query({ text: line('What everyone is told.', 400) });
export const DRAIN_BODY: TSchema = query({
  deadlineSeconds: optional(
    Type.Number({
      minimum: 0,
      maximum: 86_400,
      description: 'How long matches may go on; shutdown.deadlineSeconds when left out.',
      allowed: 'a number from 0 to 86400',
    }),
  ),
});
export const CONFIG_BODY: TSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Part of the settings, nested as in longhouse.toml; null takes an override back.',
});
