/**
 * The asking thread of the metadata bench: the same three questions of shared memory and of Redis, in turns. A worker
 * thread of bench/metadata/metadata.ts, which reads memory that another thread wrote, as every thread of the host does.
 */

import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';

import { systemClock } from '../../src/shared/clock.ts';
import { hostTable, networkTotals } from '../../src/shared/host-table.ts';
import { playerTable } from '../../src/shared/player-table.ts';
import { BanCheck } from '../../src/workers/gateway/ban-check.ts';
import {
  bannedAddress,
  freeAddress,
  playerName,
  QUESTIONS,
  type MetadataReport,
  type MetadataTask,
  type Question,
} from './metadata-messages.ts';
import { RespClient } from './resp-client.ts';

/** Questions go to so many different players and addresses. */
const SUBJECTS = 4_096;

// bench/metadata/metadata.ts, which starts this thread, passes exactly this.
const task = workerData as MetadataTask;
const hosts = hostTable.view(task.hosts, task.hostRows);
const players = playerTable.view(task.players, task.playerRows);
const banned = new BanCheck(task.banned);
const addresses = Array.from({ length: SUBJECTS }, (_, index) =>
  index % 2 === 0 ? bannedAddress(index) : freeAddress(index),
);

/** Each answers with a number that Redis answers with too. */
const SHARED: Readonly<Record<Question, (index: number) => number>> = {
  networkPlayers: () => networkTotals(hosts, 0).players,
  playerState: (index) => players.state[subject(index) % task.playerRows] ?? 0,
  isBanned: (index) => (banned.has(addresses[subject(index)] ?? '') ? 1 : 0),
};

const COMMANDS: Readonly<Record<Question, (index: number) => readonly string[]>> = {
  networkPlayers: () => ['GET', 'network:players'],
  playerState: (index) => [
    'HGET',
    `player:${playerName(subject(index) % task.playerRows)}`,
    'state',
  ],
  isBanned: (index) => ['SISMEMBER', 'bans', addresses[subject(index)] ?? ''],
};

const redis = await RespClient.connect(task.redisPort);
for (const question of QUESTIONS) await compare(question);
const report = {
  shared: { networkPlayers: [], playerState: [], isBanned: [] } as Record<Question, number[]>,
  redis: { networkPlayers: [], playerState: [], isBanned: [] } as Record<Question, number[]>,
} satisfies MetadataReport;
for (let round = 0; round < task.rounds; round += 1) {
  for (const question of QUESTIONS) {
    report.shared[question].push(sharedNanos(question));
    report.redis[question].push(await redisNanos(question));
  }
}
redis.close();
parentPort?.postMessage(report);

/** Both give the same answers, and not always the same one. */
async function compare(question: Question): Promise<void> {
  const answers = new Set<number>();
  for (let index = 0; index < 64; index += 1) {
    const shared = SHARED[question](index);
    answers.add(shared);
    assert.equal(Number(await redis.ask(...COMMANDS[question](index))), shared, question);
  }
  assert(question === 'networkPlayers' || answers.size > 1, 'answers differ');
}

function sharedNanos(question: Question): number {
  const ask = SHARED[question];
  let sum = 0;
  const startMs = systemClock.nowMs();
  for (let index = 0; index < task.sharedReads; index += 1) sum += ask(index);
  const elapsedMs = systemClock.nowMs() - startMs;
  // The sum is used, so that no read can be left out by the compiler.
  assert(sum > 0, 'something was read');
  return (elapsedMs * 1e6) / task.sharedReads;
}

async function redisNanos(question: Question): Promise<number> {
  const command = COMMANDS[question];
  const startMs = systemClock.nowMs();
  for (let index = 0; index < task.redisReads; index += 1) await redis.ask(...command(index));
  return ((systemClock.nowMs() - startMs) * 1e6) / task.redisReads;
}

/** A walk over all subjects that the processor's caches cannot foresee. */
function subject(index: number): number {
  return Math.imul(index, 0x9e3779b1) >>> 20;
}
