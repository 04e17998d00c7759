/**
 * Summaries as they travel: tens of bytes, bounded by the modes that somebody waits in and not by players. Pure. Bridge thread.
 *
 *   byte 0   kind      u8: SUMMARY_SAME or SUMMARY_WHOLE
 *   byte 1   ageMs     u16 little-endian: how long ago the sender's main said it; 65535: that or longer
 *   byte 3   state     u8: 0 up, 1 draining           from here on SUMMARY_WHOLE only
 *   byte 4   load      u8: hundredths
 *   byte 5   players, bots, playersMax, matches, lobbies, configVersion, number of modes      each a varint
 *            of each mode: bytes of its name u8, its name in UTF-8, waiting, oldest in seconds,
 *                          federatable tickets, players, oldest in seconds;
 *                          where there are tickets, every bucket of the histograms            each a varint
 *
 * A varint has seven bits a byte, the lowest first; the highest bit says that more follow. A mode in which nobody waits is
 * left out. Who sent it is known by the link. Whoever reads takes nothing for granted: bytes that say anything else are refused.
 */

import type { FederatableQueue } from './federation-hosts.ts';
import type { HostSummary, ModeSummary } from './host-summary.ts';
import {
  EMPTY_HISTOGRAMS,
  PARTY_BOUNDS,
  RATING_BOUNDS,
  WAIT_BOUNDS_MS,
} from './queue-histograms.ts';

export const SUMMARY_SAME = 0;
export const SUMMARY_WHOLE = 1;
const HEAD_BYTES = 3;
const AGE_MS_MAX = 0xffff;
const STATES = ['up', 'draining'] as const;
const MODES_MAX = 256;
const NAME_BYTES_MAX = 255;
const SECOND_MS = 1_000;
const LOAD_STEPS = 100;
const MORE = 0x80;
const LOW_BITS = 0x7f;
const VARINT_BASE = 0x80;

/** A summary without who it is of. */
export type SummaryBody = Omit<HostSummary, 'hostId' | 'incarnation'>;

export interface DecodedSummary {
  readonly ageMs: number;
  /** Undefined: what was said last still holds. */
  readonly summary: SummaryBody | undefined;
}

/** All but the age: two summaries that say the same are the same bytes. */
export function encodeSummary(summary: SummaryBody): Uint8Array {
  const bytes: number[] = [SUMMARY_WHOLE, 0, 0, STATES.indexOf(summary.state)];
  bytes.push(Math.min(0xff, Math.round(summary.load * LOAD_STEPS)));
  const { players, bots, playersMax, matches, lobbies, configVersion } = summary;
  for (const count of [players, bots, playersMax, matches, lobbies, configVersion]) {
    pushVarint(bytes, count);
  }
  const modes = Object.entries(summary.modes).filter(([, mode]) => isWaitedIn(mode));
  const told = modes.slice(0, MODES_MAX);
  pushVarint(bytes, told.length);
  for (const [name, mode] of told) pushMode(bytes, name, mode);
  return new Uint8Array(bytes);
}

/** The message for a summary that was made `ageMs` ago; SUMMARY_SAME: for one that the peer has. */
export function summaryMessage(
  kind: typeof SUMMARY_SAME | typeof SUMMARY_WHOLE,
  encoded: Uint8Array,
  ageMs: number,
): Uint8Array {
  const message = kind === SUMMARY_SAME ? new Uint8Array(HEAD_BYTES) : new Uint8Array(encoded);
  message[0] = kind;
  const age = Math.max(0, Math.min(AGE_MS_MAX, Math.round(ageMs)));
  new DataView(message.buffer).setUint16(1, age, true);
  return message;
}

