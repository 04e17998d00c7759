/**
 * Every key of a scenario file: its type, bounds, default and what it is for. The bench's parent process; docs/load-testing.md
 * has the same list, and a test compares the two. Written with the parts of the host's own configuration schema.
 */

import Type, { type TSchema } from 'typebox';

import { choice, count, flag, NAME, section } from '../../src/main/config/schema-parts.ts';
import { PLAYERS_MAX } from '../cli-flags.ts';

export const GAMES = ['auto', 'relay', 'capture-the-flag', 'bytes', 'none'] as const;
export const ARRIVALS = ['poisson', 'even'] as const;
const PARTY_MAX = 16;
const SECONDS_MAX = 86_400;
const ENTRIES_MAX = 100;

/** A number, or `[least, most]`: then each person draws its own, evenly, each time anew. */
function span(description: string, value: number | readonly number[]): TSchema {
  const seconds = Type.Number({ minimum: 0, maximum: SECONDS_MAX });
  const pair = Type.Array(seconds, { minItems: 2, maxItems: 2 });
  const allowed = `0 to ${SECONDS_MAX} seconds, or [least, most]`;
  return Object.assign(Type.Union([seconds, pair]), { description, default: value, allowed });
}

function amount(
  description: string,
  value: number,
  bounds: { readonly min: number; readonly max: number },
): TSchema {
  const allowed = `a number from ${bounds.min} to ${bounds.max}`;
  const { min: minimum, max: maximum } = bounds;
  return Type.Number({ description, default: value, minimum, maximum, allowed });
}

/** 0: not asked for. */
function level(description: string): TSchema {
  return amount(`${description} 0: not asked for.`, 0, { min: 0, max: 3_600_000 });
}

function entries(description: string, row: TSchema, minItems: number): TSchema {
  return Type.Array(row, { description, minItems, maxItems: ENTRIES_MAX, default: [] });
}

const stage = section('One stretch of the ramp.', {
  players: Type.Integer({
    description: 'Persons who are there at its end; their number moves towards it.',
    minimum: 0,
    maximum: PLAYERS_MAX,
  }),
  seconds: Type.Number({
    description: 'How long it takes; 0: at once.',
    minimum: 0,
    maximum: SECONDS_MAX,
    allowed: `0 to ${SECONDS_MAX} seconds`,
  }),
});

const person = section('One kind of person.', {
  name: Type.String({
    description: 'Its name in the report, and how player names begin.',
    ...NAME,
  }),
  share: count('How many of them there are, beside the shares of the others.', 1, {
    min: 1,
    max: 10_000,
  }),
  mode: Type.String({
    description: 'The mode it queues for; empty: it stays in the lobby.',
    default: '',
    pattern: `^$|${NAME.pattern}`,
    allowed: "empty, or a mode's name",
  }),
  partySize: count('So many come, queue and play together.', 1, { min: 1, max: PARTY_MAX }),
  token: Type.String({
    description: 'What it shows at the login, where the host asks for a password or a token.',
    default: '',
    maxLength: 1_000,
  }),
  game: choice(
    'What is played: `auto` goes by the mode (`relay`; `ctf` and `duel` are `capture-the-flag`; else `bytes`).',
    { of: GAMES, default: 'auto' },
  ),
  inputHz: amount('Inputs a second while it plays.', 5, { min: 0, max: 120 }),
  inputBytes: count('Length of an input of the game `bytes`, random bytes.', 16, {
    min: 1,
    max: 4_000,
  }),
  thinkSeconds: span('In the lobby before it queues.', [2, 8]),
  patienceSeconds: span('In the queue before it gives up; 0: never.', 120),
  playSeconds: span('In a match before it leaves it; 0: it stays to the end.', 0),
  visitSeconds: span('On line before it leaves, once it is in the lobby; 0: it stays.', 0),
  awaySeconds: span('Away between two visits, or before it tries again.', [5, 20]),
  dropShare: amount('Share of its matches in which its connection breaks.', 0, { min: 0, max: 1 }),
  dropSeconds: span('How long a broken connection stays away.', [1, 5]),
  chatsPerMinute: amount('Lines it says, in the lobby and in matches.', 0, { min: 0, max: 60 }),
  pingSeconds: span('Between two pings of the gateway; 0: none.', 5),
  stallSeconds: span('Once in a match it reads nothing for so long; 0: it always reads.', 0),
});

const storm = section('A moment at which many connections break.', {
  atSeconds: Type.Number({
    description: 'When, from the start.',
    minimum: 0,
    maximum: SECONDS_MAX,
    allowed: `0 to ${SECONDS_MAX} seconds`,
  }),
  share: amount('Share of those who are on line.', 1, { min: 0, max: 1 }),
  backSeconds: span('When each of them is back.', [0, 5]),
});

const levels = section(
  'What is asked of the host; a second in which it is missed is a bad second.',
  {
    loginMsP99: level('From the intended connect to WELCOME and the first lobby or match.'),
    queueMsP99: level('From the intended queue command to the match.'),
    inputMsP99: level('From an intended input to the first state that shows it (relay).'),
    stateAgeMsP99: level('Age of the newest input that a state shows (relay).'),
    stateDelayMsP99: level('How late a state is by its own tick (capture-the-flag).'),
    chatMsP99: level('From the intended line to each listener.'),
    pingMsP99: level('From the intended ping to its pong.'),
    missedShareMax: amount('States that never came, of those due. 0: not asked for.', 0, {
      min: 0,
      max: 1,
    }),
    errorShareMax: amount('Errors, of all that was asked of the host. 0: not asked for.', 0, {
      min: 0,
      max: 1,
    }),
    badSeconds: count('So many bad seconds in a row break the level.', 5, { min: 1, max: 600 }),
    stop: flag('A broken level ends the run; false: it is only reported.', true),
  },
);

const host = section('The host that is started where no `--against` names one.', {
  config: Type.String({ description: 'Its longhouse.toml, as a text.', default: '' }),
  relayHz: count('Ticks a second of its `relay` mode.', 10, { min: 1, max: 120 }),
});

export const SCENARIO_SCHEMA: TSchema = Type.Object(
  {
    title: Type.String({ description: 'Heads the report.', default: 'A swarm', minLength: 1 }),
    seed: count('All that persons draw comes from it.', 1, { min: 0, max: 2 ** 31 - 1 }),
    arrivals: choice(
      'When persons of a stage come and go: `poisson` at random moments, in crowds and lulls; `even` at even distances.',
      { of: ARRIVALS, default: 'poisson' },
    ),
    stages: entries('The ramp: its stretches, one after the other.', stage, 1),
    persons: entries('Who comes.', person, 1),
    storms: entries('When connections break.', storm, 0),
    levels,
    host,
  },
  { additionalProperties: false },
);
