/**
 * What GET /v1/status answers: the type for main, the schema for the HTTP server and openapi.json. Main thread.
 * The names up to `gateways` are promised to programs; new ones may be added, none may change its meaning.
 */

import Type, { type TSchema } from 'typebox';

export interface HostStatus {
  readonly hostId: string;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly players: PlayerCounts;
  readonly matches: { readonly host: number; readonly network: number };
  /** By mode. */
  readonly queues: Readonly<Record<string, QueueStatus>>;
  readonly workers: readonly WorkerStatus[];
  readonly gateways: readonly GatewayStatus[];
  /** Lobbies open on this host. */
  readonly lobbies: number;
  /** Practice players of the host; never among `players`. */
  readonly practicePlayers: number;
  readonly capacity: number;
  /** Why the host takes no new players now; null when it does. */
  readonly notReady: string | null;
}

/** What GET /v1/status answers: the host's figures, and how its desks are. */
export interface OpsStatus extends HostStatus {
  readonly store: {
    readonly state: 'good' | 'replaced' | 'failing';
    readonly problem: string | null;
  };
  /** Of the configuration in force; 0: as the file says. */
  readonly configVersion: number;
  /** Why the newest stored configuration is not in force; null when it is. */
  readonly configProblem: string | null;
  /** Null while the host takes players. */
  readonly draining: { readonly deadlineMs: number; readonly playing: number } | null;
}

export interface PlayerCounts {
  readonly host: number;
  readonly network: number;
  readonly hostsHeard: number;
  readonly hostsKnown: number;
  /** How old the oldest part of `network` is; 0 where it is this host alone. */
  readonly ageMs: number;
}

export interface QueueStatus {
  readonly host: number;
  readonly network: number;
  /** How long the oldest ticket has waited; 0 when nobody waits. */
  readonly oldestMs: number;
}

export interface WorkerStatus {
  /** Row in the worker table. */
  readonly worker: number;
  readonly state: string;
  readonly handlers: number;
  readonly players: number;
  /** Share of the last second spent working, 0 to 1. */
  readonly load: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
}

export interface GatewayStatus {
  readonly gateway: number;
  readonly state: string;
  readonly connections: number;
  /** Connections that have logged in. */
  readonly players: number;
  /** Messages to clients since the host started. */
  readonly messagesOut: number;
}

const number = (description: string) => Type.Number({ description });
const text = (description: string) => Type.String({ description });

const queue = Type.Object({
  host: number('Players waiting on this host.'),
  network: number('Players waiting on the whole network.'),
  oldestMs: number('How long the oldest ticket has waited, in milliseconds; 0 when nobody waits.'),
});

const worker = Type.Object({
  worker: number('Row in the worker table.'),
  state: text('starting, running, stopping or lost.'),
  handlers: number('Matches and lobbies that it runs.'),
  players: number('Players in them.'),
  load: number('Share of the last second spent working, 0 to 1.'),
  heapBytes: number('JavaScript heap in use.'),
  externalBytes: number('Memory outside the heap (Buffers).'),
});

const gateway = Type.Object({
  gateway: number('Row in the gateway table.'),
  state: text('starting, running or stopping.'),
  connections: number('Open sockets.'),
  players: number('Sockets that have logged in.'),
  messagesOut: number('Messages to clients since the host started.'),
});

const draining = Type.Object({
  deadlineMs: number('How long matches may still go on.'),
  playing: number('People in matches.'),
});

export const HOST_STATUS_SCHEMA: TSchema = Type.Object(
  {
    hostId: text('Name of this host.'),
    version: text('Version of the program.'),
    uptimeSeconds: number('Seconds since the host was ready.'),
    players: Type.Object({
      host: number('Players connected and logged in here; practice players are not counted.'),
      network: number('The same over all hosts that were heard.'),
      hostsHeard: number('Hosts that are in `network`.'),
      hostsKnown: number('Hosts that belong to the network.'),
      ageMs: number('Age of the oldest part of `network`, in milliseconds.'),
    }),
    matches: Type.Object({
      host: number('Matches running here.'),
      network: number('Matches running on all hosts that were heard.'),
    }),
    queues: Type.Record(Type.String(), queue, { description: 'By mode.' }),
    workers: Type.Array(worker),
    gateways: Type.Array(gateway),
    lobbies: number('Lobbies open here.'),
    practicePlayers: number('Practice players of this host.'),
    capacity: number('Players that this host takes at once.'),
    notReady: Type.Union([Type.String(), Type.Null()], {
      description: 'Why the host takes no new players now; null when it does.',
    }),
    store: Type.Object({
      state: text('good, replaced (damaged and begun anew) or failing (play goes on in memory).'),
      problem: Type.Union([Type.String(), Type.Null()], { description: 'In words.' }),
    }),
    configVersion: number('Of the configuration in force; 0: as the file says.'),
    configProblem: Type.Union([Type.String(), Type.Null()], {
      description: 'Why the newest stored configuration is not in force; null when it is.',
    }),
    draining: Type.Union([draining, Type.Null()], {
      description: 'Null while the host takes players.',
    }),
  },
  { description: 'What this host does now.' },
);
