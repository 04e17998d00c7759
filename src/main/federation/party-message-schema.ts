/** What a message about parties looks like: whatever comes from another host is checked against it. Main thread. */

import Type, { type TObject, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { PartyMessage } from '../../cluster-bridge/federation/party-messages.ts';

/** More than any party has; a longer list is no party. */
const MEMBERS_MAX = 64;
const IDS_MAX = 1_000;

export function isPartyMessage(message: { readonly kind: string }): message is PartyMessage {
  return message.kind.startsWith('party');
}

export function isSoundPartyMessage(message: PartyMessage): boolean {
  const schema = Object.hasOwn(SCHEMAS, message.kind) ? SCHEMAS[message.kind] : undefined;
  return schema !== undefined && Value.Check(schema, message);
}

const NAME = Type.String({ minLength: 1, maxLength: 64 });
const HOST = Type.String({ minLength: 1, maxLength: 128 });
const ID = Type.String({ minLength: 1, maxLength: 256 });
const TEXT = Type.String({ maxLength: 1_000 });
const COUNT = Type.Integer({ minimum: 0 });

const TICKET = Type.Object({
  number: COUNT,
  mode: ID,
  state: Type.Enum(['waiting', 'going', 'off']),
  waitedMs: Type.Number({ minimum: 0 }),
  hasPriority: Type.Boolean(),
  reason: TEXT,
});

const STATE = Type.Object({
  id: ID,
  version: COUNT,
  ownerHostId: HOST,
  members: Type.Array(Type.Object({ name: NAME, hostId: HOST }), { maxItems: MEMBERS_MAX }),
  ticket: orNull(TICKET),
});

const NEWS = Type.Object({
  action: Type.Enum(['joined', 'left', 'disbanded']),
  by: TEXT,
  note: TEXT,
});

const SCHEMAS: Readonly<Record<PartyMessage['kind'], TObject>> = {
  partyInvite: Type.Object({
    id: COUNT,
    from: NAME,
    to: TEXT,
    members: Type.Array(NAME, { maxItems: MEMBERS_MAX }),
  }),
  partyInvited: Type.Object({
    id: COUNT,
    answer: Type.Enum(['invited', 'alreadyInvited', 'tooManyInvites', 'none']),
    name: TEXT,
  }),
  partyJoin: Type.Object({ id: COUNT, leader: NAME, name: NAME }),
  partyRefused: Type.Object({
    id: COUNT,
    why: Type.Enum(['notOnline', 'notLeader', 'partyFull', 'inParty']),
  }),
  party: Type.Object({ state: STATE, news: orNull(NEWS) }),
  partyStayed: Type.Object({ name: NAME, leader: NAME }),
  partyLeave: Type.Object({ partyId: ID, name: orNull(NAME) }),
  partyTicket: Type.Object({
    partyId: ID,
    number: COUNT,
    state: Type.Enum(['going', 'off']),
    reason: TEXT,
    message: TEXT,
  }),
  partyAlive: Type.Object({ partyIds: Type.Array(ID, { maxItems: IDS_MAX }) }),
};

function orNull(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}
