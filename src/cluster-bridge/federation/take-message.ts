/** Brings a message of a host, or of this one to itself, to the book that it is for, and sends what that answers. Pure. Main thread. */

import type { HostIdentity } from '../transport.ts';
import type { AccountLogin } from './account-login.ts';
import type { ClaimBook } from './claim-book.ts';
import type { Coordinator } from './coordinator.ts';
import type { FederationHome, RemoteMatch, SeatOutcome } from './federation-hosts.ts';
import type { FederationMessage } from './federation-messages.ts';
import type { HostedBook } from './hosted-book.ts';
import type { SeatFiller } from './seat-filler.ts';

export interface FederationBooks {
  readonly home: FederationHome;
  readonly claims: ClaimBook;
  readonly hosted: HostedBook;
  readonly coordinator: Coordinator;
  readonly filler: SeatFiller;
  /** Before, nobody of this host is matched. */
  readonly matchesFromMs: number;
  readonly send: (hostId: string, message: FederationMessage) => void;
}

export function takeMessage(
  books: FederationBooks,
  from: HostIdentity,
  { message, nowMs }: { readonly message: FederationMessage; readonly nowMs: number },
): void {
  const { claims, hosted, coordinator, filler, send } = books;
  const { hostId } = from;
  switch (message.kind) {
    case 'claim': {
      const { claimId, want } = message;
      const isEarly = nowMs < books.matchesFromMs;
      const tickets = isEarly ? [] : claims.claim({ claimId, want }, nowMs);
      send(hostId, { kind: 'granted', claimId, tickets });
      break;
    }
    case 'granted': {
      const { claimId, tickets } = message;
      if (filler.granted(hostId, claimId, { tickets, nowMs })) break;
      coordinator.granted(hostId, claimId, { tickets, nowMs });
      break;
    }
    case 'release':
      claims.release(message.claimId, message.ticketIds, nowMs);
      break;
    case 'start':
      hosted.start(hostId, message.match, nowMs);
      break;
    case 'started':
      coordinator.started(hostId, message.matchId);
      break;
    case 'notStarted':
      coordinator.notStarted(hostId, message.matchId, nowMs);
      break;
    case 'confirm':
    case 'joined':
    case 'renew':
    case 'renewed':
    case 'seatReleased':
    case 'ended':
    case 'endedSeen':
    case 'request':
      takeOfMatch(books, from, { message, nowMs });
      break;
    case 'seatMoved':
    case 'resume':
    case 'resumed':
    case 'logins':
      takeOfPlayer(books, from, { message, nowMs });
      break;
  }
}

/** Of a match that runs. */
type MatchMessage = Extract<
  FederationMessage,
  {
    kind:
      | 'confirm'
      | 'joined'
      | 'renew'
      | 'renewed'
      | 'seatReleased'
      | 'ended'
      | 'endedSeen'
      | 'request';
  }
>;

/** Of a player who logs in elsewhere. */
type PlayerMessage = Extract<
  FederationMessage,
  { kind: 'seatMoved' | 'resume' | 'resumed' | 'logins' }
>;

function takeOfMatch(
  { home, claims, hosted, send }: FederationBooks,
  from: HostIdentity,
  { message, nowMs }: { readonly message: MatchMessage; readonly nowMs: number },
): void {
  const { hostId } = from;
  switch (message.kind) {
    case 'confirm': {
      const { match, sentMs } = message;
      const names = isOf(match, from) ? claims.confirm(match, nowMs) : [];
      const { matchId, claimId = '' } = match;
      send(hostId, { kind: 'joined', matchId, claimId, names, sentMs });
      break;
    }
    case 'joined':
      hosted.joined(hostId, message, nowMs);
      break;
    case 'renew': {
      const matchIds = claims.renew(from, message.matchIds, nowMs);
      send(hostId, { kind: 'renewed', matchIds, sentMs: message.sentMs });
      break;
    }
    case 'renewed':
      hosted.renewed(hostId, message);
      break;
    case 'seatReleased':
      hosted.seatReleased(hostId, message.matchId, { name: message.name, nowMs });
      break;
    case 'ended':
      claims.ended(from, message.matchId, { end: message.end, nowMs });
      send(hostId, { kind: 'endedSeen', matchId: message.matchId });
      break;
    case 'endedSeen':
      hosted.endedSeen(hostId, message.matchId);
      break;
    case 'request':
      home.request(message.matchId, message.name, message.request, nowMs);
      break;
  }
}

function takeOfPlayer(
  { home, claims, hosted, matchesFromMs, send }: FederationBooks,
  from: HostIdentity,
  { message, nowMs }: { readonly message: PlayerMessage; readonly nowMs: number },
): void {
  const { hostId } = from;
  switch (message.kind) {
    case 'seatMoved':
      hosted.seatMoved(hostId, message, nowMs);
      break;
    case 'resume': {
      const { match, sentMs } = message;
      let outcome: SeatOutcome = 'refused';
      if (isOf(match, from)) {
        outcome = nowMs < matchesFromMs ? 'early' : claims.resume(match, nowMs);
      }
      const name = match.seats[0]?.name ?? '';
      send(hostId, { kind: 'resumed', matchId: match.matchId, name, outcome, sentMs });
      break;
    }
    case 'resumed':
      hosted.resumed(hostId, message, nowMs);
      break;
    case 'logins': {
      const { logins, heardMs = nowMs } = message;
      const newer: AccountLogin[] = [];
      for (const login of logins) {
        const own = home.loggedInElsewhere({ ...login, hostId, heardMs }, nowMs);
        if (own !== undefined) newer.push(own);
        hosted.loggedIn(from, login, nowMs);
      }
      // So that the sender closes the older ones: it may not have heard of these, or have forgotten.
      if (newer.length > 0) send(hostId, { kind: 'logins', logins: newer });
      break;
    }
  }
}

/** Whoever speaks for another run of a host than the one that is linked speaks of what is over. */
function isOf({ host }: RemoteMatch, { hostId, incarnation }: HostIdentity): boolean {
  return host.hostId === hostId && host.incarnation === incarnation;
}
