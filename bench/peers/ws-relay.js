/**
 * The relay workload on plain `ws`: `node bench/peers/ws-relay.js RATE_HZ`. A process of its own.
 * As one would write it: one server, text for what is rare, binary for inputs and states; its matches are spread over the
 * interval by the bare relay's wheel. Settings: perMessageDeflate and client tracking off.
 */

import { WebSocketServer } from 'ws';

import { MatchWheel } from '../relay/match-wheel.ts';
import { announce, MATCH_PLAYERS, RelayMatch } from './relay-match.js';

const LISTEN_BACKLOG = 4096;

const wheel = new MatchWheel(Number(process.argv[2] ?? 10), tick);
let waiting = [];

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  backlog: LISTEN_BACKLOG,
  perMessageDeflate: false,
  clientTracking: false,
});
server.on('connection', accept);
server.on('listening', () => announce(server.address().port));

function accept(socket) {
  let game;
  socket.on('message', (bytes, isBinary) => {
    if (isBinary) {
      game?.match.takeInput(bytes);
      return;
    }
    const text = bytes.toString();
    if (text.startsWith('hello ')) {
      socket.send('lobby');
    } else if (text === 'queue') {
      waiting.push({ socket, join: (joined) => (game = joined) });
      if (waiting.length === MATCH_PLAYERS) startMatch();
    }
  });
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    waiting = waiting.filter((other) => other.socket !== socket);
    if (game === undefined) return;
    game.sockets.delete(socket);
    if (game.sockets.size === 0) game.remove();
  });
}

function startMatch() {
  const players = waiting;
  waiting = [];
  const sockets = new Set(players.map(({ socket }) => socket));
  const game = { match: new RelayMatch(), sockets, remove: () => undefined };
  for (const { socket, join } of players) {
    join(game);
    socket.send('match');
  }
  game.remove = wheel.add(game);
}

function tick({ match, sockets }) {
  const state = match.nextState();
  for (const socket of sockets) socket.send(state);
}
