/**
 * What one load client process counts: one object, shared by all its players. Load clients only.
 * Invariant: `window` decides what is counted; outside of it states only move a player's own tick and stamps.
 */

import { ErrorCounts } from './error-counts.ts';
import type { InputSchedule } from './input-schedule.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { LoadReport, LoadStatus } from './load-messages.ts';

/** The measured stretch of time, in clock milliseconds; `ticks` is how many of its match each player is due. */
export interface LoadWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly ticks: number;
}

export class LoadStats {
  connected = 0;
  inLobby = 0;
  inMatch = 0;
  proxied = 0;
  closed = 0;
  arrived = 0;
  delivered = 0;
  repeated = 0;
  unanswered = 0;
  cpuMicros = 0;
  /** True while CPU time is being measured: states that arrive now are its divisor. */
  counting = false;
  window: LoadWindow | undefined;
  schedule: InputSchedule | undefined;
  /** When all were told to queue. */
  queuedMs = 0;
  inputToState: LatencyHistogram = new LatencyHistogram();
  stateAge: LatencyHistogram = new LatencyHistogram();
  readonly queueToFirstState: LatencyHistogram = new LatencyHistogram();
  sendLag: LatencyHistogram = new LatencyHistogram();
  readonly #errors = new ErrorCounts();

  /** A window opens: what an earlier one counted is forgotten. */
  openWindow(window: LoadWindow): void {
    this.window = window;
    this.counting = true;
    this.arrived = 0;
    this.delivered = 0;
    this.repeated = 0;
    this.unanswered = 0;
    this.inputToState = new LatencyHistogram();
    this.stateAge = new LatencyHistogram();
    this.sendLag = new LatencyHistogram();
  }

  error(name: string): void {
    this.#errors.add(name);
  }

  status(): LoadStatus {
    const { connected, inLobby, inMatch, proxied, closed } = this;
    return { connected, inLobby, inMatch, proxied, closed, errors: this.#errors.export() };
  }

  report(players: number): LoadReport {
    const { arrived, delivered, repeated, unanswered, cpuMicros } = this;
    return {
      status: this.status(),
      arrived,
      delivered,
      expected: players * (this.window?.ticks ?? 0),
      repeated,
      unanswered,
      cpuMicros,
      inputToState: this.inputToState.export(),
      stateAge: this.stateAge.export(),
      queueToFirstState: this.queueToFirstState.export(),
      sendLag: this.sendLag.export(),
    };
  }
}
