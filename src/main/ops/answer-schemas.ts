/**
 * Schemas of what the ops API answers: they write the answers, and openapi.json. Main thread.
 * A schema lists exactly the fields of its type: what is left out or spelled otherwise does not compile.
 */

import Type, { type TSchema } from 'typebox';
import type { AuditRow, BanRow } from '../../shared/store-messages.ts';
import type { LifeEvent } from '../life/life-book.ts';
import type { SettingChange, SettingRow } from '../config/setting-list.ts';
import type { WaitReport } from '../matchmaker/matchmaker.ts';
import type { MatchQuality } from '../../shared/match-quality.ts';
import type { HistoryColumns } from './history.ts';
import type { Acks, Announced, DrainView } from './ops-host.ts';
import type {
  ConfigPatched,
  ConfigView,
  HostRow,
  LinkView,
  MatchView,
  PlayerDetail,
  PlayerView,
  TicketView,
} from './ops-views.ts';

type Fields<View> = Readonly<Record<keyof View, TSchema>>;

/** The fields of `View`, no more and no less. */
function fields<View>(description: string, of: Fields<View>): TSchema {
  return Type.Object({ ...of }, { description });
}

function text(description: string): TSchema {
  return Type.String({ description });
}

function number(description: string): TSchema {
  return Type.Number({ description });
}

function flag(description: string): TSchema {
  return Type.Boolean({ description });
}

/** One schema of two types: a union would be tried branch by branch for every row. */
function orNull(type: 'string' | 'number', description: string): TSchema {
  return Type.Unsafe({ type: [type, 'null'], description });
}

function nullable(schema: TSchema): TSchema {
  return Type.Union([schema, Type.Null()]);
}

function list(schema: TSchema, description = ''): TSchema {
  return Type.Array(schema, description === '' ? {} : { description });
}

const ANY = Type.Unsafe({});
const EPOCH = 'milliseconds since 1970-01-01 UTC';
const HOST_ID = text('Name of the host.');

export const ERROR_BODY: TSchema = Type.Object({
  error: Type.Object({
    code: text('One word for programs.'),
    message: text('A sentence for people.'),
  }),
});

function optional(schema: TSchema): TSchema {
  return Type.Optional(schema);
}

function page(name: string, row: TSchema): TSchema {
  return Type.Object(pageFields(name, row));
}

function pageFields(name: string, row: TSchema): Record<string, TSchema> {
  return {
    [name]: list(row),
    next: orNull('string', '`after` of the next page; null: there is none.'),
    total: number('Rows of the whole list.'),
  };
}

const playerFields = {
  name: text('As it was first given.'),
  hostId: HOST_ID,
  state: text(
    'lobby, queued, accepting (a match was found, not all have accepted), match, away (connection lost, seat kept) or arriving.',
  ),
  mode: orNull('string', 'Of the match, or of the queue.'),
  match: orNull('string', 'Id of the match that has a seat for the player.'),
  team: orNull('number', 'In that match.'),
  practice: flag('A practice player of the host.'),
  held: flag(
    'May queue, but is in no match yet: the lost host of the last one may still act for the player for some seconds.',
  ),
  connectedMs: orNull('number', 'How long the connection has been there; null while away.'),
  address: optional(text('Of the connection; only with the token.')),
} satisfies Fields<PlayerView>;

export const PLAYERS: TSchema = Type.Object({
  ...pageFields('players', fields<PlayerView>('', playerFields)),
  silent: list(Type.String(), 'Hosts that did not answer: their players are missing.'),
});

const waitReport = fields<WaitReport>('Where the ticket stands.', {
  mode: text(''),
  cause: text('The rule that keeps it waiting.'),
  position: number('In tickets, from 1.'),
  waiting: number('Players in the queue.'),
  missing: number('Players that a match lacks.'),
  candidates: number('Players within its rating window.'),
  enqueuedMs: number("By the host's clock."),
  hasPriority: flag('Its last match broke.'),
  relaxesAtMs: orNull('number', 'When the rule gives way.'),
  etaMs: orNull('number', 'Expected wait.'),
});

export const TICKET: TSchema = fields<TicketView>('Why a player waits.', {
  name: text(''),
  text: text('Plain sentences.'),
  report: nullable(waitReport),
});

const ban = fields<BanRow>('', {
  id: text(''),
  target: Type.Object({
    kind: text('account or address.'),
    key: optional(text('The account, in lower case.')),
    address: optional(text('Address or range.')),
  }),
  untilMs: optional(number(`End, in ${EPOCH}; left out: for ever.`)),
  reason: text(''),
  by: text('Who made it.'),
  createdMs: number(`In ${EPOCH}.`),
});

export const BANS: TSchema = page('bans', ban);

const rating = Type.Object({ mu: number('Mean.'), sigma: number('Uncertainty.') });

