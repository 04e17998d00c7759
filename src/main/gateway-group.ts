/** All gateway threads of a host: brings each order to the gateway, or the gateways, of its players. Main thread. */

import { slotOf, type PlayerRef } from '../shared/ids.ts';
import type { GatewayOrder } from '../shared/thread-messages.ts';
import type { GatewayThread } from './gateway-thread.ts';

export class GatewayGroup {
  readonly #gateways: readonly GatewayThread[];
  readonly #slotsPerGateway: number;

  constructor(gateways: readonly GatewayThread[], slotsPerGateway: number) {
    this.#gateways = gateways;
    this.#slotsPerGateway = slotsPerGateway;
  }

  /** Adds the order to the next batches; the order of calls is kept for each gateway. */
  order(order: GatewayOrder): void {
    switch (order.kind) {
      case 'admit':
      case 'refuse':
      case 'close':
      case 'trace':
        this.#of(order.player)?.order(order);
        break;
      case 'move':
        for (const [gateway, players] of this.#split(order.players)) {
          gateway.order({ ...order, players });
        }
        break;
      case 'event':
        if (order.players === undefined) for (const gateway of this.#gateways) gateway.order(order);
        else {
          for (const [gateway, players] of this.#split(order.players)) {
            gateway.order({ ...order, players });
          }
        }
        break;
    }
  }

  /** Resolves when all orders given so far have been carried out. */
  async fence(): Promise<void> {
    await Promise.allSettled(this.#gateways.map((gateway) => gateway.fence()));
  }

  /** Closes all connections from `range`, practice bots aside; resolves when it is done. */
  async closeAddresses(range: string, message: string): Promise<void> {
    await Promise.allSettled(
      this.#gateways.map((gateway) => gateway.closeAddresses(range, message)),
    );
  }

  /** Sends the batches. */
  flush(): void {
    for (const gateway of this.#gateways) gateway.flush();
  }

  #of(player: PlayerRef): GatewayThread | undefined {
    return this.#gateways[Math.floor(slotOf(player) / this.#slotsPerGateway)];
  }

  #split(players: readonly PlayerRef[]): Map<GatewayThread, PlayerRef[]> {
    const groups = new Map<GatewayThread, PlayerRef[]>();
    for (const player of players) {
      const gateway = this.#of(player);
      if (gateway === undefined) continue;
      const group = groups.get(gateway);
      if (group === undefined) groups.set(gateway, [player]);
      else group.push(player);
    }
    return groups;
  }
}
