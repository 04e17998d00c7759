/**
 * A host as the ops routes see it, with one full row of everything, for tests of the server itself; acts only note that they
 * were asked for. Runs in test processes.
 */

import { EventFeed } from '../../../src/main/ops/event-feed.ts';
import type { OpsActs, OpsHost, OpsReads } from '../../../src/main/ops/ops-host.ts';
import { opsRoutes } from '../../../src/main/ops/ops-routes.ts';
import { OpsServer } from '../../../src/main/ops/ops-server.ts';
import { OpsToken } from '../../../src/main/ops/ops-token.ts';
import { statusMetrics } from '../../../src/main/ops/metrics-text.ts';
import type { MatchView, PlayerDetail, TicketView } from '../../../src/main/ops/ops-views.ts';
import { VirtualClock } from '../../../src/shared/virtual-clock.ts';
import { SAMPLE_STATUS } from './sample-status.ts';

export const SAMPLE_TOKEN = 'a-token-that-nobody-guesses';
export const BEARER: Readonly<Record<string, string>> = {
  authorization: `Bearer ${SAMPLE_TOKEN}`,
};

const TICKET: TicketView = {
  name: 'Ada',
  text: 'You wait for 3 more players.',
  report: {
    mode: 'ctf',
    cause: 'tooFewPlayers',
    position: 1,
    waiting: 5,
    missing: 3,
    candidates: 5,
    enqueuedMs: 1_000,
    hasPriority: false,
    relaxesAtMs: null,
    etaMs: 2_000,
  },
};

const BAN = {
  id: 'abcd2345',
  target: { kind: 'account', key: 'eve' },
  untilMs: 2_000,
  reason: 'spam',
  by: 'operator',
  createdMs: 1_000,
} as const;

const PLAYER: PlayerDetail = {
  name: 'Ada',
  hostId: 'a',
  state: 'queued',
  mode: 'ctf',
  match: null,
  team: null,
  practice: false,
  held: false,
  connectedMs: 500,
  address: '192.0.2.7',
  ratings: { ctf: { mu: 25, sigma: 8 } },
  wait: TICKET,
  bans: [BAN],
  party: ['Ada', 'Bob'],
};

const MATCH: MatchView = {
  id: 'a/ctf/1',
  mode: 'ctf',
  hostId: 'a',
  worker: 0,
  startedMs: 1_000,
  players: [{ name: 'Ada', team: 1 }],
  quality: {
    winProbabilities: [0.5, 0.5],
    strengthDifference: 1,
    spread: 2,
    partyAsymmetry: 0,
    waitsMs: [100],
    relaxed: ['ratingWindow'],
    isExact: true,
  },
  homes: [{ hostId: 'a', players: 1 }],
};

const READS: OpsReads = {
  status: () => SAMPLE_STATUS,
  readiness: () => ({ ready: true, why: undefined }),
  metrics: () => statusMetrics(SAMPLE_STATUS),
  history: () => ({
    atSeconds: [1],
    players: [2],
    networkPlayers: [2],
    practicePlayers: [0],
    matches: [1],
    messagesOut: [9],
    waits: { ctf: [null] },
    workerLoads: { 0: [0.5] },
  }),
  hosts: () => [
    {
      hostId: 'a',
      isSelf: true,
      state: 'up',
      players: 1,
      playersMax: 10,
      matches: 1,
      lobbies: 1,
      load: 0.25,
      configVersion: 1,
      ageMs: 0,
      link: null,
    },
  ],
  players: async ({ after }, { withAddress }) => {
    if (after === 'wrong') return { refused: 'bad-cursor', message: 'Cannot go on' };
    const { ratings: _, wait: _wait, bans: _bans, party: _party, address, ...view } = PLAYER;
    return {
      rows: [withAddress ? { ...view, address: address ?? '' } : view],
      next: '1',
      total: 2,
      silent: ['b'],
    };
  },
  player: async (name) => (name === 'Ada' ? PLAYER : undefined),
  life: (name) =>
    name === 'Ada' ? [{ atMs: 1, what: 'login', detail: 'from 192.0.2.7' }] : undefined,
  follow: () => () => {},
  ticket: async (name) => (name === 'Ada' ? TICKET : undefined),
  matches: () => ({ rows: [MATCH], next: undefined, total: 1 }),
  watch: () => ({ outcome: 'unknown-match' }),
  bans: () => ({ rows: [BAN], next: undefined, total: 1 }),
  config: () => ({
    version: 1,
    atMs: 2,
    by: 'operator',
    document: { limits: { idleSeconds: 9 } },
    settings: [{ key: 'limits.idleSeconds', value: 9, default: 1_800, applies: 'now' }],
    problem: null,
  }),
  audit: async () => ({
    rows: [{ atMs: 1, by: 'operator', act: 'ban', detail: { id: 'abcd2345' } }],
    next: undefined,
    total: 1,
  }),
};

/** A server that is asked through `inject`, and what it did. */
export interface SampleServer {
  readonly server: OpsServer;
  readonly clock: VirtualClock;
  readonly events: EventFeed;
  /** Acts that were asked for. */
  readonly acts: string[];
  readonly failures: Error[];
}

export interface SampleOptions {
  readonly reads?: Partial<OpsReads>;
  readonly bindAddress?: string;
  readonly hostNames?: readonly string[];
  readonly requestsPerSecond?: number;
}

export function sampleServer(options: SampleOptions = {}): SampleServer {
  const clock = new VirtualClock();
  const events = new EventFeed('a', clock, 7);
  const acts: string[] = [];
  const failures: Error[] = [];
  const host: OpsHost = { events, reads: { ...READS, ...options.reads }, acts: notedActs(acts) };
  const server = new OpsServer({
    routes: opsRoutes(host),
    version: '0.1.0',
    port: 0,
    access: {
      token: new OpsToken(SAMPLE_TOKEN),
      bindAddress: options.bindAddress ?? '127.0.0.1',
      hostNames: options.hostNames ?? [],
      requestsPerSecond: options.requestsPerSecond ?? 1_000_000,
      clock,
    },
    onFailure: (error) => failures.push(error),
  });
  return { server, clock, events, acts, failures };
}

function notedActs(acts: string[]): OpsActs {
  const acked = { acks: [{ hostId: 'a', ms: 1 }], pending: [] };
  const note = <Result>(act: string, by: string, result: Result): Promise<Result> => {
    acts.push(`${act} by ${by}`);
    return Promise.resolve(result);
  };
  return {
    ban: (_input, by) => note('ban', by, { id: 'abcd2345', ...acked }),
    unban: (id, by) => note('unban', by, { id, ...acked }),
    kick: (name, reason, by) => note(`kick for "${reason}"`, by, { name, hostId: 'a' }),
    announce: (_text, by) => note('announce', by, { players: 3, silent: [] }),
    drain: (_seconds, by) => note('drain', by, { draining: true, deadlineMs: 9, playing: 1 }),
    undrain: (by) => note('undrain', by, { draining: false }),
    patchConfig: (_document, { by, dryRun }) =>
      note('config', by, { version: 2, dryRun, changes: [] }),
  };
}
