/** What a player's route needs of the thread it lives in. Types only. */

import type { HandlerRef } from '../../shared/ids.ts';
import type { Reason } from '../../shared/reason.ts';
import type { GatewayReport, HandOffReport } from '../../shared/thread-messages.ts';
import type { GatewayLimits } from './gateway-settings.ts';
import type { PlayerRoute } from './player-route.ts';
import type { WorkerLink } from './worker-link.ts';

export interface RouteHost {
  readonly limits: GatewayLimits;
  /** The clock as of this turn. */
  readonly nowMs: number;
  /** How long a hand-off waits for the old handler's LEFT. */
  readonly leaveDeadlineMs: number;
  /** Routes that wait for a LEFT: hand-offs, and those who came back to a handler that owes one. */
  readonly leaving: Set<PlayerRoute>;
  /** The way to the worker of `handler`; undefined where it is dead. */
  linkOf(handler: HandlerRef): WorkerLink | undefined;
  /** True when the handler wants input at once, not at its tick. */
  wakesOnInput(handler: HandlerRef): boolean;
  /** Shows the other threads where the player stands. */
  storeState(route: PlayerRoute): void;
  /** Gives the player's row back; harmless without one. */
  freeRow(route: PlayerRoute): void;
  report(report: GatewayReport): void;
  /** Tells main of a step of a hand-off, with the time. */
  reportHandOff(route: PlayerRoute, step: HandOffReport['step']): void;
  countReason(reason: Reason): void;
  /** A player has come from one handler to the next. */
  countHandOff(ms: number): void;
}
