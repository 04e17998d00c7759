/**
 * Goal: however often and whenever a player is moved, no byte is lost, repeated, reordered or given to someone else.
 * Method: a real host with two gateways and two match workers; `raw` clients stream seeded bytes, cut anywhere, into handlers
 * that echo whole messages and give back half ones; every client is moved from handler to handler without pause,
 * while data flows both ways; each checks every byte of its echo. Then the ledgers of the gateways must balance.
 */

import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunningHost } from '../../src/main/running-host.ts';
import { every, sleep, systemClock } from '../../src/shared/clock.ts';
import { PlayerState } from '../../src/shared/player-table.ts';
import { playerRef, type HandlerRef, type PlayerRef } from '../../src/shared/ids.ts';
import { freshSeed, seededRandom } from '../../src/shared/random.ts';
import { Reason } from '../../src/shared/reason.ts';
import { HandlerState } from '../../src/shared/handler-table.ts';
import { ByteStream } from '../support/byte-stream.ts';
import { portOf, startTestHost } from '../support/start-test-host.ts';

const MOVES = Number(process.env['HAND_OFF_MOVES'] ?? 100_000);
const CLIENTS = 96;
const HANDLERS = 12;
const BACKLOG_BYTES_MAX = 8_192;
const seed = Number(process.env['HAND_OFF_SEED'] ?? freshSeed());
const random = seededRandom(seed);

const CONFIG = `
threads = { gateways = 2, matchWorkers = 2 }
practice = { bots = 0 }
limits = { inputsPerSecond = 100000, inputBytesPerSecond = 10000000 }
log = { level = "error" }
[[listeners]]
name = "stream"
protocol = "raw"
port = 0
bindAddress = "127.0.0.1"
greeter = "echo"
nameFrom = "address"
[ops]
port = 0
[modes.echo]
handler = "handlers/echo-stream.ts"
teams = 1
teamSize = 1
tickHz = 0
`;

let host: RunningHost;

beforeAll(async () => {
  host = await startTestHost(CONFIG, { ledger: true });
});

afterAll(async () => {
  await host.stop('test', 0);
});

class StreamClient {
  readonly sent: ByteStream;
  readonly expected: ByteStream;
  wrong = 0;
  isClosed = false;
  readonly #socket: Socket;

  constructor(port: number, streamSeed: number) {
    this.sent = new ByteStream(streamSeed);
    this.expected = new ByteStream(streamSeed);
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => {
      if (!chunk.equals(this.expected.take(chunk.length))) this.wrong += 1;
    });
    this.#socket.on('close', () => {
      this.isClosed = true;
    });
  }

  get backlogBytes(): number {
    return this.sent.position - this.expected.position;
  }

  send(): void {
    if (this.backlogBytes < BACKLOG_BYTES_MAX) {
      this.#socket.write(this.sent.take(1 + random.below(random.below(4) === 0 ? 1_500 : 40)));
    }
  }

  end(): void {
    this.#socket.destroy();
  }
}

it(`moves players ${MOVES} times while bytes flow both ways, and every byte arrives once, in order, at its owner`, async () => {
  const { shell, tables, gateways } = host.inside;
  const clients = Array.from(
    { length: CLIENTS },
    (_, index) => new StreamClient(portOf(host, 'stream'), seed + index),
  );
  await until(() => playing().length === CLIENTS);

  const targets: HandlerRef[] = [];
  for (let index = 0; index < HANDLERS; index += 1) {
    const opened = shell.openHandler({ mode: 'echo', isLobby: true, roster: [] });
    if (opened === undefined) throw new Error('no room for a handler');
    targets.push(opened.handler);
  }
  await until(() => openHandlers() >= HANDLERS + 1);

  const timer = every(() => {
    for (const client of clients) client.send();
  }, 1);
  const going = new Map<PlayerRef, HandlerRef>();
  let moves = 0;
  let crossings = 0;
  while (moves < MOVES) {
    for (const { player, slot, handler } of playing()) {
      const target = going.get(player);
      if (target !== undefined && handler !== target) continue;
      if (target !== undefined) moves += 1;
      const next = targets[random.below(HANDLERS)] ?? 0;
      if (next === handler) continue;
      if (workerOf(next) !== workerOf(handler)) crossings += 1;
      going.set(player, next);
      shell.order({
        kind: 'move',
        players: [player],
        handler: next,
        reason: Reason.moved,
        oldGone: false,
      });
      expect(slot).toBeGreaterThanOrEqual(0);
    }
    for (const gateway of gateways) gateway.flush();
    await sleep(0);
  }
  timer.cancel();
  await until(() => clients.every((client) => client.backlogBytes < 256) && settled());

  const ledger = (await Promise.all(gateways.map((gateway) => gateway.readLedger()))).flat();
  const bytes = clients.reduce((sum, client) => sum + client.expected.position, 0);
  console.log(
    `hand-off: seed ${seed}, ${moves} moves (${crossings} between workers), ${bytes} bytes echoed, ` +
      `${clients.filter((client) => client.wrong > 0).length} clients with a wrong byte`,
  );
  expect(clients.filter((client) => client.wrong > 0 || client.isClosed)).toEqual([]);
  expect(crossings).toBeGreaterThan(MOVES / 4);
  expect(bytes).toBeGreaterThan(MOVES * 10);
  expect(ledger).toHaveLength(CLIENTS);
  for (const entry of ledger) {
    expect(entry.bytesForwarded).toBe(entry.bytesIn);
    expect(entry.bytesOut).toBe(entry.bytesDelivered);
  }
  for (const client of clients) client.end();

  function settled(): boolean {
    return playing().every(({ player, handler }) => (going.get(player) ?? handler) === handler);
  }

  function playing(): { player: PlayerRef; slot: number; handler: HandlerRef }[] {
    const { players } = tables;
    const list = [];
    for (let slot = 0; slot < players.capacity; slot += 1) {
      if (players.state[slot] !== PlayerState.playing) continue;
      const player = playerRef(slot, players.generation[slot] ?? 0);
      list.push({ player, slot, handler: players.handler[slot] ?? 0 });
    }
    return list;
  }

  function openHandlers(): number {
    return tables.handlers.state.filter((state) => state === HandlerState.open).length;
  }

  function workerOf(handler: HandlerRef): number {
    return tables.handlers.worker[handler & (2 ** 18 - 1)] ?? -1;
  }
}, 180_000);

async function until(isDone: () => boolean): Promise<void> {
  const untilMs = systemClock.nowMs() + 20_000;
  while (!isDone()) {
    if (systemClock.nowMs() > untilMs) throw new Error(`waited 20 s (seed ${seed})`);
    await sleep(10);
  }
}