/** Undefined for what no host of this version sends. */
export function decodeSummary(bytes: Uint8Array): DecodedSummary | undefined {
  const reader = new SummaryReader(bytes);
  const kind = reader.byte();
  const ageMs = reader.byte() + reader.byte() * 0x100;
  if (kind === SUMMARY_SAME) return reader.isDone ? { ageMs, summary: undefined } : undefined;
  const state = STATES[reader.byte()];
  if (kind !== SUMMARY_WHOLE || state === undefined) return undefined;
  const load = reader.byte() / LOAD_STEPS;
  const [players, bots, playersMax] = [reader.varint(), reader.varint(), reader.varint()];
  const [matches, lobbies, configVersion] = [reader.varint(), reader.varint(), reader.varint()];
  const count = reader.varint();
  if (count > MODES_MAX) return undefined;
  const modes: [string, ModeSummary][] = [];
  for (let index = 0; index < count; index += 1) modes.push([reader.name(), readMode(reader)]);
  if (!reader.isDone) return undefined;
  const counts = { players, bots, playersMax, matches, lobbies, configVersion };
  return { ageMs, summary: { state, load, ...counts, modes: Object.fromEntries(modes) } };
}

function isWaitedIn({ waiting, federatable }: ModeSummary): boolean {
  return waiting > 0 || federatable.tickets > 0 || federatable.players > 0;
}

function pushMode(bytes: number[], name: string, mode: ModeSummary): void {
  const nameBytes = Buffer.from(name, 'utf8').subarray(0, NAME_BYTES_MAX);
  bytes.push(nameBytes.length, ...nameBytes);
  const { tickets, players, oldestMs, ratings, waits, parties } = mode.federatable;
  pushVarint(bytes, mode.waiting);
  pushVarint(bytes, mode.oldestMs / SECOND_MS);
  for (const count of [tickets, players, oldestMs / SECOND_MS]) pushVarint(bytes, count);
  if (Math.floor(tickets) === 0) return;
  for (const count of [...ratings, ...waits, ...parties]) pushVarint(bytes, count);
}

function readMode(reader: SummaryReader): ModeSummary {
  const waiting = reader.varint();
  const oldestMs = reader.varint() * SECOND_MS;
  const tickets = reader.varint();
  const players = reader.varint();
  const queue = { tickets, players, oldestMs: reader.varint() * SECOND_MS };
  const federatable: FederatableQueue =
    tickets === 0
      ? { ...queue, ...EMPTY_HISTOGRAMS }
      : {
          ...queue,
          ratings: reader.varints(RATING_BOUNDS.length + 1),
          waits: reader.varints(WAIT_BOUNDS_MS.length + 1),
          parties: reader.varints(PARTY_BOUNDS.length + 1),
        };
  return { waiting, oldestMs, federatable };
}

/** Whole numbers from 0 to 2^53: counts, of which no fraction is told. */
function pushVarint(bytes: number[], value: number): void {
  let rest = Math.max(0, Math.min(Number.MAX_SAFE_INTEGER, Math.floor(value)));
  while (rest >= VARINT_BASE) {
    bytes.push((rest % VARINT_BASE) | MORE);
    rest = Math.floor(rest / VARINT_BASE);
  }
  bytes.push(rest);
}

class SummaryReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #isBad = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** All was read, and nothing beyond the end. */
  get isDone(): boolean {
    return !this.#isBad && this.#offset === this.#bytes.length;
  }

  /** 0 beyond the end. */
  byte(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) this.#isBad = true;
    this.#offset += 1;
    return byte ?? 0;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= VARINT_BASE) {
      const byte = this.byte();
      value += (byte & LOW_BITS) * scale;
      if (value > Number.MAX_SAFE_INTEGER) this.#isBad = true;
      if ((byte & MORE) === 0 || this.#isBad) return this.#isBad ? 0 : value;
    }
  }

  varints(count: number): number[] {
    return Array.from({ length: count }, () => this.varint());
  }

  name(): string {
    const length = this.byte();
    const name = this.#bytes.subarray(this.#offset, this.#offset + length);
    this.#offset += length;
    if (name.length < length) this.#isBad = true;
    return Buffer.from(name).toString('utf8');
  }
}