export const PLAYER: TSchema = fields<PlayerDetail>('', {
  ...playerFields,
  ratings: Type.Record(Type.String(), rating, { description: 'By mode.' }),
  wait: nullable(TICKET),
  bans: list(ban, 'That hold on the account or its address.'),
  party: list(Type.String()),
});

export const LIFE: TSchema = Type.Object({
  name: text(''),
  events: list(
    fields<LifeEvent>('', {
      atMs: number(`In ${EPOCH}.`),
      what: text('login, lobby, queued, waiting, match, moved, closed, ...'),
      detail: text('In words.'),
    }),
  ),
});

const quality = fields<MatchQuality>('As the matchmaker saw it.', {
  winProbabilities: list(Type.Number(), 'By team; they add up to 1.'),
  strengthDifference: number(''),
  spread: number('Highest less lowest mu.'),
  partyAsymmetry: number(''),
  waitsMs: list(Type.Number(), 'Of its tickets.'),
  relaxed: list(Type.String(), 'Rules that had given way.'),
  isExact: flag('No other division would have been closer.'),
});

const match = fields<MatchView>('', {
  id: text('`hostId/mode/number`.'),
  mode: text(''),
  hostId: HOST_ID,
  worker: orNull('number', 'Row in the worker table; null: it runs on another host.'),
  startedMs: orNull('number', `In ${EPOCH}; null while it opens.`),
  players: list(Type.Object({ name: Type.String(), team: Type.Number() })),
  quality: nullable(quality),
  homes: list(
    Type.Object({ hostId: HOST_ID, players: Type.Number() }),
    'Where its players are connected; all of them only on the host that it runs on.',
  ),
});

export const MATCHES: TSchema = page('matches', match);

const link = fields<LinkView>(
  'Of the link between the host that answers and it; null without one.',
  {
    sentBytes: number('Of frames, since the link was made.'),
    receivedBytes: number('The same.'),
    sentBytesPerSecond: number('Over the last second.'),
    receivedBytesPerSecond: number('The same.'),
    backlogBytes: number('Not yet taken by the network.'),
  },
);

const host = fields<HostRow>('', {
  hostId: HOST_ID,
  isSelf: flag('The host that answers.'),
  state: text('up, draining, silent (linked, not heard for 2 s) or lost.'),
  players: number('Practice players are not counted.'),
  playersMax: number(''),
  matches: number(''),
  lobbies: number(''),
  load: number('Of its match workers, 0 to 1.'),
  configVersion: number('0: as the file says.'),
  ageMs: number('Of these numbers.'),
  link: nullable(link),
});

export const HOSTS: TSchema = Type.Object({ hosts: list(host) });

const acks = {
  acks: list(
    Type.Object({ hostId: HOST_ID, ms: number('From the request to being in force there.') }),
  ),
  pending: list(Type.String(), 'Hosts that have not answered yet.'),
} satisfies Fields<Acks>;

export const BAN_DONE: TSchema = Type.Object({ id: text('Of the ban.'), ...acks });
const column = list(Type.Number());
const columns = Type.Record(Type.String(), list(orNull('number', '')));

export const HISTORY: TSchema = fields<HistoryColumns>('All columns have one length.', {
  atSeconds: list(Type.Number(), 'Seconds since 1970-01-01 UTC, oldest first.'),
  players: column,
  networkPlayers: column,
  practicePlayers: column,
  matches: column,
  messagesOut: column,
  waits: columns,
  workerLoads: columns,
});

export const KICKED: TSchema = Type.Object({ name: text(''), hostId: HOST_ID });
export const ANNOUNCED: TSchema = fields<Announced>('', {
  players: number('Who were told.'),
  silent: list(Type.String(), 'Hosts that did not say whether they told theirs.'),
});
export const DRAINING: TSchema = fields<DrainView>('', {
  draining: flag('true'),
  deadlineMs: number('How long matches may still go on.'),
  playing: number('People in matches.'),
});
export const UNDRAINED: TSchema = Type.Object({ draining: flag('false') });

const setting = fields<SettingRow>('', {
  key: text(''),
  value: ANY,
  default: ANY,
  applies: text('now or restart.'),
});

export const CONFIG: TSchema = fields<ConfigView>('', {
  version: number('0: as the file says.'),
  atMs: number(`In ${EPOCH}.`),
  by: text(''),
  document: ANY,
  settings: list(setting),
  problem: orNull('string', 'Why the newest stored version is not in force.'),
});

const change = fields<SettingChange>('', {
  key: text(''),
  from: ANY,
  to: ANY,
  applies: text('now or restart.'),
});

export const CONFIG_CHANGED: TSchema = fields<ConfigPatched>('', {
  version: number('The new one, or the one it would get.'),
  dryRun: flag(''),
  changes: list(change),
});

export const AUDIT: TSchema = page(
  'entries',
  fields<AuditRow>('', {
    atMs: number(`In ${EPOCH}.`),
    by: text(''),
    act: text('ban, unban, kick, config, announce, drain, ...'),
    detail: ANY,
  }),
);
