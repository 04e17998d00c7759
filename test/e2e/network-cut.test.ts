/**
 * Goal: a cut between hosts costs the matches that lie across it, and nothing else: each side plays on, says that it does not
 * hear all, forms matches, bans and configures; when it heals, all hosts agree, and nobody was ever in two matches. Method:
 * three real host processes, all links through a proxy that holds what passes, first one way, then both; frame clients; matches
 * that say who is in them and when.
 */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/shared/clock.ts';
import { CutNetwork } from '../support/cut-network.ts';
import { FrameClient } from '../support/frame-client.ts';
import type { BeaconState } from '../support/handlers/beacon.ts';
import { eventually } from '../support/host-facts.ts';

const BEACON = new URL('../support/handlers/beacon.ts', import.meta.url).pathname;
const CONFIG = `
threads = { gateways = 1, matchWorkers = 1 }
players = { capacity = 500 }
practice = { bots = 0 }
log = { level = "${process.env['LONGHOUSE_TEST_LOG'] ?? 'error'}" }
[modes.pair]
handler = "${BEACON}"
teams = 2
teamSize = 1
tickHz = 10
federateAfterSeconds = 0
`;
/** Alone on its side of the cut, and those on the other. */
const ALONE = 'a';
const REST = ['b', 'c'];
const WAIT_MS = 30_000;

interface Person {
  readonly name: string;
  readonly home: string;
  readonly client: FrameClient;
}

let network: CutNetwork;
const people: Person[] = [];
const closed: string[] = [];

beforeAll(async () => {
  network = await CutNetwork.start([ALONE, ...REST], CONFIG);
}, 120_000);

afterAll(() => network.stop());

it('a cut between hosts: each side plays on, and when it heals nobody was in two matches and all hosts agree', async () => {
  const homes = [ALONE, 'b'].map((home) => enter(home, `across-${home}`));
  const across = await Promise.all(homes);
  const there = await meet(across);
  const insideA = await Promise.all([enter(ALONE, 'inside-a0'), enter(ALONE, 'inside-a1')]);
  const insideRest = await Promise.all([enter('b', 'inside-b'), enter('c', 'inside-c')]);
  const matches = [await meet(insideA), await meet(insideRest)];

  for (const other of REST) network.proxy.hold(ALONE, other);
  const cutMs = systemClock.nowMs();
  const away = across.find(({ home }) => home !== there.hostId);
  const stays = across.find((person) => person !== away);
  if (away === undefined || stays === undefined) throw new Error('Cannot cut: nobody is away');
  const lobby = await away.client.event('lobby', () => true, WAIT_MS);
  expect(lobby.reason).toBe('host-lost');
  const awayMs = systemClock.nowMs() - cutMs;
  await flagged();
  const flaggedMs = systemClock.nowMs() - cutMs;
  // Whoever was cut off is matched on the own side, others join in, all go on.
  const oneWay = [
    away.home === ALONE
      ? await meet([away, await enter(ALONE, 'one-way-a')])
      : await meet([away, await enter('c', 'one-way-c')]),
    ...matches,
  ];
  await allPlay([stays, ...insideA, ...insideRest, away]);

  for (const other of REST) network.proxy.hold(other, ALONE);
  const bothWays = [
    await meet([await enter(ALONE, 'cut-a0'), await enter(ALONE, 'cut-a1')]),
    await meet([await enter('b', 'cut-b'), await enter('c', 'cut-c')]),
  ];
  expect(new Set([there, ...oneWay, ...bothWays].map(({ match }) => match)).size).toBe(6);
  await actOnBothSides();
  await allPlay(people);
  await flagged();

  network.proxy.heal();
  const healedMs = systemClock.nowMs();
  const settings = await eventually(settingsOfAll, isOne, WAIT_MS);
  const equalMs = systemClock.nowMs() - healedMs;
  await network.linked();
  const linkedMs = systemClock.nowMs() - healedMs;
  expect(JSON.parse(settings[0] ?? '')).toMatchObject({ bans: ['eve', 'mal'], version: 1 });
  await network.untilAll((statuses) =>
    statuses.every(({ players }) => players.network === people.length),
  );
  // One network again, also for who queues.
  await meet([await enter(ALONE, 'healed-a'), await enter('c', 'healed-c')]);
  await allPlay(people);
  await network.untilAll((statuses) =>
    statuses.every(({ players }) => players.network === people.length),
  );

  const seen = sightings();
  console.log(
    `cut: ${people.length} players; in a lobby after ${Math.round(awayMs)} ms, counts flagged on all hosts after ` +
      `${Math.round(flaggedMs)} ms; healed: bans and configuration equal after ${Math.round(equalMs)} ms, all linked ` +
      `after ${Math.round(linkedMs)} ms; ${seen.states} states of ${seen.matches} matches`,
  );
  expect(seen.twice).toEqual([]);
  expect(seen.matches).toBe(7);
  expect(closed).toEqual([]);
}, 180_000);

