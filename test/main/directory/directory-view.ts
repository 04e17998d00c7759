/**
 * What main may know, by a second road: built from the reports delivered to the directory and the effects that it asked for.
 * Each order is checked as it is given; check() compares the directory's own answers with it.
 */

import assert from 'node:assert/strict';
import type { Directory } from '../../../src/main/directory/directory.ts';
import type { HandlerSeat, HandlerSpec } from '../../../src/main/directory/directory-effects.ts';
import type { TicketEvent } from '../../../src/main/matchmaker/ticket-event.ts';
import { NO_PLAYER, type HandlerRef, type PlayerRef } from '../../../src/shared/ids.ts';
import { Reason } from '../../../src/shared/reason.ts';
import type { GatewayOrder } from '../../../src/shared/thread-messages.ts';

export interface KnownHandler extends HandlerSpec {
  state: 'opening' | 'open' | 'gone';
  isWorkerLost: boolean;
}

interface KnownPlayer {
  readonly key: string;
  readonly sinceMs: number;
  /** undefined until admitted. */
  handler: HandlerRef | undefined;
}

export class DirectoryView {
  readonly handlers: Map<HandlerRef, KnownHandler> = new Map();
  /** Logins delivered and neither refused nor closed. */
  readonly players: Map<PlayerRef, KnownPlayer> = new Map();
  readonly marks: Record<string, number> = {};
  readonly #lobbyCapacity: number;

  constructor(lobbyCapacity: number) {
    this.#lobbyCapacity = lobbyCapacity;
  }

  mark(name: string): void {
    this.marks[name] = (this.marks[name] ?? 0) + 1;
  }

  ticketEvent(event: TicketEvent): void {
    if (event.kind === 'removed') this.mark(`removed for ${event.reason}`);
    if (event.kind === 'matched' && event.mode === 'siege') this.mark('accepted match opened');
  }

  loggedIn(player: PlayerRef, name: string, nowMs: number): void {
    this.players.set(player, { key: name.toLowerCase(), sinceMs: nowMs, handler: undefined });
  }

  opening(handler: HandlerRef, spec: HandlerSpec): void {
    assert(!this.handlers.has(handler), 'a handler row is forgotten before it is used again');
    this.handlers.set(handler, { ...spec, state: 'opening', isWorkerLost: false });
    const names = spec.roster.map(({ name }) => name.toLowerCase());
    assert.equal(new Set(names).size, names.length, 'a roster names each player once');
  }

  /** A running match gets players: each seat once, and nobody who is seated in it. */
  addSeats(handler: HandlerRef, seats: readonly HandlerSeat[]): void {
    const known = this.handlers.get(handler);
    assert(known?.state === 'open', 'only running matches get players');
    this.handlers.set(handler, { ...known, roster: [...known.roster, ...seats] });
  }

  /** An order to a handler that is known to be over would meet the next one in its row. */
  notGone(handler: HandlerRef): void {
    const state = this.handlers.get(handler)?.state;
    assert(state !== undefined && state !== 'gone', 'only what is not gone takes orders');
  }

  forget(handler: HandlerRef): void {
    assert.equal(this.handlers.get(handler)?.state, 'gone', 'only what is gone is forgotten');
    for (const player of this.players.values()) {
      assert.notEqual(player.handler, handler, 'nobody is routed to a forgotten handler');
    }
    this.handlers.delete(handler);
    this.mark('forgotten');
  }

  /** Checks an order against all that was reported and ordered before, and takes it in. */
  order(order: GatewayOrder): void {
    switch (order.kind) {
      case 'admit':
        this.#admit(order);
        return;
      case 'refuse':
        assert.equal(this.#known(order.player).handler, undefined, 'only logins are refused');
        this.players.delete(order.player);
        this.mark(`refused for ${order.reason}`);
        return;
      case 'close':
        assert.notEqual(
          this.#known(order.player).handler,
          undefined,
          'only the admitted are closed',
        );
        this.players.delete(order.player);
        this.mark(`closed for ${order.reason}`);
        return;
      case 'move':
        this.#move(order);
        return;
      case 'event':
        for (const player of order.players ?? []) {
          assert.notEqual(this.#known(player).handler, undefined, 'events are for the admitted');
        }
        this.mark(`event ${order.event.event}`);
        break;
      case 'trace':
        // For followed players only: nothing of the directory's.
        break;
    }
  }

  /** Compares everything that the directory says about itself with what it was told and did. */
  check(directory: Directory, nowMs: number): void {
    this.#checkPlayers(directory, nowMs);
    const occupancy = new Map<HandlerRef, number>();
    for (const { handler } of this.players.values()) {
      if (handler !== undefined) occupancy.set(handler, (occupancy.get(handler) ?? 0) + 1);
    }
    let lobbies = 0;
    let matches = 0;
    for (const [handler, { isLobby, state }] of this.handlers) {
      if (isLobby)
        assert((occupancy.get(handler) ?? 0) <= this.#lobbyCapacity, 'no lobby overflows');
      if (!isLobby && state === 'open') matches += 1;
      if (isLobby && state === 'open') lobbies += 1;
    }
    const counts = directory.counts();
    assert(
      counts.matches <= matches && counts.lobbies <= lobbies,
      'only open handlers are counted',
    );
  }

  #admit({ player, name, handler, reason }: Extract<GatewayOrder, { kind: 'admit' }>): void {
    const known = this.#known(player);
    assert.equal(known.handler, undefined, 'a login is answered once');
    for (const other of this.players.values()) {
      const isSame = other !== known && other.key === known.key && other.handler !== undefined;
      assert(!isSame, 'one connection an account');
    }
    this.#enter(known, handler);
    assert.equal(name.toLowerCase(), known.key);
    this.mark(`admitted for ${reason}`);
  }

  #move({ players, handler, reason, oldGone }: Extract<GatewayOrder, { kind: 'move' }>): void {
    assert.equal(new Set(players).size, players.length, 'a move names a player once');
    assert(players.length > 0, 'a move names somebody');
    for (const player of players) {
      const known = this.#known(player);
      assert(known.handler !== undefined && known.handler !== handler, 'a move goes elsewhere');
      const old = this.handlers.get(known.handler);
      assert(old !== undefined, 'a player is never routed to a forgotten handler');
      assert.equal(oldGone, old.isWorkerLost, 'oldGone exactly when no LEFT can come');
      this.#enter(known, handler);
      this.mark(`moved for ${reason}`);
    }
    if (players.length > 1) this.mark('moved several at once');
    if (oldGone) this.mark('moved from a lost worker');
  }

  #enter(known: KnownPlayer, handler: HandlerRef): void {
    const target = this.handlers.get(handler);
    assert(target?.state === 'open', 'players are sent to open handlers');
    const isSeated = target.roster.some(({ name }) => name.toLowerCase() === known.key);
    assert(target.isLobby || isSeated, 'a match is for its roster');
    known.handler = handler;
  }

