/**
 * Connects without end, from one address or from thousands, and says nothing: what a flood does. A process of its own,
 * forked by bench/floods/floods.ts. Open loop: what is due is begun, whatever became of those before; bounded by OPEN_MAX.
 */

import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';

import { systemClock, type Timer } from '../../src/shared/clock.ts';
import type { FloodOrder, FloodReport } from './flood-messages.ts';

/** Sockets at a time: beyond it the flood waits for answers, and the rate shows it. */
const OPEN_MAX = 8_000;
const TURN_MS = 2;
const NICENESS = 10;

class Flood {
  readonly #order: FloodOrder;
  readonly #startMs = systemClock.nowMs();
  readonly #cpu = process.cpuUsage();
  readonly #open = new Set<Socket>();
  #begun = 0;
  #accepted = 0;
  #refused = 0;
  #failed = 0;
  #timer: Timer | undefined;

  constructor(order: FloodOrder) {
    this.#order = order;
    this.#turn();
  }

  stop(): FloodReport {
    this.#timer?.cancel();
    for (const socket of this.#open) socket.destroy();
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      begun: this.#begun,
      accepted: this.#accepted,
      refused: this.#refused,
      failed: this.#failed,
      seconds: (systemClock.nowMs() - this.#startMs) / 1000,
      cpuMicros: user + system,
    };
  }

  #turn(): void {
    const elapsedMs = systemClock.nowMs() - this.#startMs;
    const due = (elapsedMs / 1000) * this.#order.connectsPerSecond;
    while (this.#begun < due && this.#open.size < OPEN_MAX) this.#connect();
    this.#timer = systemClock.setTimer(() => this.#turn(), TURN_MS);
  }

  #connect(): void {
    const { port, addresses, holdMs } = this.#order;
    const localAddress = floodAddress(this.#begun % addresses);
    this.#begun += 1;
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    this.#open.add(socket);
    // Read, so that a reset is noticed.
    socket.resume();
    socket.on('connect', () => {
      this.#accepted += 1;
      systemClock.setTimer(() => socket.resetAndDestroy(), holdMs);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') this.#refused += 1;
      else this.#failed += 1;
    });
    socket.on('close', () => this.#open.delete(socket));
  }
}

function floodAddress(index: number): string {
  return `127.${64 + Math.floor(index / 62_500)}.${Math.floor(index / 250) % 250}.${(index % 250) + 1}`;
}

// A real attacker has cores of its own: this one takes what the host and its players leave.
setPriority(NICENESS);
let flood: Flood | undefined;
process.on('message', (message) => {
  // Only the bench's parent holds the other end of the channel.
  const order = message as FloodOrder;
  if (order.kind === 'flood') flood = new Flood(order);
  else if (flood !== undefined) process.send?.(flood.stop());
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
