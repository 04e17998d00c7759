/**
 * Links between simulated hosts: in order and whole while they are up, everything on its way gone when they break; and a watch over
 * what goes over them. Test files only.
 */

import type { Replica } from '../../../src/cluster-bridge/replica/replica.ts';
import type { ReplicaMessage } from '../../../src/cluster-bridge/replica/replica-messages.ts';
import type { Random } from '../../../src/shared/random.ts';
import type { EventQueue } from './event-queue.ts';

const LINK_MS = 60;

/** What a link joins. */
export interface LinkEnd {
  readonly id: string;
  readonly incarnation: number;
  readonly replica: Replica;
  readonly isUp: boolean;
}

/** One direction of a link that may be up. */
interface Way {
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  generation: number;
  isUp: boolean;
  atMs: number;
  batchesOut: number;
}

export interface SimLinksOptions {
  readonly events: EventQueue;
  readonly random: Random;
  readonly entriesMax: number;
  /** What becomes of a message on its way. */
  readonly tamper: (from: LinkEnd, message: ReplicaMessage) => ReplicaMessage;
  readonly onWrong: (wrong: string) => void;
}

export class SimLinks {
  messages = 0;
  entryMessages = 0;
  cuts = 0;
  readonly #options: SimLinksOptions;
  readonly #ways: Way[] = [];

  constructor(options: SimLinksOptions) {
    this.#options = options;
  }

  /** A link that there may be from now on; it is up. */
  join(from: LinkEnd, to: LinkEnd): void {
    const fresh = { generation: 0, isUp: false, atMs: 0, batchesOut: 0 };
    const way = { from, to, ...fresh };
    this.#ways.push(way, { from: to, to: from, ...fresh });
    this.#connect(way);
  }

  /** Cuts a link at random, or mends it. */
  toggle(): void {
    const way = this.#ways[this.#options.random.below(this.#ways.length)];
    if (way?.isUp === true) this.#disconnect(way);
    else if (way !== undefined && way.from.isUp && way.to.isUp) this.#connect(way);
  }

  /** Mends all links between hosts that are up. */
  mend(): void {
    for (const way of this.#ways) {
      if (!way.isUp && way.from.isUp && way.to.isUp) this.#connect(way);
    }
  }

  /** A host has crashed, or is about to. */
  drop(host: LinkEnd): void {
    for (const way of this.#ways) {
      if (way.isUp && (way.from === host || way.to === host)) this.#disconnect(way);
    }
  }

  send(from: LinkEnd, to: string, message: ReplicaMessage): void {
    const { events, random, tamper } = this.#options;
    const way = this.#ways.find((one) => one.from === from && one.to.id === to);
    if (way === undefined || !way.isUp) return;
    this.messages += 1;
    this.#watch(way, message);
    const told = tamper(from, message);
    const { generation } = way;
    way.atMs = Math.max(way.atMs, events.nowMs + 1 + random.below(LINK_MS));
    events.at(way.atMs, () => {
      if (way.generation === generation) way.to.replica.onMessage(identityOf(way.from), told);
    });
  }

  #connect(way: Way): void {
    for (const one of this.#both(way)) {
      one.isUp = true;
      one.generation += 1;
      one.atMs = this.#options.events.nowMs;
      one.batchesOut = 0;
    }
    for (const { from, to } of this.#both(way)) from.replica.peerUp(identityOf(to));
  }

  #disconnect(way: Way): void {
    this.cuts += 1;
    for (const one of this.#both(way)) {
      one.isUp = false;
      one.generation += 1;
      one.from.replica.peerDown(identityOf(one.to));
    }
  }

  #both({ from, to }: Way): Way[] {
    return this.#ways.filter(
      (way) => (way.from === from && way.to === to) || (way.from === to && way.to === from),
    );
  }

  /** One batch at a time, and none that is too large. */
  #watch(way: Way, message: ReplicaMessage): void {
    const { entriesMax, onWrong } = this.#options;
    if (message.kind === 'entries') {
      this.entryMessages += 1;
      way.batchesOut += 1;
      if (way.batchesOut > 1) onWrong('a second batch before the first was taken');
      if (message.entries.length > entriesMax) onWrong('a batch is too long');
    } else if (message.kind === 'taken') {
      for (const one of this.#both(way)) if (one.from === way.to) one.batchesOut -= 1;
    }
  }
}

function identityOf({ id, incarnation }: LinkEnd): { hostId: string; incarnation: number } {
  return { hostId: id, incarnation };
}
