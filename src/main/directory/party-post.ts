/** What parties with members on several hosts tell the other hosts. Main thread. */

import type {
  PartyMessage,
  PartyNews,
  PartyState,
} from '../../cluster-bridge/federation/party-messages.ts';
import type { Ticket } from '../matchmaker/matchmaker.ts';
import type { TicketRemoval } from '../matchmaker/ticket-event.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { NO_TICKET } from './directory-model.ts';
import type { Party } from './party-book.ts';

/** Hosts that can be spoken with now. */
export function linkedHosts(parts: DirectoryParts): readonly string[] {
  return parts.effects.federation?.parties.peers() ?? [];
}

export function postParty(parts: DirectoryParts, hostId: string, message: PartyMessage): void {
  parts.effects.federation?.parties.send(hostId, message);
}

/** Tells the homes of its members what the party is now; `alsoTo`: those that had members before. */
export function postState(
  parts: DirectoryParts,
  party: Party,
  { news = null, alsoTo = [] }: { news?: PartyNews | null; alsoTo?: readonly string[] } = {},
): void {
  const homes = new Set([...parts.parties.homesOf(party), ...alsoTo]);
  if (homes.size === 0) return;
  const state = stateOf(parts, party);
  for (const hostId of homes) postParty(parts, hostId, { kind: 'party', state, news });
}

/** The ticket of a party that this host owns is not what it was; a state that comes after it is told by the caller. */
export function noteTicket(
  parts: DirectoryParts,
  party: Party,
  change: { readonly state: 'going' | 'off'; readonly reason: TicketRemoval },
): boolean {
  const { ticket } = party;
  if (ticket === undefined || ticket.state === 'off' || ticket.state === change.state) return false;
  party.ticket = { ...ticket, ...change };
  party.version += 1;
  postState(parts, party);
  return true;
}

/** This host's part of a party's ticket has left the queue: into a match (`going`), or for nothing (`off`). */
export function notePartGone(
  parts: DirectoryParts,
  { id, party: of }: Pick<Ticket, 'id' | 'party'>,
  change: { readonly state: 'going' | 'off'; readonly reason: TicketRemoval },
): void {
  const party = of === undefined ? undefined : parts.parties.byId(of.id);
  if (of === undefined || party === undefined || party.partId !== id) return;
  party.partId = NO_TICKET;
  if (party.ticket?.number !== of.number || party.ticket.state !== 'waiting') return;
  if (parts.parties.isOwned(party)) {
    noteTicket(parts, party, change);
    return;
  }
  party.ticket = { ...party.ticket, ...change };
  const { id: partyId, ownerHostId } = party;
  const news = { partyId, number: of.number, message: '', ...change };
  postParty(parts, ownerHostId, { kind: 'partyTicket', ...news });
}

function stateOf(parts: DirectoryParts, party: Party): PartyState {
  const { id, version, ownerHostId, members, ticket } = party;
  return {
    id,
    version,
    ownerHostId,
    members: members.map(({ name, hostId }) => ({ name, hostId })),
    ticket:
      ticket === undefined
        ? null
        : {
            number: ticket.number,
            mode: ticket.mode,
            state: ticket.state,
            waitedMs: Math.max(0, parts.nowMs - ticket.enqueuedMs),
            hasPriority: ticket.hasPriority,
            reason: ticket.reason,
          },
  };
}
