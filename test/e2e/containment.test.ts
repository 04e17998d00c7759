/**
 * Goal: whatever a handler does, only its match ends, or its worker's matches; no socket closes, and the players are in a
 * lobby with the reason at once. Method: a real host with 200 players in 20 matches on two workers, and a handler that
 * misbehaves at command. Times are from the command sent to the last player's `lobby` event, printed for the record.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import { sleep, systemClock } from '../../src/shared/clock.ts';
import { FrameClient } from '../support/frame-client.ts';
import { portOf, startTestHost } from '../support/start-test-host.ts';

const PLAYERS = 200;
const MATCH_SIZE = 10;

const CONFIG = `
threads = { gateways = 1, matchWorkers = 2, heapMbMax = 96, externalMbMax = 128, hangMs = 1000 }
practice = { bots = 0 }
log = { level = "error" }
listeners = [{ name = "frame", protocol = "frame", port = 0, bindAddress = "127.0.0.1" }]
[ops]
port = 0
[modes.mischief]
handler = "handlers/mischief.ts"
teams = 1
teamSize = ${MATCH_SIZE}
tickHz = 10
`;

interface Seated {
  readonly client: FrameClient;
  match: string;
}

let host: RunningHost;
const players: Seated[] = [];
let closed = 0;

beforeAll(async () => {
  host = await startTestHost(CONFIG);
  for (let index = 0; index < PLAYERS; index += 1) {
    const client = await FrameClient.connect(portOf(host, 'frame'));
    client.socket.on('close', () => {
      closed += 1;
    });
    await client.login(`player-${index}`);
    players.push({ client, match: '' });
  }
}, 60_000);

afterAll(async () => {
  await host.stop('test', 0);
});

describe('a handler that misbehaves', () => {
  it.each([
    ['throw', 'crashed', 100],
    ['throw-in-timer', 'crashed', 100],
    ['throw-in-clock-timer', 'crashed', 100],
    ['reject', 'crashed', 100],
    ['exit', 'crashed', 100],
  ])('%s: costs its own match alone', async (command, reason, promisedMs) => {
    await seatEveryone();
    const [culprit] = players;
    const mates = players.filter(({ match }) => match === culprit?.match);
    const others = players.filter(({ match }) => match !== culprit?.match);
    expect(mates).toHaveLength(MATCH_SIZE);

    const startMs = systemClock.nowMs();
    culprit?.client.command(command);
    await Promise.all(mates.map(({ client }) => client.event('lobby', (e) => e.reason === reason)));
    report(command, systemClock.nowMs() - startMs, promisedMs);

    await Promise.all(others.map(({ client }) => echo(client)));
    expect(closed).toBe(0);
    for (const mate of mates) mate.match = '';
    // The crashes of one test must not quarantine the mode for the next.
    host.inside.shell.enter((directory) => directory.releaseQuarantine('mischief'));
  });

  it.each([
    ['hang', 'hung', 2_000],
    ['heap', 'out-of-memory', 500],
    ['buffers', 'out-of-memory', 500],
  ])('%s: costs its own worker alone', async (command, reason, promisedMs) => {
    await seatEveryone();
    const [culprit] = players;
    // The time that counts is from the last free quarter of the heap, not that of filling the rest.
    if (command === 'heap') culprit?.client.command('hoard');
    if (command === 'heap') await sleep(1_000);
    const startMs = systemClock.nowMs();
    culprit?.client.command(command);
    // A heap fills under a collector that stops the thread: on a crowded machine it is ended as hung before it is full.
    const isOver = (found: string): boolean => found === reason || found === 'hung';
    const home = await culprit?.client.event('lobby', (event) => isOver(event.reason));
    await sleep(300);

    const moved = players.filter(({ client }) =>
      client.events.waiting.some(
        (event) => event.event === 'lobby' && event.reason === home?.reason,
      ),
    );
    const stayed = players.filter((player) => player !== culprit && !moved.includes(player));
    report(`${command}, ${home?.reason},`, systemClock.nowMs() - 300 - startMs, promisedMs);
    expect(moved.length + 1).toBeGreaterThanOrEqual(MATCH_SIZE);
    expect(stayed.length).toBeGreaterThanOrEqual(MATCH_SIZE);
    await Promise.all(stayed.map(({ client }) => echo(client)));
    expect(closed).toBe(0);
    for (const player of [culprit, ...moved]) if (player !== undefined) player.match = '';
    // The pool is back at its size, and takes matches again.
    await until(() => host.inside.pool.rows().length === 2);
    host.inside.shell.enter((directory) => directory.releaseQuarantine('mischief'));
  });

  it('leaves nothing behind: everyone can still play to an ordinary end', async () => {
    await seatEveryone();
    const matches = new Set(players.map(({ match }) => match));
    for (const match of matches) {
      players.find((player) => player.match === match)?.client.command('end');
    }
    await Promise.all(players.map(({ client }) => client.event('ended')));
    await Promise.all(
      players.map(({ client }) => client.event('lobby', (e) => e.reason === 'ended')),
    );
    expect(closed).toBe(0);
    await until(() => host.status().matches.host === 0);
    expect(host.status().players.host).toBe(PLAYERS);
  });
});

/** Queues whoever is in a lobby, until all play. */
async function seatEveryone(): Promise<void> {
  const waiting = players.filter(({ match }) => match === '');
  for (const { client } of waiting) client.command('queue mischief');
  await Promise.all(
    waiting.map(async (player) => {
      player.match = (await player.client.event('match')).match;
    }),
  );
}

async function echo(client: FrameClient): Promise<void> {
  client.input(Buffer.from('still here'));
  expect((await client.state()).toString()).toBe('still here');
}

function report(command: string, tookMs: number, promisedMs: number): void {
  console.log(
    `containment: ${command} to lobby in ${tookMs.toFixed(0)} ms (at most ${promisedMs})`,
  );
}

async function until(isDone: () => boolean): Promise<void> {
  const untilMs = systemClock.nowMs() + 10_000;
  while (!isDone()) {
    if (systemClock.nowMs() > untilMs) throw new Error('waited 10 s');
    await sleep(10);
  }
}
