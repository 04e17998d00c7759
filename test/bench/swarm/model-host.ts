/** What a host would do for one person of the swarm, on a virtual clock. Test files only. */

import type { HostEvent } from '../../../bench/swarm/person-hands.ts';
import type { Random } from '../../../src/shared/random.ts';
import type { VirtualClock } from '../../../src/shared/virtual-clock.ts';

/** What a property run hunts. */
export const marks = {
  matches: 0,
  gaveUp: 0,
  drops: 0,
  refused: 0,
  resumed: 0,
  accepted: 0,
  invited: 0,
  lost: 0,
  visitsEnded: 0,
  /** It left what had just ended by itself. */
  crossed: 0,
};

/** As docs/protocol.md has it. */
export class ModelHost {
  place: 'none' | 'lobby' | 'queued' | 'match' = 'none';
  keptSeat = false;
  readonly #random: Random;
  readonly #tell: (event: HostEvent) => void;
  readonly #clock: VirtualClock;
  #epoch = 0;

  constructor(clock: VirtualClock, random: Random, tell: (event: HostEvent) => void) {
    this.#clock = clock;
    this.#random = random;
    this.#tell = tell;
  }

  login(): void {
    if (this.keptSeat) marks.resumed += 1;
    if (this.keptSeat) this.#enter('match', 'match');
    else this.#enter('lobby', 'lobby');
    this.keptSeat = false;
  }

  lost(): void {
    this.keptSeat = this.place === 'match' && this.#random.next() < 0.5;
    this.place = 'none';
    this.#epoch += 1;
  }

  command(text: string): void {
    if (text.startsWith('queue')) this.#queue();
    else if (text === 'leave') this.#leave();
    else if (text === 'accept') marks.accepted += 1;
    else if (text.startsWith('party invite')) marks.invited += 1;
  }

  #queue(): void {
    if (this.place !== 'lobby' || this.#random.next() < 0.2) {
      marks.refused += 1;
      this.#tell({ event: 'error', code: 'unknown-mode' });
      return;
    }
    this.#enter('queued', 'queued');
    this.#later(5_000, () => {
      if (this.#random.next() < 0.5) this.#tell({ event: 'found' });
      this.#later(500, () => this.#enter('match', 'match'));
    });
  }

  #leave(): void {
    if (this.place === 'queued') this.#enter('lobby', 'unqueued');
    else if (this.place === 'match') this.#enter('lobby', 'lobby');
    else {
      marks.crossed += 1;
      this.#tell({ event: 'error', code: 'not-queued' });
    }
  }

  #enter(place: 'lobby' | 'queued' | 'match', event: string): void {
    this.place = place;
    this.#epoch += 1;
    this.#tell({ event });
    if (place !== 'match') return;
    this.#later(8_000, () => {
      this.#tell({ event: 'ended' });
      this.#enter('lobby', 'lobby');
    });
  }

  /** Unless the person is elsewhere by then. */
  #later(withinMs: number, act: () => void): void {
    const epoch = this.#epoch;
    this.#clock.setTimer(() => {
      if (epoch === this.#epoch) act();
    }, this.#random.below(withinMs));
  }
}
