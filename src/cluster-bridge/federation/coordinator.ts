/**
 * Forms matches across hosts: for each mode one host, chosen from the summaries alike by all, asks the others for tickets.
 * Two hosts may both think that it is they: harmless, a home fences each ticket for one match. Pure. Main thread.
 *
 *   idle --network could fill a match--> asking --all answered, or ASK_MS--> formed? --start--> starting --started--> idle
 *                                          |                                   |                   |
 *                                          +---- peer lost: as answered        +-- no: release     +-- notStarted, START_MS,
 *                                                                                  all, pause          host lost: release all
 */

import type { MatchQuality } from '../../shared/match-quality.ts';
import type { HostIdentity } from '../transport.ts';
import type { ClaimedTicket, ClaimWant, HostedMatch, RemoteSeat } from './federation-hosts.ts';
import type { FederationMessage } from './federation-messages.ts';
import type { HeardSummary } from './host-summary.ts';
import { placeMatch } from './match-placement.ts';

/** How long homes may take to answer a claim. */
const ASK_MS = 500;
/** How long a match may take to open. */
const START_MS = 2_000;
/** Pause after tickets did not make a match, or could not be had. */
const PAUSE_MS = 500;
/** A host that could not open a match is not asked for that mode again for so long: another one may. */
const REFUSED_MS = 3_000;
/** So that the matchmaker has a choice: this many times the players of one match are asked for. */
const CHOICE = 4;
/** No rating is beyond it; the mode's own window decides when the tickets are here. JSON knows no Infinity. */
const MU_MAX = 1e6;

/** What a mode's match needs. */
export interface FederatedMode {
  readonly mode: string;
  readonly playersMin: number;
  readonly playersMax: number;
}

/** A ticket with its home. */
export interface OfferedTicket extends ClaimedTicket {
  readonly homeHostId: string;
}

/** One match of the tickets at hand, by the mode's own rules; undefined when they make none. */
export type FormMatch = (
  mode: string,
  tickets: readonly OfferedTicket[],
  nowMs: number,
) => { readonly seats: readonly RemoteSeat[]; readonly quality: MatchQuality } | undefined;

export interface CoordinatorOptions {
  readonly self: HostIdentity;
  readonly modes: () => readonly FederatedMode[];
  readonly form: FormMatch;
  /** To this host too. */
  readonly send: (hostId: string, message: FederationMessage) => void;
}

interface Attempt {
  readonly matchId: string;
  readonly mode: string;
  /** Homes that were asked; their tickets once they have answered. */
  readonly answers: Map<string, readonly ClaimedTicket[] | undefined>;
  state: 'asking' | 'starting';
  matchHost: string;
  untilMs: number;
}

export class Coordinator {
  readonly #options: CoordinatorOptions;
  /** By mode. */
  readonly #attempts = new Map<string, Attempt>();
  readonly #pausedUntilMs = new Map<string, number>();
  /** By mode and host. */
  readonly #refusedUntilMs = new Map<string, number>();
  #lastNumber = 0;
  #hosts: readonly HeardSummary[] = [];

  constructor(options: CoordinatorOptions) {
    this.#options = options;
  }

  /** Looks at what was heard, this host's own summary among it; returns when to come again. */
  step(hosts: readonly HeardSummary[], nowMs: number): number {
    this.#hosts = hosts;
    let nextMs = Infinity;
    for (const attempt of this.#attempts.values()) {
      if (attempt.untilMs <= nowMs) this.#onTimeOver(attempt, nowMs);
      else nextMs = Math.min(nextMs, attempt.untilMs);
    }
    for (const mode of this.#options.modes()) {
      const pausedUntilMs = this.#pausedUntilMs.get(mode.mode) ?? 0;
      if (pausedUntilMs > nowMs) nextMs = Math.min(nextMs, pausedUntilMs);
      else if (!this.#attempts.has(mode.mode)) this.#consider(mode, nowMs);
    }
    for (const { untilMs } of this.#attempts.values()) nextMs = Math.min(nextMs, untilMs);
    return nextMs;
  }

  granted(
    hostId: string,
    matchId: string,
    { tickets, nowMs }: { tickets: readonly ClaimedTicket[]; nowMs: number },
  ): void {
    const attempt = this.#byId(matchId);
    if (attempt?.state !== 'asking' || !attempt.answers.has(hostId)) {
      // Too late: nobody will use them.
      if (tickets.length > 0) this.#release(hostId, matchId);
      return;
    }
    attempt.answers.set(hostId, tickets);
    if ([...attempt.answers.values()].every((answer) => answer !== undefined)) {
      this.#form(attempt, nowMs);
    }
  }

  /** The match runs: its host deals with the homes from now on. */
  started(hostId: string, matchId: string): void {
    const attempt = this.#byId(matchId);
    if (attempt?.state === 'starting' && attempt.matchHost === hostId) {
      this.#attempts.delete(attempt.mode);
    }
  }

  notStarted(hostId: string, matchId: string, nowMs: number): void {
    const attempt = this.#byId(matchId);
    if (attempt?.state === 'starting' && attempt.matchHost === hostId) this.#failed(attempt, nowMs);
  }

  peerDown(hostId: string, nowMs: number): void {
    for (const attempt of this.#attempts.values()) {
      if (attempt.state === 'starting') {
        if (attempt.matchHost === hostId) this.#giveUp(attempt, nowMs);
      } else if (attempt.answers.get(hostId) === undefined && attempt.answers.has(hostId)) {
        this.granted(hostId, attempt.matchId, { tickets: [], nowMs });
      } else attempt.answers.delete(hostId);
    }
  }

  /** Asks for tickets where this host coordinates the mode and the network could fill a match that no host fills alone. */
  #consider({ mode, playersMin, playersMax }: FederatedMode, nowMs: number): void {
    const offers = this.#hosts.flatMap(({ hostId, modes }) => {
      const players = modes[mode]?.federatable.players ?? 0;
      return players > 0 ? [{ hostId, players }] : [];
    });
    const total = offers.reduce((sum, { players }) => sum + players, 0);
    if (offers.length < 2 || total < playersMin) return;
    if (coordinatorOf(offers) !== this.#options.self.hostId) return;
    this.#lastNumber += 1;
    const { hostId, incarnation } = this.#options.self;
    const matchId = `${hostId}/${incarnation}/${this.#lastNumber}`;
    const attempt: Attempt = {
      matchId,
      mode,
      answers: new Map(offers.map((offer) => [offer.hostId, undefined])),
      state: 'asking',
      matchHost: '',
      untilMs: nowMs + ASK_MS,
    };
    this.#attempts.set(mode, attempt);
    const want: ClaimWant = {
      mode,
      playersMax: playersMax * CHOICE,
      muMin: -MU_MAX,
      muMax: MU_MAX,
    };
    // Last: this host's own answer may come within the call.
    for (const offer of offers) this.#options.send(offer.hostId, { kind: 'claim', matchId, want });
  }

