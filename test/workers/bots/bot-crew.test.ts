/**
 * Goal: bots log in, wait, queue for a person, play, and come back after the host was gone.
 * Method: the crew on real sockets against a stand-in for the host that speaks `frame` and keeps a queue table.
 */

import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { sleep, systemClock } from '../../../src/shared/clock.ts';
import {
  FrameParser,
  FrameType,
  encodeFrame,
  encodeJsonFrame,
} from '../../../src/shared/frame-codec.ts';
import { queueTable } from '../../../src/shared/queue-table.ts';
import { seededRandom } from '../../../src/shared/random.ts';
import { BotCrew } from '../../../src/workers/bots/bot-crew.ts';
import {
  SnapshotEncoder,
  encodeField,
} from '../../../src/workers/games/capture-the-flag/ctf-codec.ts';
import { readSettings } from '../../../src/workers/games/capture-the-flag/ctf-settings.ts';
import { stepMatch } from '../../../src/workers/games/capture-the-flag/ctf-simulation.ts';
import { createState, enterSeat } from '../../../src/workers/games/capture-the-flag/ctf-state.ts';

const WAIT_MS_MAX = 8_000;

interface Seen {
  readonly socket: Socket;
  readonly type: number;
  readonly text: string;
}

class StandIn {
  readonly seen: Seen[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor() {
    this.#server = createServer((socket) => this.#open(socket));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    // A TCP server's address is never a path.
    return (this.#server.address() as AddressInfo).port;
  }

  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.dropAll();
    this.#server.close();
  }

  of(type: number, text = ''): Seen[] {
    return this.seen.filter((frame) => frame.type === type && frame.text.includes(text));
  }

  #open(socket: Socket): void {
    const parser = new FrameParser();
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      parser.push(chunk, {
        onFrame: (type, bytes, start, end) => {
          const text = new TextDecoder().decode(bytes.subarray(start, end));
          this.seen.push({ socket, type, text });
          if (type === FrameType.hello) socket.write(event({ event: 'lobby', reason: 'login' }));
          if (text.startsWith('queue ')) socket.write(event({ event: 'queued', mode: 'ctf' }));
        },
      });
    });
  }
}

function event(value: object): Uint8Array {
  return encodeJsonFrame(FrameType.event, value);
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadlineMs = systemClock.nowMs() + WAIT_MS_MAX;
  while (!condition()) {
    if (systemClock.nowMs() > deadlineMs) throw new Error(`Cannot wait any longer: ${what}`);
    await sleep(10);
  }
}

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

test('bots log in, fill the queue for a person, play, and return after a lost host', async () => {
  const host = new StandIn();
  const port = await host.listen();
  const queues = new SharedArrayBuffer(queueTable.byteLength(2));
  const table = queueTable.view(queues, 2);
  const crew = new BotCrew(
    {
      count: 5,
      host: '127.0.0.1',
      port,
      token: 'secret',
      seed: 1,
      patienceMs: 0,
      queues,
      queueRows: 2,
      modes: [{ mode: 'ctf', row: 1, needed: 4 }],
    },
    systemClock,
  );
  cleanups.push(
    () => crew.stop(),
    () => host.close(),
  );
  crew.start();
  await until(() => host.of(FrameType.hello).length === 5, 'five hellos');
  expect(JSON.parse(host.of(FrameType.hello)[0]?.text ?? '')).toEqual({
    protocol: 1,
    name: 'bot-otter',
    token: 'secret',
  });
  expect(host.of(FrameType.command)).toEqual([]);

  // Of six who wait, five do so for a match across hosts, where no bot plays.
  table.waiting[1] = 6;
  table.queued[1] = 1;
  await until(() => host.of(FrameType.command, 'queue ctf').length === 3, 'three in the queue');
  table.queued[1] = 4;

  const [player] = host.of(FrameType.command);
  if (player === undefined) throw new Error('Cannot go on: nobody queued');
  table.queued[1] = 0;
  player.socket.write(event({ event: 'match', mode: 'ctf' }));
  playOneMatch(player.socket);
  await until(() => host.of(FrameType.input).length > 0, 'an input');
  expect(host.of(FrameType.input).every((frame) => frame.text.length === 1)).toBe(true);

  host.dropAll();
  await until(() => host.of(FrameType.hello).length === 10, 'five hellos again');
}, 20_000);

/** Sends one player a field and fifty snapshots. */
function playOneMatch(socket: Socket): void {
  const random = seededRandom(1);
  const { map, rules } = readSettings({ countdownSeconds: 0 }, 10);
  const roster = ['bot-otter', 'ada'].map((name, team) => ({ name, team }));
  const state = createState(map, rules, roster);
  for (const avatar of state.avatars) enterSeat(state, avatar, random);
  const encoder = new SnapshotEncoder();
  socket.write(encodeFrame(FrameType.state, encodeField(state, 0)));
  for (let tick = 0; tick < 50; tick += 1) {
    stepMatch(state, random);
    socket.write(encodeFrame(FrameType.state, encoder.encode(state)));
  }
}

test('a count that is out of range is refused', () => {
  const queues = new SharedArrayBuffer(queueTable.byteLength(1));
  const options = { host: '127.0.0.1', port: 1, token: undefined, seed: 1, patienceMs: 0 };
  expect(
    () => new BotCrew({ ...options, count: 1_001, queues, queueRows: 1, modes: [] }, systemClock),
  ).toThrow('Cannot start bots: count is 1001, allowed is 0 to 1000');
});
