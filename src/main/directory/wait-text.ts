/** Why a player waits, in plain sentences. Pure. Main thread. */

import { WaitCause, type WaitReport } from '../matchmaker/matchmaker.ts';
import { offerText } from './accept-step.ts';
import type { Session } from './directory-model.ts';
import type { DirectoryParts } from './directory-parts.ts';
import { APART } from './fence-book.ts';
import { HELD } from './hold-book.ts';

export function waitText(parts: DirectoryParts, session: Session, nowMs: number): string {
  const report = parts.matchmaker.why(session.ticketId, nowMs);
  if (report !== undefined) return queueText(report, parts.matchRetryAtMs > nowMs, nowMs);
  const offered = offerText(parts, session, nowMs);
  if (offered !== undefined) return offered;
  const fence = parts.fences.find(session.ticketId);
  if (fence?.matchId === HELD) {
    return `You wait for ${fence.ticket.mode}: the host of your last match is lost and may still hold your seat, for some seconds.`;
  }
  if (fence?.matchId === APART) {
    return `You wait for ${fence.ticket.mode} with a party on several hosts: a match across hosts is looked for.`;
  }
  if (fence !== undefined) {
    return `You wait for ${fence.ticket.mode}: a match with players of other hosts is being formed.`;
  }
  if (session.seat === undefined) return 'You wait for nothing: you are in no queue.';
  const { mode, id, state } = session.seat;
  if (state === 'opening') return `Your match of ${mode} is found and opens now.`;
  return `You wait for nothing: you are in match ${id}.`;
}

function queueText(report: WaitReport, isWithoutRoom: boolean, nowMs: number): string {
  const { mode, position, waiting, enqueuedMs, hasPriority } = report;
  const seconds = Math.max(0, Math.floor((nowMs - enqueuedMs) / 1000));
  const head = hasPriority ? ', ahead of others because your last match broke' : '';
  const wait =
    seconds === 0 ? `You wait for ${mode}` : `You have waited for ${mode} for ${seconds} s`;
  const place = `${wait}: place ${position} in the queue${head}; ${counted(waiting)} in it.`;
  return `${place} ${isWithoutRoom ? NO_ROOM : causeText(report, nowMs)}${etaText(report)}`;
}

const NO_ROOM = 'This host has no room for another match now; it tries again and again.';

function causeText(report: WaitReport, nowMs: number): string {
  const { cause, missing, candidates } = report;
  switch (cause) {
    case WaitCause.tooFewPlayers:
      return `A match needs ${missing} more.`;
    case WaitCause.fullSides:
      return `There are enough players for smaller teams${reliefText(report, nowMs)}; full ones need ${missing} more.`;
    case WaitCause.ratingWindow:
      return `Only ${candidates} of them are near you in rating${reliefText(report, nowMs)}.`;
    case WaitCause.partyAgainstParty:
      return `A party is kept for a party on the other side${reliefText(report, nowMs)}.`;
    case WaitCause.evenTeams:
      return `A match would be too uneven${reliefText(report, nowMs)}.`;
    case WaitCause.recentPlayers:
      return `You have just played with the others${reliefText(report, nowMs)}.`;
    case WaitCause.avoidList:
      return `Players who avoid one another are kept apart${reliefText(report, nowMs)}.`;
    case WaitCause.partiesDoNotFit:
      return 'There are enough players, but their parties do not add up to full sides.';
    case WaitCause.nextPass:
      return 'A match may be found within a moment.';
  }
}

/** When the rule gives way. */
function reliefText({ relaxesAtMs }: WaitReport, nowMs: number): string {
  if (relaxesAtMs === null) return '';
  return `, for ${secondsText(relaxesAtMs - nowMs)} more at most`;
}

function etaText({ etaMs }: WaitReport): string {
  return etaMs === null || etaMs === 0 ? '' : ` About ${secondsText(etaMs)} more.`;
}

function secondsText(ms: number): string {
  return `${Math.max(1, Math.ceil(ms / 1000))} s`;
}

function counted(players: number): string {
  return players === 1 ? '1 player is' : `${players} players are`;
}