  #form(attempt: Attempt, nowMs: number): void {
    const { matchId, mode, answers } = attempt;
    const tickets: OfferedTicket[] = [];
    for (const [homeHostId, answer] of answers) {
      for (const ticket of answer ?? []) tickets.push({ ...ticket, homeHostId });
    }
    const formed = this.#options.form(mode, tickets, nowMs);
    const playersByHost = new Map<string, number>();
    for (const { homeHostId } of formed?.seats ?? []) {
      playersByHost.set(homeHostId, (playersByHost.get(homeHostId) ?? 0) + 1);
    }
    const hosts = this.#hosts.filter(({ hostId }) => !this.#hasRefused(mode, hostId, nowMs));
    const matchHost = placeMatch({ hosts, playersByHost });
    if (formed === undefined || matchHost === undefined) {
      this.#giveUp(attempt, nowMs);
      return;
    }
    this.#releaseUnused(attempt, formed.seats);
    attempt.state = 'starting';
    attempt.matchHost = matchHost;
    attempt.untilMs = nowMs + START_MS;
    const match: HostedMatch = { matchId, mode, seats: formed.seats, quality: formed.quality };
    this.#options.send(matchHost, { kind: 'start', match });
  }

  #releaseUnused({ matchId, answers }: Attempt, seats: readonly RemoteSeat[]): void {
    const used = new Set(seats.map(({ homeHostId, ticketId }) => `${homeHostId} ${ticketId}`));
    for (const [hostId, tickets] of answers) {
      const unused = (tickets ?? [])
        .map(({ id }) => id)
        .filter((id) => !used.has(`${hostId} ${id}`));
      if (unused.length === tickets?.length) this.#release(hostId, matchId);
      else if (unused.length > 0) {
        this.#options.send(hostId, { kind: 'release', matchId, ticketIds: unused });
      }
    }
  }

  #onTimeOver(attempt: Attempt, nowMs: number): void {
    if (attempt.state === 'asking') this.#form(attempt, nowMs);
    else this.#failed(attempt, nowMs);
  }

  #failed(attempt: Attempt, nowMs: number): void {
    this.#refusedUntilMs.set(`${attempt.mode} ${attempt.matchHost}`, nowMs + REFUSED_MS);
    this.#giveUp(attempt, nowMs);
  }

  #hasRefused(mode: string, hostId: string, nowMs: number): boolean {
    return (this.#refusedUntilMs.get(`${mode} ${hostId}`) ?? 0) > nowMs;
  }

  #giveUp(attempt: Attempt, nowMs: number): void {
    const { mode, matchId, answers } = attempt;
    this.#attempts.delete(mode);
    this.#pausedUntilMs.set(mode, nowMs + PAUSE_MS);
    for (const hostId of answers.keys()) this.#release(hostId, matchId);
  }

  #release(hostId: string, matchId: string): void {
    this.#options.send(hostId, { kind: 'release', matchId, ticketIds: 'all' });
  }

  #byId(matchId: string): Attempt | undefined {
    for (const attempt of this.#attempts.values()) if (attempt.matchId === matchId) return attempt;
    return undefined;
  }
}

/** The host with the most players to offer; ties go to the lower id. */
export function coordinatorOf(
  offers: readonly { readonly hostId: string; readonly players: number }[],
): string | undefined {
  let best: { readonly hostId: string; readonly players: number } | undefined;
  for (const offer of offers) {
    const isBetter =
      best === undefined ||
      offer.players > best.players ||
      (offer.players === best.players && offer.hostId < best.hostId);
    if (isBetter) best = offer;
  }
  return best?.hostId;
}
