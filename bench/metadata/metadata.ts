/**
 * The `metadata` bench: what it costs a thread to ask how many play on the network, where a player is, and whether an address
 * is banned: of shared memory, and of a Redis on the same machine. The bench's parent process, which fills both.
 */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { parseAddressRange } from '../../src/main/bans/address-range.ts';
import { BannedAddresses } from '../../src/main/bans/banned-addresses.ts';
import { HostState, hostTable } from '../../src/shared/host-table.ts';
import { PlayerState, playerTable } from '../../src/shared/player-table.ts';
import {
  bannedAddress,
  playerName,
  QUESTIONS,
  type MetadataReport,
  type MetadataTask,
  type Question,
} from './metadata-messages.ts';
import { Progress } from '../progress.ts';
import { startRedis, type RedisServer } from './redis-server.ts';
import { RespClient } from './resp-client.ts';
import { median, rounded, textTable } from '../text-table.ts';

const HOST_ROWS = 64;
const HOSTS = 10;
const PLAYER_ROWS = 20_000;
const BANS = 20_000;
const STATES = Object.values(PlayerState);

export interface MetadataOptions {
  readonly rounds: number;
  readonly sharedReads: number;
  readonly redisReads: number;
}

interface QuestionRow {
  readonly question: Question;
  readonly sharedMemoryNanos: number;
  readonly redisNanos: number;
  readonly ratio: number;
}

export async function metadataBench(options: MetadataOptions): Promise<Record<string, unknown>> {
  const redis = await startRedis();
  try {
    const task = sharedTask(options, redis.port);
    await fillRedis(redis);
    const report = await new Progress().timed('ask', ask(task), options.rounds * 1_000);
    const rows = QUESTIONS.map((question) => rowOf(question, report));
    const results = { ...totalOf(rows), questions: rows, redisVersion: redis.version, ...options };
    console.log(resultText(rows, results));
    return results;
  } finally {
    await redis.stop();
  }
}

/** The host's own tables, as main fills them. */
function sharedTask(options: MetadataOptions, redisPort: number): MetadataTask {
  const hosts = new SharedArrayBuffer(hostTable.byteLength(HOST_ROWS));
  const players = new SharedArrayBuffer(playerTable.byteLength(PLAYER_ROWS));
  const hostView = hostTable.view(hosts, HOST_ROWS);
  for (let row = 0; row < HOSTS; row += 1) {
    hostView.state[row] = HostState.up;
    hostView.players[row] = playersOf(row);
  }
  hostView.rowsTaken[0] = HOSTS;
  const { state } = playerTable.view(players, PLAYER_ROWS);
  for (let slot = 0; slot < PLAYER_ROWS; slot += 1) state[slot] = stateOf(slot);
  const banned = new BannedAddresses();
  for (let index = 0; index < BANS; index += 1) {
    const range = parseAddressRange(bannedAddress(index));
    if (range !== undefined) banned.add(range);
  }
  const tables = { hosts, hostRows: HOST_ROWS, players, playerRows: PLAYER_ROWS };
  const { list, table } = banned;
  return { ...tables, banned: { list, table }, redisPort, ...options };
}

/** The same, as a network that keeps its metadata in Redis would; the sum of players is kept ready, in Redis's favor. */
async function fillRedis({ port }: RedisServer): Promise<void> {
  const client = await RespClient.connect(port);
  let networkPlayers = 0;
  for (let row = 0; row < HOSTS; row += 1) networkPlayers += playersOf(row);
  await client.ask('SET', 'network:players', String(networkPlayers));
  for (let slot = 0; slot < PLAYER_ROWS; slot += 1) {
    await client.ask('HSET', `player:${playerName(slot)}`, 'state', String(stateOf(slot)));
  }
  for (let index = 0; index < BANS; index += 1) {
    await client.ask('SADD', 'bans', bannedAddress(index));
  }
  client.close();
}

async function ask(task: MetadataTask): Promise<MetadataReport> {
  const worker = new Worker(new URL('metadata-worker.ts', import.meta.url), { workerData: task });
  // The thread posts one report and nothing else; where it throws, this rejects.
  const [report] = (await once(worker, 'message')) as [MetadataReport];
  await worker.terminate();
  return report;
}

function playersOf(row: number): number {
  return 40 + row;
}

function stateOf(slot: number): number {
  return STATES[slot % STATES.length] ?? 0;
}

function rowOf(question: Question, { shared, redis }: MetadataReport): QuestionRow {
  const sharedNanos = median(shared[question]);
  const redisNanos = median(redis[question]);
  return {
    question,
    sharedMemoryNanos: rounded(sharedNanos, 1),
    redisNanos: rounded(redisNanos, 0),
    ratio: rounded(redisNanos / sharedNanos, 0),
  };
}

/** Means over the three questions; the ratio is that of the means, so the slowest of ours weighs most. */
function totalOf(rows: readonly QuestionRow[]): {
  readonly sharedMemoryNanos: number;
  readonly redisNanos: number;
  readonly ratio: number;
} {
  const mean = (of: (row: QuestionRow) => number): number =>
    rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const shared = mean((row) => row.sharedMemoryNanos);
  const redis = mean((row) => row.redisNanos);
  return {
    sharedMemoryNanos: rounded(shared, 1),
    redisNanos: rounded(redis, 0),
    ratio: rounded(redis / shared, 0),
  };
}

function resultText(
  rows: readonly QuestionRow[],
  total: { sharedMemoryNanos: number; redisNanos: number; ratio: number; redisVersion: string },
): string {
  const table = textTable(
    ['question', 'shared memory, ns', 'Redis round trip, ns', 'ratio'],
    [...rows, { question: 'mean', ...total }].map((row) => [
      row.question,
      row.sharedMemoryNanos,
      row.redisNanos,
      row.ratio,
    ]),
  );
  return `${table}\n\nRedis ${total.redisVersion} over loopback, one question at a time`;
}
