/**
 * The accept step: the players of a found match are asked before it is opened, where the mode says so. Main thread.
 *
 *   found --ask--> everyone accepts -----------------------> the match is opened
 *                  someone declines, leaves, is silent ----> those tickets go; the others wait again, before all others
 *
 * A party's ticket goes as a whole: a match without one of its members was not what the party waited for.
 */

import type { MatchFound, Ticket } from '../matchmaker/matchmaker.ts';
import { matchingRules } from '../matchmaker/matching-rules.ts';
import type { TicketRemoval } from '../matchmaker/ticket-event.ts';
import { NO_TICKET, type Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import type { Offer } from './offer-book.ts';
import { tell, tellError } from './placement.ts';
import { noteRemoved, requeue, ticketMembers } from './queueing.ts';

/** Asks the players of a match, if its mode has them asked; false: it is to be opened at once. */
export function tryAsk(parts: DirectoryParts, found: MatchFound, nowMs: number): boolean {
  const rules = parts.options.modes.get(found.mode);
  const acceptMs = rules === undefined ? 0 : matchingRules(rules).acceptMs;
  if (acceptMs === 0) return false;
  const offer = parts.offers.add(found, nowMs + acceptMs);
  for (const { id } of found.tickets) parts.ticketDeadlines.delete(id);
  for (const session of membersOf(parts, offer)) tellOffer(parts, session);
  return true;
}

/** A player's answer to the question. */
export function answerOffer(parts: DirectoryParts, session: Session, hasAccepted: boolean): void {
  const offer = parts.offers.of(session.ticketId);
  if (offer === undefined) {
    tellError(parts, session, NOTHING_FOUND);
    return;
  }
  if (!hasAccepted) {
    callOffFor(parts, session, 'declined');
    return;
  }
  offer.accepted.add(session.name);
  const missing = offer.found.seats.length - offer.accepted.size;
  if (missing === 0 && offer.state === 'asking') parts.offers.apply(offer, 'allAccept');
  const text = missing === 0 ? 'All have accepted: the match opens.' : waitingFor(missing);
  tell(parts, [session], { event: 'notice', text });
}

const NOTHING_FOUND = {
  code: 'no-match',
  message: 'Cannot answer: no match is found for you now',
};

function waitingFor(missing: number): string {
  return `You have accepted; ${missing} more must.`;
}

/** Tells the player of the match that waits for an answer, if there is one: at first, and on a connection that takes over. */
export function tellOffer(parts: DirectoryParts, session: Session): void {
  const offer = parts.offers.of(session.ticketId);
  if (offer === undefined) return;
  const { mode, seats } = offer.found;
  const acceptMs = Math.max(0, Math.ceil(offer.deadlineMs - parts.nowMs));
  tell(parts, [session], { event: 'found', mode, players: seats.length, acceptMs });
}

/** Where the offer stands, for `/why`; undefined when no match is found for the player. */
export function offerText(
  parts: DirectoryParts,
  session: Session,
  nowMs: number,
): string | undefined {
  const offer = parts.offers.of(session.ticketId);
  if (offer === undefined) return undefined;
  const { found, accepted, deadlineMs } = offer;
  const seconds = Math.max(1, Math.ceil((deadlineMs - nowMs) / 1000));
  const ask = accepted.has(session.name) ? 'you have' : '/accept or /decline it';
  return `A match of ${found.mode} is found: ${ask}; ${accepted.size} of ${found.seats.length} have accepted, ${seconds} s are left.`;
}

/** The player will not be in the match that is found: it is called off. False when none is. */
export function callOffFor(
  parts: DirectoryParts,
  session: Session,
  reason: TicketRemoval,
): boolean {
  const { ticketId } = session;
  const offer = parts.offers.of(ticketId);
  if (offer === undefined) return false;
  const text = `${session.name} will not play the match that was found.`;
  callOff(parts, offer, { reason, text, isLeaving: ({ id }) => id === ticketId });
  return true;
}

/** Calls off all matches of the mode that are found, for good. */
export function callOffAll(parts: DirectoryParts, mode: string, reason: TicketRemoval): void {
  for (const offer of parts.offers.ofMode(mode)) {
    callOff(parts, offer, { reason, text: undefined, isLeaving: () => true });
  }
}

/** Calls off all matches of the mode that are found: their players wait again, for a match by other rules. */
export function recallOffers(parts: DirectoryParts, mode: string): void {
  for (const offer of parts.offers.ofMode(mode)) {
    callOff(parts, offer, { reason: 'mode-closed', text: undefined, isLeaving: () => false });
  }
}

/** Calls off those that have waited long enough for an answer. */
export function endOffers(parts: DirectoryParts, nowMs: number): void {
  if (parts.offers.nextMs > nowMs) return;
  for (const offer of parts.offers.in('asking')) {
    if (offer.deadlineMs > nowMs) continue;
    const isLeaving = ({ members }: Ticket): boolean =>
      members.some(({ name }) => !offer.accepted.has(name));
    const text = 'The match that was found was not accepted in time.';
    callOff(parts, offer, { reason: 'declined', text, isLeaving });
  }
}

interface CallOff {
  readonly reason: TicketRemoval;
  /** For those who go; undefined: the reason says it all. */
  readonly text: string | undefined;
  readonly isLeaving: (ticket: Ticket) => boolean;
}

function callOff(parts: DirectoryParts, offer: Offer, { reason, text, isLeaving }: CallOff): void {
  parts.offers.apply(offer, 'callOff');
  const { tickets } = offer.found;
  for (const ticket of tickets.filter(isLeaving)) {
    const members = ticketMembers(parts, ticket);
    noteRemoved(parts, ticket, reason);
    for (const member of members) member.ticketId = NO_TICKET;
    if (text !== undefined) tell(parts, members, { event: 'notice', text });
    tell(parts, members, { event: 'unqueued', reason });
  }
  for (const ticket of tickets.filter((one) => !isLeaving(one))) {
    const members = ticketMembers(parts, ticket);
    tell(parts, members, { event: 'notice', text: CALLED_OFF });
    requeue(parts, ticket, members);
  }
}

const CALLED_OFF =
  'Not all have accepted the match; you are back at the head of the queue, and your wait counts.';

function membersOf(parts: DirectoryParts, { found }: Offer): readonly Session[] {
  return found.tickets.flatMap((ticket) => ticketMembers(parts, ticket));
}
