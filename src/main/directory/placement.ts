/**
 * Puts players into handlers and takes them out: the only file that changes who is where, and that orders it. Main thread.
 *
 * A place that is gone is forgotten as soon as its last member has been ordered elsewhere, and never before that order.
 */

import assert from 'node:assert/strict';
import type { ClientEvent } from '../../shared/client-event.ts';
import { NO_PLAYER, type PlayerRef } from '../../shared/ids.ts';
import type { Reason } from '../../shared/reason.ts';
import type { LobbyPlace, Place, Session } from './directory-model.ts';
import { homeNamed, type DirectoryParts } from './directory-parts.ts';

/** Answers a login that waits: the player is in `place` from now on. */
export function admit(parts: DirectoryParts, session: Session, reason: Reason): void {
  const { player, name, place } = session;
  assert(place !== undefined && player !== NO_PLAYER, 'a player is admitted into a handler');
  parts.effects.order({ kind: 'admit', player, name, handler: place.handler, reason });
  notify(parts, [player], parts.house.greeting);
  if (place.kind === 'lobby') notify(parts, [player], parts.house.lobby);
}

function notify(parts: DirectoryParts, players: readonly PlayerRef[], text: string): void {
  if (text === '') return;
  parts.effects.order({ kind: 'event', players, event: { event: 'notice', text } });
}

/** Counts the session in at `place`; the order follows. */
export function enter(parts: DirectoryParts, session: Session, place: Place): void {
  assert(session.place === undefined, 'a player is in one handler');
  session.place = place;
  place.members.add(session);
  noteLobbyCount(parts, place, place.members.size - 1);
}

/** Counts the session out of where it is, before whatever orders it elsewhere; then call forgetIfDone(). */
export function exit(parts: DirectoryParts, session: Session): Place | undefined {
  const { place } = session;
  if (place === undefined) return undefined;
  session.place = undefined;
  place.members.delete(session);
  noteLobbyCount(parts, place, place.members.size + 1);
  return place;
}

/** Lets the handler's row go if it is gone and nobody is left who was routed there. */
export function forgetIfDone(parts: DirectoryParts, place: Place | undefined): void {
  if (place === undefined || place.state !== 'gone' || place.members.size > 0) return;
  // A match that runs here may have another place by now, for a player who came back to it.
  if (parts.places.get(place.handler) !== place) return;
  parts.places.delete(place.handler);
  // A match across hosts that runs here is forgotten when it is over for all its homes.
  if (!parts.hosted.has(place.handler)) parts.effects.forgetHandler(place.handler);
}

/** The lobby for a player of that home: the one with the least players, if it has room. */
export function chooseLobby(parts: DirectoryParts, session: Session): LobbyPlace | undefined {
  return homeNamed(parts, session.home).tryChoose();
}

/** Collects moves of one turn: one order for all who go to the same handler for the same reason. */
export class MoveBatch {
  readonly #parts: DirectoryParts;
  readonly #nowMs: number;
  /** By target, then by reason * 2 + oldGone. */
  readonly #players = new Map<Place, Map<number, { reason: Reason; players: PlayerRef[] }>>();
  readonly #left = new Set<Place>();

  constructor(parts: DirectoryParts, nowMs: number) {
    this.#parts = parts;
    this.#nowMs = nowMs;
  }

  /** Counts `session`, which is admitted, over to `target`. */
  add(session: Session, target: Place, reason: Reason): void {
    const old = exit(this.#parts, session);
    assert(old !== undefined && session.player !== NO_PLAYER, 'only admitted players are moved');
    this.#left.add(old);
    enter(this.#parts, session, target);
    const event = target.kind === 'lobby' ? 'settle' : 'seat';
    this.#parts.sessions.apply(session, event, this.#nowMs);
    this.#note(target, { reason, oldGone: old.isWorkerLost, player: session.player });
  }

  /** Gives the orders. */
  flush(): void {
    for (const [target, groups] of this.#players) {
      const { handler } = target;
      for (const [key, { reason, players }] of groups) {
        const oldGone = key % 2 === 1;
        this.#parts.effects.order({ kind: 'move', players, handler, reason, oldGone });
        if (target.kind === 'lobby') notify(this.#parts, players, this.#parts.house.lobby);
      }
    }
    for (const place of this.#left) forgetIfDone(this.#parts, place);
  }

  #note(target: Place, move: { reason: Reason; oldGone: boolean; player: PlayerRef }): void {
    const key = move.reason * 2 + (move.oldGone ? 1 : 0);
    let groups = this.#players.get(target);
    if (groups === undefined) this.#players.set(target, (groups = new Map()));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { reason: move.reason, players: [move.player] });
    else group.players.push(move.player);
  }
}

/** Sends connected players from their handlers to lobbies; those for whom none is open wait, routed where they were. */
export function sendHome(
  parts: DirectoryParts,
  sessions: Iterable<Session>,
  { reason, nowMs }: { reason: Reason; nowMs: number },
): void {
  const batch = new MoveBatch(parts, nowMs);
  const chooser = new GroupChooser(parts);
  for (const session of sessions) {
    const lobby = chooser.choose(session);
    if (lobby !== undefined) batch.add(session, lobby, reason);
    else if (session.state !== 'stranded') {
      session.strandedFor = reason;
      parts.sessions.apply(session, 'strand', nowMs);
    }
  }
  batch.flush();
}

/** Puts those who wait for a lobby into lobbies, as far as there is room. */
export function settleWaiting(parts: DirectoryParts, nowMs: number): void {
  const batch = new MoveBatch(parts, nowMs);
  const chooser = new GroupChooser(parts);
  for (const session of parts.sessions.stranded.items()) {
    const lobby = chooser.choose(session);
    if (lobby !== undefined) batch.add(session, lobby, session.strandedFor);
  }
  batch.flush();
}

/** Players of one turn who go to one lobby before the least-filled one is asked for again. */
const GROUP_MAX = 32;

/** Chooses lobbies for many at once: who played together stays together, and one order moves them. */
class GroupChooser {
  readonly #parts: DirectoryParts;
  #lobby: LobbyPlace | undefined;
  #count = 0;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
  }

  choose(session: Session): LobbyPlace | undefined {
    const lobby = this.#lobby;
    const isForHome = lobby !== undefined && lobby.mode === session.home;
    const hasRoom = isForHome && lobby.members.size < this.#parts.options.lobbyCapacity;
    if (!hasRoom || this.#count >= GROUP_MAX) {
      this.#lobby = chooseLobby(this.#parts, session);
      this.#count = 0;
    }
    this.#count += 1;
    return this.#lobby;
  }
}

/** Sends an event to those of `sessions` who are admitted and connected. */
export function tell(parts: DirectoryParts, sessions: Iterable<Session>, event: ClientEvent): void {
  const players: PlayerRef[] = [];
  for (const session of sessions) if (isAdmitted(session)) players.push(session.player);
  if (players.length > 0) parts.effects.order({ kind: 'event', players, event });
}

/** Tells one player that a request was refused, and why. */
export function tellError(
  parts: DirectoryParts,
  session: Session,
  error: { code: string; message: string },
): void {
  tell(parts, [session], { event: 'error', ...error });
}

/** True when the player has been let in and is connected: events reach it. */
export function isAdmitted(session: Session): boolean {
  return session.player !== NO_PLAYER && session.state !== 'arriving';
}

function noteLobbyCount(parts: DirectoryParts, place: Place, before: number): void {
  if (place.kind !== 'lobby' || place.state !== 'open') return;
  homeNamed(parts, place.mode).noteCount(place, before);
}
