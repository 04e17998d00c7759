/** Opens a load player's connection by the protocol that the server under test speaks. Load clients only. */

import { ColyseusConnection } from './colyseus-connection.ts';
import { FrameConnection } from './frame-connection.ts';
import { Transport } from './player-connection.ts';
import type {
  ConnectionListener,
  ConnectionOptions,
  PlayerConnection,
} from './player-connection.ts';
import { SocketIoConnection } from './socket-io-connection.ts';
import { WebSocketConnection } from './websocket-connection.ts';

export function openConnection(
  transport: Transport,
  options: ConnectionOptions,
  listener: ConnectionListener,
): PlayerConnection {
  switch (transport) {
    case Transport.frame:
      return new FrameConnection(options, listener);
    case Transport.webSocket:
      return new WebSocketConnection(options, listener);
    case Transport.colyseus:
      return new ColyseusConnection(options, listener);
    case Transport.socketIo:
      return new SocketIoConnection(options, listener);
  }
}
