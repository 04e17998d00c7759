/** Summaries, tickets and hosts for the federation's tests; calls and messages are kept. Test files only. */

import type {
  ClaimedTicket,
  FederatableQueue,
  FederationHome,
  FederationMatchHost,
  FilledSeats,
  HostedMatch,
  OfferedTicket,
  OpenSeats,
  RemoteMatch,
  RemoteSeat,
  SeatOutcome,
} from '../../../src/cluster-bridge/federation/federation-hosts.ts';
import type { FederationMessage } from '../../../src/cluster-bridge/federation/federation-messages.ts';
import type { HeardSummary } from '../../../src/cluster-bridge/federation/host-summary.ts';
import { EMPTY_HISTOGRAMS } from '../../../src/cluster-bridge/federation/queue-histograms.ts';
import type { HostIdentity } from '../../../src/cluster-bridge/transport.ts';
import type { MatchQuality } from '../../../src/shared/match-quality.ts';

export const RATING = { mu: 25, sigma: 8 } as const;
export const QUALITY: MatchQuality = {
  winProbabilities: [0.5, 0.5],
  strengthDifference: 0,
  spread: 0,
  partyAsymmetry: 0,
  waitsMs: [1_000, 1_000],
  relaxed: [],
  isExact: true,
};

export function identity(hostId: string, incarnation = 1): HostIdentity {
  return { hostId, incarnation };
}

/** `players`: how many of them would go to a match of `duel` across hosts. */
export function heard(
  hostId: string,
  fields: Partial<HeardSummary> & { readonly waits?: number } = {},
): HeardSummary {
  const { waits = 0, ...rest } = fields;
  const queue = { tickets: waits, players: waits, oldestMs: 1_000 };
  const federatable = { ...queue, ...EMPTY_HISTOGRAMS };
  return {
    hostId,
    incarnation: 1,
    state: 'up',
    players: waits,
    bots: 0,
    playersMax: 100,
    matches: 0,
    lobbies: 1,
    load: 0,
    configVersion: 1,
    modes: { duel: { waiting: waits, oldestMs: 1_000, federatable } },
    heardMs: 0,
    ...rest,
  };
}

export function ticket(id: number, ...names: readonly string[]): ClaimedTicket {
  const members = names.map((name) => ({ name, rating: RATING }));
  return { id, members, waitedMs: 1_000, hasPriority: false };
}

export function seat(name: string, team: number, homeHostId: string, ticketId: number): RemoteSeat {
  return { name, team, homeHostId, ticketId, rating: RATING };
}

export function hostedMatch(matchId: string, seats: readonly RemoteSeat[]): HostedMatch {
  return { matchId, mode: 'duel', seats, quality: QUALITY };
}

export function remoteMatch(
  matchId: string,
  host: HostIdentity,
  seats: readonly RemoteSeat[],
): RemoteMatch {
  return {
    ...hostedMatch(matchId, seats),
    claimId: matchId,
    host,
    handler: 7,
    handlerId: 'm/duel/1',
  };
}

/** Keeps what was sent to whom. */
export class Mail {
  readonly sent: [string, FederationMessage][] = [];

  readonly send = (hostId: string, message: FederationMessage): void => {
    this.sent.push([hostId, message]);
  };

  /** What was sent since the last call, as `to kind`. */
  take(): string[] {
    return this.sent.splice(0).map(([hostId, { kind }]) => `${hostId} ${kind}`);
  }
}

/** A home that has these tickets, and lets in whom it has fenced. */
export class FakeHome implements FederationHome {
  readonly calls: string[] = [];
  readonly tickets: ClaimedTicket[];
  /** Of every seat that is offered. */
  outcome: SeatOutcome = 'in';
  readonly #fenced = new Map<string, ClaimedTicket[]>();

  constructor(...tickets: ClaimedTicket[]) {
    this.tickets = tickets;
  }

  fence(_want: unknown, claimId: string): readonly ClaimedTicket[] {
    const taken = this.tickets.splice(0);
    this.#fenced.set(claimId, taken);
    return taken;
  }

  unfence(claimId: string, ticketIds: readonly number[] | 'all'): void {
    const fenced = this.#fenced.get(claimId) ?? [];
    const freed = fenced.filter(({ id }) => ticketIds === 'all' || ticketIds.includes(id));
    this.#fenced.set(
      claimId,
      fenced.filter((one) => !freed.includes(one)),
    );
    this.tickets.push(...freed);
    if (freed.length > 0) this.calls.push(`unfence ${freed.map(({ id }) => id).join(' ')}`);
  }

  enter({ claimId = '', seats }: RemoteMatch): readonly string[] {
    const fenced = this.#fenced.get(claimId) ?? [];
    const ids = new Set(seats.map(({ ticketId }) => ticketId));
    const entered = fenced.filter(({ id }) => ids.has(id));
    this.#fenced.set(
      claimId,
      fenced.filter((one) => !entered.includes(one)),
    );
    const names = entered.flatMap(({ members }) => members.map(({ name }) => name));
    this.calls.push(`enter ${names.join(' ')}`);
    return names;
  }

  leave(
    matchId: string,
    _end: unknown,
    { nowMs, freeFromMs }: { readonly nowMs: number; readonly freeFromMs: number },
  ): void {
    this.calls.push(`leave ${matchId} free in ${freeFromMs - nowMs}`);
  }

  resume({ seats }: RemoteMatch): SeatOutcome {
    const names = seats.map(({ name }) => name).join(' ');
    this.calls.push(`resume ${names}: ${this.outcome}`);
    return this.outcome;
  }

  request(): void {}

  logins(): [] {
    return [];
  }

  loggedInElsewhere(): undefined {}

  federatable(): FederatableQueue {
    return { tickets: 0, players: 0, oldestMs: 0, ...EMPTY_HISTOGRAMS };
  }
}

export class FakeMatchHost implements FederationMatchHost {
  readonly calls: string[] = [];
  hasRoom = true;
  readonly seatsOpen: OpenSeats[] = [];
  grace = 0;

  open({ matchId }: HostedMatch): boolean {
    if (this.hasRoom) this.calls.push(`open ${matchId}`);
    return this.hasRoom;
  }

  dropSeat(_matchId: string, name: string): void {
    this.calls.push(`drop ${name}`);
  }

  graceMs(): number {
    return this.grace;
  }

  openSeats(mode: string): readonly OpenSeats[] {
    return mode === 'duel' ? this.seatsOpen : [];
  }

  fill(handler: number, tickets: readonly OfferedTicket[]): FilledSeats | undefined {
    const [first] = tickets;
    this.calls.push(`fill ${handler} of ${tickets.length}`);
    if (first === undefined || !this.hasRoom) return undefined;
    const { id, homeHostId, members } = first;
    return { matchId: 'm1', seats: members.map(({ name }) => seat(name, 0, homeHostId, id)) };
  }

  seatResumed(_matchId: string, name: string, homeHostId: string): void {
    this.calls.push(`${name} at ${homeHostId}`);
  }

  end(matchId: string): void {
    this.calls.push(`end ${matchId}`);
  }
}
