/**
 * Ticket events <-> lines of JSON, the text inside a ticket log's blocks. Pure; main thread.
 *
 *   ["h", header]                                                            first line of every file
 *   ["a", atMs, ticketId, mode, enqueuedMs, hasPriority, [member, ...]]      added
 *      member: [name, mu, sigma] or [name, mu, sigma, matchId, team, endedMs, hasAbandoned]
 *      and, where somebody avoids others, [[name, ...], ...]: a list for each member
 *   ["r", atMs, ticketId, reason]                                            removed
 *   ["m", atMs, matchId, mode, [ticketId, ...], [name, team, ...], quality]  matched
 *      quality: [[chance, ...], strengthDifference, spread, partyAsymmetry, [waitMs, ...], [rule, ...], isExact]
 *   ["b", atMs, matchId, mode, ticketId, team]                               backfilled
 *   ["e", atMs, matchId, mode, result or null, [name, ...]]                  ended; the names gave their seats up
 *   ["g", count]                                                             so many events are missing here
 *
 * Times are whole milliseconds, ratings and chances have four digits after the point: what a replay needs, and short.
 */

import type { MatchQuality, RelaxedRule } from '../../shared/match-quality.ts';
import type { TicketMember } from '../matchmaker/matchmaker.ts';
import type { TicketEvent, TicketRemoval } from '../matchmaker/ticket-event.ts';
import { JsonRow } from './json-row.ts';

/** Events that were dropped, here, because the disk was slower than they came. */
export interface TicketGap {
  readonly kind: 'gap';
  readonly events: number;
}

export type TicketLogEntry = TicketEvent | TicketGap;

const REMOVALS: Readonly<Record<TicketRemoval, true>> = {
  left: true,
  declined: true,
  'party-changed': true,
  switched: true,
  expired: true,
  draining: true,
  quarantined: true,
  'mode-closed': true,
};

const RELAXED: Readonly<Record<RelaxedRule, true>> = {
  ratingWindow: true,
  fullSides: true,
  partyAgainstParty: true,
  evenTeams: true,
};

/** One line, without its end. */
export function encodeTicketEntry(entry: TicketLogEntry): string {
  return JSON.stringify(entryRow(entry));
}

/** Throws a RowError or a SyntaxError for anything that encodeTicketEntry() does not write. */
export function decodeTicketEntry(line: string): TicketLogEntry {
  const row = new JsonRow(JSON.parse(line));
  const entry = readEntry(row);
  row.end();
  return entry;
}

function entryRow(entry: TicketLogEntry): readonly unknown[] {
  if (entry.kind === 'gap') return ['g', entry.events];
  const atMs = Math.round(entry.atMs);
  switch (entry.kind) {
    case 'added': {
      const { id, mode, enqueuedMs, hasPriority, members } = entry.ticket;
      const memberRows = members.map(memberRow);
      const row = ['a', atMs, id, mode, Math.round(enqueuedMs), bit(hasPriority), memberRows];
      const isAvoiding = members.some(({ avoids }) => avoids !== undefined);
      return isAvoiding ? [...row, members.map(({ avoids }) => avoids ?? [])] : row;
    }
    case 'removed':
      return ['r', atMs, entry.ticketId, entry.reason];
    case 'matched': {
      const seats = entry.seats.flatMap(({ name, team }) => [name, team]);
      const quality = qualityRow(entry.quality);
      return ['m', atMs, entry.matchId, entry.mode, entry.ticketIds, seats, quality];
    }
    case 'backfilled':
      return ['b', atMs, entry.matchId, entry.mode, entry.ticketId, entry.team];
    case 'ended':
      return ['e', atMs, entry.matchId, entry.mode, entry.result ?? null, entry.abandonedBy];
  }
}

function memberRow({ name, rating, recent }: TicketMember): readonly unknown[] {
  const known = [name, short(rating.mu), short(rating.sigma)];
  if (recent === undefined) return known;
  const { id, team, endedMs, hasAbandoned } = recent;
  return [...known, id, team, Math.round(endedMs), bit(hasAbandoned)];
}

function qualityRow(quality: MatchQuality): readonly unknown[] {
  const { winProbabilities, strengthDifference, spread, partyAsymmetry } = quality;
  return [
    winProbabilities.map(short),
    short(strengthDifference),
    short(spread),
    partyAsymmetry,
    quality.waitsMs.map(Math.round),
    quality.relaxed,
    bit(quality.isExact),
  ];
}

function readEntry(row: JsonRow): TicketLogEntry {
  const kind = row.word(KINDS);
  if (kind === 'g') return { kind: 'gap', events: row.whole() };
  const atMs = row.number();
  switch (kind) {
    case 'a':
      return { kind: 'added', atMs, ticket: readTicket(row) };
    case 'r':
      return { kind: 'removed', atMs, ticketId: row.whole(), reason: row.word(REMOVALS) };
    case 'm':
      return {
        kind: 'matched',
        atMs,
        matchId: row.text(),
        mode: row.text(),
        ticketIds: row.list((ids) => ids.whole()),
        seats: row.list((seats) => ({ name: seats.text(), team: seats.whole() })),
        quality: readQuality(row.row()),
      };
    case 'b':
      return {
        kind: 'backfilled',
        atMs,
        matchId: row.text(),
        mode: row.text(),
        ticketId: row.whole(),
        team: row.whole(),
      };
    case 'e':
      return {
        kind: 'ended',
        atMs,
        matchId: row.text(),
        mode: row.text(),
        result: row.object(),
        abandonedBy: row.list((names) => names.text()),
      };
  }
}

const KINDS = { a: true, r: true, m: true, b: true, e: true, g: true } as const;

function readTicket(row: JsonRow): Extract<TicketEvent, { kind: 'added' }>['ticket'] {
  const ticket = {
    id: row.whole(),
    mode: row.text(),
    enqueuedMs: row.number(),
    hasPriority: row.flag(),
    members: row.list((members) => readMember(members.row())),
  };
  if (row.isAtEnd) return ticket;
  const lists = row.list((all) => all.list((names) => names.text()));
  const members = ticket.members.map((member, index): TicketMember => {
    const avoids = lists[index] ?? [];
    return avoids.length === 0 ? member : { ...member, avoids };
  });
  return { ...ticket, members };
}

function readMember(row: JsonRow): TicketMember {
  const name = row.text();
  const rating = { mu: row.number(), sigma: row.number() };
  if (row.isAtEnd) return { name, rating };
  const recent = {
    id: row.whole(),
    team: row.whole(),
    endedMs: row.number(),
    hasAbandoned: row.flag(),
  };
  row.end();
  return { name, rating, recent };
}

function readQuality(row: JsonRow): MatchQuality {
  const quality: MatchQuality = {
    winProbabilities: row.list((chances) => chances.number()),
    strengthDifference: row.number(),
    spread: row.number(),
    partyAsymmetry: row.number(),
    waitsMs: row.list((waits) => waits.number()),
    relaxed: row.list((rules) => rules.word(RELAXED)),
    isExact: row.flag(),
  };
  row.end();
  return quality;
}

function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}

function short(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
