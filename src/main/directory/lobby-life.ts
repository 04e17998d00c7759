/** Opens lobbies ahead of need, closes surplus empty ones, replaces lost ones. Main thread. */

import { Reason } from '../../shared/reason.ts';
import type { LobbyPlace } from './directory-model.ts';
import { homeNamed, type DirectoryParts } from './directory-parts.ts';
import type { LobbyBook } from './lobby-book.ts';
import type { HandlerEnd } from './match-life.ts';
import { forgetIfDone, sendHome } from './placement.ts';

/** Opens and closes lobbies as the number of players asks for. */
export function tendLobbies(parts: DirectoryParts, nowMs: number): void {
  for (const home of parts.homes.values()) {
    while (mayOpen(parts, home, nowMs) && tryOpenLobby(parts, home, nowMs));
    closeSurplus(parts, home, nowMs);
  }
}

/** When tendLobbies() wants to run again because an opening failed; Infinity when it does not. */
export function nextOpeningMs(parts: DirectoryParts): number {
  let nextMs = Infinity;
  for (const home of parts.homes.values()) {
    const { openingCount, retryAtMs } = home;
    if (openingCount >= parts.limits.lobbiesOpeningMax || !home.needsMore()) continue;
    nextMs = Math.min(nextMs, retryAtMs);
  }
  return nextMs;
}

/** The handler takes players now. */
export function lobbyOpened(parts: DirectoryParts, lobby: LobbyPlace): void {
  parts.openings.delete(lobby);
  lobby.state = 'open';
  const home = homeNamed(parts, lobby.mode);
  home.noteOpen(lobby);
  // Failures at start, before the workers were up, say nothing about later ones.
  home.failures = 0;
  parts.effects.happened({ kind: 'lobbyOpened', handler: lobby.handler, id: lobby.id });
}

/** The handler did not open in time: it is asked to end. */
export function abandonLobby(parts: DirectoryParts, lobby: LobbyPlace, nowMs: number): void {
  lobby.state = 'closing';
  noteFailure(parts, homeNamed(parts, lobby.mode), nowMs);
  parts.effects.endHandler(lobby.handler, Reason.unavailable);
}

/** The handler is over, however that came: its players go to other lobbies. */
export function lobbyGone(parts: DirectoryParts, lobby: LobbyPlace, end: HandlerEnd): void {
  const { handler, id, state } = lobby;
  const { outcome, isWorkerLost, nowMs } = end;
  const home = homeNamed(parts, lobby.mode);
  home.remove(lobby, state === 'open');
  parts.openings.delete(lobby);
  lobby.state = 'gone';
  lobby.isWorkerLost = isWorkerLost;
  if (state === 'closing') {
    parts.effects.happened({ kind: 'lobbyClosed', handler, id });
  } else {
    const { reason, error } = outcome;
    parts.effects.happened({ kind: 'lobbyFailed', handler, id, reason, error });
    // A lobby that went down with its worker is no reason to wait: its players need another at once.
    if (!isWorkerLost) noteFailure(parts, home, nowMs);
  }
  sendHome(parts, [...lobby.members], { reason: outcome.reason, nowMs });
  forgetIfDone(parts, lobby);
}

function mayOpen(parts: DirectoryParts, home: LobbyBook, nowMs: number): boolean {
  if (nowMs < home.retryAtMs || !home.needsMore()) return false;
  return home.openingCount < parts.limits.lobbiesOpeningMax;
}

function tryOpenLobby(parts: DirectoryParts, home: LobbyBook, nowMs: number): boolean {
  const opening = parts.effects.openHandler({ mode: home.mode, isLobby: true, roster: [] });
  if (opening === undefined) {
    noteFailure(parts, home, nowMs);
    return false;
  }
  const lobby: LobbyPlace = {
    kind: 'lobby',
    handler: opening.handler,
    id: opening.id,
    mode: home.mode,
    state: 'opening',
    isWorkerLost: false,
    members: new Set(),
    emptySinceMs: Infinity,
  };
  parts.places.set(lobby.handler, lobby);
  parts.openings.add(lobby, nowMs);
  home.addOpening(lobby);
  return true;
}

/** Waits longer after each failure in a row. Those that come during a wait have one cause: a worker's death, say. */
function noteFailure(parts: DirectoryParts, home: LobbyBook, nowMs: number): void {
  const { retryMs, retryMsMax } = parts.limits;
  if (nowMs < home.retryAtMs) return;
  const isFirst = nowMs - home.retryAtMs > 2 * retryMsMax;
  home.failures = isFirst ? 1 : Math.min(home.failures + 1, 30);
  home.retryAtMs = nowMs + Math.min(retryMsMax, retryMs * 2 ** (home.failures - 1));
}

function closeSurplus(parts: DirectoryParts, home: LobbyBook, nowMs: number): void {
  for (const lobby of home.lobbies()) {
    if (lobby.state !== 'open' || lobby.members.size > 0) {
      lobby.emptySinceMs = Infinity;
      continue;
    }
    lobby.emptySinceMs = Math.min(lobby.emptySinceMs, nowMs);
    if (nowMs - lobby.emptySinceMs < parts.limits.lobbyIdleMs || !home.hasSurplus()) continue;
    lobby.state = 'closing';
    home.noteClosing(lobby);
    parts.effects.endHandler(lobby.handler, Reason.ended);
  }
}
