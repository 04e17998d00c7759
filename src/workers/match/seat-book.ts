/**
 * The seats of one match worker by player slot, and what the gateways' records do to them. Match workers.
 *
 *   JOIN -> a new seat, or the kept one of that name     DATA -> handler, command, or kept for the next handler
 *   LEAVE -> the handler's onLeave, then LEFT
 *
 * Invariant: every LEAVE of a hand-off is answered with LEFT, after everything its handler said to that player, even when the
 * handler is over or was never here: the hand-off of a player hangs on nothing but this thread's life. A LEAVE for a lost
 * connection whose seat is kept has no answer: nobody waits for one.
 */

import { slotOf, type HandlerRef, type PlayerRef } from '../../shared/ids.ts';
import { nameKey } from '../../shared/name-key.ts';
import { readName, type PlayerTable } from '../../shared/player-table.ts';
import { keepsSeat, Reason, reasonWord } from '../../shared/reason.ts';
import { InputChannel } from '../../shared/record-layout.ts';
import { NO_SEGMENTS, decodeSegments, encodeSegments } from '../../shared/unread-segments.ts';
import type { GatewayLink } from '../../shared/gateway-link.ts';
import type { HandlerInstance } from './handler-instance.ts';
import { Seat, type SeatPlace } from './seat.ts';

export interface JoinRecord {
  readonly handler: HandlerRef;
  readonly player: PlayerRef;
  readonly reason: Reason;
  /** Segments that come before all other input. */
  readonly unread: Uint8Array;
}

export class SeatBook {
  readonly #players: PlayerTable;
  readonly #runCommand: (seat: Seat, bytes: Uint8Array) => void;
  /** By player slot. */
  readonly #seats: (Seat | undefined)[] = [];

  constructor(players: PlayerTable, runCommand: (seat: Seat, bytes: Uint8Array) => void) {
    this.#players = players;
    this.#runCommand = runCommand;
  }

  /** The seat that a record names; undefined for a player who has gone or sits elsewhere. Hot. */
  find(handler: HandlerRef, player: PlayerRef): Seat | undefined {
    const seat = this.#seats[slotOf(player)];
    return seat?.player === player && seat.handler === handler ? seat : undefined;
  }

  join(link: GatewayLink, instance: HandlerInstance | undefined, record: JoinRecord): void {
    const { handler, player, reason } = record;
    const slot = slotOf(player);
    const name = readName(this.#players, slot);
    const key = nameKey(name);
    const kept = instance?.task.isLobby === false ? instance.seatNamed(name) : undefined;
    const place = { player, link };
    if (instance !== undefined && kept !== undefined) {
      this.#rebind(instance, kept, place);
    } else {
      const team = instance?.roster.find((entry) => nameKey(entry.name) === key)?.team ?? 0;
      const seat = new Seat(this.#players, place, { name, team, handler, instance });
      this.#seats[slot] = seat;
      if (instance?.isOpen === true) instance.join(seat, reasonWord(reason));
      else instance?.seats.add(seat);
    }
    const seat = this.#seats[slot];
    if (seat === undefined) return;
    for (const { channel, bytes } of decodeSegments(record.unread)) {
      this.deliver(seat, channel, bytes);
    }
  }

  leave(
    link: GatewayLink,
    target: { handler: HandlerRef; player: PlayerRef },
    reason: Reason,
  ): void {
    const seat = this.find(target.handler, target.player);
    if (seat === undefined) {
      link.left(target, NO_SEGMENTS);
      return;
    }
    this.#seats[slotOf(target.player)] = undefined;
    const { instance } = seat;
    if (instance !== undefined && !seat.isExpired && isKept(instance, reason)) {
      instance.disconnect(seat);
      return;
    }
    const isLate = seat.isExpired && keepsSeat(reason);
    instance?.leave(seat, reasonWord(isLate ? Reason.expired : reason));
    link.left(target, encodeSegments(seat.unread ?? []));
  }

  /** `bytes` is valid during the call only. */
  deliver(seat: Seat, channel: InputChannel, bytes: Uint8Array): void {
    const { instance } = seat;
    // Earlier input can end the handler: then this is for the next one.
    instance?.takeInputs();
    if (instance?.isOpen !== true) {
      seat.keepUnread(channel, bytes);
      return;
    }
    switch (channel) {
      case InputChannel.input:
      case InputChannel.opaque:
        instance.input(seat, bytes);
        break;
      case InputChannel.command:
        this.#runCommand(seat, bytes);
        break;
    }
  }

  /** The player of a kept seat is back, on another connection. */
  #rebind(instance: HandlerInstance, seat: Seat, place: SeatPlace): void {
    const oldSlot = slotOf(seat.player);
    if (this.#seats[oldSlot] === seat) this.#seats[oldSlot] = undefined;
    seat.player = place.player;
    seat.link = place.link;
    seat.connected = true;
    seat.isExpired = false;
    this.#seats[slotOf(place.player)] = seat;
    if (instance.isOpen) instance.reconnect(seat);
  }
}

function isKept(instance: HandlerInstance, reason: Reason): boolean {
  return instance.isOpen && !instance.task.isLobby && keepsSeat(reason);
}
