/** Carries out main's orders on the connections they name; one that has gone meanwhile is passed over. Gateway threads. */

import type { ClientEvent } from '../../shared/client-event.ts';
import type { PlayerRef } from '../../shared/ids.ts';
import type { GatewayOrder } from '../../shared/thread-messages.ts';
import type { EventEncoder } from './event-encoder.ts';
import type { PlayerRows } from './player-rows.ts';

export class OrderDesk {
  readonly #rows: PlayerRows;
  readonly #events: EventEncoder;

  constructor(rows: PlayerRows, events: EventEncoder) {
    this.#rows = rows;
    this.#events = events;
  }

  apply(order: GatewayOrder): void {
    switch (order.kind) {
      case 'admit':
        this.#rows.find(order.player)?.admit(order.name, order.handler, order.reason);
        break;
      case 'refuse':
        this.#rows.find(order.player)?.refuse(order.reason, order.message);
        break;
      case 'move':
        for (const player of order.players) {
          this.#rows.find(player)?.move(order.handler, order.reason, order.oldGone);
        }
        break;
      case 'event':
        this.#tell(order.players, order.event);
        break;
      case 'close':
        this.#rows.find(order.player)?.close(order.reason, order.message);
        break;
      case 'trace':
        this.#rows.find(order.player)?.trace(order.isOn);
        break;
    }
  }

  #tell(players: readonly PlayerRef[] | undefined, event: ClientEvent): void {
    const listed = players?.map((player) => this.#rows.find(player)) ?? this.#rows.taken();
    for (const connection of listed) {
      if (connection?.open !== true || connection.tryKeep(event)) continue;
      this.#events.tell(connection, event);
    }
  }
}
