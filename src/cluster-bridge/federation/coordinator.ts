/**
 * Forms matches across hosts: for each mode one host, chosen from the summaries alike by all, asks the others for tickets.
 * Two hosts may both think that it is they: harmless, a home fences each ticket for one claim. Pure. Main thread.
 *
 *   a mode     idle --network could fill a match--> asking --all answered, or ASK_MS--> formed? --yes: start each--> idle
 *                                                     |                                   |
 *                                                     +---- peer lost: as answered        +-- no: release all, pause
 *   a match    starting --started--> done
 *                 |
 *                 +--notStarted, START_MS, host lost: its tickets are released, the mode pauses
 */

import type { MatchQuality } from '../../shared/match-quality.ts';
import type { HostIdentity } from '../transport.ts';
import type {
  ClaimedTicket,
  ClaimWant,
  HostedMatch,
  OfferedTicket,
  RemoteSeat,
} from './federation-hosts.ts';
import type { FederationMessage } from './federation-messages.ts';
import type { HeardSummary } from './host-summary.ts';
import { placeMatch } from './match-placement.ts';
import type { StaleOffers } from './stale-offers.ts';

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

/** What a mode's match needs. */
export interface FederatedMode {
  readonly mode: string;
  readonly playersMin: number;
  readonly playersMax: number;
}

export interface FormedMatch {
  readonly seats: readonly RemoteSeat[];
  readonly quality: MatchQuality;
}

/** All matches of the tickets at hand, by the mode's own rules; each ticket is in one of them or in none. */
export type FormMatches = (
  mode: string,
  tickets: readonly OfferedTicket[],
  nowMs: number,
) => readonly FormedMatch[];

export interface CoordinatorOptions {
  readonly self: HostIdentity;
  readonly modes: () => readonly FederatedMode[];
  readonly form: FormMatches;
  /** To this host too. */
  readonly send: (hostId: string, message: FederationMessage) => void;
  readonly stale: StaleOffers;
}

/** Tickets of homes are asked for. */
interface Asking {
  readonly claimId: string;
  readonly mode: string;
  /** Homes that were asked: how many players each was heard to offer. */
  readonly seen: ReadonlyMap<string, number>;
  /** Their tickets, once they have answered. */
  readonly answers: Map<string, readonly ClaimedTicket[] | undefined>;
  readonly untilMs: number;
}

/** A host was asked to open a match. */
interface Starting {
  readonly match: HostedMatch & { readonly claimId: string };
  readonly matchHost: string;
  readonly untilMs: number;
}

