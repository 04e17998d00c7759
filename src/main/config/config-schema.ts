/**
 * Every setting there is: its type, bounds, default and what it is for. The file, the environment, the flags, the
 * example file and docs/configuration.md all come from here. Main thread.
 */

import { BRIDGE_SECTION } from './bridge-schema.ts';
import Type, { type TSchema } from 'typebox';
import { LISTENERS } from './listener-schema.ts';
import { LOGINS_SECTION } from './logins-schema.ts';
import { STORE_SETTINGS, TICKET_LOG_SETTINGS } from './kept-data-schema.ts';
import { MATCHING_SETTINGS } from './matching-schema.ts';
import {
  choice,
  count,
  flag,
  HOST_ID,
  live,
  liveAll,
  NAME,
  NOT_EMPTY,
  OPS_TOKEN,
  port,
  SAYING,
  secret,
  section,
  text,
  texts,
} from './schema-parts.ts';

/** The names of handlers that need no file. */
export const BUILT_IN_HANDLERS: readonly string[] = ['capture-the-flag', 'relay'];

const RANGES = 'a list of addresses and ranges such as "10.0.0.0/8"';

const host = section('Who this host is and where it keeps its data.', {
  id: text(
    'Name of this host, unique on its network. Empty: made from the name of the machine.',
    '',
    HOST_ID,
  ),
  dataDir: text(
    'Folder for what the host keeps, relative to where it is started.',
    './data',
    NOT_EMPTY,
  ),
  portOffset: count('Added to every port: several hosts on one machine.', 0, {
    min: 0,
    max: 60_000,
  }),
});

const ops = section('The HTTP port for operators: status page, metrics, API.', {
  port: port('Port before host.portOffset; 0 takes a free one.', 7780),
  bindAddress: text(
    'Address to listen on. Reading asks for no password: keep it private.',
    '127.0.0.1',
    NOT_EMPTY,
  ),
  token: secret(
    text(
      'What whoever changes something must show. Empty: made at the first start, in `ops-token` in the data folder.',
      '',
      OPS_TOKEN,
    ),
  ),
  hostNames: texts(
    'Names by which a browser may reach the port, such as that of a reverse proxy; addresses and `localhost` always may.',
    [],
    'a list of host names',
  ),
  requestsPerSecond: count(
    'Requests a second from one address, five seconds of them at once.',
    100,
    {
      min: 1,
      max: 1_000_000,
    },
  ),
});

const threads = section('Threads and the most that each may take.', {
  gateways: count('Threads that own sockets; 0: half of the cores.', 0, { min: 0, max: 64 }),
  matchWorkers: count('Threads that run matches; 0: the other half, at least 2.', 0, {
    min: 0,
    max: 64,
  }),
  heapMbMax: count('Heap of one match worker; at the limit its matches end.', 512, {
    min: 32,
    max: 65_536,
  }),
  externalMbMax: count('Memory outside the heap (Buffers) of one match worker.', 1_024, {
    min: 32,
    max: 65_536,
  }),
  hangMs: count(
    'A match worker silent for this long is replaced. On Linux, one that waits for a CPU has more time: up to ten times this.',
    1_000,
    { min: 100, max: 60_000 },
  ),
  turnMs: count(
    'Match workers wake for ticks on a grid of this many milliseconds, or a fifth of the shortest tick if that is less: ticks of one cell leave in one batch.',
    20,
    { min: 1, max: 100 },
  ),
});

const players = section('How many players, and how they are kept.', {
  capacity: count('Players at once on this host.', 20_000, { min: 1, max: 1_048_576 }),
  lobbyCapacity: count('Players in one lobby before another is opened.', 500, {
    min: 1,
    max: 10_000,
  }),
  graceSeconds: live(
    count('How long a lost connection keeps its seat in a match.', 60, { min: 0, max: 3_600 }),
  ),
});

const limits = section(
  'What one client may do; beyond it the connection is closed with a reason.',
  {
    ...liveAll({
      connectionsPerAddress: count('Connections at once from one address.', 256, {
        min: 1,
        max: 1_048_576,
      }),
      connectsPerSecondPerAddress: count('New connections a second from one address.', 50, {
        min: 1,
        max: 100_000,
      }),
      connectBurstPerAddress: count('New connections that may come at once.', 200, {
        min: 1,
        max: 100_000,
      }),
      unlimitedAddresses: texts(
        'Addresses that the three limits above leave alone.',
        ['127.0.0.0/8', '::1/128'],
        RANGES,
      ),
      unnamedConnections: count(
        'Connections at once that have given no name yet. Above it, and on a full host, the oldest of them gives way to who comes. 0: as many as players leave room for.',
        0,
        { min: 0, max: 1_048_576 },
      ),
      loginSeconds: count('Time to log in.', 30, { min: 1, max: 3_600 }),
      idleSeconds: count('A player who sends nothing for this long is closed; 0: never.', 1_800, {
        min: 0,
        max: 86_400,
      }),
      inputsPerSecond: count('Messages a second; the socket is paused above it.', 200, {
        min: 1,
        max: 100_000,
      }),
      inputBytesPerSecond: count('Bytes a second; the socket is paused above it.', 65_536, {
        min: 256,
        max: 1_073_741_824,
      }),
      frameBytesMax: count('Longest frame from a client, its length field not counted.', 4_096, {
        min: 256,
        max: 65_535,
      }),
      lineBytesMax: count('Longest line from a client.', 512, { min: 64, max: 16_384 }),
      outputBytesMax: count('Output waiting for one client; a slower reader is closed.', 262_144, {
        min: 131_072,
        max: 67_108_864,
      }),
      heldBytesMax: count(
        'Input held for one client while it is moved; the socket is paused above it.',
        65_536,
        {
          min: 4_096,
          max: 1_048_576,
        },
      ),
    }),
    trustedProxies: texts('Addresses whose PROXY header is believed.', [], RANGES),
  },
);

