/**
 * The bridge as a gateway: for the match workers of this host it holds the players of all other hosts who are in matches
 * here. Bridge thread.
 *
 *   link of a home --join, data, leave--> guest's row --> rings up[bridge][w]   --> match worker w
 *   link of a home <--data once a home, left, close------ rings down[bridge][w] <-- match worker w
 *
 * Invariants: a guest's records stay in order: one link, one corridor. A home player has at most one guest that is not leaving.
 * A guest's row is freed when its worker has said LEFT, or is dead, or keeps the seat for a lost connection. A guest sits only where main has admitted guests.
 */

import { ClientView } from '../../shared/client-view.ts';
import type { HandlerTable } from '../../shared/handler-table.ts';
import type { HandlerRef, PlayerRef } from '../../shared/ids.ts';
import { PlayerFlag, type PlayerTable } from '../../shared/player-table.ts';
import { keepsSeat, knownReason, Reason } from '../../shared/reason.ts';
import {
  DataFlag,
  HANDLER_OFFSET,
  ONE_BODY_OFFSET,
  PLAYER_OFFSET,
  RecordKind,
  tryWriteInput,
  tryWriteJoin,
  tryWriteLeave,
  type InputChannel,
} from '../../shared/record-layout.ts';
import type { OnRecord } from '../../shared/spsc-ring.ts';
import { NO_SEGMENTS } from '../../shared/unread-segments.ts';
import { AdmittedHandlers, NOWHERE } from './admitted-handlers.ts';
import { GuestBroadcast } from './guest-broadcast.ts';
import { GuestRows, type Guest } from './guest-rows.ts';
import type { ProxyLink } from './proxy-link.ts';
import type { ProxyJoin, ProxyTarget } from './proxy-records.ts';
import type { WorkerCorridor } from './worker-corridor.ts';

const DRAIN_LIMIT = 4_096;
const FULL = Buffer.from('The host of the match has no room for you', 'utf8');
const TOO_MUCH = Buffer.from('You sent more at once than the host of the match takes', 'utf8');
const BUSY = Buffer.from('The host of the match is too busy to serve you', 'utf8');

export interface MatchProxyOptions {
  readonly players: PlayerTable;
  readonly handlers: HandlerTable;
  readonly firstSlot: number;
  readonly slots: number;
  readonly nowMs: () => number;
}

export class MatchProxy {
  readonly #options: MatchProxyOptions;
  readonly #guests: GuestRows;
  readonly #corridors = new Map<number, WorkerCorridor>();
  /** By link: the guest of each of its home's players. */
  readonly #byLink = new Map<ProxyLink, Map<PlayerRef, Guest>>();
  readonly #broadcast: GuestBroadcast;
  readonly #admitted: AdmittedHandlers;
  /** Records brought to workers, and taken from them. */
  recordsUp = 0;
  recordsDown = 0;
  /** Of players who are not here: they were refused. */
  strayRecords = 0;
  /** The ring at hand belongs to this corridor. */
  #drained: WorkerCorridor | undefined;
  readonly #onRecordOf: OnRecord;

  constructor(options: MatchProxyOptions) {
    this.#options = options;
    this.#guests = new GuestRows(options.players, options);
    this.#broadcast = new GuestBroadcast(this.#guests);
    this.#admitted = new AdmittedHandlers(options.handlers);
    this.#onRecordOf = (kind, flags, byteOffset, byteLength) =>
      this.#onRecord(kind, flags, byteOffset, byteLength);
  }

  get guestCount(): number {
    return this.#guests.count;
  }

  /** Guests may join this handler. */
  admit(handler: HandlerRef): void {
    this.#admitted.admit(handler);
  }

  addCorridor(corridor: WorkerCorridor): void {
    this.#corridors.set(corridor.row, corridor);
  }

