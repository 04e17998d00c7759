/**
 * Players of other hosts for matches that run here and would take more: claims tickets where the summaries show some that may fit,
 * gives them seats, releases the rest. This host's own tickets come first, elsewhere: the directory has tried them before. Pure.
 * Main thread.
 *
 *   a mode    idle --seats are open here, others offer--> asking --all answered, or ASK_MS--> fill() --seats given--> idle
 *                                                            |                                  |
 *                                                            +---- peer lost: as answered       +-- none: pause
 */

import type { HandlerRef } from '../../shared/ids.ts';
import type { HostIdentity } from '../transport.ts';
import type {
  ClaimedTicket,
  FederatableQueue,
  FederationMatchHost,
  OfferedTicket,
  OpenSeats,
} from './federation-hosts.ts';
import type { FederationMessage } from './federation-messages.ts';
import type { HeardSummary } from './host-summary.ts';
import { RATING_BOUNDS } from './queue-histograms.ts';
import type { GivenSeats } from './seat-fills.ts';
import type { StaleOffers } from './stale-offers.ts';

/** How long homes may take to answer. */
const ASK_MS = 500;
/** Pause of a mode after nobody who was claimed has got a seat. */
const PAUSE_MS = 500;
/** How soon open seats are looked at again where none of them fits what others offer. */
const LOOK_MS = 200;

export interface SeatFillerOptions {
  readonly self: HostIdentity;
  readonly host: Pick<FederationMatchHost, 'openSeats' | 'fill'>;
  readonly modes: () => readonly string[];
  /** The seats are given: their homes are asked when the handler knows of them. */
  readonly give: (given: GivenSeats, nowMs: number) => void;
  /** To this host too. */
  readonly send: (hostId: string, message: FederationMessage) => void;
  readonly stale: StaleOffers;
}

interface Asking {
  readonly claimId: string;
  readonly mode: string;
  readonly handler: HandlerRef;
  /** Homes that were asked: how many players each was heard to offer. */
  readonly seen: ReadonlyMap<string, number>;
  readonly answers: Map<string, readonly ClaimedTicket[] | undefined>;
  readonly untilMs: number;
}

interface Offer {
  readonly hostId: string;
  readonly heard: number;
  readonly queue: FederatableQueue;
}

export class SeatFiller {
  readonly #options: SeatFillerOptions;
  /** By mode. */
  readonly #asking = new Map<string, Asking>();
  readonly #lookAtMs = new Map<string, number>();
  /** By mode: where the last look ended, so that every match has its turn. */
  readonly #lastHandler = new Map<string, HandlerRef>();
  #lastNumber = 0;

  constructor(options: SeatFillerOptions) {
    this.#options = options;
  }

  /** Unlike any of the coordinator. */
  nextClaimId(): string {
    const { hostId, incarnation } = this.#options.self;
    this.#lastNumber += 1;
    return `${hostId}/${incarnation}/f${this.#lastNumber}`;
  }

