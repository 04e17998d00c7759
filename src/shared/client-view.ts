/** How a connection shows a game to its player; a column of the player table. Any thread. */

export const ClientView = {
  /** A program speaking `frame`: binary states. */
  frame: 0,
  /** A terminal that answers telnet options: may be drawn on, may send single keys. */
  terminal: 1,
  /** Text, one event a line, no color and no cursor movement: scripts, nc, MUD clients after /plain. */
  plain: 2,
  /** Opaque bytes in the handler's own protocol. */
  raw: 3,
} as const;

export type ClientView = (typeof ClientView)[keyof typeof ClientView];
