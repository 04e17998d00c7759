/** The gateway of a simulated host: connections, and the orders that route them. Test files only. */

import type { Directory } from '../../src/main/directory/directory.ts';
import { ClientView } from '../../src/shared/client-view.ts';
import { playerRef, type HandlerRef, type PlayerRef } from '../../src/shared/ids.ts';
import type { Reason } from '../../src/shared/reason.ts';
import type { GatewayOrder } from '../../src/shared/thread-messages.ts';
import type { SimProcess } from './sim-process.ts';
import { Lane } from './world.ts';

export interface Connection {
  readonly player: PlayerRef;
  readonly name: string;
  /** Where the bytes go; undefined until admitted. */
  handler: HandlerRef | undefined;
  isOpen: boolean;
  /** Told of each order that changes where the bytes go. */
  readonly onRouted: () => void;
}

export class SimGateway {
  readonly connections: Map<PlayerRef, Connection> = new Map();
  readonly #process: SimProcess;
  readonly #directory: () => Directory;
  readonly #enter: (change: () => void) => void;
  readonly #toMain: Lane;
  readonly #fromMain: Lane;
  #lastSlot = 0;

  constructor(
    process: SimProcess,
    directory: () => Directory,
    enter: (change: () => void) => void,
  ) {
    this.#process = process;
    this.#directory = directory;
    this.#enter = enter;
    this.#toMain = new Lane(process.world);
    this.#fromMain = new Lane(process.world);
  }

  /** A client connects and names itself. */
  connect(name: string, onRouted: () => void): Connection {
    this.#lastSlot += 1;
    const player = playerRef(this.#lastSlot % 2 ** 20, 1);
    const connection: Connection = { player, name, handler: undefined, isOpen: true, onRouted };
    this.connections.set(player, connection);
    const { world, clock } = this.#process;
    const login = {
      kind: 'login',
      player,
      name,
      token: undefined,
      address: '127.0.0.1',
      listener: 'frame',
      view: ClientView.frame,
    } as const;
    this.#toMain.send(world.between(0, 2), () =>
      this.#enter(() => void this.#directory().login(login, clock.nowMs())),
    );
    return connection;
  }

  /** The connection ends, for its own reason or by order. */
  close(connection: Connection, reason: Reason): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    const { player } = connection;
    const { world, clock } = this.#process;
    this.#toMain.send(world.between(0, 2), () =>
      this.#enter(() => {
        this.connections.delete(player);
        this.#directory().closed(player, reason, clock.nowMs());
      }),
    );
  }

  order(order: GatewayOrder): void {
    const delayMs = this.#process.world.between(0, 2);
    this.#fromMain.send(delayMs, () => this.#carryOut(order));
  }

  #carryOut(order: GatewayOrder): void {
    if (order.kind === 'event' || order.kind === 'trace') return;
    for (const player of 'players' in order ? order.players : [order.player]) {
      const connection = this.connections.get(player);
      if (!connection?.isOpen) continue;
      if (order.kind === 'admit' || order.kind === 'move') {
        connection.handler = order.handler;
        connection.onRouted();
      } else this.close(connection, order.reason);
    }
  }
}
