/**
 * A practice bot's TCP connection: connects, feeds the bot, and connects again after a growing pause.
 * Runs in the bots' thread.
 *
 *   connecting --connected--> open --lost--> pausing --time--> connecting        stopped: for good
 *
 * The pause doubles from 0.25 s to 10 s, with up to half of it added at random, and starts over once a connection has
 * lasted. Invariant: at most one socket and one timer.
 */

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../shared/clock.ts';
import type { Random } from '../../shared/random.ts';
import { BotClient } from './bot-client.ts';
import type { BotIdentity } from './bot-client.ts';

const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 10_000;
const LASTED_MS = 5_000;
/** A host that stops reading gets no more than this from one bot. */
const UNSENT_BYTES_MAX = 16_384;

export interface BotLinkOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly random: Random;
}

export class BotLink {
  readonly client: BotClient;
  readonly #options: BotLinkOptions;
  #socket: Socket | undefined = undefined;
  #timer: Timer | undefined = undefined;
  #pauseMs = PAUSE_MS_MIN;
  #connectedAtMs = 0;
  #stopped = false;

  constructor(identity: BotIdentity, options: BotLinkOptions) {
    this.#options = options;
    this.client = new BotClient(identity, options.random, (bytes) => this.#write(bytes));
  }

  /** Connects after `delayMs`. */
  start(delayMs: number): void {
    this.#timer = this.#options.clock.setTimer(() => this.#connect(), delayMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#socket?.destroy();
  }

  #connect(): void {
    const { host, port, clock } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    this.#connectedAtMs = clock.nowMs();
    socket.on('connect', () => {
      this.#connectedAtMs = clock.nowMs();
      this.client.onConnected();
    });
    // Always bytes: no encoding was set on the socket.
    socket.on('data', (chunk: Buffer) => {
      if (!this.client.onBytes(chunk)) socket.destroy();
    });
    // Refused, reset or timed out: 'close' follows each of them, and that is where it is dealt with.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#onClose());
  }

  #onClose(): void {
    this.#socket = undefined;
    this.client.onLost();
    if (this.#stopped) return;
    const { clock, random } = this.#options;
    if (clock.nowMs() - this.#connectedAtMs >= LASTED_MS) this.#pauseMs = PAUSE_MS_MIN;
    this.start(this.#pauseMs * (1 + random.next() / 2));
    this.#pauseMs = Math.min(PAUSE_MS_MAX, this.#pauseMs * 2);
  }

  #write(bytes: Uint8Array): void {
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    if (socket.writableLength > UNSENT_BYTES_MAX) socket.destroy();
    else socket.write(bytes);
  }
}
