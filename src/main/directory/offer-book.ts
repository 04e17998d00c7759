/**
 * Found matches whose players are asked whether they accept, where their mode has an accept step. Main thread.
 *
 *   asking --allAccept--> ready --open--> opened          while it is asking or ready, its tickets are here and nowhere
 *      \--callOff--> off   \--callOff--> off              else: neither in a queue nor in a match
 *
 *   asking   some have not answered                          (until deadlineMs, then called off)
 *   ready    all have accepted; no worker had room so far    (tried again with each pass)
 */

import assert from 'node:assert/strict';
import type { MatchFound } from '../matchmaker/matchmaker.ts';

export type OfferState = 'asking' | 'ready' | 'opened' | 'off';
export type OfferEvent = 'allAccept' | 'open' | 'callOff';

const IMPOSSIBLE = undefined;

const TRANSITIONS: Readonly<
  Record<OfferState, Readonly<Record<OfferEvent, OfferState | undefined>>>
> = {
  asking: { allAccept: 'ready', open: IMPOSSIBLE, callOff: 'off' },
  ready: { allAccept: IMPOSSIBLE, open: 'opened', callOff: 'off' },
  opened: { allAccept: IMPOSSIBLE, open: IMPOSSIBLE, callOff: IMPOSSIBLE },
  off: { allAccept: IMPOSSIBLE, open: IMPOSSIBLE, callOff: IMPOSSIBLE },
};

export interface Offer {
  readonly found: MatchFound;
  readonly deadlineMs: number;
  /** Names of tickets' members. */
  readonly accepted: Set<string>;
  state: OfferState;
}

export class OfferBook {
  /** In the order in which they were made. */
  readonly #offers = new Set<Offer>();
  readonly #byTicket = new Map<number, Offer>();

  add(found: MatchFound, deadlineMs: number): Offer {
    const offer: Offer = { found, deadlineMs, accepted: new Set(), state: 'asking' };
    this.#offers.add(offer);
    for (const { id } of found.tickets) {
      assert(!this.#byTicket.has(id), 'a ticket is in one offer');
      this.#byTicket.set(id, offer);
    }
    return offer;
  }

  /** The offer that the ticket is part of. */
  of(ticketId: number): Offer | undefined {
    return this.#byTicket.get(ticketId);
  }

  /** Moves the offer to where `event` leads; one that is opened or off is forgotten. */
  apply(offer: Offer, event: OfferEvent): void {
    const state = TRANSITIONS[offer.state][event];
    assert(state !== undefined, 'an offer event is possible in its state');
    offer.state = state;
    if (state !== 'opened' && state !== 'off') return;
    this.#offers.delete(offer);
    for (const { id } of offer.found.tickets) this.#byTicket.delete(id);
  }

  /** Those in that state, in the order in which they were made. */
  in(state: OfferState): readonly Offer[] {
    return [...this.#offers].filter((offer) => offer.state === state);
  }

  /** Those of that mode. */
  ofMode(mode: string): readonly Offer[] {
    return [...this.#offers].filter(({ found }) => found.mode === mode);
  }

  /** When the first deadline is over; Infinity when nobody is asked. */
  get nextMs(): number {
    let nextMs = Infinity;
    for (const { state, deadlineMs } of this.#offers) {
      if (state === 'asking') nextMs = Math.min(nextMs, deadlineMs);
    }
    return nextMs;
  }
}
