/** Parties with members on several hosts, as time goes by and hosts are lost: who is out, what is over, what nobody answers. Main thread. */

import type { DirectoryParts } from './directory-parts.ts';
import type { PartyAsk } from './party-asks.ts';
import type { Party } from './party-book.ts';
import { tellNotInvited, tellNotJoined } from './party-join.ts';
import { isPartyTicket, sessionsOf, takeOut, tellNews } from './party-life.ts';
import { postParty } from './party-post.ts';
import { unqueue } from './queue-exit.ts';

/** How often the owner of a party tells the homes of its members that it is there. */
const ALIVE_MS = 1_000;
/** A party of whose owner nothing is heard for so long is over. */
const SILENT_MS = 3_500;
const IDS_PER_MESSAGE = 1_000;

/** Nothing more comes of that host: its members are out of all parties here, and the parties that it owns are over. */
export function partyPeerDown(parts: DirectoryParts, hostId: string): void {
  parts.partyAsks.peerDown(hostId);
  const note = `Host ${hostId} is lost, with its players.`;
  for (const party of parts.parties.all()) {
    if (parts.parties.isOwned(party)) {
      const leaving = party.members.filter((member) => member.hostId === hostId);
      takeOut(parts, party, { leaving, by: leaving[0]?.name ?? '', note });
    } else if (party.ownerHostId === hostId) dissolve(parts, party);
  }
}

/** Tells other homes that parties live, ends those of which nothing is heard, and waits that are over; returns when to come again. */
export function stepParties(parts: DirectoryParts, nowMs: number): number {
  const { partyAsks, parties } = parts;
  let ask = partyAsks.takeOver(nowMs);
  for (; ask !== undefined; ask = partyAsks.takeOver(nowMs)) noAnswer(parts, ask);
  const isAliveDue = nowMs >= parts.partiesAliveAtMs;
  if (isAliveDue) parts.partiesAliveAtMs = nowMs + ALIVE_MS;
  const alive = new Map<string, string[]>();
  let hasAny = false;
  for (const party of parties.all()) {
    const homes = parties.homesOf(party);
    if (homes.length === 0) continue;
    hasAny = true;
    if (!parties.isOwned(party)) {
      if (party.heardMs + SILENT_MS <= nowMs) dissolve(parts, party);
    } else if (isAliveDue) for (const hostId of homes) listFor(alive, hostId).push(party.id);
  }
  for (const [hostId, ids] of alive) tellAlive(parts, hostId, ids);
  return Math.min(partyAsks.nextMs, hasAny ? parts.partiesAliveAtMs : Infinity);
}

/** A party with members on several hosts, as this host knows it. */
export interface PartyView {
  readonly id: string;
  readonly ownerHostId: string;
  readonly members: readonly { readonly name: string; readonly hostId: string }[];
  /** Keys of those at home here. */
  readonly present: readonly string[];
  /** Number of the ticket that it waits with. */
  readonly waitsFor: number | undefined;
  /** The same of the part that is kept here. */
  readonly part: number | undefined;
}

export function sharedParties(parts: DirectoryParts): readonly PartyView[] {
  const shared = [...parts.parties.all()].filter(
    (party) => parts.parties.homesOf(party).length > 0,
  );
  return shared.map((party) => {
    const { id, ownerHostId, members, ticket, partId } = party;
    const waitsFor = ticket?.state === 'waiting' ? ticket.number : undefined;
    const part = parts.fences.find(partId)?.ticket.party?.number;
    return { id, ownerHostId, members, present: parts.parties.localsOf(party), waitsFor, part };
  });
}

/** The owner is not heard any more. */
function dissolve(parts: DirectoryParts, party: Party): void {
  const keys = parts.parties.localsOf(party);
  const sessions = sessionsOf(parts, keys);
  const { ownerHostId, members } = party;
  for (const one of sessions) if (isPartyTicket(parts, one)) unqueue(parts, one, 'party-changed');
  for (const key of keys) parts.parties.dropLocal(party, key);
  const note = `Your party is over: host ${ownerHostId}, where its leader was, is lost.`;
  const news = { action: 'disbanded', by: members[0]?.name ?? '', note } as const;
  tellNews(parts, sessions, { news, members: [] });
}

function noAnswer(parts: DirectoryParts, { kind, from, to, silentHosts }: PartyAsk): void {
  const session = parts.sessions.byName(from);
  if (session === undefined) return;
  if (kind === 'join') tellNotJoined(parts, session, 'noAnswer', to);
  else tellNotInvited(parts, session, to, { why: 'notOnline', silentHosts });
}

function tellAlive(parts: DirectoryParts, hostId: string, ids: readonly string[]): void {
  for (let from = 0; from < ids.length; from += IDS_PER_MESSAGE) {
    const partyIds = ids.slice(from, from + IDS_PER_MESSAGE);
    postParty(parts, hostId, { kind: 'partyAlive', partyIds });
  }
}

function listFor(lists: Map<string, string[]>, key: string): string[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const list: string[] = [];
  lists.set(key, list);
  return list;
}
