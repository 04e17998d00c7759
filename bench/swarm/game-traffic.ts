/**
 * What a person of the swarm sends and reads while it plays: inputs on an open-loop schedule, states counted and timed.
 * The swarm's processes. The hot path: an input reuses its frame, a state costs no allocation.
 *
 *   due(round) = base + round * interval           the schedule is fixed when the match begins, whatever happens after
 *
 *   relay              a state shows the newest stamp of its match: it settles all inputs due at or before it
 *   capture-the-flag   a state has its tick: it is late by as much as it came later than the match's fastest one by its tick
 *   bytes              states are counted only
 */

import type { Random } from '../../src/shared/random.ts';
import {
  frameOf,
  HEADER_BYTES,
  INPUT_PAYLOAD_BYTES,
  STATE_PAYLOAD_BYTES,
  WireType,
} from '../load/wire.ts';
import type { PersonKind } from './scenario.ts';
import type { SwarmTally } from './swarm-tally.ts';

const RELAY_TICK_BYTE = 8;
const CTF_FIELD = 1;
const CTF_SNAPSHOT = 2;
const CTF_TICK_BYTE = 4;
const CTF_TICK_HZ_BYTE = 5;
const CTF_DIRECTIONS = 9;
/** A stamp that is not of this machine's clock makes ages beyond all sense: another machine's swarm plays there too. */
const AGE_MS_MAX = 600_000;
/** After a longer gap in its ticks a match has been another one meanwhile. */
const MISSED_MAX = 1_000;

export class GameTraffic {
  readonly #kind: PersonKind;
  readonly #random: Random;
  readonly #tally: SwarmTally;
  /** False for who reads slowly on purpose: what it sees is its own doing. */
  readonly #isMeasured: boolean;
  readonly #frame: Uint8Array;
  readonly #view: DataView;
  readonly #intervalMs: number;
  #baseMs = 0;
  /** The next input to send, and the oldest that no state has shown yet. */
  #nextRound = 0;
  #shownRound = 0;
  #tick = 0;
  #tickMs = 0;
  #lastStateMs = Number.NaN;
  /** Of the first state of this match; with the last one they make the mean interval of a game that does not say its own. */
  #firstTick = 0;
  #firstStateMs = Number.NaN;
  /** Least of arrival - tick * interval in this match. */
  #fastestMs = Number.POSITIVE_INFINITY;

  constructor(kind: PersonKind, random: Random, tally: SwarmTally) {
    this.#kind = kind;
    this.#random = random;
    this.#tally = tally;
    this.#isMeasured = kind.stallSeconds === 0;
    this.#frame = frameOf(WireType.input, new Uint8Array(inputBytesOf(kind)));
    this.#view = new DataView(this.#frame.buffer);
    this.#intervalMs = kind.game === 'none' || kind.inputHz === 0 ? 0 : 1000 / kind.inputHz;
  }

