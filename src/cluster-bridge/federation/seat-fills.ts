/**
 * Seats of matches that run here, given to players who wait: from the claim of their tickets to the question to their homes. Pure.
 * Main thread.
 *
 *   claimed --giveSeats()--> filling --handler knows the seat, askFilled(): confirm--> asked --joined--> of that home, or dropped
 *
 * Invariants: nobody acts for a seat that is being filled; a home that has no seats in the match is told that it is lost before it
 * is asked, so that it holds none of before.
 */

import type { FilledSeats } from './federation-hosts.ts';
import { homeSeats, LOST, type Hosted, type HostedBookOptions } from './hosted-match.ts';

export interface GivenSeats extends FilledSeats {
  /** Their tickets are fenced for it. */
  readonly claimId: string;
}

export function giveSeats(
  { send, times }: HostedBookOptions,
  hosted: Hosted,
  { given, nowMs }: { readonly given: GivenSeats; readonly nowMs: number },
): void {
  const { matchId, claimId, seats } = given;
  const names = new Set(seats.map(({ name }) => name));
  // Who has left it and waited again has one seat, the new one.
  const others = hosted.match.seats.filter(({ name }) => !names.has(name));
  hosted.match = { ...hosted.match, seats: [...others, ...seats] };
  for (const { homeHostId, name } of seats) {
    if (!hosted.homes.has(homeHostId)) {
      send(homeHostId, { kind: 'ended', matchId, end: LOST });
      homeSeats(hosted, homeHostId).leaseUntilMs = nowMs + times.leaseMs;
    }
    const home = homeSeats(hosted, homeHostId);
    home.names.add(name);
    home.filling.set(name, claimId);
  }
}

/** Asks the homes of these players, of whom the handler knows now, to bring them. */
export function askFilled(
  { self, send }: HostedBookOptions,
  { match, opened, homes }: Hosted,
  { names, nowMs }: { readonly names: readonly string[]; readonly nowMs: number },
): void {
  if (opened === undefined) return;
  const { matchId, mode, quality } = match;
  for (const { hostId, filling } of homes.values()) {
    const claims = new Set(names.flatMap((name) => filling.get(name) ?? []));
    for (const claimId of claims) {
      const seats = match.seats.filter(
        ({ name, homeHostId }) => homeHostId === hostId && filling.get(name) === claimId,
      );
      const asked = { matchId, claimId, mode, host: self, ...opened, seats, quality };
      send(hostId, { kind: 'confirm', match: { ...asked, isRunning: true }, sentMs: nowMs });
    }
  }
}

/** The match is over before their homes were asked, or have answered: these tickets wait again. */
export function releaseUnasked({ send }: HostedBookOptions, { homes }: Hosted): void {
  for (const { hostId, filling } of homes.values()) {
    for (const claimId of new Set(filling.values())) {
      send(hostId, { kind: 'release', claimId, ticketIds: 'all' });
    }
  }
}
