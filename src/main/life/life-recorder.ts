/**
 * Writes the life book: follows what gateways report and what the directory orders, and puts it into words. Main thread.
 *
 *   gateway --login, closed, handOff--+
 *   directory --orders, tickets-------+--> LifeRecorder --> LifeBook --> followers
 *                                          |      ^
 *                             'trace' orders      +-- step(): why followed players wait, where that has changed
 *
 * Practice bots have no life here. While nobody is followed, gateways report nothing for it.
 */

import type { ClientEvent } from '../../shared/client-event.ts';
import type { Clock } from '../../shared/clock.ts';
import { NO_PLAYER, type HandlerRef, type PlayerRef } from '../../shared/ids.ts';
import { isPracticeName } from '../../shared/practice-name.ts';
import { Reason, reasonWord } from '../../shared/reason.ts';
import type { GatewayOrder, GatewayReport, HandOffReport } from '../../shared/thread-messages.ts';
import type { WaitAnswer } from '../directory/directory-status.ts';
import { nameKey } from '../../shared/name-key.ts';
import type { TicketEvent } from '../matchmaker/ticket-event.ts';
import type { HostLog } from '../log.ts';
import type { LifeBook, LifeStep } from './life-book.ts';

/** What the recorder asks of the directory and the gateways. */
export interface LifeSource {
  /** The account's connection; NO_PLAYER or undefined where there is none. */
  player(key: string): PlayerRef | undefined;
  why(key: string): WaitAnswer | undefined;
  order(order: GatewayOrder): void;
}

/** A connection that is logged in or logs in. */
interface Arrival {
  readonly key: string;
  readonly name: string;
  readonly address: string;
  /** Of a login that waits for its answer: its password, if it has one, is nothing to keep here for hours. */
  pending: { readonly listener: string; readonly atMs: number } | undefined;
}

/** How often a followed player's reasons are looked at. */
const WHY_MS = 250;
/** How far wall time may be from the clock's before times follow it. */
const OFFSET_DRIFT_MS = 50;

const HAND_OFF_WORDS: Readonly<Record<HandOffReport['step'], string>> = {
  leaveWritten: 'LEAVE written to',
  leftReceived: 'LEFT received from',
  noLeft: 'no LEFT in time from',
  joinWritten: 'JOIN written to',
};

export class LifeRecorder {
  readonly #book: LifeBook;
  readonly #source: LifeSource;
  readonly #clock: Clock;
  readonly #log: HostLog;
  readonly #arrivals = new Map<PlayerRef, Arrival>();
  readonly #handlers = new Map<HandlerRef, string>();
  /** By followed account: the reason that it was last seen to wait for. */
  readonly #causes = new Map<string, string>();
  #nextWhyMs = 0;
  #offsetMs = 0;

  constructor(parts: { book: LifeBook; source: LifeSource; clock: Clock; log: HostLog }) {
    const { book } = parts;
    this.#book = book;
    this.#source = parts.source;
    this.#clock = parts.clock;
    this.#log = parts.log;
    book.onFollowed = (key, isFollowed) => this.#onFollowed(key, isFollowed);
  }

  /** To be called before the directory hears of the report. */
  onReport(report: GatewayReport): void {
    switch (report.kind) {
      case 'login':
        this.#onLogin(report);
        break;
      case 'closed':
        this.#onClosed(report.player, report.reason, 'the connection is gone');
        break;
      case 'handOff':
        this.#onHandOff(report);
        break;
    }
  }

  /** To be called before the order is given. */
  onOrder(order: GatewayOrder): void {
    switch (order.kind) {
      case 'admit':
        this.#onAdmit(order);
        break;
      case 'refuse':
        this.#onRefuse(order);
        break;
      case 'move': {
        const to = `to ${this.#handlerText(order.handler)}, ${reasonWord(order.reason)}`;
        for (const player of order.players) this.#note(player, 'moved', to);
        break;
      }
      case 'event':
        this.#onEvent(order.players ?? [], order.event);
        break;
      case 'close':
        this.#onClosed(order.player, order.reason, order.message);
        break;
      case 'trace':
        break;
    }
  }

  onTicketEvent(event: TicketEvent): void {
    if (event.kind !== 'matched') return;
    const { matchId, seats } = event;
    for (const { name, team } of seats) {
      if (isPracticeName(name)) continue;
      const detail = flat('found: ', matchId, ` with ${seats.length} players, team ${team}`);
      this.#noteKey(nameKey(name), 'match', detail);
    }
  }

  handlerOpened(handler: HandlerRef, id: string, isLobby: boolean): void {
    this.#handlers.set(handler, `${isLobby ? 'lobby' : 'match'} ${id}`);
  }

  handlerForgotten(handler: HandlerRef): void {
    this.#handlers.delete(handler);
  }

