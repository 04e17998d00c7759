/** The gateway of a simulated host: connections, and the orders that route them. Test files only. */

import type { Directory } from '../../src/main/directory/directory.ts';
import { ClientView } from '../../src/shared/client-view.ts';
import { playerRef, type HandlerRef, type PlayerRef } from '../../src/shared/ids.ts';
import { Reason } from '../../src/shared/reason.ts';
import type { GatewayOrder } from '../../src/shared/thread-messages.ts';
import type { LoginWatch } from './login-checks.ts';
import type { SimProcess } from './sim-process.ts';
import { Lane } from './world.ts';

/** Main hangs for as long as makes a difference. */
const LATE_MS = 500;

export interface Connection {
  readonly player: PlayerRef;
  readonly name: string;
  /** Where the bytes go; undefined until admitted. */
  handler: HandlerRef | undefined;
  isOpen: boolean;
  /** Told of each order that changes where the bytes go. */
  readonly onRouted: () => void;
}

interface Watch {
  /** Runs a change of the directory. */
  readonly enter: (change: () => void) => void;
  /** A connection is gone, and its session with it. */
  readonly onEnded: (connection: Connection) => void;
}

export class SimGateway {
  readonly connections: Map<PlayerRef, Connection> = new Map();
  /** Set by the simulation, of which this is a part. */
  logins: LoginWatch | undefined;
  readonly #process: SimProcess;
  readonly #directory: () => Directory;
  readonly #enter: (change: () => void) => void;
  readonly #onEnded: (connection: Connection) => void;
  readonly #toMain: Lane;
  readonly #fromMain: Lane;
  #lastSlot = 0;

  constructor(process: SimProcess, directory: () => Directory, watch: Watch) {
    const { enter } = watch;
    this.#onEnded = watch.onEnded;
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
      atMs: clock.nowMs(),
    } as const;
    this.logins?.connected(connection, clock.wallMs());
    this.#toMain.send(world.between(0, 2), () =>
      this.#enter(() => {
        if (clock.nowMs() - login.atMs > LATE_MS) world.mark('login that main took late');
        this.#directory().login(login, clock.nowMs());
      }),
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
        const directory = this.#directory();
        const isIts = directory.find(connection.name, clock.nowMs())?.player === player;
        directory.closed(player, reason, clock.nowMs());
        const isKept = directory.find(connection.name, clock.nowMs()) !== undefined;
        if (isIts && !isKept) this.#onEnded(connection);
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
      } else {
        if (order.reason === Reason.replaced) this.logins?.replaced(connection);
        this.close(connection, order.reason);
      }
    }
  }
}