  #known(player: PlayerRef): KnownPlayer {
    const known = this.players.get(player);
    assert(known !== undefined, 'no order for a connection that is closed or refused');
    return known;
  }

  #checkPlayers(directory: Directory, nowMs: number): void {
    const admitted = { players: 0, bots: 0 };
    for (const [player, { key, handler }] of this.players) {
      const status = directory.find(key, nowMs);
      assert.equal(status?.player, player, 'every open connection has its session');
      assert.equal(status?.state === 'arriving', handler === undefined, 'arriving: not yet let in');
      if (handler === undefined) continue;
      admitted[key.startsWith('bot-') ? 'bots' : 'players'] += 1;
      const place = this.handlers.get(handler);
      const isHere = place?.state === 'open' || status?.state === 'stranded';
      assert(isHere, 'who is not stranded is in an open handler');
      if (status?.state === 'lobby') assert.equal(place?.isLobby, true);
      if (status?.state === 'match') assert.equal(place?.isLobby, false);
    }
    const { players, bots } = directory.counts();
    assert.deepEqual({ players, bots }, admitted, 'counts are those of the connections');
    const waiting = new Map<string, number>();
    for (const { name, player, state, waits, seat, party } of directory.players(nowMs)) {
      assert.equal(player === NO_PLAYER, state === 'away', 'only who is away has no connection');
      assert(waits === undefined || seat === undefined, 'nobody waits and plays');
      if (state === 'away' || state === 'match') assert(seat !== undefined, 'a seat is kept');
      if (waits !== undefined) waiting.set(waits.mode, (waiting.get(waits.mode) ?? 0) + 1);
      assert(party.length === 0 || party.includes(name.toLowerCase()), 'a party has its member');
    }
    for (const mode of ['ctf', 'duel', 'siege']) {
      const count = directory.queueCounts(mode)?.waiting;
      assert.equal(count, waiting.get(mode) ?? 0, 'every ticket is of players who wait');
    }
  }

  /** Logins that should have been answered by now. */
  overdue(nowMs: number, waitMs: number): number {
    let count = 0;
    for (const { handler, sinceMs } of this.players.values()) {
      if (handler === undefined && nowMs - sinceMs > waitMs) count += 1;
    }
    return count;
  }
}

/** Marks that every run of the simulation must have met: else it would prove nothing. */
export const MARKS: readonly string[] = [
  `admitted for ${Reason.login}`,
  `admitted for ${Reason.resumed}`,
  `refused for ${Reason.badName}`,
  `refused for ${Reason.hostFull}`,
  `refused for ${Reason.draining}`,
  `refused for ${Reason.replaced}`,
  `refused for ${Reason.unavailable}`,
  `closed for ${Reason.replaced}`,
  `closed for ${Reason.unavailable}`,
  `moved for ${Reason.matched}`,
  `moved for ${Reason.ended}`,
  `moved for ${Reason.left}`,
  `moved for ${Reason.crashed}`,
  `moved for ${Reason.outOfMemory}`,
  'moved several at once',
  'moved from a lost worker',
  'forgotten',
  'seat expired',
  'seats added',
  'abandoned match ended',
  'opening failed',
  'openHandler refused',
  'party matched',
  'event found',
  'accepted match opened',
  'removed for declined',
  'modeQuarantined',
  'modeReleased',
  'lobbyFailed',
  'lobbyClosed',
  'request from a handler left since',
  'login of a connection closed since',
  'order for a connection closed since',
];