  /** Looks at why followed players wait; at no cost while nobody is followed. */
  step(nowMs: number): void {
    if (nowMs < this.#nextWhyMs) return;
    this.#nextWhyMs = nowMs + WHY_MS;
    for (const key of this.#book.followed()) {
      const answer = this.#source.why(key);
      const cause = answer?.report?.cause;
      if (answer === undefined || cause === undefined) this.#causes.delete(key);
      else if (this.#causes.get(key) !== cause) {
        this.#causes.set(key, cause);
        this.#noteKey(key, 'waiting', answer.text);
      }
    }
  }

  #onLogin(report: Extract<GatewayReport, { kind: 'login' }>): void {
    const { player, name, address, listener } = report;
    if (isPracticeName(name)) return;
    const pending = { listener, atMs: this.#wallMs() };
    this.#arrivals.set(player, { key: nameKey(name), name, address, pending });
  }

  #onRefuse({ player, reason, message }: Extract<GatewayOrder, { kind: 'refuse' }>): void {
    const arrival = this.#arrivals.get(player);
    if (arrival === undefined) return;
    this.#arrivals.delete(player);
    const { key, name, address, pending } = arrival;
    const code = reasonWord(reason);
    const { listener } = pending ?? {};
    this.#log.info('login refused', { reason: code, player: name, address, listener });
    if (this.#book.knows(key)) this.#noteKey(key, 'refused', `${code}: ${message}`);
  }

  #onClosed(player: PlayerRef, reason: Reason, text: string): void {
    const arrival = this.#arrivals.get(player);
    if (arrival === undefined) return;
    // Once: the connection's own report follows an order to close it.
    this.#arrivals.delete(player);
    const { key, name, address } = arrival;
    const isKick = reason === Reason.kicked || reason === Reason.banned;
    const code = reasonWord(reason);
    const fields = { reason: code, player: name, address };
    if (isKick) this.#log.warn('kicked', fields);
    else this.#log.debug('closed', fields);
    this.#noteKey(key, isKick ? 'kicked' : 'closed', flat(code, ': ', text));
  }

  #onAdmit({ player, handler, reason }: Extract<GatewayOrder, { kind: 'admit' }>): void {
    const arrival = this.#arrivals.get(player);
    if (arrival === undefined) return;
    const { key, name, address, pending } = arrival;
    if (pending === undefined) return;
    const { listener, atMs } = pending;
    arrival.pending = undefined;
    if (this.#book.isFollowed(key)) this.#trace(player, true);
    // Written only now, when the host lets it in: who invents names gets no room in the book.
    const detail = flat('as ', name, ' from ', address, ' through ', listener);
    this.#book.note(key, { atMs, what: 'login', detail });
    const code = reasonWord(reason);
    const where = flat('in ', this.#handlerText(handler), ', ', code);
    this.#noteKey(key, reason === Reason.resumed ? 'resumed' : 'lobby', where);
    this.#log.info('login', { reason: code, player: name, address, listener });
  }

  #onEvent(players: readonly PlayerRef[], event: ClientEvent): void {
    if (event.event === 'queued') {
      const detail = `for ${event.mode}: ${event.waiting} in the queue`;
      for (const player of players) this.#note(player, 'queued', detail);
    } else if (event.event === 'unqueued') {
      for (const player of players) this.#note(player, 'unqueued', event.reason);
    }
  }

  #onHandOff({ player, atMs, step, handler }: HandOffReport): void {
    const key = this.#arrivals.get(player)?.key;
    if (key === undefined) return;
    const detail = `${HAND_OFF_WORDS[step]} ${this.#handlerText(handler)}`;
    this.#book.note(key, { atMs: this.#wallMs(atMs), what: 'handed-off', detail });
  }

  #onFollowed(key: string, isFollowed: boolean): void {
    if (!isFollowed) this.#causes.delete(key);
    this.#nextWhyMs = 0;
    const player = this.#source.player(key) ?? NO_PLAYER;
    if (player !== NO_PLAYER) this.#trace(player, isFollowed);
  }

  #trace(player: PlayerRef, isOn: boolean): void {
    this.#source.order({ kind: 'trace', player, isOn });
  }

  #note(player: PlayerRef, what: LifeStep, detail: string): void {
    const key = this.#arrivals.get(player)?.key;
    if (key !== undefined) this.#noteKey(key, what, detail);
  }

  #noteKey(key: string, what: LifeStep, detail: string): void {
    this.#book.note(key, { atMs: this.#wallMs(), what, detail });
  }

  /** One offset for all threads' times, so that a millisecond's parts keep their order; another one when wall time jumps. */
  #wallMs(atMs: number = this.#clock.nowMs()): number {
    const offsetMs = this.#clock.wallMs() - this.#clock.nowMs();
    if (Math.abs(offsetMs - this.#offsetMs) > OFFSET_DRIFT_MS) this.#offsetMs = offsetMs;
    return this.#offsetMs + atMs;
  }

  #handlerText(handler: HandlerRef): string {
    return this.#handlers.get(handler) ?? 'a handler that is over';
  }
}

/** Joined to one string: V8 keeps what `+` and templates make as a tree, 32 bytes a knot, and these are kept a million times. */
function flat(...parts: readonly string[]): string {
  return parts.join('');
}
