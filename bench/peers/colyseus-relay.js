/**
 * The relay workload on Colyseus: `node bench/peers/colyseus-relay.js RATE_HZ`. A process of its own.
 * As its documentation would have it: a Room of 16 clients, found by `joinOrCreate`, its own timestep, bytes in by
 * `onMessageBytes` and out by `broadcastBytes`. Joining is queueing there; a room begins to send when all 16 have said so.
 * Each room's timer starts as it is created, which spreads the rooms over the interval as players come.
 * Settings: no schema state and no patches (`patchRate = null`), no WebSocket pings (default: each client every 3 s),
 * no banner, local presence and driver.
 */

import { Room, Server } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';

import { announce, MATCH_PLAYERS, RelayMatch } from './relay-match.js';

const LISTEN_BACKLOG = 4096;

const intervalMs = 1000 / Number(process.argv[2] ?? 10);

class RelayRoom extends Room {
  #match;
  #ready = 0;

  onCreate() {
    this.#match = new RelayMatch();
    this.maxClients = MATCH_PLAYERS;
    this.patchRate = null;
    this.onMessage('queue', () => {
      this.#ready += 1;
    });
    this.onMessageBytes('input', (_client, bytes) => this.#match.takeInput(bytes));
    this.setTimestep(() => {
      if (this.#ready === MATCH_PLAYERS) this.broadcastBytes('state', this.#match.nextState());
    }, intervalMs);
  }
}

const transport = new WebSocketTransport({ pingInterval: 0 });
const server = new Server({ transport, greet: false, gracefullyShutdown: false });
server.define('relay', RelayRoom);
await server.listen(0, '127.0.0.1', LISTEN_BACKLOG);
announce(transport.server.address().port);