export class Coordinator {
  readonly #options: CoordinatorOptions;
  /** By mode. */
  readonly #asking = new Map<string, Asking>();
  /** By match. */
  readonly #starting = new Map<string, Starting>();
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
    for (const asking of this.#asking.values()) {
      if (asking.untilMs <= nowMs) this.#form(asking, nowMs);
    }
    for (const starting of this.#starting.values()) {
      if (starting.untilMs <= nowMs) this.#failed(starting, nowMs);
    }
    let nextMs = Infinity;
    for (const mode of this.#options.modes()) {
      const pausedUntilMs = this.#pausedUntilMs.get(mode.mode) ?? 0;
      if (pausedUntilMs > nowMs) nextMs = Math.min(nextMs, pausedUntilMs);
      else if (!this.#asking.has(mode.mode)) this.#consider(mode, nowMs);
    }
    for (const { untilMs } of this.#asking.values()) nextMs = Math.min(nextMs, untilMs);
    for (const { untilMs } of this.#starting.values()) nextMs = Math.min(nextMs, untilMs);
    return nextMs;
  }

  granted(
    hostId: string,
    claimId: string,
    { tickets, nowMs }: { tickets: readonly ClaimedTicket[]; nowMs: number },
  ): void {
    const asking = [...this.#asking.values()].find((one) => one.claimId === claimId);
    if (asking?.answers.has(hostId) !== true) {
      // Too late: nobody will use them.
      if (tickets.length > 0) this.#release(hostId, claimId);
      return;
    }
    asking.answers.set(hostId, tickets);
    if ([...asking.answers.values()].every((answer) => answer !== undefined)) {
      this.#form(asking, nowMs);
    }
  }

  /** The match runs: its host deals with the homes from now on. */
  started(hostId: string, matchId: string): void {
    if (this.#starting.get(matchId)?.matchHost === hostId) this.#starting.delete(matchId);
  }

  notStarted(hostId: string, matchId: string, nowMs: number): void {
    const starting = this.#starting.get(matchId);
    if (starting?.matchHost === hostId) this.#failed(starting, nowMs);
  }

  peerDown(hostId: string, nowMs: number): void {
    for (const { answers, claimId } of this.#asking.values()) {
      if (!answers.has(hostId)) continue;
      if (answers.get(hostId) !== undefined) answers.delete(hostId);
      else this.granted(hostId, claimId, { tickets: [], nowMs });
    }
    for (const starting of this.#starting.values()) {
      if (starting.matchHost === hostId) this.#giveUp(starting, nowMs);
    }
  }

  /** Asks for tickets where this host coordinates the mode and the network could fill a match that no host fills alone. */
  #consider({ mode, playersMin, playersMax }: FederatedMode, nowMs: number): void {
    const { self, send, stale } = this.#options;
    const offers = this.#hosts.flatMap(({ hostId, modes }) => {
      const heard = modes[mode]?.federatable.players ?? 0;
      const players = stale.left(mode, hostId, { heard, nowMs });
      return players > 0 ? [{ hostId, players, heard }] : [];
    });
    const total = offers.reduce((sum, { players }) => sum + players, 0);
    if (offers.length < 2 || total < playersMin) return;
    if (coordinatorOf(offers) !== self.hostId) return;
    this.#lastNumber += 1;
    const claimId = `${self.hostId}/${self.incarnation}/${this.#lastNumber}`;
    this.#asking.set(mode, {
      claimId,
      mode,
      seen: new Map(offers.map(({ hostId, heard }) => [hostId, heard])),
      answers: new Map(offers.map(({ hostId }) => [hostId, undefined])),
      untilMs: nowMs + ASK_MS,
    });
    const want: ClaimWant = { mode, playersMax: playersMax * CHOICE };
    for (const { hostId } of offers) send(hostId, { kind: 'claim', claimId, want });
  }

  #form(asking: Asking, nowMs: number): void {
    const { claimId, mode, answers } = asking;
    this.#asking.delete(mode);
    const tickets: OfferedTicket[] = [];
    for (const [homeHostId, answer] of answers) {
      for (const ticket of answer ?? []) tickets.push({ ...ticket, homeHostId });
    }
    const formed = this.#options.form(mode, tickets, nowMs);
    if (formed.length === 0) this.#pausedUntilMs.set(mode, nowMs + PAUSE_MS);
    const matches = formed.map(({ seats, quality }, index) => {
      return { matchId: `${claimId}.${index + 1}`, claimId, mode, seats, quality };
    });
    this.#releaseUnused(asking, matches);
    for (const match of matches) this.#start(match, asking, nowMs);
  }

  #start(match: Starting['match'], { seen }: Asking, nowMs: number): void {
    const { mode, seats, matchId } = match;
    const { send, stale } = this.#options;
    const playersByHost = new Map<string, number>();
    for (const { homeHostId } of seats) {
      playersByHost.set(homeHostId, (playersByHost.get(homeHostId) ?? 0) + 1);
    }
    const hosts = this.#hosts.filter(({ hostId }) => !this.#hasRefused(mode, hostId, nowMs));
    const matchHost = placeMatch({ hosts, playersByHost });
    const starting = { match, matchHost: matchHost ?? '', untilMs: nowMs + START_MS };
    if (matchHost === undefined) {
      this.#giveUp(starting, nowMs);
      return;
    }
    for (const [hostId, players] of playersByHost) {
      stale.use(mode, hostId, { seen: seen.get(hostId) ?? 0, players, nowMs });
    }
    this.#starting.set(matchId, starting);
    send(matchHost, { kind: 'start', match });
  }

  #releaseUnused({ claimId, answers }: Asking, matches: readonly HostedMatch[]): void {
    const seats = matches.flatMap((match) => match.seats);
    const used = new Set(seats.map(({ homeHostId, ticketId }) => `${homeHostId} ${ticketId}`));
    for (const [hostId, tickets] of answers) {
      if (tickets === undefined || tickets.length === 0) continue;
      const ids = tickets.map(({ id }) => id);
      const unused = ids.filter((id) => !used.has(`${hostId} ${id}`));
      if (unused.length === ids.length) this.#release(hostId, claimId);
      else if (unused.length > 0) {
        this.#options.send(hostId, { kind: 'release', claimId, ticketIds: unused });
      }
    }
  }

  #failed(starting: Starting, nowMs: number): void {
    const { match, matchHost } = starting;
    this.#refusedUntilMs.set(`${match.mode} ${matchHost}`, nowMs + REFUSED_MS);
    this.#giveUp(starting, nowMs);
  }

  #hasRefused(mode: string, hostId: string, nowMs: number): boolean {
    return (this.#refusedUntilMs.get(`${mode} ${hostId}`) ?? 0) > nowMs;
  }

  #giveUp({ match }: Starting, nowMs: number): void {
    const { matchId, claimId, mode, seats } = match;
    this.#starting.delete(matchId);
    this.#pausedUntilMs.set(mode, nowMs + PAUSE_MS);
    const byHome = new Map<string, Set<number>>();
    for (const { homeHostId, ticketId } of seats) {
      const known = byHome.get(homeHostId);
      if (known === undefined) byHome.set(homeHostId, new Set([ticketId]));
      else known.add(ticketId);
    }
    for (const [hostId, ticketIds] of byHome) {
      this.#options.send(hostId, { kind: 'release', claimId, ticketIds: [...ticketIds] });
    }
  }

  #release(hostId: string, claimId: string): void {
    this.#options.send(hostId, { kind: 'release', claimId, ticketIds: 'all' });
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