  /** Looks at what was heard of hosts that can be spoken with; returns when to come again. */
  step(hosts: readonly HeardSummary[], nowMs: number): number {
    for (const asking of this.#asking.values()) {
      if (asking.untilMs <= nowMs) this.#fill(asking, nowMs);
    }
    let nextMs = Infinity;
    for (const mode of this.#options.modes()) {
      if (this.#asking.has(mode)) continue;
      const offers = this.#offers(mode, hosts, nowMs);
      if (offers.length === 0) continue;
      const lookAtMs = this.#lookAtMs.get(mode) ?? 0;
      if (lookAtMs <= nowMs) this.#look(mode, offers, nowMs);
      nextMs = Math.min(nextMs, this.#lookAtMs.get(mode) ?? Infinity);
    }
    for (const { untilMs } of this.#asking.values()) nextMs = Math.min(nextMs, untilMs);
    return nextMs;
  }

  /** False: it is no claim of this kind. */
  granted(
    hostId: string,
    claimId: string,
    { tickets, nowMs }: { tickets: readonly ClaimedTicket[]; nowMs: number },
  ): boolean {
    const asking = [...this.#asking.values()].find((one) => one.claimId === claimId);
    if (asking?.answers.has(hostId) !== true) return false;
    asking.answers.set(hostId, tickets);
    if ([...asking.answers.values()].every((answer) => answer !== undefined)) {
      this.#fill(asking, nowMs);
    }
    return true;
  }

  peerDown(hostId: string, nowMs: number): void {
    for (const { answers, claimId } of this.#asking.values()) {
      if (answers.has(hostId)) this.granted(hostId, claimId, { tickets: [], nowMs });
    }
  }

  #offers(mode: string, hosts: readonly HeardSummary[], nowMs: number): Offer[] {
    const { self, stale } = this.#options;
    return hosts.flatMap(({ hostId, modes }) => {
      const queue = modes[mode]?.federatable;
      if (queue === undefined || hostId === self.hostId) return [];
      const isLeft = stale.left(mode, hostId, { heard: queue.players, nowMs }) > 0;
      return isLeft ? [{ hostId, heard: queue.players, queue }] : [];
    });
  }

  /** Claims for the next match that could take somebody of whom the summaries tell. */
  #look(mode: string, offers: readonly Offer[], nowMs: number): void {
    this.#lookAtMs.set(mode, nowMs + LOOK_MS);
    const lastHandler = this.#lastHandler.get(mode);
    let first: readonly [OpenSeats, readonly Offer[]] | undefined;
    let next: typeof first;
    let hasPassed = lastHandler === undefined;
    for (const seats of this.#options.host.openSeats(mode, nowMs)) {
      const fitting = offers.filter(({ queue }) => couldFit(seats, queue));
      if (fitting.length > 0) {
        first ??= [seats, fitting];
        if (hasPassed) next ??= [seats, fitting];
      }
      if (seats.handler === lastHandler) hasPassed = true;
    }
    const chosen = next ?? first;
    if (chosen !== undefined) this.#ask(mode, ...chosen, nowMs);
  }

  #ask(mode: string, seats: OpenSeats, offers: readonly Offer[], nowMs: number): void {
    const { handler, players: playersMax, fill } = seats;
    const claimId = this.nextClaimId();
    this.#lastHandler.set(mode, handler);
    this.#asking.set(mode, {
      claimId,
      mode,
      handler,
      seen: new Map(offers.map(({ hostId, heard }) => [hostId, heard])),
      answers: new Map(offers.map(({ hostId }) => [hostId, undefined])),
      untilMs: nowMs + ASK_MS,
    });
    const want = { mode, playersMax, fill };
    for (const { hostId } of offers) this.#options.send(hostId, { kind: 'claim', claimId, want });
  }

  #fill({ claimId, mode, handler, seen, answers }: Asking, nowMs: number): void {
    this.#asking.delete(mode);
    const { host, give, send, stale } = this.#options;
    const tickets: OfferedTicket[] = [];
    for (const [homeHostId, answer] of answers) {
      for (const ticket of answer ?? []) tickets.push({ ...ticket, homeHostId });
    }
    const filled = tickets.length === 0 ? undefined : host.fill(handler, tickets, nowMs);
    this.#lookAtMs.set(mode, filled === undefined ? nowMs + PAUSE_MS : nowMs);
    const used = new Map<string, Set<number>>();
    for (const { homeHostId, ticketId } of filled?.seats ?? []) {
      used.set(homeHostId, (used.get(homeHostId) ?? new Set()).add(ticketId));
    }
    for (const [hostId, answer] of answers) {
      const ids = (answer ?? []).map(({ id }) => id);
      const unused = ids.filter((id) => used.get(hostId)?.has(id) !== true);
      if (unused.length > 0) send(hostId, { kind: 'release', claimId, ticketIds: unused });
    }
    if (filled === undefined) return;
    for (const [hostId, heard] of seen) {
      const players = filled.seats.filter(({ homeHostId }) => homeHostId === hostId).length;
      if (players > 0) stale.use(mode, hostId, { seen: heard, players, nowMs });
    }
    give({ ...filled, claimId }, nowMs);
  }
}

/** Whether anybody of that queue may fit, as far as its histograms tell. */
function couldFit({ fill, reach }: OpenSeats, { ratings, oldestMs }: FederatableQueue): boolean {
  const { mu } = fill;
  if (mu === undefined) return true;
  // Whole seconds are told: the oldest has waited for less than one more.
  const far = reach(oldestMs + 1_000);
  return ratings.some((count, bucket) => {
    const from = RATING_BOUNDS[bucket - 1] ?? -Infinity;
    const to = RATING_BOUNDS[bucket] ?? Infinity;
    return count > 0 && from <= mu + far && to >= mu - far;
  });
}
