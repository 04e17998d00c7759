/**
 * The yardstick: the host's relay mode as one would write it by hand for a single thread of node:net, and nothing else.
 * A process of its own; the test drives the class directly. It has no accounts, limits, crash containment or threads; what it
 * does, it does in the cheapest documented way: a state is encoded once per match and tick, one write per player and tick.
 *
 *   socket 'data' -> whole frames in the chunk itself -> INPUT: two words into the match
 *   wheel turn    -> one 259-byte Buffer per match    -> socket.write() x 16
 */

import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

import { MatchWheel } from './match-wheel.ts';
import {
  frameOf,
  joinBytes,
  jsonOf,
  MATCH_PLAYERS,
  scanFrames,
  STAMP_OFFSET,
  STATE_PAYLOAD_BYTES,
  TICK_OFFSET,
  WireType,
} from '../load/wire.ts';

/** A client that lets this much pile up is closed. */
const BACKLOG_BYTES_MAX = 256 * 1024;
const STATE_TEMPLATE = frameOf(WireType.state, new Uint8Array(STATE_PAYLOAD_BYTES).fill(0x2e));
const LISTEN_BACKLOG = 4096;

interface BarePlayer {
  readonly socket: Socket;
  name: string;
  partial: Uint8Array | undefined;
  match: BareMatch | undefined;
}

interface BareMatch {
  players: BarePlayer[];
  /** The newest input's bytes 0-7 as two words, 0 when none came since the last tick. */
  stampLow: number;
  stampHigh: number;
  firstRound: number;
  remove: () => void;
}

export class BareRelay {
  readonly #server: Server;
  readonly #wheel: MatchWheel<BareMatch>;
  readonly #sockets = new Set<Socket>();
  #waiting: BarePlayer[] = [];
  #players = 0;
  #matches = 0;

  constructor(rateHz: number) {
    this.#wheel = new MatchWheel(rateHz, (match, round) => this.#tick(match, round));
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Listens on loopback; resolves to the port. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port, backlog: LISTEN_BACKLOG }, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  close(): void {
    this.#wheel.stop();
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    const player: BarePlayer = { socket, name: '', partial: undefined, match: undefined };
    const onFrame = (type: number, bytes: Uint8Array, start: number, end: number): void => {
      if (type === WireType.input) takeInput(player.match, bytes, start, end);
      else if (type === WireType.hello) this.#welcome(player, bytes, start, end);
      else if (type === WireType.command) this.#queue(player);
      else socket.destroy();
    };
    this.#sockets.add(socket);
    socket.on('data', (chunk: Buffer) => {
      const bytes =
        player.partial === undefined ? chunk : joinBytes(player.partial, chunk, chunk.byteLength);
      const scanned = scanFrames(bytes, bytes.byteLength, onFrame);
      player.partial = scanned === bytes.byteLength ? undefined : bytes.slice(scanned);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#leave(player));
  }

  #welcome(player: BarePlayer, bytes: Uint8Array, start: number, end: number): void {
    player.name = String(jsonOf(bytes, start, end)?.['name']);
    this.#players += 1;
    const networkPlayers = this.#players;
    const welcome = { player: `bare:${this.#players}:1`, name: player.name, hostId: 'bare' };
    const lobby = { event: 'lobby', lobby: 'bare/lobby/1', reason: 'login', networkPlayers };
    player.socket.write(
      Buffer.concat([
        frameOf(WireType.welcome, JSON.stringify({ ...welcome, networkPlayers })),
        frameOf(WireType.event, JSON.stringify(lobby)),
      ]),
    );
  }

  #queue(player: BarePlayer): void {
    this.#waiting.push(player);
    const waiting = this.#waiting.length;
    const queued = { event: 'queued', mode: 'relay', waiting, etaMs: null };
    player.socket.write(frameOf(WireType.event, JSON.stringify(queued)));
    if (waiting === MATCH_PLAYERS) this.#startMatch();
  }

  #startMatch(): void {
    const players = this.#waiting;
    this.#waiting = [];
    const match: BareMatch = {
      players,
      stampLow: 0,
      stampHigh: 0,
      firstRound: -1,
      remove: () => undefined,
    };
    this.#matches += 1;
    const event = frameOf(
      WireType.event,
      JSON.stringify({
        event: 'match',
        match: `bare/relay/${this.#matches}`,
        mode: 'relay',
        team: 0,
        players: players.map((player) => player.name),
        hostId: 'bare',
        reason: 'matched',
      }),
    );
    for (const player of players) {
      player.match = match;
      player.socket.write(event);
    }
    match.remove = this.#wheel.add(match);
  }

  #tick(match: BareMatch, round: number): void {
    if (match.firstRound < 0) match.firstRound = round;
    // A Buffer of its own: the kernel may take it later than now. Small ones come from Node's pool.
    const frame = Buffer.allocUnsafe(STATE_TEMPLATE.byteLength);
    frame.set(STATE_TEMPLATE);
    frame.writeUInt32LE(match.stampLow, STAMP_OFFSET);
    frame.writeUInt32LE(match.stampHigh, STAMP_OFFSET + 4);
    frame.writeUInt32LE(round - match.firstRound + 1, TICK_OFFSET);
    match.stampLow = 0;
    match.stampHigh = 0;
    for (const { socket } of match.players) {
      if (socket.writableLength > BACKLOG_BYTES_MAX) socket.resetAndDestroy();
      else socket.write(frame);
    }
  }

  #leave(player: BarePlayer): void {
    this.#sockets.delete(player.socket);
    this.#waiting = this.#waiting.filter((waiting) => waiting !== player);
    if (player.name !== '') this.#players -= 1;
    const { match } = player;
    if (match === undefined) return;
    match.players = match.players.filter((other) => other !== player);
    if (match.players.length === 0) match.remove();
  }
}

function takeInput(
  match: BareMatch | undefined,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  if (match === undefined || end - start < 8) return;
  match.stampLow = wordAt(bytes, start);
  match.stampHigh = wordAt(bytes, start + 4);
}

function wordAt(bytes: Uint8Array, offset: number): number {
  const low = (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
  return (low | ((bytes[offset + 2] ?? 0) << 16) | ((bytes[offset + 3] ?? 0) << 24)) >>> 0;
}
