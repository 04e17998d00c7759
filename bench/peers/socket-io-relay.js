/**
 * The relay workload on socket.io: `node bench/peers/socket-io-relay.js RATE_HZ`. A process of its own.
 * As its documentation would have it: a room for each match, `io.to(room).emit('state', buffer)`; its matches are spread over the
 * interval by the bare relay's wheel. Settings: WebSocket only (no long polling, no upgrade), no compression, no client files;
 * heartbeats as they come (25 s), the default parser and the in-memory adapter.
 */

import { createServer } from 'node:http';

import { Server } from 'socket.io';

import { MatchWheel } from '../relay/match-wheel.ts';
import { announce, MATCH_PLAYERS, RelayMatch } from './relay-match.js';

const LISTEN_BACKLOG = 4096;

const wheel = new MatchWheel(Number(process.argv[2] ?? 10), tick);
let waiting = [];
let matches = 0;

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  perMessageDeflate: false,
  httpCompression: false,
});
io.on('connection', accept);
http.listen({ host: '127.0.0.1', port: 0, backlog: LISTEN_BACKLOG }, () => {
  announce(http.address().port);
});

function accept(socket) {
  socket.on('hello', () => socket.emit('lobby'));
  socket.on('queue', () => {
    waiting.push(socket);
    if (waiting.length === MATCH_PLAYERS) startMatch();
  });
  socket.on('input', (bytes) => socket.data.game?.match.takeInput(bytes));
  socket.on('disconnect', () => {
    waiting = waiting.filter((other) => other !== socket);
    const { game } = socket.data;
    if (game === undefined) return;
    game.players -= 1;
    if (game.players === 0) game.remove();
  });
}

function startMatch() {
  const sockets = waiting;
  waiting = [];
  matches += 1;
  const room = `match-${matches}`;
  const game = { match: new RelayMatch(), room, players: sockets.length, remove: () => undefined };
  for (const socket of sockets) {
    socket.data.game = game;
    socket.join(room);
  }
  io.to(room).emit('match');
  game.remove = wheel.add(game);
}

function tick({ match, room }) {
  io.to(room).emit('state', match.nextState());
}
