/**
 * Goal: opaque streams stay byte-exact while their players go from a lobby at home into a match on whatever host, and back, and
 * links are cut, torn and healed, and a host is killed: on a stream that survives no byte is lost, repeated, reordered or
 * given to someone else; one that was lost is said to be, and was right up to there. Method: three real host processes, all
 * links through a proxy, clients that send without pause and check every byte of their echo. NETWORK_MOVES says how many
 * moves (3,000), TEST_SEED repeats a run's choices.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { every, sleep, systemClock } from '../../src/shared/clock.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { CutNetwork } from '../support/cut-network.ts';
import { explainStreams } from '../support/explain-streams.ts';
import { eventually, metricSum } from '../support/host-facts.ts';
import { runSeed } from '../support/run-seed.ts';
import { StreamClient, type StreamMarks } from '../support/stream-client.ts';

const MOVES = Number(process.env['NETWORK_MOVES'] ?? 3_000);
const IDS = ['a', 'b', 'c'] as const;
/** Each group has a mode of its own, for two players of two hosts: they meet across hosts, or not at all. */
const PAIRS = [
  ['a', 'b'],
  ['b', 'c'],
  ['c', 'a'],
] as const;
/** A long run has more of them: what limits one group is how often hosts look for players of others. */
const GROUPS_PER_PAIR = MOVES > 10_000 ? 20 : 8;
/** So many troubles in a run, however long it is, and a kill every so many of them. */
const TROUBLES_MIN = 6;
const TROUBLE_MOVES = 2_000;
const KILL_EVERY = 6;
/** After so many moves all streams are looked at; they have WAIT_MS. */
const MOVES_AT_ONCE = 100;
const SEND_MS = 25;
/** Links give up after two seconds of silence: some cuts are shorter, and lose nothing. */
const CUT_MS_MAX = 3_000;
const WAIT_MS = 120_000;
const HALL = new URL('../support/handlers/stream-hall.ts', import.meta.url).pathname;
const groups = PAIRS.flatMap((pair) =>
  Array.from({ length: GROUPS_PER_PAIR }, (_, index) => ({
    mode: `${pair.join('')}${index}`,
    pair,
  })),
);
const CONFIG = `
threads = { gateways = 1, matchWorkers = 1 }
players = { capacity = 500 }
practice = { bots = 0 }
limits = { inputsPerSecond = 100000, inputBytesPerSecond = 10000000 }
log = { level = "${process.env['LONGHOUSE_TEST_LOG'] ?? 'error'}" }
[[listeners]]
name = "stream"
protocol = "raw"
port = 7777
bindAddress = "127.0.0.1"
greeter = "hall"
nameFrom = "firstLine"
[modes.hall]
handler = "${HALL}"
teams = 1
teamSize = 1
tickHz = 0
${groups
  .map(
    ({ mode }) => `
[modes.${mode}]
handler = "${HALL}"
teams = 1
teamSize = 2
tickHz = 0
federateAfterSeconds = 0
avoidOpponentsSeconds = 0
avoidAbandonersSeconds = 0
settings = { staysMsMax = 100 }`,
  )
  .join('')}
`;
const seed = runSeed('network streams');
const random = seededRandom(seed);
const marks: StreamMarks = {
  moves: 0,
  crossings: 0,
  bytesEchoed: 0,
  broken: new Map(),
  bytesLost: 0,
};
const troubles = { cuts: 0, shortCuts: 0, oneWay: 0, tears: 0, kills: 0 };

let network: CutNetwork;
let clients: StreamClient[] = [];
let streams = 0;

beforeAll(async () => {
  network = await CutNetwork.start(IDS, CONFIG);
}, 120_000);

afterAll(() => network.stop());

it(
  `moves players ${MOVES} times across hosts that lose each other, and every byte is right`,
  async () => {
    const startedMs = systemClock.nowMs();
    for (const id of IDS) connectPlayersOf(id);
    const sending = every(() => {
      for (const client of clients) if (random.below(2) === 0) client.send();
    }, SEND_MS);
    for (let round = 0; marks.moves < MOVES || round < TROUBLES_MIN; round += 1) {
      await untilMoves(marks.moves + Math.min(TROUBLE_MOVES, MOVES / (TROUBLES_MIN * 2)));
      if (round % KILL_EVERY === 0) say(startedMs);
      await makeTrouble(round);
    }
    // Whoever was cut off finds the others again.
    await untilMoves(marks.moves + clients.length * 2);
    sending.cancel();
    await untilQuiet();
    expectAllRight();
    expect(await strayRecords()).toBe(0);
    say(startedMs);
    expect(marks.crossings).toBeGreaterThan(marks.moves / 4);
    expect(Math.min(troubles.kills, troubles.tears, troubles.cuts)).toBeGreaterThan(0);
    expect(marks.broken.get('host-lost')).toBeGreaterThan(0);
    for (const client of clients) client.end();
  },
  300_000 + MOVES * 15,
);