  /** The worker is dead: what it had published is delivered, then its guests have nothing to wait for. */
  dropCorridor(row: number): void {
    const corridor = this.#corridors.get(row);
    if (corridor === undefined) return;
    this.#drained = corridor;
    corridor.down.drain(Infinity, this.#onRecordOf);
    this.#corridors.delete(row);
    for (const guest of this.#guests.all()) {
      if (guest.row === row && guest.isLeaving) this.#letGo(guest, NO_SEGMENTS, Reason.crashed);
    }
  }

  /** The link to a home is down: its players have lost their connections, and may come back through another host. */
  linkDown(link: ProxyLink): void {
    for (const guest of this.#guests.all()) {
      if (guest.link !== link) continue;
      guest.link = undefined;
      this.#leave(guest, Reason.disconnected);
    }
    this.#byLink.delete(link);
    this.#broadcast.linkDown(link);
  }

  /** Takes what the workers have written; returns true when there may be more. */
  drain(): boolean {
    let hasMore = false;
    for (const corridor of this.#corridors.values()) {
      this.#drained = corridor;
      const count = corridor.down.drain(DRAIN_LIMIT, this.#onRecordOf);
      this.recordsDown += count;
      if (count === DRAIN_LIMIT) hasMore = true;
    }
    return hasMore;
  }

  hasWork(): boolean {
    for (const { down } of this.#corridors.values()) if (!down.isEmpty()) return true;
    return false;
  }

  get isBlocked(): boolean {
    for (const { isBlocked } of this.#corridors.values()) if (isBlocked) return true;
    return false;
  }

  /** Shows the workers what was written for them. */
  publish(): void {
    for (const corridor of this.#corridors.values()) corridor.publish();
  }

  // Records of a home.

  join(link: ProxyLink, join: ProxyJoin, unread: Uint8Array): void {
    const { matchHandler, homeHandler, player: homePlayer, reason, name, view, flags } = join;
    const ofLink = this.#ofLink(link);
    const older = ofLink.get(homePlayer);
    if (older !== undefined) this.#leave(older, Reason.replaced);
    const row = this.#admitted.rowOf(matchHandler);
    const nowMs = this.#options.nowMs();
    const wanted = { handler: matchHandler, homePlayer, homeHandler, row, link };
    const shown = { name, view: knownView(view), flags: flags & PlayerFlag.practice, nowMs };
    const guest = this.#guests.tryTake(wanted, shown);
    if (guest === undefined) {
      link.message.one(RecordKind.close, Reason.unavailable, homeTarget(wanted), FULL);
      return;
    }
    ofLink.set(homePlayer, guest);
    const corridor = this.#corridors.get(row);
    // The match is over or its worker dead: the home hears that from its main, and this player's LEAVE is answered here.
    if (corridor === undefined) return;
    if (!corridor.fits(unread.length)) {
      link.message.one(RecordKind.close, Reason.inputOverflow, homeTarget(wanted), TOO_MUCH);
      guest.row = NOWHERE;
      return;
    }
    this.recordsUp += 1;
    const target = { handler: matchHandler, player: guest.player, reason: knownReason(reason) };
    const segments = new Uint8Array(unread);
    this.#write(corridor, segments.length, () => tryWriteJoin(corridor.up, target, segments));
  }

  /** Input or LEAVE of a home's player. */
  one(
    link: ProxyLink,
    record: { kind: RecordKind; flags: number },
    target: ProxyTarget,
    body: Uint8Array,
  ): void {
    const guest = this.#byLink.get(link)?.get(target.player);
    // Never joined, for want of room, or gone: the home's gateway waits for no answer of a handler that said CLOSE.
    if (guest?.handler !== target.handler) {
      this.strayRecords += 1;
      return;
    }
    if (record.kind === RecordKind.leave) {
      // The home's gateway wrote a Reason there.
      this.#leave(guest, knownReason(record.flags));
      return;
    }
    const corridor = this.#corridors.get(guest.row);
    if (corridor === undefined || guest.isLeaving) return;
    this.recordsUp += 1;
    // The home's gateway wrote an InputChannel there.
    this.#input(corridor, guest, { channel: record.flags as InputChannel, body });
  }

  #input(
    corridor: WorkerCorridor,
    guest: Guest,
    { channel, body }: { channel: InputChannel; body: Uint8Array },
  ): void {
    const { handler, player } = guest;
    const write = (bytes: Uint8Array): boolean =>
      tryWriteInput(corridor.up, channel, handler, player, bytes, 0, bytes.length);
    if (!corridor.fits(body.length)) {
      guest.link?.message.one(RecordKind.close, Reason.inputOverflow, homeTarget(guest), TOO_MUCH);
      return;
    }
    // Input of a game that acts at its ticks waits for one without a bell, as at the gateways.
    if (this.#admitted.wakesOnInput(handler)) corridor.isUrgent = true;
    if (!corridor.isBlocked && write(body)) return;
    if (corridor.isFull) {
      guest.link?.message.one(RecordKind.close, Reason.unavailable, homeTarget(guest), BUSY);
      return;
    }
    const copy = new Uint8Array(body);
    corridor.keep(copy.length, () => write(copy));
  }

  #leave(guest: Guest, reason: Reason): void {
    if (guest.isLeaving) return;
    guest.isLeaving = true;
    const corridor = this.#corridors.get(guest.row);
    if (corridor === undefined) {
      this.#letGo(guest, NO_SEGMENTS, Reason.crashed);
      return;
    }
    const { handler, player } = guest;
    this.#write(corridor, 0, () => tryWriteLeave(corridor.up, handler, player, reason));
    // Its seat is kept: the worker has no answer, and nobody waits for one.
    if (keepsSeat(reason)) this.#letGo(guest, NO_SEGMENTS);
  }

  #write(corridor: WorkerCorridor, bytes: number, tryWrite: () => boolean): void {
    corridor.isUrgent = true;
    if (corridor.isBlocked || !tryWrite()) corridor.keep(bytes, tryWrite);
  }

  /** Its worker is done with the guest, or, with a reason, was lost with what was on its way. */
  #letGo(guest: Guest, unread: Uint8Array, lostFor: Reason | 0 = 0): void {
    const { link, homePlayer } = guest;
    this.#guests.free(guest);
    if (link === undefined) return;
    const ofLink = this.#byLink.get(link);
    if (ofLink?.get(homePlayer) === guest) ofLink.delete(homePlayer);
    link.message.one(RecordKind.left, lostFor, homeTarget(guest), unread);
    link.flushIfFull();
  }

  #ofLink(link: ProxyLink): Map<PlayerRef, Guest> {
    let guests = this.#byLink.get(link);
    if (guests === undefined) this.#byLink.set(link, (guests = new Map()));
    return guests;
  }

  // Records of the workers.

  /** Hot: once a record. */
  #onRecord(kind: number, flags: number, byteOffset: number, byteLength: number): void {
    const corridor = this.#drained;
    if (corridor === undefined) return;
    if (kind === RecordKind.dataMany) {
      this.#broadcast.send(corridor.down, { flags, byteOffset, byteLength });
      return;
    }
    const { view, bytes } = corridor.down;
    const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
    const guest = this.#guests.find(view.getUint32(byteOffset + PLAYER_OFFSET, true));
    if (guest?.handler !== handler) return;
    const body = bytes.subarray(byteOffset + ONE_BODY_OFFSET, byteOffset + byteLength);
    if (kind === RecordKind.left) this.#letGo(guest, body);
    else if (kind === RecordKind.dataOne || kind === RecordKind.close) {
      const { link } = guest;
      if (link === undefined || (link.isLagging && isVolatile(kind, flags))) return;
      link.message.one(kind, flags, homeTarget(guest), body);
      link.flushIfFull();
    }
  }
}

function homeTarget({
  homeHandler,
  homePlayer,
}: Pick<Guest, 'homeHandler' | 'homePlayer'>): ProxyTarget {
  return { handler: homeHandler, player: homePlayer };
}

function isVolatile(kind: number, flags: number): boolean {
  return kind === RecordKind.dataOne && (flags & DataFlag.volatile) !== 0;
}

/** Views that another version may know are shown as text. */
function knownView(view: number): ClientView {
  return Object.values(ClientView).find((known) => known === view) ?? ClientView.plain;
}