  /** When the next input is due; Infinity for a game without inputs. */
  get nextDueMs(): number {
    if (this.#intervalMs === 0) return Number.POSITIVE_INFINITY;
    return this.#baseMs + this.#nextRound * this.#intervalMs;
  }

  /** A match begins. */
  start(nowMs: number): void {
    this.#baseMs = nowMs + this.#intervalMs * this.#random.next();
    this.#nextRound = 0;
    this.#shownRound = 0;
    this.#tick = 0;
    this.#tickMs = 0;
    this.#lastStateMs = Number.NaN;
    this.#firstTick = 0;
    this.#firstStateMs = Number.NaN;
    this.#fastestMs = Number.POSITIVE_INFINITY;
  }

  /** The frame of the input that is due now. It is used again for the next. */
  nextInput(): Uint8Array {
    const dueMs = this.nextDueMs;
    this.#nextRound += 1;
    this.#tally.count('inputs');
    if (this.#kind.game === 'relay') this.#view.setFloat64(HEADER_BYTES, dueMs, true);
    else if (this.#kind.game === 'capture-the-flag') {
      this.#frame[HEADER_BYTES] = this.#random.below(CTF_DIRECTIONS);
    } else {
      for (let byte = HEADER_BYTES; byte < this.#frame.byteLength; byte += 1) {
        this.#frame[byte] = this.#random.below(256);
      }
    }
    return this.#frame;
  }

  onState(view: DataView, start: number, end: number, nowMs: number): void {
    this.#tally.count('states');
    if (!this.#isMeasured) return;
    if (this.#kind.game === 'relay') this.#onRelayState(view, start, end, nowMs);
    else if (this.#kind.game === 'capture-the-flag') this.#onCtfState(view, start, end, nowMs);
  }

  /** Waits that have lasted longer than their level allows. */
  tellOverdue(nowMs: number, limits: GameLimits): void {
    if (!this.#isMeasured || Number.isNaN(this.#lastStateMs)) return;
    const silentMs = nowMs - this.#lastStateMs;
    if (this.#kind.game === 'relay') {
      const waitedMs = nowMs - (this.#baseMs + this.#shownRound * this.#intervalMs);
      const waits = this.#shownRound < this.#nextRound;
      if (waits && waitedMs > limits.inputMs) this.#tally.waits('input', waitedMs);
      // Between two ticks silence is no wait.
      const lateMs = silentMs - this.#meanTickMs();
      if (lateMs > limits.stateAgeMs) this.#tally.waits('stateAge', lateMs);
    } else if (this.#tickMs > 0 && silentMs - this.#tickMs > limits.stateDelayMs) {
      this.#tally.waits('stateDelay', silentMs - this.#tickMs);
    }
  }

  #onRelayState(view: DataView, start: number, end: number, nowMs: number): void {
    if (end - start !== STATE_PAYLOAD_BYTES) {
      this.#tally.error('state of another length');
      return;
    }
    this.#lastStateMs = nowMs;
    const tick = view.getUint32(start + RELAY_TICK_BYTE, true);
    if (Number.isNaN(this.#firstStateMs)) {
      this.#firstStateMs = nowMs;
      this.#firstTick = tick;
    }
    this.#countMissed(tick);
    const stampMs = view.getFloat64(start, true);
    if (stampMs === 0) return;
    const ageMs = nowMs - stampMs;
    if (!(Math.abs(ageMs) < AGE_MS_MAX)) return;
    this.#tally.took('stateAge', ageMs);
    while (this.#shownRound < this.#nextRound) {
      const dueMs = this.#baseMs + this.#shownRound * this.#intervalMs;
      if (dueMs > stampMs) return;
      this.#tally.took('input', nowMs - dueMs);
      this.#shownRound += 1;
    }
  }

  #onCtfState(view: DataView, start: number, end: number, nowMs: number): void {
    const type = view.getUint8(start);
    if (type === CTF_FIELD && end - start > CTF_TICK_HZ_BYTE) {
      this.#tickMs = 1000 / Math.max(1, view.getUint8(start + CTF_TICK_HZ_BYTE));
    }
    if (type !== CTF_SNAPSHOT || end - start < CTF_TICK_BYTE + 4 || this.#tickMs === 0) return;
    this.#lastStateMs = nowMs;
    const tick = view.getUint32(start + CTF_TICK_BYTE, true);
    this.#countMissed(tick);
    const offsetMs = nowMs - tick * this.#tickMs;
    this.#fastestMs = Math.min(this.#fastestMs, offsetMs);
    this.#tally.took('stateDelay', offsetMs - this.#fastestMs);
  }

  /** Infinity before the second state: what is not known cannot be late. */
  #meanTickMs(): number {
    const ticks = this.#tick - this.#firstTick;
    if (ticks <= 0) return Number.POSITIVE_INFINITY;
    return (this.#lastStateMs - this.#firstStateMs) / ticks;
  }

  #countMissed(tick: number): void {
    const missed = tick - this.#tick - 1;
    if (this.#tick > 0 && missed > 0 && missed < MISSED_MAX) this.#tally.count('missed', missed);
    this.#tick = tick;
  }
}

/** Beyond these a wait that goes on is told. */
export interface GameLimits {
  readonly inputMs: number;
  readonly stateAgeMs: number;
  readonly stateDelayMs: number;
}

function inputBytesOf(kind: PersonKind): number {
  if (kind.game === 'relay') return INPUT_PAYLOAD_BYTES;
  return kind.game === 'capture-the-flag' ? 1 : kind.inputBytes;
}
