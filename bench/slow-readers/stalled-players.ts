/**
 * Players who log in, get into a match, and then never read again: their sockets stand still until the host closes them.
 * Any process; they cost it next to nothing. Reads stop as soon as the match is told, so what follows fills the kernel,
 * then the host. Commands still go out: a client that does not read can very well write.
 */

import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { sleep, systemClock } from '../../src/shared/clock.ts';
import { frameOf, jsonOf, joinBytes, scanFrames, WireType } from '../load/wire.ts';

const CONNECTING_MAX = 64;
const POLL_MS = 10;
const LOOK_MS = 1_000;
/** Of what is delivered to stalled players; the rest is the others' jitter. */
const FULL_SHARE = 0.9;
/** For all of them to be in a lobby again. */
const LEAVE_MS = 1_000;

/** What the host has delivered to all players, and what of it a newer state replaced before it could be written. */
export interface OutputCounts {
  readonly delivered: number;
  readonly superseded: number;
}

export interface StalledOptions {
  readonly port: number;
  readonly players: number;
  readonly limitMs: number;
}

export class StalledPlayers {
  /** In a match, and no longer reading. */
  stalled = 0;
  /** Gone before that: they prove nothing. */
  lost = 0;
  readonly #options: StalledOptions;
  readonly #sockets: Socket[] = [];
  #inLobby = 0;

  constructor(options: StalledOptions) {
    this.#options = options;
  }

  /** Connects and logs in all of them; resolves when all are in lobbies. */
  async connect(): Promise<void> {
    const { players } = this.#options;
    while (this.#sockets.length < players) {
      if (this.#sockets.length - this.#inLobby < CONNECTING_MAX) this.#open(this.#sockets.length);
      else await sleep(POLL_MS);
    }
    await this.#until(() => this.#inLobby + this.lost >= players, 'log in');
  }

  /** All queue for `mode` at once; resolves when all have stopped reading in their matches. */
  async stall(mode: string): Promise<void> {
    this.command(`queue ${mode}`);
    await this.#until(() => this.stalled + this.lost >= this.#options.players, 'stall');
  }

  /**
   * Stalls all of them in `mode`, whose states are volatile and large, until no kernel takes more of them: from then on
   * the host supersedes what it delivers, but for what goes to others who read, `othersPerSecond`.
   */
  async stallUntilFull(
    mode: string,
    readOutput: () => Promise<OutputCounts>,
    othersPerSecond: number,
  ): Promise<void> {
    await this.stall(mode);
    const untilMs = systemClock.nowMs() + this.#options.limitMs;
    let before = await readOutput();
    for (let share = 0; share < FULL_SHARE;) {
      if (systemClock.nowMs() > untilMs) {
        throw new Error(`Cannot fill all stalled players: ${share} of the states are superseded`);
      }
      await sleep(LOOK_MS);
      const now = await readOutput();
      const delivered = now.delivered - before.delivered - (othersPerSecond * LOOK_MS) / 1000;
      share =
        delivered < this.#options.players ? 0 : (now.superseded - before.superseded) / delivered;
      before = now;
    }
    this.command('leave');
    await sleep(LEAVE_MS);
  }

  /** All send it; whoever is stalled will not see the answer. */
  command(text: string): void {
    for (const socket of this.#sockets) socket.write(frameOf(WireType.command, text));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #open(index: number): void {
    const localAddress = `127.2.${Math.floor(index / 100)}.1`;
    const socket = connect({ host: '127.0.0.1', port: this.#options.port, localAddress });
    this.#sockets.push(socket);
    let partial: Uint8Array | undefined;
    socket.on('connect', () => {
      const hello = { protocol: 1, name: `stalled${index}` };
      socket.write(frameOf(WireType.hello, JSON.stringify(hello)));
    });
    socket.on('data', (chunk: Buffer) => {
      const bytes = joinBytes(partial, chunk, chunk.byteLength);
      const scanned = scanFrames(bytes, bytes.byteLength, (type, all, start, end) => {
        if (type === WireType.event) this.#onEvent(socket, jsonOf(all, start, end)?.['event']);
      });
      partial = bytes.slice(scanned);
    });
    // Reset by the host is what is to come; before the stall, closing is a loss and counted below.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      if (!socket.isPaused()) this.lost += 1;
    });
  }

  #onEvent(socket: Socket, name: unknown): void {
    if (name === 'lobby') this.#inLobby += 1;
    if (name !== 'match') return;
    socket.pause();
    this.stalled += 1;
  }

  async #until(isDone: () => boolean, action: string): Promise<void> {
    const untilMs = systemClock.nowMs() + this.#options.limitMs;
    while (!isDone()) {
      if (systemClock.nowMs() > untilMs) {
        const found = `${this.#inLobby} in lobbies, ${this.stalled} stalled, ${this.lost} lost`;
        throw new Error(`Cannot ${action} all stalled players: ${found}`);
      }
      await sleep(POLL_MS);
    }
  }
}