async function enter(home: string, name: string): Promise<Person> {
  const client = await FrameClient.connect(network.host(home).ports.frame);
  await client.login(name);
  await client.event('lobby');
  void client.closed.then(() => closed.push(name));
  const person = { name, home, client };
  people.push(person);
  return person;
}

/** They queue and find each other. */
async function meet(pair: readonly Person[]): Promise<{ match: string; hostId: string }> {
  for (const { client } of pair) client.command('queue pair');
  const seats = await Promise.all(
    pair.map(({ client }) => client.event('match', () => true, WAIT_MS)),
  );
  const [first] = seats;
  if (first === undefined) throw new Error('Cannot meet: nobody came');
  expect(seats.map(({ match }) => match)).toEqual(seats.map(() => first.match));
  await allPlay(pair);
  return first;
}

/** Each of them is in the newest state that the match has sent, and more of them come. */
async function allPlay(persons: readonly Person[]): Promise<void> {
  const sinceMs = systemClock.wallMs();
  await eventually(
    () => persons.filter((person) => !isPlaying(person, sinceMs)).map(({ name }) => name),
    (idle) => idle.length === 0,
    WAIT_MS,
  );
}

function isPlaying({ name, client }: Person, sinceMs: number): boolean {
  const newest = client.states.waiting.at(-1);
  if (newest === undefined) return false;
  const { wallMs, players } = beaconState(newest);
  return wallMs >= sinceMs && players.includes(name);
}

/** Each host says that it hears its own side only, of three. */
async function flagged(): Promise<void> {
  await network.untilAll((statuses) =>
    statuses.every(
      ({ hostId, players }) =>
        players.hostsKnown === 3 && players.hostsHeard === (hostId === ALONE ? 1 : REST.length),
    ),
  );
}

async function actOnBothSides(): Promise<void> {
  const bans = [
    await network.ask(ALONE, 'POST', '/v1/bans', { account: 'eve', reason: 'of one side' }),
    await network.ask('c', 'POST', '/v1/bans', { account: 'mal', reason: 'of the other' }),
  ];
  const acks = bans.map(({ body }) =>
    (body['acks'] as readonly { hostId: string }[]).map(({ hostId }) => hostId).toSorted(),
  );
  expect(acks).toEqual([[ALONE], REST]);
  for (const [home, idleSeconds] of [
    [ALONE, 1_111],
    ['b', 2_222],
  ] as const) {
    const { status } = await network.ask(home, 'PATCH', '/v1/config', { limits: { idleSeconds } });
    expect(status).toBe(200);
  }
}

/** The bans and the configuration of each host, as one text each. */
function settingsOfAll(): Promise<readonly string[]> {
  return Promise.all(
    network.ids.map(async (id) => {
      const [bans, config] = await Promise.all([
        network.ask(id, 'GET', '/v1/bans'),
        network.ask(id, 'GET', '/v1/config'),
      ]);
      const rows = bans.body['bans'] as readonly { target: { key: string } }[];
      const { version, document, problem } = config.body;
      const accounts = rows.map(({ target }) => target.key).toSorted();
      return JSON.stringify({ bans: accounts, version, document, problem });
    }),
  );
}

function isOne(settings: readonly string[]): boolean {
  return new Set(settings).size === 1 && settings[0]?.includes('"eve","mal"') === true;
}

interface Sightings {
  readonly states: number;
  readonly matches: number;
  /** Who was in two matches at one time, as those matches say. */
  readonly twice: readonly string[];
}

/** When each match had each player, from the first to the last word of it. */
function sightings(): Sightings {
  const times = new Map<string, Map<string, { fromMs: number; toMs: number }>>();
  const matches = new Set<string>();
  let states = 0;
  for (const { client } of people) {
    for (const bytes of client.states.waiting) {
      const { match, wallMs, players } = beaconState(bytes);
      states += 1;
      matches.add(match);
      for (const player of players) {
        const ofPlayer = times.get(player) ?? new Map<string, { fromMs: number; toMs: number }>();
        times.set(player, ofPlayer);
        const { fromMs, toMs } = ofPlayer.get(match) ?? { fromMs: wallMs, toMs: wallMs };
        ofPlayer.set(match, { fromMs: Math.min(fromMs, wallMs), toMs: Math.max(toMs, wallMs) });
      }
    }
  }
  const twice = [...times].flatMap(([player, ofPlayer]) => {
    const spans = [...ofPlayer.values()].toSorted((one, other) => one.fromMs - other.fromMs);
    const isTwice = spans.some(({ fromMs }, index) => fromMs <= (spans[index - 1]?.toMs ?? 0));
    return isTwice ? [`${player}: ${JSON.stringify([...ofPlayer])}`] : [];
  });
  return { states, matches: matches.size, twice };
}

function beaconState(bytes: Buffer): BeaconState {
  // What the beacon of this test has sent.
  return JSON.parse(bytes.toString('utf8')) as BeaconState;
}
