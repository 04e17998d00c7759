/**
 * Takes records of match workers to the connections they are for. Gateway threads. Hot: once per record and receiver.
 *
 *   DATA_ONE, DATA_MANY  encoded once per protocol, pushed to each connection whose handler sent it
 *   LEFT                 the hand-off goes on            CLOSE   the handler throws a client out
 *
 * Invariant: a record reaches only a connection whose player and current handler it names. A handler that was left,
 * by LEFT or by deadline, can say nothing more to the client: a physical fence.
 */

import type { ClientEvent } from '../../shared/client-event.ts';
import type { ClientProtocol } from '../../shared/client-protocol.ts';
import type { Reason } from '../../shared/reason.ts';
import {
  COUNT_OFFSET,
  DataFlag,
  HANDLER_OFFSET,
  ONE_BODY_OFFSET,
  PLAYER_BYTES,
  PLAYER_OFFSET,
  PLAYERS_OFFSET,
  RecordKind,
  dataManyBodyOffset,
} from '../../shared/record-layout.ts';
import type { OnRecord, RingReader } from '../../shared/spsc-ring.ts';
import type { Connection } from './connection.ts';
import type { EventEncoder } from './event-encoder.ts';
import { readEvent } from './event-reader.ts';
import type { PlayerRows } from './player-rows.ts';
import type { WorkerLink } from './worker-link.ts';

export class RecordDispatch {
  /** Events that were none: a peer's host wrote them. Counted once per receiver, shown to nobody. */
  brokenEvents = 0;
  readonly #rows: PlayerRows;
  readonly #events: EventEncoder;
  readonly #onRecord: OnRecord;
  #delivered = 0;
  #ring: RingReader | undefined;
  /** Encodings of the record at hand, one per protocol met. */
  readonly #protocols: ClientProtocol[] = [];
  readonly #encoded: Uint8Array[] = [];
  #event: ClientEvent | undefined;
  #isEventRead = false;

  constructor(rows: PlayerRows, events: EventEncoder) {
    this.#rows = rows;
    this.#events = events;
    this.#onRecord = (kind, flags, byteOffset, byteLength) =>
      this.#dispatch(kind, flags, byteOffset, byteLength);
  }

  /** Reads at most `limit` records of one worker; returns how many. */
  drain(link: WorkerLink, limit: number): number {
    this.#ring = link.down;
    return link.down.drain(limit, this.#onRecord);
  }

  /** Messages pushed to connections since the last call, once per receiver. */
  takeDelivered(): number {
    const count = this.#delivered;
    this.#delivered = 0;
    return count;
  }

  #dispatch(kind: number, flags: number, byteOffset: number, byteLength: number): void {
    switch (kind) {
      case RecordKind.dataOne:
        this.#one(flags, byteOffset, byteLength);
        break;
      case RecordKind.dataMany:
        this.#many(flags, byteOffset, byteLength);
        break;
      case RecordKind.left:
        this.#left(flags, byteOffset, byteLength);
        break;
      case RecordKind.close:
        this.#close(flags, byteOffset, byteLength);
        break;
    }
  }

  #one(flags: number, byteOffset: number, byteLength: number): void {
    const view = this.#reader.view;
    const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
    const connection = this.#rows.find(view.getUint32(byteOffset + PLAYER_OFFSET, true));
    if (connection?.handler !== handler || !connection.open) return;
    this.#forget();
    const start = byteOffset + ONE_BODY_OFFSET;
    this.#deliver(connection, flags, start, byteLength - ONE_BODY_OFFSET);
  }

  #many(flags: number, byteOffset: number, byteLength: number): void {
    const view = this.#reader.view;
    const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
    const count = view.getUint32(byteOffset + COUNT_OFFSET, true);
    const bodyOffset = dataManyBodyOffset(count);
    let playerOffset = byteOffset + PLAYERS_OFFSET;
    this.#forget();
    for (let index = 0; index < count; index += 1) {
      const connection = this.#rows.find(view.getUint32(playerOffset, true));
      playerOffset += PLAYER_BYTES;
      if (connection?.handler !== handler || !connection.open) continue;
      this.#deliver(connection, flags, byteOffset + bodyOffset, byteLength - bodyOffset);
    }
  }

  #deliver(connection: Connection, flags: number, start: number, byteLength: number): void {
    if ((flags & DataFlag.event) !== 0) {
      this.#deliverEvent(connection, start, byteLength);
      return;
    }
    this.#delivered += 1;
    // The encoded bytes are shared by all receivers of the record that speak one protocol.
    const { protocol } = connection;
    let encoded = this.#encoded[this.#protocols.indexOf(protocol)];
    if (encoded === undefined) {
      encoded = protocol.encodeState(this.#payload(start, byteLength));
      this.#protocols.push(protocol);
      this.#encoded.push(encoded);
    }
    // Nothing of an opaque stream is ever dropped: the host does not know where its messages end.
    const isVolatile = (flags & DataFlag.volatile) !== 0 && !protocol.opaque;
    connection.deliver(encoded, isVolatile, byteLength);
  }

  #deliverEvent(connection: Connection, start: number, byteLength: number): void {
    if (!this.#isEventRead) this.#event = readEvent(this.#text(start, byteLength));
    this.#isEventRead = true;
    if (this.#event === undefined) {
      this.brokenEvents += 1;
      return;
    }
    this.#delivered += 1;
    const kept = connection.takeKept(this.#event);
    // A ticket that a match has ended came before it.
    const isOver = this.#event.event === 'match';
    if (isOver) for (const one of kept) this.#events.tell(connection, one);
    this.#events.tell(connection, this.#event);
    if (!isOver) for (const one of kept) this.#events.tell(connection, one);
  }

  #left(flags: number, byteOffset: number, byteLength: number): void {
    const view = this.#reader.view;
    const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
    const player = view.getUint32(byteOffset + PLAYER_OFFSET, true);
    const connection = this.#rows.find(player);
    if (flags !== 0) {
      // The bridge wrote a Reason there.
      connection?.onLost(handler, flags as Reason);
      return;
    }
    const unread = this.#payload(byteOffset + ONE_BODY_OFFSET, byteLength - ONE_BODY_OFFSET);
    connection?.onLeft(handler, new Uint8Array(unread));
  }

  #close(flags: number, byteOffset: number, byteLength: number): void {
    const view = this.#reader.view;
    const handler = view.getUint32(byteOffset + HANDLER_OFFSET, true);
    const connection = this.#rows.find(view.getUint32(byteOffset + PLAYER_OFFSET, true));
    if (connection?.handler !== handler) return;
    const message = this.#text(byteOffset + ONE_BODY_OFFSET, byteLength - ONE_BODY_OFFSET);
    // The worker wrote a Reason there.
    connection.close(flags as Reason, message);
  }

  get #reader(): RingReader {
    if (this.#ring === undefined) throw new Error('Cannot read a record: no ring is being drained');
    return this.#ring;
  }

  #payload(start: number, byteLength: number): Uint8Array {
    return this.#reader.bytes.subarray(start, start + byteLength);
  }

  #text(start: number, byteLength: number): string {
    const { bytes } = this.#reader;
    return Buffer.from(bytes.buffer, bytes.byteOffset + start, byteLength).toString('utf8');
  }

  #forget(): void {
    this.#protocols.length = 0;
    this.#encoded.length = 0;
    this.#event = undefined;
    this.#isEventRead = false;
  }
}
