/** What a simulated host has told others about seats in running matches, for the checks. Test files only. */

import type { BridgeOrder } from '../../src/cluster-bridge/bridge-messages.ts';
import type { RemoteMatch } from '../../src/cluster-bridge/federation/federation-hosts.ts';
import type { World } from './world.ts';

export class SeatNotes {
  /** `matchId name` of seats that players of this host gave up, and the match's host was told. */
  readonly released: Set<string> = new Set();
  /** By `handlerId name`, of matches that run here: the host to which that seat was offered last. */
  readonly offers: Map<string, string> = new Map();
  /** How often each name was given a seat of a match that began, or went on, while it waited here. */
  readonly #matched = new Map<string, number>();
  readonly #world: World;
  readonly #onResumed: (seat: string) => void;

  constructor(world: World, onResumed: (seat: string) => void) {
    this.#world = world;
    this.#onResumed = onResumed;
  }

  note(order: BridgeOrder): void {
    if (order.kind !== 'send') return;
    const { message } = order;
    const world = this.#world;
    if (message.kind === 'seatReleased' || message.kind === 'seatMoved') {
      this.released.add(`${message.matchId} ${message.name}`);
      world.mark(message.kind === 'seatReleased' ? 'seat released' : 'seat moved');
    } else if (message.kind === 'joined') {
      for (const name of message.names) this.#onResumed(`${message.matchId} ${name}`);
    } else if (message.kind === 'resume') {
      this.offered(message.match, order.hostId);
    } else if (message.kind === 'resumed') {
      world.mark(`resumed elsewhere: ${message.outcome}`);
      if (message.outcome === 'in') this.#onResumed(`${message.matchId} ${message.name}`);
    }
  }

  matched(names: readonly string[]): void {
    for (const name of names) this.#matched.set(name, this.timesMatched(name) + 1);
  }

  timesMatched(name: string): number {
    return this.#matched.get(name) ?? 0;
  }

  offered({ handlerId, seats }: RemoteMatch, hostId: string): void {
    for (const { name } of seats) this.offers.set(`${handlerId} ${name}`, hostId);
  }
}
