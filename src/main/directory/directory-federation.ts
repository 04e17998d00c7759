/** The directory as the federation sees it: home of this host's players, and host of matches for players of any home. Main thread. */

import type {
  ClaimedTicket,
  ClaimWant,
  FederatableQueue,
  FederationHome,
  FederationMatchHost,
  FilledSeats,
  HostedMatch,
  LoginElsewhere,
  OfferedTicket,
  OpenSeats,
  RemoteEnd,
  RemoteLeave,
  RemoteMatch,
  SeatOutcome,
} from '../../cluster-bridge/federation/federation-hosts.ts';
import type { PartyMessage } from '../../cluster-bridge/federation/party-messages.ts';
import { isNewerLogin, type AccountLogin } from '../../cluster-bridge/federation/account-login.ts';
import type { HandlerRef } from '../../shared/ids.ts';
import { Reason } from '../../shared/reason.ts';
import type { PlayerRequest } from '../../shared/thread-messages.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { APART, type Fence } from './fence-book.ts';
import { federatableQueue, fenceTickets, unfenceTickets } from './fenced-tickets.ts';
import { expel } from './logins.ts';
import { partyPeerDown, sharedParties, type PartyView } from './party-liveness.ts';
import { stayBehind, takePartyMessage } from './party-network.ts';
import { isAdmitted, tell } from './placement.ts';
import { answerRequest, notOnline } from './requests.ts';
import { dropHostedSeat, endHosted, hostedCount, openHosted } from './hosted-life.ts';
import { enterRemote, leaveRemote } from './remote-life.ts';
import { fillSeats, openSeats } from './shared-backfill.ts';
import { giveSeatOver, noteHomeOf, resumeSeat } from './seat-transfer.ts';

interface Words {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

export class DirectoryFederation implements FederationHome, FederationMatchHost {
  readonly #parts: DirectoryParts;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  fence(want: ClaimWant, claimId: string, nowMs: number): readonly ClaimedTicket[] {
    return fenceTickets(this.#at(nowMs), want, { claimId, nowMs });
  }

  unfence(claimId: string, ticketIds: readonly number[] | 'all', nowMs: number): void {
    unfenceTickets(this.#at(nowMs), claimId, ticketIds);
  }

  enter(match: RemoteMatch, nowMs: number): readonly string[] {
    return enterRemote(this.#at(nowMs), match, nowMs);
  }

  leave(matchId: string, end: RemoteEnd, how: RemoteLeave): void {
    leaveRemote(this.#at(how.nowMs), matchId, { end, ...how });
  }

  federatable(mode: string, nowMs: number): FederatableQueue {
    return federatableQueue(this.#parts, mode, nowMs);
  }

  open(match: HostedMatch, nowMs: number): boolean {
    return openHosted(this.#at(nowMs), match);
  }

  dropSeat(matchId: string, name: string, nowMs: number): void {
    dropHostedSeat(this.#at(nowMs), matchId, name);
  }

  graceMs(matchId: string): number {
    const handler = this.#parts.hostedById.get(matchId);
    const place = handler === undefined ? undefined : this.#parts.hosted.get(handler);
    return place?.rules.graceMs ?? 0;
  }

  seatResumed(matchId: string, name: string, homeHostId: string): void {
    noteHomeOf(this.#parts, this.#parts.hostedById.get(matchId), { name, homeHostId });
  }

  resume(match: RemoteMatch, nowMs: number): SeatOutcome {
    return resumeSeat(this.#at(nowMs), match, nowMs);
  }

  openSeats(mode: string, nowMs: number): Iterable<OpenSeats> {
    return openSeats(this.#at(nowMs), mode);
  }

  fill(
    handler: HandlerRef,
    tickets: readonly OfferedTicket[],
    nowMs: number,
  ): FilledSeats | undefined {
    return fillSeats(this.#at(nowMs), handler, { tickets, nowMs });
  }

  end(matchId: string, reason: Reason, nowMs: number): void {
    endHosted(this.#at(nowMs), matchId, reason);
  }

  request(matchId: string, name: string, request: PlayerRequest, nowMs: number): void {
    const parts = this.#at(nowMs);
    const match = parts.remotes.get(matchId);
    const session = parts.sessions.byName(name);
    if (match === undefined || session?.place !== match) return;
    answerRequest(parts, session, request, { handler: match.handler, nowMs });
  }

  /** Words of a player of another host; answers with the name of the one who has read them. */
  hear({ from, to, text }: Words): string | undefined {
    const receiver = this.#parts.sessions.byName(to);
    if (receiver === undefined || !isAdmitted(receiver)) return undefined;
    tell(this.#parts, [receiver], { event: 'said', from, text, private: true });
    return receiver.name;
  }

  /** What came of a player's words for one of another host; `receiver` undefined: nobody of that name. */
  told({ from, to, text }: Words, receiver: string | undefined, silentHosts: number): void {
    const session = this.#parts.sessions.byName(from);
    if (session === undefined) return;
    if (receiver === undefined) notOnline(this.#parts, session, to, silentHosts);
    else tell(this.#parts, [session], { event: 'notice', text: `You told ${receiver}: ${text}` });
  }

  *logins(): Iterable<AccountLogin> {
    for (const { name, loginWallMs, isPractice } of this.#parts.sessions.all()) {
      if (!isPractice) yield { name, wallMs: loginWallMs };
    }
  }

  loggedInElsewhere(login: LoginElsewhere, nowMs: number): AccountLogin | undefined {
    const parts = this.#at(nowMs);
    parts.loginClock.note(login.wallMs, login.heardMs);
    const session = parts.sessions.byName(login.name);
    if (session === undefined || session.isPractice) return undefined;
    const { name, loginWallMs: wallMs } = session;
    const own = { wallMs, hostId: parts.options.hostId };
    if (!isNewerLogin(login, own)) return { name, wallMs };
    const leader = parts.parties.partyOf(session.key)?.members[0]?.name;
    giveSeatOver(parts, session, login.hostId);
    const message = 'You have logged in again, on another host';
    expel(parts, name, { reason: Reason.replaced, message, nowMs });
    if (leader !== undefined) stayBehind(parts, { leader, name, to: login.hostId });
    return undefined;
  }

  /** Another host speaks of a party with members here and there. */
  takePartyMessage(hostId: string, message: PartyMessage, nowMs: number): void {
    takePartyMessage(this.#at(nowMs), hostId, message);
  }

  /** Nothing more comes of that host. */
  peerDown(hostId: string, nowMs: number): void {
    partyPeerDown(this.#at(nowMs), hostId);
  }

  /** The match across hosts that this handler runs; undefined for any other. */
  hostedMatchOf(handler: HandlerRef): string | undefined {
    return this.#parts.hosted.get(handler)?.match.matchId;
  }

  /** Matches across hosts that run here. */
  hostedCount(): number {
    return hostedCount(this.#parts);
  }

  /** Tickets that are claimed by matches across hosts, or held. */
  fences(): readonly Fence[] {
    return this.#parts.fences.all().filter(({ matchId }) => matchId !== APART);
  }

  /** Those with members on several hosts. */
  parties(): readonly PartyView[] {
    return sharedParties(this.#parts);
  }

  /** Nobody of this host is matched before that time. */
  holdMatchesUntil(untilMs: number): void {
    this.#parts.matchRetryAtMs = Math.max(this.#parts.matchRetryAtMs, untilMs);
  }

  #at(nowMs: number): DirectoryParts {
    this.#parts.nowMs = nowMs;
    return this.#parts;
  }
}
