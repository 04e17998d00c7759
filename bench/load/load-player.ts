/**
 * One load player: a connection that logs in, queues, sends stamped inputs and reads states. Load clients only.
 * What it says and hears has the bytes of its transport (bench/transports); a state costs no allocation.
 *
 *   connect -> lobby -> queue -> match -> states, inputs ... -> leave
 *
 * What a state proves: its stamp is the intended send time of the newest input in the match, so every input of this
 * player that was due at or before the stamp has been overtaken or shown. That input's latency ends here, whoever's
 * stamp it is. A late sender changes nothing: both ends of the interval come from the schedule and from the arrival.
 */

import { systemClock } from '../../src/shared/clock.ts';
import type { LoadStats } from './load-stats.ts';
import { openConnection } from '../transports/open-connection.ts';
import type {
  ConnectionListener,
  ConnectionOptions,
  PlayerConnection,
  Transport,
} from '../transports/player-connection.ts';
import { STAMP_PAYLOAD_OFFSET, TICK_PAYLOAD_OFFSET } from './wire.ts';

const NOT_STARTED = -1;
const NO_BASE = Number.POSITIVE_INFINITY;

export interface LoadPlayerOptions extends ConnectionOptions {
  readonly transport: Transport;
}

export class LoadPlayer implements ConnectionListener {
  readonly #stats: LoadStats;
  readonly #connection: PlayerConnection;
  #inLobby = false;
  #leaving = false;
  /** Newest tick seen in this match, 0 before the first. */
  #tick = 0;
  #position = 0;
  /** The next input to send, and the oldest that no state has shown yet. */
  #nextRound = NOT_STARTED;
  #shownRound = 0;
  /** The last tick before the measured window; the next `window.ticks` are due. */
  #baseTick = NO_BASE;

  constructor(options: LoadPlayerOptions, stats: LoadStats) {
    this.#stats = stats;
    this.#connection = openConnection(options.transport, options, this);
  }

  queue(mode: string): void {
    if (!this.#leaving) this.#connection.queue(mode);
  }

  /** Inputs follow, at this position of the schedule. */
  play(position: number): void {
    this.#position = position;
    this.#nextRound = 0;
    this.#shownRound = 0;
  }

  sendInput(round: number, dueMs: number): void {
    if (this.#leaving) return;
    this.#nextRound = round + 1;
    // The kernel still owes us the last one and owns its bytes: this input counts as sent, and waits for its state.
    if (!this.#connection.trySendInput(dueMs)) this.#stats.error('input skipped, socket full');
  }

  /** The measured window opens: from here on each tick is due. */
  startWindow(): void {
    this.#baseTick = this.#tick;
  }

  /** Inputs that were due in the window and that no state has shown count as if it came now. */
  closeWindow(nowMs: number): void {
    if (this.#nextRound !== NOT_STARTED) {
      this.#stats.unanswered += this.#settleInputs(Number.POSITIVE_INFINITY, nowMs);
    }
  }

  leave(): void {
    this.#leaving = true;
    this.#connection.close();
  }

  onConnected(): void {
    this.#stats.connected += 1;
  }

  onLobby(): void {
    if (!this.#inLobby) this.#stats.inLobby += 1;
    this.#inLobby = true;
  }

  onMatch(isElsewhere: boolean): void {
    this.#tick = 0;
    if (isElsewhere) this.#stats.proxied += 1;
  }

  onProblem(name: string): void {
    if (!this.#leaving) this.#stats.error(name);
  }

  onClosed(): void {
    if (!this.#leaving) this.#stats.closed += 1;
    this.#leaving = true;
  }

  onState(view: DataView, offset: number): void {
    const stats = this.#stats;
    const nowMs = systemClock.nowMs();
    const tick = view.getUint32(offset + TICK_PAYLOAD_OFFSET, true);
    if (stats.counting) stats.arrived += 1;
    if (tick <= this.#tick) {
      stats.repeated += 1;
      return;
    }
    if (this.#tick === 0 && this.#nextRound === NOT_STARTED) {
      stats.inMatch += 1;
      stats.queueToFirstState.record(nowMs - stats.queuedMs);
    }
    this.#tick = tick;
    const { window } = stats;
    if (window !== undefined && tick > this.#baseTick && tick <= this.#baseTick + window.ticks) {
      stats.delivered += 1;
    }
    const stampMs = view.getFloat64(offset + STAMP_PAYLOAD_OFFSET, true);
    if (stampMs === 0) return;
    if (window !== undefined && stampMs >= window.startMs && stampMs < window.endMs) {
      stats.stateAge.record(nowMs - stampMs);
    }
    this.#settleInputs(stampMs, nowMs);
  }

  /** Ends the wait of all sent inputs due at or before `stampMs`; returns how many of them the window counts. */
  #settleInputs(stampMs: number, nowMs: number): number {
    const { schedule, window, inputToState } = this.#stats;
    if (schedule === undefined) return 0;
    let counted = 0;
    while (this.#shownRound < this.#nextRound) {
      const dueMs = schedule.dueMs(this.#position, this.#shownRound);
      if (dueMs > stampMs) break;
      if (window !== undefined && dueMs >= window.startMs && dueMs < window.endMs) {
        inputToState.record(nowMs - dueMs);
        counted += 1;
      }
      this.#shownRound += 1;
    }
    return counted;
  }
}
