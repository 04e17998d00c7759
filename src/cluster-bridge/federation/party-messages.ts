/**
 * What two hosts say to each other about parties whose members are on both; JSON over Channel.control. Types only. Main thread, and
 * the simulation.
 *
 *   owner: home of the leader                 home of other members
 *     partyInvite, to every host ----------->   is a player of that name here?
 *     <------------------------ partyInvited
 *     <--------------------------- partyJoin   its player has accepted
 *     party, or partyRefused --------------->   the whole party, replaced whole, after every change
 *     <-------------------------- partyLeave   its player has left, or is not (any more) in it
 *     <------------------------- partyTicket   its part of the ticket is in a match, or cannot wait (any more)
 *     partyStayed, of any home ------------->   its player has logged in there, and is out of the party of before
 *     partyAlive, every second ------------->   a party of which nothing is heard is over
 *
 * The home alone says whether its player is in: what the owner lists and the home does not know of is answered with partyLeave.
 */

/** How a ticket of a party stands: `going` some of its parts are in a match, the others only finish; `off` it is over. */
export type PartyTicketState = 'waiting' | 'going' | 'off';

export interface PartyTicketNews {
  /** Counts the party's tickets: a home makes its part of each one once. */
  readonly number: number;
  readonly mode: string;
  readonly state: PartyTicketState;
  readonly waitedMs: number;
  readonly hasPriority: boolean;
  /** Why it is off, as the `unqueued` event says it. */
  readonly reason: string;
}

export interface PartyState {
  /** Unique in the network; begins with the id of the host where the party was made. */
  readonly id: string;
  /** Only grows, also when the party gets another owner. */
  readonly version: number;
  /** The home of the leader. */
  readonly ownerHostId: string;
  /** The leader first; empty when the party is over. */
  readonly members: readonly { readonly name: string; readonly hostId: string }[];
  readonly ticket: PartyTicketNews | null;
}

/** What members are told of a new state. */
export interface PartyNews {
  readonly action: 'joined' | 'left' | 'disbanded';
  readonly by: string;
  /** For people; empty when the action says it all. */
  readonly note: string;
}

/** `none`: no player of that name is there. */
export type PartyInviteAnswer = 'invited' | 'alreadyInvited' | 'tooManyInvites' | 'none';

export type PartyRefusal = 'notOnline' | 'notLeader' | 'partyFull' | 'inParty';

export type PartyMessage =
  | {
      readonly kind: 'partyInvite';
      readonly id: number;
      readonly from: string;
      readonly to: string;
      readonly members: readonly string[];
    }
  | {
      readonly kind: 'partyInvited';
      readonly id: number;
      readonly answer: PartyInviteAnswer;
      /** As the invited player has logged in. */
      readonly name: string;
    }
  | {
      readonly kind: 'partyJoin';
      readonly id: number;
      readonly leader: string;
      readonly name: string;
    }
  | { readonly kind: 'partyRefused'; readonly id: number; readonly why: PartyRefusal }
  | { readonly kind: 'party'; readonly state: PartyState; readonly news: PartyNews | null }
  /** To the host where a member has logged in since: the party has not followed. */
  | { readonly kind: 'partyStayed'; readonly name: string; readonly leader: string }
  /** `name` null: all members of the sender. */
  | { readonly kind: 'partyLeave'; readonly partyId: string; readonly name: string | null }
  | {
      readonly kind: 'partyTicket';
      readonly partyId: string;
      readonly number: number;
      readonly state: Exclude<PartyTicketState, 'waiting'>;
      readonly reason: string;
      /** For the leader, where the home could not let its player wait; empty: nothing was wrong. */
      readonly message: string;
    }
  | { readonly kind: 'partyAlive'; readonly partyIds: readonly string[] };