/** How far it has come; a long run says so now and then. */
function say(startedMs: number): void {
  const seconds = Math.round((systemClock.nowMs() - startedMs) / 1_000);
  console.log(
    `streams: ${marks.moves} moves (${marks.crossings} to or from another host) in ${seconds} s, ${marks.bytesEchoed} bytes ` +
      `echoed on ${streams} connections, ${JSON.stringify(troubles)}; streams lost with a host or link ` +
      `${JSON.stringify(Object.fromEntries(marks.broken))}, ${marks.bytesLost} bytes on their way with them; 0 wrong bytes`,
  );
}

function connectPlayersOf(home: string): void {
  for (const { mode, pair } of groups) {
    if (!pair.some((id) => id === home)) continue;
    const port = network.host(home).ports.line;
    streams += 1;
    const own = seed + streams * 7_919;
    clients.push(
      new StreamClient({ name: `${mode}-${home}`, home, port, seed: own, random, marks }),
    );
  }
}

async function untilMoves(moves: number): Promise<void> {
  while (marks.moves < moves) {
    const next = Math.min(marks.moves + MOVES_AT_ONCE, moves);
    await eventually(
      () => marks.moves,
      (count) => count >= next,
      WAIT_MS,
    );
    expectAllRight();
  }
}

/** All has come back, but for half messages. */
async function untilQuiet(): Promise<void> {
  const busy = (): StreamClient[] => clients.filter(({ isQuiet }) => !isQuiet);
  try {
    await eventually(
      () => busy().length,
      (count) => count === 0,
      WAIT_MS,
    );
  } catch (cause) {
    const found = await explainStreams(network, busy());
    throw new Error(`Cannot go on: streams stand still: ${found}`, { cause });
  }
}

/** Records for players who are not where their gateways think: those of a JOIN that was lost. */
async function strayRecords(): Promise<number> {
  const name = 'longhouse_bridge_untimely_records_total\\{kind="stray"\\}';
  const counts = await Promise.all(IDS.map((id) => metricSum(network.host(id), name)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** No byte was wrong, no connection was closed. */
function expectAllRight(): void {
  const faults = clients.flatMap(({ name, wrong, isClosed, where }) =>
    wrong !== undefined || isClosed ? [{ name, wrong, isClosed, where }] : [],
  );
  expect(faults).toEqual([]);
}

async function makeTrouble(round: number): Promise<void> {
  const [one, other] = PAIRS[random.below(PAIRS.length)] ?? PAIRS[0];
  if (round % KILL_EVERY === KILL_EVERY / 2) return kill(one);
  switch (round % 3) {
    case 0:
      troubles.tears += 1;
      expect(network.proxy.tear(one, other)).toBeGreaterThan(0);
      return network.linked();
    case 1:
      return cut(one, other, { isOneWay: false });
    default:
      return cut(one, other, { isOneWay: true });
  }
}

async function cut(one: string, other: string, { isOneWay }: { isOneWay: boolean }): Promise<void> {
  const cutMs = random.below(CUT_MS_MAX);
  troubles.cuts += 1;
  if (cutMs < 1_500) troubles.shortCuts += 1;
  if (isOneWay) troubles.oneWay += 1;
  network.proxy.hold(one, other);
  if (!isOneWay) network.proxy.hold(other, one);
  await sleep(cutMs);
  network.proxy.heal();
  await network.linked();
}

/** Its connections are gone with it; the next run of it has others. */
async function kill(id: string): Promise<void> {
  troubles.kills += 1;
  const own = clients.filter(({ home }) => home === id);
  clients = clients.filter(({ home }) => home !== id);
  await network.killAndRestart(id);
  expect(own.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
  await network.linked();
  connectPlayersOf(id);
}