const rings = section('Shared memory between each gateway and each match worker; powers of two.', {
  upBytes: count('Gateway to match worker.', 1_048_576, { min: 524_288, max: 1_073_741_824 }),
  downBytes: count('Match worker to gateway.', 2_097_152, { min: 524_288, max: 1_073_741_824 }),
});

const practice = section('Practice players of the host itself.', {
  bots: count('How many wait to fill a match for people; 0: none.', 7, { min: 0, max: 1_000 }),
  patienceMs: count('How long a person waits before they join.', 2_000, { min: 0, max: 600_000 }),
});

const textSection = section('What players are told, as a notice. Empty: nothing.', {
  greeting: text('Everyone who logs in.', '', SAYING),
  lobby: text('Everyone who comes into a lobby, after each match too.', '', SAYING),
  maintenance: text(
    'Whoever is refused during maintenance; those who are here are told once.',
    'The server is being maintained: running matches go on, nobody new may come in for now.',
    SAYING,
  ),
});

const maintenance = section('Keeps new players out; those who are here play on.', {
  enabled: flag('Nobody new may log in, except the names in `allow`.'),
  allow: texts('Names that may log in all the same.', [], 'a list of names'),
});

const shutdown = section('Stopping with SIGTERM or Ctrl-C.', {
  deadlineSeconds: count('How long running matches may go on.', 30, { min: 0, max: 86_400 }),
});

const bench = section('Load tests: docs/load-testing.md.', {
  enabled: flag('Adds the `relay` mode (16 players, one team).'),
  relayHz: count('Its ticks a second.', 10, { min: 1, max: 1_000 }),
  relaySeconds: count('When its matches end; 0: never.', 0, { min: 0, max: 86_400 }),
});

const mode = Type.Object(
  {
    handler: Type.String({
      description: '`capture-the-flag`, `relay`, or a file (`./my-game.ts`) relative to this file.',
      minLength: 1,
    }),
    teams: count('Number of teams.', 2, { min: 1, max: 64 }),
    teamSize: Type.Integer({ description: 'Players in a team.', minimum: 1, maximum: 256 }),
    minTeamSize: Type.Optional(
      Type.Integer({
        description: 'Smallest team to start with after smallerAfterSeconds. Left out: teamSize.',
        minimum: 1,
        maximum: 256,
      }),
    ),
    tickHz: count('Ticks a second; 0: none.', 10, { min: 0, max: 1_000 }),
    graceSeconds: Type.Optional(
      Type.Integer({
        description: 'How long a lost connection keeps its seat. Left out: players.graceSeconds.',
        minimum: 0,
        maximum: 3_600,
      }),
    ),
    ...MATCHING_SETTINGS,
    settings: Type.Record(Type.String(), Type.Unknown(), {
      description: 'Handed to the handler as it stands.',
      default: {},
    }),
  },
  { additionalProperties: false },
);

const modes = Type.Record(Type.String({ pattern: NAME.pattern }), mode, {
  allowed: `names of ${NAME.allowed}`,
  description: 'Kinds of matches, by name. Naming any in the file replaces the default ones.',
  default: {
    ctf: { handler: 'capture-the-flag', teams: 2, teamSize: 4 },
    duel: { handler: 'capture-the-flag', teams: 2, teamSize: 1 },
  },
  additionalProperties: false,
});

const log = section('What the host writes to its standard output.', {
  level: live(
    choice('Least serious level that is written.', {
      of: ['debug', 'info', 'warn', 'error'],
      default: 'info',
    }),
  ),
  format: choice('`auto`: pretty in a terminal, else JSON. `json` also leaves the greeting out.', {
    of: ['auto', 'pretty', 'json'],
    default: 'auto',
  }),
  addresses: flag(
    "Write clients' addresses. false: marks instead, the same for an address until the next start.",
    true,
  ),
});

/** The whole of it. Plain JSON Schema: config-tree.ts reads it, so that no second list of keys exists. */
export const CONFIG_SCHEMA: TSchema = Type.Object(
  {
    host,
    listeners: LISTENERS,
    ops,
    bridge: BRIDGE_SECTION,
    threads,
    players,
    limits,
    logins: LOGINS_SECTION,
    rings,
    practice: live(practice),
    texts: live(textSection),
    maintenance: live(maintenance),
    store: STORE_SETTINGS,
    ticketLog: TICKET_LOG_SETTINGS,
    shutdown: live(shutdown),
    bench,
    modes: live(modes),
    log,
  },
  { additionalProperties: false },
);
