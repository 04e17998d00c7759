/**
 * What a gateway does by the clock: logins that take too long, idle clients, hand-offs without an answer, sockets
 * that close too slowly, slow readers, input budgets. Gateway threads, four times a second.
 */

import { Reason } from '../../shared/reason.ts';
import type { Connection } from './connection.ts';
import type { Gateway } from './gateway.ts';

/** How long a client may take to read its goodbye. */
const LINGER_MS = 1_000;
const WINDOW_MS = 1_000;

export class ConnectionSweep {
  /** Connections whose newest volatile message waits for the socket to empty. */
  lagging: Connection[] = [];
  readonly #gateway: Gateway;
  #window = -1;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  run(nowMs: number): void {
    for (const connection of this.#gateway.leaving) {
      if (nowMs >= connection.deadlineMs) connection.onLeaveDeadline();
    }
    for (const connection of this.#gateway.closing) {
      if (nowMs >= connection.deadlineMs) connection.socket.resetAndDestroy();
    }
    this.#expel(nowMs);
    this.#catchUp();
  }

  /** Goodbye was said: write it, end the socket, cut it if the client does not read. */
  onClosing(connection: Connection): void {
    connection.output.flush();
    connection.deadlineMs = this.#gateway.nowMs + LINGER_MS;
    this.#gateway.closing.add(connection);
    connection.socket.end();
    // Nothing more is read: what the client still sends is not ours, and unread bytes must not pile up.
    connection.socket.resume();
  }

  /** Once a second, as a window begins: looking at 18,000 connections takes a millisecond. */
  #expel(nowMs: number): void {
    const { limits } = this.#gateway;
    const window = Math.floor(nowMs / WINDOW_MS);
    if (window === this.#window) return;
    this.#window = window;
    for (const connection of this.#gateway.connections) {
      connection.onWindow(window);
      if (connection.isHeard) {
        connection.isHeard = false;
        connection.heardMs = nowMs;
      }
      const silentMs = nowMs - connection.heardMs;
      if (connection.greeting) {
        if (nowMs - connection.connectedMs < limits.loginSeconds * 1_000) continue;
        connection.close(Reason.loginTimeout, `No name was given within ${limits.loginSeconds} s`);
      } else if (limits.idleSeconds > 0 && silentMs > limits.idleSeconds * 1_000) {
        connection.close(Reason.idle, `Nothing was heard for ${limits.idleSeconds} s`);
      }
    }
  }

  #catchUp(): void {
    const waiting = this.lagging;
    this.lagging = [];
    for (const connection of waiting) {
      if (connection.open && !connection.isQueued) this.#gateway.queue(connection);
    }
  }
}
