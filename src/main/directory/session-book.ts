/**
 * All sessions, by account and by connection, and what each of them waits for. Main thread.
 * The only file that changes a session's state and connection, so that the maps and queues cannot drift from it.
 *
 * Invariants: #byPlayer holds exactly the sessions with a connection; `arriving`, `stranded` and #away hold exactly the
 * sessions in that state; #bots the admitted practice bots. Every count is a size of these.
 */

import assert from 'node:assert/strict';
import { NO_PLAYER, type PlayerRef } from '../../shared/ids.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { NO_TICKET, type Session } from './directory-model.ts';
import type { DirectoryLimits } from './directory-options.ts';
import type { LobbyBook } from './lobby-book.ts';
import { isPracticeName } from '../../shared/practice-name.ts';
import { nameKey } from '../../shared/name-key.ts';
import { nextState, type SessionEvent } from './session-state.ts';
import { Reason } from '../../shared/reason.ts';

export interface SessionBookParts {
  readonly limits: DirectoryLimits;
  readonly homes: ReadonlyMap<string, LobbyBook>;
}

export class SessionBook {
  readonly arriving: DeadlineQueue<Session>;
  readonly stranded: DeadlineQueue<Session>;
  /** By grace time, which modes and times of configuration differ in. */
  readonly #away = new Map<number, DeadlineQueue<Session>>();
  readonly #homes: ReadonlyMap<string, LobbyBook>;
  readonly #byKey = new Map<string, Session>();
  readonly #byPlayer = new Map<PlayerRef, Session>();
  readonly #bots = new Set<Session>();
  #lastNumber = 0;

  constructor({ limits, homes }: SessionBookParts) {
    this.arriving = new DeadlineQueue(limits.loginWaitMs);
    this.stranded = new DeadlineQueue(limits.strandedWaitMs);
    this.#homes = homes;
  }

  /** Accounts logged in or with a seat kept. */
  get size(): number {
    return this.#byKey.size;
  }

  /** Admitted connections that are not practice bots. */
  get playerCount(): number {
    return this.#byPlayer.size - this.arriving.size - this.#bots.size;
  }

  get botCount(): number {
    return this.#bots.size;
  }

  byName(name: string): Session | undefined {
    return this.#byKey.get(nameKey(name));
  }

  byPlayer(player: PlayerRef): Session | undefined {
    return this.#byPlayer.get(player);
  }

  all(): IterableIterator<Session> {
    return this.#byKey.values();
  }

  /** A new account logs in: it is `arriving`. */
  create(login: { name: string; player: PlayerRef; home: string }, nowMs: number): Session {
    this.#lastNumber += 1;
    const session: Session = {
      number: this.#lastNumber,
      key: nameKey(login.name),
      name: login.name,
      isPractice: isPracticeName(login.name),
      state: 'arriving',
      player: NO_PLAYER,
      address: '',
      loginWallMs: 0,
      home: login.home,
      place: undefined,
      seat: undefined,
      ticketId: NO_TICKET,
      priorityUntilMs: 0,
      recent: undefined,
      strandedFor: Reason.login,
    };
    assert(!this.#byKey.has(session.key), 'an account has one session');
    this.#byKey.set(session.key, session);
    this.#homeOf(session).sessions += 1;
    this.arriving.add(session, nowMs);
    this.connect(session, login.player);
    return session;
  }

  connect(session: Session, player: PlayerRef): void {
    assert(session.player === NO_PLAYER, 'a session has one connection');
    // Assigned before the map entry, so that both always agree.
    session.player = player;
    this.#byPlayer.set(player, session);
  }

  disconnect(session: Session): void {
    this.#byPlayer.delete(session.player);
    session.player = NO_PLAYER;
  }

  setHome(session: Session, home: string): void {
    this.#homeOf(session).sessions -= 1;
    session.home = home;
    this.#homeOf(session).sessions += 1;
  }

  /** Moves the session to the state that `event` leads to, with all that depends on its state. */
  apply(session: Session, event: SessionEvent, nowMs: number): void {
    const before = session.state;
    const after = nextState(before, event);
    session.state = after;
    if (before === 'arriving') this.arriving.delete(session);
    if (before === 'stranded') this.stranded.delete(session);
    if (before === 'away') for (const queue of this.#away.values()) queue.delete(session);
    if (after === 'arriving') this.arriving.add(session, nowMs);
    if (after === 'stranded') this.stranded.add(session, nowMs);
    if (after === 'away') this.#startGrace(session, nowMs);
    if (after === 'gone') this.#remove(session);
    if (session.isPractice) this.#noteBot(session);
  }

  /** Takes the next session whose grace time is over. */
  takeExpired(nowMs: number): Session | undefined {
    for (const queue of this.#away.values()) {
      const session = queue.takeDue(nowMs);
      if (session !== undefined) return session;
    }
    return undefined;
  }

  /** When the next bounded wait is over. */
  get nextMs(): number {
    let nextMs = Math.min(this.arriving.nextMs, this.stranded.nextMs);
    for (const queue of this.#away.values()) nextMs = Math.min(nextMs, queue.nextMs);
    return nextMs;
  }

  #startGrace(session: Session, nowMs: number): void {
    this.disconnect(session);
    const graceMs = session.seat?.rules?.graceMs;
    assert(graceMs !== undefined, 'only a seat with a grace time is kept');
    this.#awayFor(graceMs).add(session, nowMs);
  }

  #awayFor(graceMs: number): DeadlineQueue<Session> {
    const found = this.#away.get(graceMs);
    if (found !== undefined) return found;
    // Times that no mode has any more go, once nobody waits by them.
    for (const [old, { size }] of this.#away) if (size === 0) this.#away.delete(old);
    const queue = new DeadlineQueue<Session>(graceMs);
    this.#away.set(graceMs, queue);
    return queue;
  }

  #remove(session: Session): void {
    this.disconnect(session);
    this.#byKey.delete(session.key);
    this.#homeOf(session).sessions -= 1;
  }

  #noteBot(session: Session): void {
    const { state } = session;
    if (state === 'lobby' || state === 'match' || state === 'stranded') this.#bots.add(session);
    else this.#bots.delete(session);
  }

  #homeOf(session: Session): LobbyBook {
    const home = this.#homes.get(session.home);
    assert(home !== undefined, 'a session has a configured home');
    return home;
  }
}
